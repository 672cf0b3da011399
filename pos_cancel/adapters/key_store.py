"""Keys in the keyring of the operating system, or in sealed files where the till is set up so (R11).

A locked or hung keyring blocks without end, so nobody waits for it here: `peek` tells what is known and
fetches in the background; the blocking functions are for the command line and have a deadline. Fetched
keys stay in memory as key objects until `forget`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_cancel.adapters.key_errands import Errand, Known
from pos_cancel.adapters.key_places import KeyPlaces, together
from pos_cancel.adapters.key_stamp import KeyStamp
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_backend import LockState, lock_state, open_up, tried
from pos_cancel.adapters.keyring_contents import (
    KeySummary,
    announced_version,
    is_waiting,
    load_keys,
    promote_next,
    summary_of,
)
from pos_cancel.adapters.keyring_entries import (
    GATEWAY_PUBLIC,
    MD5,
    PRIVATE,
    PRIVATE_NEXT,
    Vault,
    drop_entry,
    md5_text,
    private_text,
    public_text,
    remove_entries,
    write_entry,
)
from pos_cancel.adapters.one_call import Attempt, OneCall, Overdue
from pos_cancel.domain.errors import KeyStoreError
from pos_cancel.domain.profile import KEYRING, Profile, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.keys import fingerprint
from pos_cancel.gateways.signing import Keys

DEADLINE_S = 3.0
# A command, or a person at the assistant, has more patience than a case that goes on by itself.
PATIENT = 5
RETRY_S = 1.0
# A person needs so long to type a password, and is not asked again for so long after refusing.
ASKING_S = 60.0
ASK_AGAIN_S = 30.0
T = TypeVar("T")
Slot = tuple[str, SignType]


def nobody(_profile_name: str) -> None:
    """Tell nobody that a fetch has ended."""


class KeyringStore:
    """Fulfils `engine.ports.KeyStore`. Safe to be called from several threads.

    `backend` replaces the system's keyring for tests and training; a real account refuses it unless it is
    a keyring of the system. `on_ready` is called with a profile's name, in a thread of the store, whenever
    a fetch has ended. Stores with the same `home` see each other's changes, in other processes too, and
    have its sealed files; `default` is the place of profiles that name none.
    """

    def __init__(
        self,
        *,
        backend: Vault | None = None,
        deadline_s: float = DEADLINE_S,
        retry_s: float = RETRY_S,
        on_ready: Callable[[str], None] = nobody,
        home: Path | None = None,
        default: str | Callable[[], str] = KEYRING,
    ) -> None:
        self._stamp = KeyStamp(home)
        self.on_ready = on_ready
        self._places = KeyPlaces(backend=backend, home=home, default=default)
        self._retry_s = retry_s
        self._deadline_s = deadline_s
        self._call = OneCall()
        self._lock = threading.Lock()
        self._known: dict[Slot, Known] = {}
        self._fetching: set[Slot] = set()
        self._age = 0
        self._quiet_until = 0.0

    def peek(self, profile: Profile) -> Keys | KeyTrouble:
        """Give the keys, or why there are none now, at once; troubles are looked into again after a while."""
        slot = (profile.name, profile.sign_type)
        if self._stamp.has_moved():
            self.forget()
        with self._lock:
            known = self._known.get(slot)
            if known is not None and isinstance(known.found, Keys):
                return known.found
            if known is not None and time.monotonic() - known.at < self._retry_s:
                return known.found
            if slot not in self._fetching:
                self._fetching.add(slot)
                self._start(profile, slot)
        # While a lock or a hang is looked into again it is still the best answer; anything else may be over.
        if known is not None and isinstance(known.found, KeyTrouble) and known.found.can_pass:
            return known.found
        return KeyTrouble.LOADING

    def store(
        self,
        profile: Profile,
        *,
        private: RSAPrivateKey | None = None,
        key_version: str = "",
        gateway_public: RSAPublicKey | None = None,
        md5: bytes | None = None,
    ) -> None:
        """Keep these keys, and leave those that are not given as they are. Raises `KeyStoreError`.

        `key_version` is what signatures of the private key announce; left out, it stays what it is.
        """
        now = datetime.now(UTC)

        def write(vault: Vault) -> bool:
            texts = []
            if private is not None:
                version = key_version or announced_version(vault, profile.name)
                texts.append((PRIVATE, private_text(private, version, now)))
            if gateway_public is not None:
                texts.append((GATEWAY_PUBLIC, public_text(gateway_public)))
            if md5 is not None:
                texts.append((MD5, md5_text(md5, now)))
            return all(write_entry(vault, profile.name, entry, text) for entry, text in texts)

        self.change(profile, Errand(write))

    def store_next(self, profile: Profile, private: RSAPrivateKey, key_version: str = "") -> None:
        """Keep a private key beside the current one until the gateway accepts it; replaces one that waits.

        Raises `KeyStoreError`.
        """
        text = private_text(private, key_version, datetime.now(UTC))
        self.change(profile, Errand(lambda vault: write_entry(vault, profile.name, PRIVATE_NEXT, text)))

    def promote(self, profile: Profile, accepted: str = "") -> None:
        """Make the waiting key the current one and drop the old. Raises `KeyStoreError`.

        `accepted` is the fingerprint of the key that the gateway took; where another one waits by now, or
        none any more, nothing changes. May wait for the keyring.
        """
        errand = Errand(partial(promote_next, profile_name=profile.name, accepted=accepted), absent=True)
        self.change(profile, errand)

    def accepted(self, profile: Profile, keys: Keys) -> None:
        """Let the key that the gateway took take over: in memory at once, in the keyring in the background.

        Never waits and tells no trouble: a keyring that is locked by now still holds both keys.
        """
        if keys.private is None:
            return
        taken = fingerprint(keys.private.public_key())
        slot = (profile.name, profile.sign_type)
        with self._lock:
            known = self._known.get(slot)
            if known is not None and isinstance(known.found, Keys) and is_waiting(known.found, taken):
                self._known[slot] = Known(known.found.with_next(), known.at)
        threading.Thread(
            target=self._promoted, args=(profile, taken), name="key-promote", daemon=True
        ).start()

    def drop_next(self, profile: Profile) -> None:
        """Drop the waiting key; none there is no error. Raises `KeyStoreError`."""

        def drop(vault: Vault) -> bool:
            drop_entry(vault, profile.name, PRIVATE_NEXT)
            return True

        self.change(profile, Errand(drop, absent=True))

    def remove(self, profile: Profile) -> None:
        """Drop all keys of a profile; none there is no error. Raises `KeyStoreError`."""

        def drop(vault: Vault) -> bool:
            remove_entries(vault, profile.name)
            return True

        self.change(profile, Errand(drop, absent=True))

    def describe(self, profile: Profile) -> KeySummary:
        """Say what is there, without secrets. Raises `KeyStoreError`."""

        def read(vault: Vault) -> KeySummary:
            return summary_of(vault, profile.name)

        return self.ask(profile, Errand(read, absent=KeySummary()))

    def place_of(self, profile: Profile) -> str:
        """Say which of `domain.profile.KEY_STORES` keeps the keys of this profile."""
        return self._places.name_for(profile)

    def forget(self) -> None:
        """Drop the keys in memory; the next `peek` fetches anew."""
        with self._lock:
            self._known.clear()
            self._age += 1

    def _promoted(self, profile: Profile, taken: str) -> None:
        errand = Errand(partial(promote_next, profile_name=profile.name, accepted=taken), absent=True)
        if self._run(profile, errand) is True:
            self._stamp.move()

    def change(self, profile: Profile, errand: Errand[bool]) -> None:
        """Have a person's change made, which tells whether the store keeps it. Raises `KeyStoreError`."""
        complete = self.ask(profile, errand)
        self._stamp.move()
        self.forget()
        if not complete:
            raise KeyStoreError("The key store did not keep the key whole.", "Import the key again.")

    def ask(self, profile: Profile, errand: Errand[T]) -> T:
        """Do an errand for a person, who may be asked for the password. Raises `KeyStoreError`."""
        found = self._run(profile, replace(errand, asking_s=ASKING_S))
        if isinstance(found, KeyTrouble):
            raise KeyringTrouble(found)
        return found

    def _start(self, profile: Profile, slot: Slot) -> None:
        arguments = (profile, slot, self._age)
        threading.Thread(target=self._fetch, args=arguments, name="key-fetch", daemon=True).start()

    def _fetch(self, profile: Profile, slot: Slot, age: int) -> None:

        def load(vault: Vault) -> Keys | KeyTrouble:
            return load_keys(vault, profile)

        def came(found: Keys | KeyTrouble) -> None:
            with self._lock:
                self._fetching.discard(slot)
                # What was fetched before `forget` is not to come back.
                if age == self._age:
                    self._learn(slot, found)
            self.on_ready(profile.name)

        came(self._run(profile, Errand(load, absent=KeyTrouble.MISSING), late=came))

    def _learn(self, slot: Slot, found: Keys | KeyTrouble) -> None:
        known = self._known.get(slot)
        # Keys that came late may be there before it is noticed that somebody did not wait for them.
        if not (found is KeyTrouble.HUNG and known is not None and isinstance(known.found, Keys)):
            self._known[slot] = Known(found, time.monotonic())

    def _run(
        self,
        profile: Profile,
        errand: Errand[T],
        late: Callable[[T | KeyTrouble], None] | None = None,
    ) -> T | KeyTrouble:
        def attempt(now: Attempt) -> T | KeyTrouble:
            return tried(lambda: self._work(profile, errand, now))

        deadline_s = self._deadline_s * (PATIENT if errand.asking_s else 1)
        try:
            return self._call.run(attempt, deadline_s, asking_s=errand.asking_s, late=late)
        except Overdue as overdue:
            return KeyTrouble.LOCKED if overdue.asking else KeyTrouble.HUNG

    def _work(self, profile: Profile, errand: Errand[T], attempt: Attempt) -> T | KeyTrouble:
        vault = self._places.vault_for(profile)
        if isinstance(vault, KeyTrouble):
            return vault
        state = lock_state(vault)
        if state is LockState.ABSENT and errand.absent is not None:
            return errand.absent
        if state in {LockState.LOCKED, LockState.ABSENT} and not self._opened(vault, errand, attempt):
            return KeyTrouble.LOCKED
        with together(vault):
            return errand.work(vault)

    def _opened(self, vault: Vault, errand: Errand[T], attempt: Attempt) -> bool:
        """Have the keyring unlocked, unless that was refused a moment ago and nobody waits for it."""
        if not errand.asking_s and time.monotonic() < self._quiet_until:
            return False
        attempt.asking = True
        if tried(lambda: open_up(vault)) is True:
            attempt.asking = False
            return True
        self._quiet_until = time.monotonic() + ASK_AGAIN_S
        return False
