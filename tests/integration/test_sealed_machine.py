"""Sealed keys on a booted machine: an installer sets a kiosk up, its service signs, and faults are told.

The steps are those that `pos-cancel key seal` prints. The training gateway runs in the machine too.
"""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pos_cancel.adapters.key_troubles import WORDS
from pos_cancel.engine.ports import KeyTrouble
from tests.integration.nspawn_machine import (
    USER,
    Done,
    Machine,
    booted,
    machine_root,
    skip_unless_possible,
)

pytestmark = [pytest.mark.prove, pytest.mark.timeout(900)]

STORE, CREDENTIAL = "/etc/credstore.encrypted", "pos-cancel-keys"
HOME, HANDED = "/var/lib/till/home", "/var/lib/till/handed"
PROFILE, BRANCH = "training-acquire", "branch"
SEALED = f"{HOME}/keys/{PROFILE}.sealed"
# What systemd's own word for "the credentials could not be set up" is (systemd.exec(5)).
CREDENTIALS_STATUS = "243"
UNIT = """
[Unit]
Description=Cancel {number}

[Service]
Type=oneshot
User={user}
Environment=POS_CANCEL_HOME={home}
{credential}
ExecStart=/usr/local/bin/pos-cancel cancel {number} --profile {profile} --yes --json
StandardOutput=truncate:/run/{number}.json
"""


@dataclass(frozen=True)
class Kiosk:
    """A machine with a till in it, and the training gateway beside it."""

    machine: Machine
    ledger: str

    def cancel(self, number: str, credential: str = "", profile: str = PROFILE) -> Any:  # noqa: ANN401 - JSON
        """Start the till's service once for a cancel; gives the case, or None where it did not start."""
        chosen = credential or f"LoadCredentialEncrypted={CREDENTIAL}:{STORE}/{CREDENTIAL}"
        unit = UNIT.format(number=number, user=USER, home=HOME, credential=chosen, profile=profile)
        self.machine.write(f"/run/systemd/system/{number}.service", unit)
        self.machine.must("systemctl", "daemon-reload")
        self.machine.run("systemctl", "start", f"{number}.service")
        told = self.machine.run("cat", f"/run/{number}.json").out
        return json.loads(told) if told else None

    def status(self, number: str) -> str:
        shown = self.machine.must(
            "systemctl", "show", "--property=ExecMainStatus", "--value", f"{number}.service"
        )
        return shown.strip()

    def journal(self, number: str) -> str:
        return self.machine.must("journalctl", "--no-pager", "--output=cat", f"--unit={number}.service")

    def with_credential(self, *arguments: str) -> Done:
        """Run the product as the till's user and with the credential, in the way that `key seal` tells."""
        loaded = f"--property=LoadCredentialEncrypted={CREDENTIAL}:{STORE}/{CREDENTIAL}"
        how = [
            "--pipe",
            "--wait",
            "--collect",
            "--quiet",
            f"--uid={USER}",
            f"--setenv=POS_CANCEL_HOME={HOME}",
        ]
        return self.machine.run("systemd-run", *how, loaded, "pos-cancel", *arguments)

    def refunds(self, number: str) -> int:
        code = f"import urllib.request as u; print(u.urlopen({self.ledger!r}).read().decode())"
        rows = json.loads(self.machine.must("python3", "-c", code))
        return sum(row["kind"] == "refund" and row["number"] == number for row in rows)

    def read(self, path: str) -> bytes:
        return bytes.fromhex(self.machine.must("python3", "-c", f"print(open({path!r}, 'rb').read().hex())"))

    def put(self, path: str, content: bytes) -> None:
        code = f"import sys; open({path!r}, 'wb').write(sys.stdin.buffer.read())"
        self.machine.must("python3", "-c", code, typed=content)

    @contextmanager
    def spoiled(self, path: str, place: int) -> Iterator[None]:
        """Have one bit of a file flipped."""
        whole = self.read(path)
        place %= len(whole)
        self.put(path, whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        yield
        self.put(path, whole)


@contextmanager
def kiosk(folder: Path, kept: Mapping[str, Path]) -> Iterator[Kiosk]:
    with booted(machine_root(), folder / "console", kept) as machine:
        machine.must("install", "--directory", f"--owner={USER}", HOME, HANDED)
        how = ["systemd-run", "--unit=gateway", "--quiet", "--property=StandardOutput=truncate:/run/gateway"]
        machine.must(*how, "pos-cancel", "sandbox", "--port", "8443", "--write-profiles", HANDED)
        machine.must("timeout", "30", "sh", "-c", "until [ -s /run/gateway ]; do sleep 0.05; done")
        machine.must("chown", "--recursive", USER, HANDED)
        yield Kiosk(machine, json.loads(machine.must("cat", "/run/gateway"))["ledger"])


def places(folder: Path) -> dict[str, Path]:
    """What of a machine stays over a restart: the key of the host, the credentials, the till's home."""
    kept = {
        "/var/lib/systemd": folder / "host",
        STORE: folder / "credentials",
        "/var/lib/till": folder / "till",
    }
    for path in kept.values():
        path.mkdir(parents=True)
    return kept


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Path]:
    skip_unless_possible()
    return places(tmp_path_factory.mktemp("kept"))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory, kept: Mapping[str, Path]) -> Iterator[Kiosk]:
    """A kiosk that an installer has set up, word for word as the product tells it."""
    with kiosk(tmp_path_factory.mktemp("machine"), kept) as shop:
        set_up(shop)
        yield shop


