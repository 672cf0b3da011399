"""The keyring store over keyrings in memory: slow, narrow, broken and forbidden ones."""

import logging
import queue
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from keyring.errors import InitError, KeyringLocked, NoKeyringError, PasswordSetError

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.key_troubles import WORDS, KeyringTrouble
from pos_cancel.adapters.keyring_backend import LockState, choose, lock_state, open_up
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.adapters.one_call import Attempt, OneCall, Overdue
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyStore, KeyTrouble
from pos_cancel.gateways.signing import Keys
from tests.fake_keyring import FakeKeyring
from tests.key_store_contract import AT_ONCE_S, LIVE, TRAINING, KeyStoreContract, make_keys, settled

PLANTED = "p-q-of-the-merchant"


def store_of(backend: FakeKeyring, **more: float) -> KeyringStore:
    return KeyringStore(backend=backend, deadline_s=more.get("deadline_s", 2.0), retry_s=0.02)


def put(store: KeyringStore, profile: Profile, keys: Keys) -> None:
    store.store(profile, private=keys.private, gateway_public=keys.gateway_public, md5=keys.md5)


class TestKeyringStoreKeepsTheContract(KeyStoreContract):
    def make_store(self, profile: Profile, keys: Keys) -> KeyStore:
        store = store_of(FakeKeyring())
        put(store, profile, keys)
        return store


class TestMemoryKeysKeepTheContract(KeyStoreContract):
    def make_store(self, profile: Profile, keys: Keys) -> KeyStore:
        return MemoryKeys({profile.name: keys})


def test_memory_is_no_place_for_real_accounts() -> None:
    assert MemoryKeys({LIVE.name: Keys()}).peek(LIVE) is KeyTrouble.REFUSED


@pytest.fixture
def backend() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture(scope="module")
def keys() -> Keys:
    return make_keys()


# --- troubles


@pytest.mark.parametrize(
    ("raises", "trouble"),
    [
        (KeyringLocked("no"), KeyTrouble.LOCKED),
        (InitError("dismissed"), KeyTrouble.LOCKED),
        (NoKeyringError("none"), KeyTrouble.NO_KEYRING),
        (PasswordSetError(PLANTED), KeyTrouble.LOCKED),
        (OSError(PLANTED), KeyTrouble.NO_KEYRING),
    ],
)
def test_what_a_keyring_raises(
    backend: FakeKeyring, raises: Exception, trouble: KeyTrouble, caplog: pytest.LogCaptureFixture
) -> None:
    store = store_of(backend)
    backend.raises = raises
    with caplog.at_level(logging.DEBUG):
        assert settled(store, TRAINING) is trouble
        for work in blocking_calls(store):
            with pytest.raises(KeyringTrouble) as raised:
                work()
            assert raised.value.trouble is trouble
            assert (raised.value.sentence, raised.value.way_on) == WORDS[trouble]
            assert PLANTED not in "".join(traceback.format_exception(raised.value))
    assert PLANTED not in caplog.text


def blocking_calls(store: KeyringStore) -> tuple[Callable[[], object], ...]:
    return (
        lambda: store.store(TRAINING, md5=b"0" * 32),
        lambda: store.remove(TRAINING),
        lambda: store.describe(TRAINING),
    )


def test_a_locked_keyring_is_looked_at_again(backend: FakeKeyring, keys: Keys) -> None:
    store = store_of(backend)
    put(store, TRAINING, keys)
    backend.raises = KeyringLocked("no")
    assert settled(store, TRAINING) is KeyTrouble.LOCKED
    backend.raises = None
    wait_for(lambda: isinstance(store.peek(TRAINING), Keys))


