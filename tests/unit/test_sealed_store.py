"""The sealed files: what opens them, what they refuse, and that nothing is lost or written over."""

import hashlib
import hmac
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_entries import PART, read_entry, write_entry
from pos_cancel.adapters.lease import lock_file
from pos_cancel.adapters.sealed_store import CREDENTIAL, LARGEST, SealedVault
from pos_cancel.engine.ports import KeyTrouble
from tests.sealed_till import SealedTill

PLANTED = "p-q-of-the-merchant"
FIRST_LINE = b"pos-cancel sealed keys 1\n"
# Written by this form of the file once; later releases have to go on opening it.
KEPT_CREDENTIAL = bytes(range(64))
KEPT = bytes.fromhex(
    "706f732d63616e63656c207365616c6564206b65797320310ad3d2a6ec786710f574f89ef88d60a6c27f7d7b7d90b4d0"
    "612334992bbdfc613b415e44fb81b39bfe351f5c0d847ad5f97fae1f7708e06f90f9aff71191e8c51676955b8cb2fffe"
    "95c530a2eddd4fdc5629a0"
)


@pytest.fixture
def till(tmp_path: Path) -> SealedTill:
    return SealedTill(tmp_path)


def trouble_of(work: Callable[[], object]) -> KeyTrouble:
    with pytest.raises(KeyringTrouble) as raised:
        work()
    return raised.value.trouble


def read(vault: SealedVault) -> str | None:
    return vault.get_password("one", "me")


def filled(till: SealedTill, profile_name: str = "shop") -> SealedVault:
    vault = till.vault(profile_name)
    vault.set_password("one", "me", PLANTED)
    return vault


# --- the file


def test_the_file_is_its_owners_alone_and_shows_nothing(till: SealedTill) -> None:
    vault = filled(till)
    assert stat.S_IMODE(vault.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(till.folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in till.folder.iterdir()) == ["lock", "shop.sealed"]
    content = vault.path.read_bytes()
    assert content.startswith(FIRST_LINE)
    for shown in (b"one", b"me", PLANTED.encode(), till.credential.read_bytes()[:8]):
        assert shown not in content


def test_the_form_of_the_file_as_it_is_written_down(till: SealedTill) -> None:
    """First line, 16 bytes that name the key, nonce, AES-256-GCM; the key comes by HKDF-SHA256."""
    content = filled(till, "Shop 一").path.read_bytes()
    extracted = hmac.digest(bytes(32), till.credential.read_bytes(), "sha256")
    first = hmac.digest(extracted, FIRST_LINE + b"\x01", "sha256")
    second = hmac.digest(extracted, first + FIRST_LINE + b"\x02", "sha256")
    key, named = first, second[:16]
    head, nonce, text = content[:41], content[41:53], content[53:]
    assert head == FIRST_LINE + named
    opened = AESGCM(key).decrypt(nonce, text, head + "Shop 一".encode())
    assert json.loads(opened) == {"one": {"me": PLANTED}}
    # The credential itself is no key of anything.
    assert hashlib.sha256(till.credential.read_bytes()).digest() != key != till.credential.read_bytes()[:32]


def test_a_file_of_the_first_release_is_opened(till: SealedTill) -> None:
    till.credential.write_bytes(KEPT_CREDENTIAL)
    till.folder.mkdir(parents=True)
    (till.folder / "shop.sealed").write_bytes(KEPT)
    assert read(till.vault("shop")) == PLANTED


def test_no_nonce_is_used_twice(till: SealedTill) -> None:
    vault = till.vault("shop")
    nonces = set()
    for _ in range(300):
        vault.set_password("one", "me", PLANTED)
        nonces.add(vault.path.read_bytes()[41:53])
    assert len(nonces) == 300


def test_long_values_and_whole_entries(till: SealedTill) -> None:
    vault, text = till.vault("shop"), "0123456789" * PART
    assert write_entry(vault, "shop", "private", text[: 3 * PART])
    assert read_entry(vault, "shop", "private") == text[: 3 * PART]
    assert write_entry(vault, "shop", "private", "short")
    assert read_entry(vault, "shop", "private") == "short"


def test_the_last_value_takes_the_file_with_it(till: SealedTill) -> None:
    vault = filled(till)
    vault.set_password("two", "me", "b")
    vault.delete_password("one", "me")
    assert read(vault) is None
    assert vault.get_password("two", "me") == "b"
    assert trouble_of(lambda: vault.delete_password("one", "me")) is KeyTrouble.MISSING
    vault.delete_password("two", "me")
    assert not vault.path.exists()
    assert read(vault) is None


def test_changes_made_together_are_made_all_or_none(till: SealedTill) -> None:
    vault, reader = filled(till), till.vault("shop")
    before = vault.path.read_bytes()

    def interrupted() -> None:
        with vault:
            vault.set_password("one", "me", "new")
            assert read(vault) == "new"
            vault.delete_password("three", "me")

    assert trouble_of(interrupted) is KeyTrouble.MISSING
    assert vault.path.read_bytes() == before
    with vault:
        vault.set_password("one", "me", "new")
        vault.set_password("two", "me", "new")
        assert read(reader) == PLANTED
    assert (read(reader), reader.get_password("two", "me")) == ("new", "new")


def test_what_is_read_together_is_of_one_state(till: SealedTill) -> None:
    vault, writer = filled(till), till.vault("shop")
    with vault:
        assert read(vault) == PLANTED
        with writer:
            writer.set_password("one", "me", "new")
            writer.set_password("two", "me", "new")
        assert vault.get_password("two", "me") is None
    assert vault.get_password("two", "me") == "new"


def test_a_change_is_made_to_what_is_there_by_then(till: SealedTill) -> None:
    vault, writer = filled(till), till.vault("shop")
    with vault:
        assert read(vault) == PLANTED
        writer.set_password("two", "me", "theirs")
        vault.set_password("one", "me", "ours")
    assert (read(vault), vault.get_password("two", "me")) == ("ours", "theirs")


# --- what does not open it


def spoil(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1 << place % 8]) + content[place + 1 :]


