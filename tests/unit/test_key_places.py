"""Every place that may keep keys passes one conformance suite: the systems' keyrings and the sealed files."""

from pathlib import Path
from typing import ClassVar

import pytest

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_backend import choose, name_of
from pos_cancel.domain.profile import KEYRING, SEALED, Profile
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys
from tests.fake_keyring import LONGEST_VALUE, FakeKeyring
from tests.fake_systems import (
    ENTERPRISE,
    LOCAL_MACHINE,
    SYSTEMS,
    CredentialLocker,
    FakeSystem,
    Keychain,
    KWallet,
    SecretService,
)
from tests.key_store_contract import DEADLINE_S, LIVE, TRAINING, KeptKeysContract, make_keys, settled
from tests.sealed_till import SealedTill


class TestANarrowKeyring(KeptKeysContract):
    @pytest.fixture(autouse=True)
    def place(self) -> None:
        self.backend = FakeKeyring()

    def open_store(self) -> KeyringStore:
        return KeyringStore(backend=self.backend, deadline_s=DEADLINE_S, retry_s=0.02)


class TestSealedFiles(KeptKeysContract):
    account: ClassVar[Profile] = LIVE

    @pytest.fixture(autouse=True)
    def place(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.till = SealedTill(tmp_path)
        self.till.start(monkeypatch)

    def open_store(self) -> KeyringStore:
        return self.till.store()


class SystemContract(KeptKeysContract):
    account: ClassVar[Profile] = LIVE
    kind: ClassVar[type[FakeSystem]]

    @pytest.fixture(autouse=True)
    def place(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.system = self.kind()
        self.system.install(monkeypatch)

    def open_store(self) -> KeyringStore:
        return KeyringStore(deadline_s=DEADLINE_S, retry_s=0.02)


class TestSecretService(SystemContract):
    kind = SecretService


class TestKWallet(SystemContract):
    kind = KWallet


class TestWindows(SystemContract):
    kind = CredentialLocker


class TestMacOs(SystemContract):
    kind = Keychain


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys()


def put(store: KeyringStore, profile: Profile, keys: Keys) -> None:
    store.store(profile, private=keys.private, gateway_public=keys.gateway_public, md5=keys.md5)


# --- what is peculiar to a system


def test_windows_keeps_keys_on_this_machine_alone_and_each_value_for_itself(
    monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    locker = CredentialLocker()
    locker.install(monkeypatch)
    put(KeyringStore(), LIVE, keys)
    kept = {each["Persist"] for each in locker.credentials.values()}
    assert kept == {LOCAL_MACHINE} != {ENTERPRISE}
    assert set(locker.credentials) == {
        f"pos-cancel/shop/{name}" for name in ("private", "gateway-public", "md5")
    }
    assert max(map(len, locker.secrets().values())) <= LONGEST_VALUE
    # Overwritten, the library leaves the old value under a second name; with the account it goes.
    put(KeyringStore(), LIVE, make_keys(1024))
    KeyringStore().remove(LIVE)
    assert locker.credentials == {}


@pytest.mark.parametrize("kind", [SecretService, KWallet, Keychain])
def test_a_locked_keyring_is_told_and_goes_on_when_it_is_open(
    monkeypatch: pytest.MonkeyPatch, keys: Keys, kind: type[FakeSystem]
) -> None:
    system = kind()
    system.install(monkeypatch)
    put(KeyringStore(), LIVE, keys)
    system.locked = True
    store = KeyringStore(retry_s=0.0)
    assert settled(store, LIVE) is KeyTrouble.LOCKED
    works = (lambda: put(store, LIVE, keys), lambda: store.remove(LIVE), lambda: store.describe(LIVE))
    for work in works:
        with pytest.raises(KeyringTrouble, match="locked") as raised:
            work()
        assert "Unlock it" in raised.value.way_on
    system.locked = False
    assert store.describe(LIVE).private_bits == 2048
    store.forget()
    assert isinstance(settled(store, LIVE), Keys)


def test_a_windows_session_without_a_locker_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    locker = CredentialLocker(locked=True)
    locker.install(monkeypatch)
    assert settled(KeyringStore(), LIVE) is KeyTrouble.NO_KEYRING


@pytest.mark.parametrize("kind", SYSTEMS)
@pytest.mark.parametrize(
    "redirected",
    ["keyring.backends.null.Keyring", "keyring.backends.fail.Keyring", "tests.fake_keyring.FakeKeyring"],
)
def test_nothing_redirects_a_real_account_on_any_system(
    monkeypatch: pytest.MonkeyPatch, isolated_home: Path, keys: Keys, kind: type[FakeSystem], redirected: str
) -> None:
    system = kind()
    system.install(monkeypatch)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", redirected)
    config = isolated_home.parent / ".config" / "python_keyring" / "keyringrc.cfg"
    config.parent.mkdir(parents=True)
    config.write_text(f"[backend]\ndefault-keyring={redirected}\n")
    put(KeyringStore(), LIVE, keys)
    assert len(system.secrets()) == 3
    assert isinstance(settled(KeyringStore(), LIVE), Keys)


class PlaintextKeyring(FakeKeyring):
    """As keyrings.alt has one: base64 in a file."""


@pytest.mark.parametrize("kind", ["null", "fail", "chainer"])
def test_a_real_account_refuses_what_keeps_nothing_or_keeps_it_open(kind: str) -> None:
    import importlib

    module = importlib.import_module(f"keyring.backends.{kind}")
    made = (module.ChainerBackend if kind == "chainer" else module.Keyring)()
    for backend in (made, PlaintextKeyring()):
        assert choose(backend, training=False) is KeyTrouble.REFUSED
        with pytest.raises(KeyringTrouble, match="may not hold keys of a real account") as raised:
            KeyringStore(backend=backend).store(LIVE, md5=b"0" * 32)
        assert raised.value.way_on == "Use the keyring of the operating system."
        assert name_of(choose(backend, training=True)) == name_of(backend)  # type: ignore[arg-type]


# --- chosen by setting, never silently


def test_the_profile_chooses_before_the_till(tmp_path: Path) -> None:
    by_default = KeyringStore(home=tmp_path, default=SEALED)
    assert by_default.place_of(LIVE) == SEALED
    assert by_default.place_of(_choosing(KEYRING)) == KEYRING
    assert KeyringStore().place_of(LIVE) == KEYRING
    assert KeyringStore(home=tmp_path).place_of(_choosing(SEALED)) == SEALED


def test_neither_store_stands_in_for_the_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: Keys
) -> None:
    till = SealedTill(tmp_path)
    till.start(monkeypatch)
    keyring = FakeKeyring()
    store = KeyringStore(backend=keyring, home=till.folder.parent, default=KEYRING)
    put(store, TRAINING, keys)
    assert keyring.calls
    assert not till.folder.exists()
    before = keyring.calls
    chosen = _choosing(SEALED, TRAINING)
    assert settled(store, chosen) is KeyTrouble.MISSING
    put(store, chosen, keys)
    till.stop(monkeypatch)
    store.forget()
    assert settled(store, chosen) is KeyTrouble.NO_CREDENTIAL
    assert keyring.calls == before


def test_a_store_without_a_folder_for_sealed_files_keeps_none(keys: Keys) -> None:
    backend = FakeKeyring()
    store = KeyringStore(backend=backend)
    assert settled(store, _choosing(SEALED, TRAINING)) is KeyTrouble.OUT_OF_REACH
    with pytest.raises(KeyringTrouble):
        put(store, _choosing(SEALED, TRAINING), keys)
    assert backend.calls == 0


def _choosing(key_store: str, account: Profile = LIVE) -> Profile:
    import dataclasses

    return dataclasses.replace(account, key_store=key_store)
