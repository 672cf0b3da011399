"""The command line on a till with sealed keys, and the installer's command; systemd is played here."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.integration.cli.command_line import PROFILE, Gateway, Till
from tests.sealed_till import SealedTill

MakeTill = Callable[[], Till]
SETTINGS = 'key_store = "sealed"\n'
# Stands for systemd's program: keeps what it was given and what it was called with.
PROGRAM = """#!/bin/sh
for last; do :; done
printf '%s\\n' "$@" >"$last.arguments"
cat >"$last"
"""


@dataclasses.dataclass(frozen=True)
class Kiosk:
    """A till whose settings say sealed; `till` is started by its service, `bare` is not."""

    till: Till
    bare: Till
    service: SealedTill

    @property
    def file(self) -> Path:
        return self.till.home / "keys" / f"{PROFILE}.sealed"


@pytest.fixture
def kiosk(tmp_path: Path, keyring_environment: Mapping[str, str], sandbox: Gateway) -> Kiosk:
    """A till that is set up; there is a keyring too, and nothing may fall back to it."""
    service = SealedTill(tmp_path / "service")
    started = {**keyring_environment, "CREDENTIALS_DIRECTORY": str(service.credentials)}
    home = tmp_path / "till"
    home.mkdir()
    (home / "settings.toml").write_text(SETTINGS)
    kiosk = Kiosk(Till(home, started), Till(home, keyring_environment), service)
    sandbox.set_up(kiosk.till)
    return kiosk


def told(till: Till, *arguments: str) -> str:
    """The sentence of a command that is refused."""
    done = till.run(*arguments, "--json")
    assert done.code == 5
    sentence: str = done.json["error"]["sentence"]
    return sentence


def test_a_kiosk_cancels_with_sealed_keys(kiosk: Kiosk, sandbox: Gateway) -> None:
    done = kiosk.till.run("cancel", "SEALED-1-REFUND", "--yes", "--json")
    assert (done.code, done.json["state"]) == (0, "refunded")
    assert sandbox.refunds("SEALED-1-REFUND") == 1
    assert kiosk.file.stat().st_mode & 0o777 == 0o600
    found = kiosk.till.run("doctor")
    assert (found.code, f"key_stores: {PROFILE} sealed (opens)" in found.out) == (0, True)


def test_without_its_service_it_says_so_and_takes_no_other_store(kiosk: Kiosk, sandbox: Gateway) -> None:
    done = kiosk.bare.run("cancel", "SEALED-2-REFUND", "--yes", "--json")
    assert (done.code, done.json["state"]) == (5, "setup_problem")
    shown = kiosk.bare.run("show", done.json["case"]).out
    assert "S-09: The sealed key store of this till does not open." in shown
    assert sandbox.cancels("SEALED-2-REFUND") == []
    private = str(sandbox.folder / "acquire.private.pem")
    before = kiosk.file.read_bytes()
    for arguments in (("key", "import", "--private", private), ("key", "check"), ("key", "remove")):
        assert told(kiosk.bare, *arguments) == (
            "The system gave this program no key to open the sealed store with."
        )
    assert kiosk.file.read_bytes() == before
    found = kiosk.bare.json("doctor")
    assert found["key_stores"] == [{"profile": PROFILE, "store": "sealed", "opens": False}]
    assert str(kiosk.file.parent) in found["findings"][0]["sentence"]
    looked = kiosk.bare.run("lookup", "SEALED-2-REFUND")
    assert "the system gave this program no key for the sealed store" in looked.out


def test_an_altered_store_and_a_new_credential_are_told_and_left_as_they_are(kiosk: Kiosk) -> None:
    kiosk.file.write_bytes(kiosk.file.read_bytes()[:-1])
    damaged = kiosk.file.read_bytes()
    assert "altered" in told(kiosk.till, "key", "show")
    (finding,) = kiosk.till.json("key", "check")["findings"]
    assert "altered" in finding
    kiosk.service.renew()
    assert "another credential" in told(kiosk.till, "key", "generate", "--replace")
    assert kiosk.file.read_bytes() == damaged


def test_a_profile_says_keyring_where_the_till_says_sealed(kiosk: Kiosk) -> None:
    exported = kiosk.till.run("profile", "export", PROFILE).out
    own = kiosk.till.home / "own.toml"
    own.write_text(f'key_store = "keyring"\n{exported}')
    assert kiosk.till.run("profile", "import", str(own), "--replace").code == 0
    assert kiosk.bare.json("doctor")["key_stores"] == [
        {"profile": PROFILE, "store": "keyring", "opens": True}
    ]


@pytest.mark.parametrize("settings", ['key_store = "drawer"\n', "key_store = 7\n"])
def test_an_unknown_store_is_refused_and_not_guessed(kiosk: Kiosk, settings: str) -> None:
    (kiosk.till.home / "settings.toml").write_text(settings)
    assert told(kiosk.till, "key", "check") == "key_store in the settings is keyring or sealed, nothing else."


# --- key seal


@pytest.fixture
def installer(tmp_path: Path, keyring_environment: Mapping[str, str]) -> Till:
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemd-creds").write_text(PROGRAM)
    (programs / "systemd-creds").chmod(0o755)
    path = f"{programs}:{keyring_environment['PATH']}"
    return Till(tmp_path / "till", {**keyring_environment, "PATH": path})


def test_the_installer_makes_a_credential_that_no_one_sees(installer: Till, tmp_path: Path) -> None:
    file = tmp_path / "store" / "pos-cancel-keys"
    done = installer.run("key", "seal", "--out", str(file), "--with-key", "host")
    assert done.code == 0, done.err
    arguments = file.with_name("pos-cancel-keys.arguments").read_text().splitlines()
    assert arguments == ["encrypt", "--with-key=host", "--name=pos-cancel-keys", "-", str(file)]
    made = file.read_bytes()
    assert len(set(made)) > 32 <= len(made)
    assert f"LoadCredentialEncrypted=pos-cancel-keys:{file}" in done.out
    assert 'key_store = "sealed"' in done.out
    again = installer.run("key", "seal", "--out", str(file), "--json")
    assert (again.code, file.read_bytes()) == (2, made)
    assert "is there already" in again.json["error"]["sentence"]
    replaced = installer.run("key", "seal", "--out", str(file), "--replace", "--json")
    assert replaced.json == {
        "credential": str(file),
        "name": "pos-cancel-keys",
        "with_key": "auto",
        "unit": f"LoadCredentialEncrypted=pos-cancel-keys:{file}",
    }
    assert file.read_bytes() != made
    assert not (installer.home / "keys").exists()


def test_an_installer_without_the_right_or_the_program_is_told(installer: Till, tmp_path: Path) -> None:
    out = ("key", "seal", "--json", "--out")
    (tmp_path / "file").write_text("")
    assert told(installer, *out, str(tmp_path / "file" / "in it")).endswith("File exists.")
    program = tmp_path / "bin" / "systemd-creds"
    program.write_text("#!/bin/sh\necho first >&2; echo Permission denied >&2; exit 1\n")
    assert told(installer, *out, str(tmp_path / "x")) == (
        "systemd-creds made no credential: Permission denied."
    )
    program.unlink()
    only = dataclasses.replace(installer, environment={**installer.environment, "PATH": str(program.parent)})
    assert told(only, *out, str(tmp_path / "x")) == "systemd-creds is not on this machine."


def test_the_help_explains_it(installer: Till) -> None:
    text = installer.run("key", "seal", "--help").out
    assert "--with-key" in text
    assert "as root and once" in text
    assert "seal" in json.dumps(installer.run("--help").out)