def set_up(shop: Kiosk) -> None:
    told = shop.machine.must("pos-cancel", "key", "seal", "--with-key=host")
    line = re.search(r"LoadCredentialEncrypted=\S+", told)
    assert line is not None
    assert line[0] == f"LoadCredentialEncrypted={CREDENTIAL}:{STORE}/{CREDENTIAL}"
    assert 'key_store = "sealed"' in told
    shop.machine.write(f"{HOME}/settings.toml", 'key_store = "sealed"')
    command = told[told.index("systemd-run") :].replace("\\\n", " ")
    command = command.replace("USER", USER).replace("HOME=HOME", f"HOME={HOME}")
    for name in (PROFILE, BRANCH):
        own = shop.machine.must("cat", f"{HANDED}/acquire.toml").replace(PROFILE, name)
        shop.machine.write(f"{HANDED}/{name}.toml", own)
        as_till(shop, "profile", "import", f"{HANDED}/{name}.toml")
        files = {"--private": "acquire.private.pem", "--gateway-public": "acquire.gateway-public.pem"}
        filled = command.replace("NAME", name)
        for option, file in files.items():
            filled = filled.replace(f"{option} FILE", f"{option} {HANDED}/{file}")
        shop.machine.must("sh", "-c", filled)


def as_till(shop: Kiosk, *arguments: str) -> str:
    """Run the product as the till's user, without any credential."""
    own = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
    return shop.machine.must(*own, "env", f"POS_CANCEL_HOME={HOME}", "pos-cancel", *arguments)


def refused(shop: Kiosk, trouble: KeyTrouble) -> None:
    """The product says in words why it does not open the store."""
    checked = shop.with_credential("key", "show", "--profile", PROFILE, "--json")
    assert checked.code == 5, checked
    assert json.loads(checked.out)["error"]["sentence"] == WORDS[trouble][0]


def test_the_service_signs_a_cancel_with_sealed_keys(shop: Kiosk) -> None:
    case = shop.cancel("KIOSK-1-REFUND")
    assert (case["state"], case["signature"]) == ("refunded", "verified")
    assert shop.refunds("KIOSK-1-REFUND") == 1
    assert shop.status("KIOSK-1-REFUND") == "0"
    listed = shop.machine.must("stat", "--format=%a %U", f"{HOME}/keys", SEALED)
    assert listed.split() == ["700", USER, "600", USER]
    found = json.loads(shop.with_credential("doctor", "--json").out)
    assert {each["profile"]: (each["store"], each["opens"]) for each in found["key_stores"]} == {
        PROFILE: ("sealed", True),
        BRANCH: ("sealed", True),
    }
    # Nothing of the key was ever in a place that stays.
    private = shop.read(f"{HANDED}/acquire.private.pem").split(b"\n")[3]
    for path in (SEALED, f"{HOME}/logs/pos-cancel.log"):
        assert private not in shop.read(path)


def test_outside_its_service_the_same_user_cannot_open_them(shop: Kiosk) -> None:
    own = [
        "setpriv",
        f"--reuid={USER}",
        f"--regid={USER}",
        "--clear-groups",
        "env",
        f"POS_CANCEL_HOME={HOME}",
    ]
    done = shop.machine.run(*own, "pos-cancel", "key", "check", "--profile", PROFILE)
    assert done.code == 5
    assert WORDS[KeyTrouble.NO_CREDENTIAL][0] in done.err


