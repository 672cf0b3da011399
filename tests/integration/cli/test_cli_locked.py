"""A keyring that is locked while the command line runs: it says so, waits, and goes on when it is open."""

import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.cli.command_line import PROFILE, Gateway, Till, gateway
from tests.integration.keyring_session import keyring_session, lock, unlock

pytestmark = pytest.mark.daemon

SAYS = "The key ring is locked or does not answer. Unlock it: this goes on by itself."


class Keyring:
    """A keyring that a person locks and unlocks."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = environment

    def lock(self) -> None:
        lock(self.environment)

    def unlock(self) -> None:
        unlock(self.environment)


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Keyring]:
    with keyring_session(tmp_path_factory.mktemp("keyring")) as environment:
        yield Keyring(environment)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, keyring: Keyring) -> Iterator[Gateway]:
    with gateway(tmp_path_factory.mktemp("gateway"), keyring.environment, "--pace", "0.05") as running:
        yield running


@pytest.fixture
def till(tmp_path: Path, keyring: Keyring, running: Gateway) -> Iterator[Till]:
    """A till that is set up, and locked."""
    till = Till(tmp_path / "till", keyring.environment)
    keyring.unlock()
    running.set_up(till)
    keyring.lock()
    yield till
    keyring.unlock()


def until_told(process: "subprocess.Popen[str]", then: Callable[[], None]) -> tuple[str, str]:
    """Do something once the program has said that the keyring is locked; gives what it said after all."""
    assert process.stderr is not None
    watchdog = threading.Timer(30, process.kill)
    watchdog.start()
    said = process.stderr.readline()
    assert SAYS in said
    then()
    out, err = process.communicate(timeout=60)
    watchdog.cancel()
    return out, said + err


def test_a_cancel_waits_unsent_and_goes_on_when_the_keyring_is_open(
    till: Till, keyring: Keyring, running: Gateway
) -> None:
    with till.start("cancel", "LOCK-1-REFUND", "--yes", "--json") as process:
        out, err = until_told(process, keyring.unlock)
    assert process.returncode == 0, out + err
    assert '"state": "refunded"' in out
    assert running.refunds("LOCK-1-REFUND") == 1


def test_a_cancel_whose_keyring_stays_locked_was_not_sent(
    till: Till, keyring: Keyring, running: Gateway
) -> None:
    done = till.run("cancel", "LOCK-2-REFUND", "--yes", "--json")
    assert (done.json["state"], done.code, done.json["tries"]) == ("not_sent", 6, 0)
    assert done.err.count(SAYS) == 1
    assert running.cancels("LOCK-2-REFUND") == []
    # Send again says the same, and sends when it can.
    with till.start("send", done.json["case"], "--json") as process:
        out, err = until_told(process, keyring.unlock)
    assert process.returncode == 0, out + err
    assert '"state": "refunded"' in out


def test_keys_are_imported_when_the_keyring_is_open(till: Till, keyring: Keyring, running: Gateway) -> None:
    private = str(running.folder / "acquire.private.pem")
    with till.start("key", "import", "--profile", PROFILE, "--private", private, "--json") as process:
        out, err = until_told(process, keyring.unlock)
    assert process.returncode == 0, out + err
    assert '"private_bits": 2048' in out


@pytest.mark.parametrize("act", ["import", "remove"])
def test_keys_stay_as_they_are_where_nobody_unlocks(
    till: Till, keyring: Keyring, running: Gateway, act: str
) -> None:
    more = ["--private", str(running.folder / "acquire.private.pem")] if act == "import" else []
    done = till.run("key", act, "--profile", PROFILE, *more, "--wait", "0.3", "--json")
    assert (done.code, done.json["error"]["code"]) == (5, "key_store")
    assert done.json["error"]["sentence"] == "The keyring of this till is locked."
    assert done.json["error"]["way_on"] == "Unlock it, then try again."
    assert done.err.count(SAYS) == 1
    at_once = till.run("key", act, "--profile", PROFILE, *more, "--wait", "0", "--json")
    assert (at_once.code, at_once.err) == (5, "")
    keyring.unlock()
    assert till.run("key", "check", "--profile", PROFILE).code == 0


def test_doctor_says_that_it_is_locked(till: Till) -> None:
    done = till.run("doctor", "--json")
    assert done.code == 5
    assert done.json["key_stores"] == [{"profile": PROFILE, "store": "keyring", "opens": False}]
    assert [(found["code"], found["way_on"]) for found in done.json["findings"]] == [
        ("key_store", "Unlock it, then try again.")
    ]
    assert f"key_stores: {PROFILE} keyring (does not open)" in till.run("doctor").out
