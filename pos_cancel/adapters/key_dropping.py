"""When the keys in memory are dropped: the keyring is locked, an account has changed, the till stops."""

import time
from collections.abc import Mapping

from pos_cancel.adapters.keyring_lock import LockWatch
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyStore

# A changed account is noticed so late at most; looking costs a till that has nothing to do next to nothing.
LOOK_S = 5.0


class KeyDropping:
    """Belongs to the engine's owner, who calls `tend` while nothing is due and `end` when it stops."""

    def __init__(self, keys: KeyStore, profiles: Mapping[str, Profile]) -> None:
        self._keys = keys
        self._profiles = profiles
        self._seen = dict(profiles)
        self._lock_watch = LockWatch(keys.forget)
        self._look_at = 0.0

    def tend(self) -> None:
        """Listen for the keyring's lock, and look whether an account has changed or gone."""
        if time.monotonic() < self._look_at:
            return
        self._look_at = time.monotonic() + LOOK_S
        self._lock_watch.begin()
        now = dict(self._profiles)
        if now != self._seen:
            self._seen = now
            self._keys.forget()

    def end(self) -> None:
        """Drop the keys: nothing is signed any more."""
        self._keys.forget()