def wait_for(holds: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < ends_at
        time.sleep(0.005)


def test_a_hung_keyring_keeps_nobody_waiting_and_is_asked_once(backend: FakeKeyring, keys: Keys) -> None:
    store = store_of(backend, deadline_s=0.2)
    put(store, TRAINING, keys)
    backend.gate.clear()
    before = backend.calls
    began = time.monotonic()
    assert settled(store, TRAINING) is KeyTrouble.HUNG
    assert time.monotonic() - began < 0.2 + 0.3
    for _ in range(10):
        began = time.monotonic()
        assert store.peek(TRAINING) is KeyTrouble.HUNG
        assert time.monotonic() - began < AT_ONCE_S
        time.sleep(0.03)
    for work in blocking_calls(store):
        with pytest.raises(KeyringTrouble) as raised:
            work()
        assert raised.value.trouble is KeyTrouble.HUNG
    assert backend.calls == before + 1
    backend.gate.set()
    wait_for(lambda: isinstance(store.peek(TRAINING), Keys))


def test_the_end_of_a_fetch_is_told(backend: FakeKeyring) -> None:
    told: list[str] = []
    heard = threading.Event()

    def on_ready(name: str) -> None:
        told.append(name)
        heard.set()

    store = KeyringStore(backend=backend, on_ready=on_ready)
    assert store.peek(TRAINING) is KeyTrouble.LOADING
    assert heard.wait(5)
    assert told == [TRAINING.name]
    assert store.peek(TRAINING) is KeyTrouble.MISSING


def test_a_fetch_from_before_forgetting_does_not_come_back(backend: FakeKeyring, keys: Keys) -> None:
    store = store_of(backend)
    put(store, TRAINING, keys)
    backend.gate.clear()
    assert store.peek(TRAINING) is KeyTrouble.LOADING
    store.forget()
    backend.values.clear()
    backend.gate.set()
    assert settled(store, TRAINING) is KeyTrouble.MISSING


# --- which keyring


def test_a_real_account_refuses_a_keyring_that_is_not_the_systems(backend: FakeKeyring, keys: Keys) -> None:
    store = store_of(backend)
    with pytest.raises(KeyringTrouble) as raised:
        put(store, LIVE, keys)
    assert raised.value.trouble is KeyTrouble.REFUSED
    assert settled(store, LIVE) is KeyTrouble.REFUSED
    assert backend.calls == 0


def test_neither_variable_nor_file_redirects_a_real_account(
    monkeypatch: pytest.MonkeyPatch, isolated_home: Path
) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    config = isolated_home.parent / ".config" / "python_keyring" / "keyringrc.cfg"
    config.parent.mkdir(parents=True)
    config.write_text("[backend]\ndefault-keyring=keyring.backends.null.Keyring\n")
    assert settled(KeyringStore(), LIVE) is KeyTrouble.NO_KEYRING
    assert choose(None, training=False) is KeyTrouble.NO_KEYRING


def test_the_library_is_loaded_only_when_it_is_needed() -> None:
    # Nothing but Qt is imported before the first paint; the library alone would cost as much again.
    code = "import sys, pos_cancel.adapters.key_store; sys.exit('keyring' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root, check=False).returncode == 0


def test_a_keyring_that_cannot_be_locked_counts_as_open(backend: FakeKeyring) -> None:
    assert lock_state(backend) is LockState.UNTOLD
    assert open_up(backend)


# --- one call at a time


def test_a_person_who_is_asked_gets_more_time() -> None:
    calls = OneCall()

    def work(attempt: Attempt) -> str:
        attempt.asking = True
        time.sleep(0.2)
        return "unlocked"

    assert calls.run(work, 0.05, asking_s=5.0) == "unlocked"
    with pytest.raises(Overdue) as overdue:
        calls.run(work, 0.05)
    assert overdue.value.asking
    # The one before is still being asked.
    with pytest.raises(Overdue) as overdue:
        calls.run(work, 0.05, asking_s=0.01)
    assert overdue.value.asking
    time.sleep(0.2)
    with pytest.raises(Overdue) as overdue:
        calls.run(work, 0.05, asking_s=0.01)
    assert overdue.value.asking


def test_what_comes_too_late_is_handed_over_all_the_same() -> None:
    calls, may_end, late = OneCall(), threading.Event(), queue.SimpleQueue[str]()

    def work(_: Attempt) -> str:
        may_end.wait(10)
        return "slow"

    with pytest.raises(Overdue):
        calls.run(work, 0.01, late=late.put)
    may_end.set()
    assert late.get(timeout=10) == "slow"
    assert calls.run(work, 10.0, late=late.put) == "slow"
    assert late.empty()


def test_keys_that_come_late_from_a_slow_keyring_are_used(keys: Keys) -> None:
    """A till so busy that every answer takes longer than the deadline would never have keys otherwise."""
    backend, may_end = FakeKeyring(), threading.Event()
    put(store_of(backend), TRAINING, keys)
    get = backend.get_password

    def slow(service: str, username: str) -> str | None:
        may_end.wait(10)
        return get(service, username)

    backend.get_password = slow  # type: ignore[method-assign]
    ready = queue.SimpleQueue[str]()
    store = KeyringStore(backend=backend, deadline_s=0.02, retry_s=0.01, on_ready=ready.put)
    assert store.peek(TRAINING) is KeyTrouble.LOADING
    ready.get(timeout=10)
    assert store.peek(TRAINING) is KeyTrouble.HUNG
    may_end.set()
    ends_at = time.monotonic() + 10
    while not isinstance(store.peek(TRAINING), Keys) and time.monotonic() < ends_at:
        time.sleep(0.005)
    assert isinstance(store.peek(TRAINING), Keys)