def test_a_credential_under_another_name_is_refused(shop: Kiosk) -> None:
    shop.machine.must("cp", f"{STORE}/{CREDENTIAL}", f"{STORE}/other")
    # systemd itself compares the name: the service does not start, and its journal says why.
    renamed = shop.cancel("NAME-1-REFUND", f"LoadCredentialEncrypted=other:{STORE}/other")
    assert renamed is None
    assert shop.status("NAME-1-REFUND") == CREDENTIALS_STATUS
    assert "does not match filename 'other', refusing" in shop.journal("NAME-1-REFUND")
    # A sound one that is called otherwise reaches the product, which does not take it for its own.
    sealing = (
        f"head --bytes=64 /dev/urandom | systemd-creds encrypt --with-key=host --name=other - {STORE}/other"
    )
    shop.machine.must("sh", "-c", sealing)
    case = shop.cancel("NAME-2-REFUND", f"LoadCredentialEncrypted=other:{STORE}/other")
    assert (case["state"], case["tries"]) == ("setup_problem", 0)
    shown = as_till(shop, "show", case["case"])
    assert "S-09: The sealed key store of this till does not open." in shown
    assert shop.refunds("NAME-1-REFUND") == shop.refunds("NAME-2-REFUND") == 0


def test_an_altered_credential_is_refused(shop: Kiosk) -> None:
    with shop.spoiled(f"{STORE}/{CREDENTIAL}", 100):
        assert shop.cancel("ALTER-1-REFUND") is None
        assert shop.status("ALTER-1-REFUND") == CREDENTIALS_STATUS
        assert "Failed to set up credentials" in shop.journal("ALTER-1-REFUND")
    assert shop.cancel("ALTER-1B-REFUND")["state"] == "refunded"


def test_a_new_credential_does_not_open_the_old_keys(shop: Kiosk) -> None:
    kept = shop.read(f"{STORE}/{CREDENTIAL}")
    assert shop.machine.run("pos-cancel", "key", "seal", "--with-key=host").code == 2
    shop.machine.must("pos-cancel", "key", "seal", "--with-key=host", "--replace")
    before = shop.read(SEALED)
    refused(shop, KeyTrouble.WRONG_CREDENTIAL)
    case = shop.cancel("ALTER-2-REFUND")
    assert (case["state"], case["tries"]) == ("setup_problem", 0)
    private = ("--private", f"{HANDED}/acquire.private.pem")
    assert shop.with_credential("key", "import", "--profile", PROFILE, *private).code == 5
    assert shop.read(SEALED) == before
    shop.put(f"{STORE}/{CREDENTIAL}", kept)
    assert shop.cancel("ALTER-3-REFUND")["state"] == "refunded"


@pytest.mark.parametrize("place", [0, 50, -1])
def test_an_altered_store_is_refused(shop: Kiosk, place: int) -> None:
    number = f"STORE{place}-REFUND"
    with shop.spoiled(SEALED, place):
        refused(shop, KeyTrouble.ALTERED)
        case = shop.cancel(number)
        assert (case["state"], case["tries"]) == ("setup_problem", 0)
        assert "S-09" in as_till(shop, "show", case["case"])
    assert shop.refunds(number) == 0


def test_another_profiles_store_is_refused(shop: Kiosk) -> None:
    own = shop.read(SEALED)
    shop.put(SEALED, shop.read(f"{HOME}/keys/{BRANCH}.sealed"))
    refused(shop, KeyTrouble.ALTERED)
    shop.put(SEALED, own)
    assert shop.cancel("SWAP-1-REFUND")["state"] == "refunded"


def fingerprint_of(shop: Kiosk) -> str | None:
    """The fingerprint of the till's key, None where the service does not get its credential."""
    done = shop.with_credential("key", "check", "--profile", PROFILE, "--json")
    if str(done.code) == CREDENTIALS_STATUS:
        return None
    fingerprint: str = json.loads(done.out)["private_fingerprint"]
    return fingerprint


def test_after_a_restart_the_keys_open_again(tmp_path: Path, kept: Mapping[str, Path], shop: Kiosk) -> None:
    before = fingerprint_of(shop)
    with booted(machine_root(), tmp_path / "console", kept) as machine:
        assert fingerprint_of(Kiosk(machine, "")) == before is not None


def test_a_copy_of_home_and_credential_opens_nowhere_else(
    tmp_path: Path, kept: Mapping[str, Path], shop: Kiosk
) -> None:
    copied = places(tmp_path / "copy")
    for place in ("/var/lib/till", STORE):
        shutil.copytree(kept[place], copied[place], dirs_exist_ok=True)
    with booted(machine_root(), tmp_path / "console", copied) as machine:
        machine.must("chown", "--recursive", USER, "/var/lib/till")
        other = Kiosk(machine, "")
        assert fingerprint_of(other) is None
        machine.must("pos-cancel", "key", "seal", "--with-key=host", "--replace")
        refused(other, KeyTrouble.WRONG_CREDENTIAL)