def test_a_flipped_bit_anywhere_is_refused_and_left_as_it_is(till: SealedTill) -> None:
    vault = filled(till)
    whole = vault.path.read_bytes()
    for place in range(len(whole)):
        damaged = spoil(whole, place)
        vault.path.write_bytes(damaged)
        expected = KeyTrouble.WRONG_CREDENTIAL if 25 <= place < 41 else KeyTrouble.ALTERED
        assert trouble_of(lambda: read(vault)) is expected
        assert trouble_of(lambda: vault.set_password("one", "me", "new")) is expected
        assert trouble_of(lambda: vault.delete_password("one", "me")) is expected
        assert vault.path.read_bytes() == damaged
    vault.path.write_bytes(whole)
    assert read(vault) == PLANTED


def test_a_cut_or_longer_file_is_refused(till: SealedTill) -> None:
    vault = filled(till)
    whole = vault.path.read_bytes()
    for length in range(len(whole)):
        vault.path.write_bytes(whole[:length])
        assert trouble_of(lambda: read(vault)) is KeyTrouble.ALTERED
    for longer in (whole + b"\0", whole + whole, whole + bytes(LARGEST)):
        vault.path.write_bytes(longer)
        assert trouble_of(lambda: read(vault)) is KeyTrouble.ALTERED


def test_another_profiles_file_is_refused(till: SealedTill) -> None:
    own, other = filled(till, "shop"), till.vault("branch")
    other.path.write_bytes(own.path.read_bytes())
    assert trouble_of(lambda: read(other)) is KeyTrouble.ALTERED
    assert read(own) == PLANTED


def test_another_tills_file_is_refused(till: SealedTill, tmp_path: Path) -> None:
    other = SealedTill(tmp_path / "other")
    other.folder.mkdir(parents=True)
    vault = other.vault("shop")
    vault.path.write_bytes(filled(till).path.read_bytes())
    assert trouble_of(lambda: read(vault)) is KeyTrouble.WRONG_CREDENTIAL


def test_another_credential_is_refused(till: SealedTill) -> None:
    vault, kept = filled(till), till.credential.read_bytes()
    till.credential.write_bytes(kept + b"\n")
    assert trouble_of(lambda: read(vault)) is KeyTrouble.WRONG_CREDENTIAL
    till.credential.write_bytes(kept)
    assert read(vault) == PLANTED


@pytest.mark.parametrize("credential", [b"", bytes(range(31)), bytes(64 * 1024 + 1)])
def test_what_is_too_short_or_too_long_for_a_credential(till: SealedTill, credential: bytes) -> None:
    vault = filled(till)
    till.credential.write_bytes(credential)
    assert trouble_of(lambda: read(vault)) is KeyTrouble.NO_CREDENTIAL


def test_a_credential_under_another_name_is_none(till: SealedTill) -> None:
    vault = filled(till)
    till.credential.rename(till.credentials / f"{CREDENTIAL}-2")
    assert trouble_of(lambda: read(vault)) is KeyTrouble.NO_CREDENTIAL
    assert trouble_of(lambda: vault.set_password("one", "me", "new")) is KeyTrouble.NO_CREDENTIAL


def test_without_the_service_there_is_no_credential(
    till: SealedTill, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # Also not from the folder that the person happens to stand in.
    (tmp_path / CREDENTIAL).write_bytes(till.credential.read_bytes())
    monkeypatch.chdir(tmp_path)
    for given in ("", str(tmp_path / "gone")):
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", given)
        assert trouble_of(lambda: read(SealedVault(till.folder, "shop"))) is KeyTrouble.NO_CREDENTIAL
    assert not till.folder.exists()


# --- disks and other writers


def test_a_disk_that_does_not_take_it_leaves_the_old_file(till: SealedTill) -> None:
    vault = filled(till)
    before = vault.path.read_bytes()
    blocked = vault.path.with_name("shop.sealed.new")
    blocked.mkdir()
    assert trouble_of(lambda: vault.set_password("one", "me", "new")) is KeyTrouble.OUT_OF_REACH
    assert vault.path.read_bytes() == before
    blocked.rmdir()
    vault.set_password("one", "me", "new")
    assert read(vault) == "new"


def test_what_is_no_file_cannot_be_reached(till: SealedTill) -> None:
    vault = till.vault("shop")
    vault.path.mkdir(parents=True)
    assert trouble_of(lambda: read(vault)) is KeyTrouble.OUT_OF_REACH
    till.folder.rename(till.home / "away")
    till.folder.write_text("")
    assert trouble_of(lambda: vault.set_password("one", "me", "new")) is KeyTrouble.OUT_OF_REACH


def test_a_writer_that_never_ends_keeps_readers_out_of_nothing(till: SealedTill) -> None:
    vault = filled(till)
    handle = os.open(till.folder / "lock", os.O_RDWR)
    assert lock_file(handle)
    assert read(vault) == PLANTED
    assert trouble_of(lambda: vault.set_password("one", "me", "new")) is KeyTrouble.HUNG
    os.close(handle)
    vault.set_password("one", "me", "new")
    assert read(vault) == "new"
