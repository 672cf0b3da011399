"""When the keys in memory go; that a real keyring is locked is tested where there is one."""

import threading
import time
from dataclasses import replace

import pytest

from pos_cancel.adapters import key_dropping
from pos_cancel.adapters.key_dropping import KeyDropping
from pos_cancel.adapters.keyring_lock import LockWatch
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyTrouble
from tests.key_store_contract import TRAINING


class CountedKeys:
    """Fulfils `KeyStore`; counts how often its keys were dropped."""

    def __init__(self) -> None:
        self.dropped = 0

    def peek(self, profile: Profile) -> KeyTrouble:
        return KeyTrouble.MISSING

    def forget(self) -> None:
        self.dropped += 1

    def accepted(self, profile: Profile, keys: object) -> None:
        """Nobody rotates here."""


@pytest.fixture
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_dropping, "LOOK_S", 0.0)


@pytest.mark.usefixtures("often")
def test_a_changed_or_removed_account_drops_the_keys_once() -> None:
    keys, profiles = CountedKeys(), {"a": TRAINING}
    dropping = KeyDropping(keys, profiles)
    dropping.tend()
    assert keys.dropped == 0
    for change in ({"a": replace(TRAINING, account="Second floor")}, {"b": TRAINING}, {}):
        profiles.clear()
        profiles.update(change)
        before = keys.dropped
        dropping.tend()
        dropping.tend()
        assert keys.dropped == before + 1


def test_it_does_not_look_all_the_time() -> None:
    keys, profiles = CountedKeys(), {"a": TRAINING}
    dropping = KeyDropping(keys, profiles)
    dropping.tend()
    profiles.clear()
    dropping.tend()
    assert keys.dropped == 0


def test_the_end_drops_the_keys() -> None:
    keys = CountedKeys()
    KeyDropping(keys, {}).end()
    assert keys.dropped == 1


def test_where_no_bus_is_nothing_is_heard_and_nothing_breaks() -> None:
    """The tests' own environment has none."""
    heard: list[None] = []
    watch = LockWatch(lambda: heard.append(None))
    for _ in range(2):
        watch.begin()
        ends_at = time.monotonic() + 10
        while any(thread.name == "keyring-lock" for thread in threading.enumerate()):
            assert time.monotonic() < ends_at
            time.sleep(0.01)
    assert heard == []
