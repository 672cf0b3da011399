"""Keys in the keyring of the operating system (outcomes.md R11; facts.md, Keyring).

A locked or hung keyring blocks without end, so nobody waits for it here: `peek` tells what is known and
fetches in the background; the blocking functions are for the command line and have a deadline. Fetched
keys stay in memory as key objects until `forget`.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_cancel.adapters.keyring_backend import LockState, choose, lock_state, open_up, tried
from pos_cancel.adapters.keyring_entries import (
    GATEWAY_PUBLIC,
    MD5,
    PRIVATE,
    KeyTexts,
    Vault,
    load_md5,
    load_private,
    load_public,
    read_entry,
    remove_entries,
    texts_of,
    write_entry,
)
from pos_cancel.adapters.one_call import Attempt, OneCall, Overdue
from pos_cancel.domain.errors import KeyStoreError
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.keys import fingerprint
from pos_cancel.gateways.signing import Keys

DEADLINE_S = 3.0
RETRY_S = 1.0
# A person needs so long to type a password, and is not asked again for so long after refusing.
ASKING_S = 60.0
ASK_AGAIN_S = 30.0
WORDS = {
    KeyTrouble.MISSING: (
        "There is no key for this profile on this till.",
        "Import it: pos-cancel key import",
    ),
    KeyTrouble.LOCKED: ("The keyring of this till is locked.", "Unlock it, then try again."),
    KeyTrouble.HUNG: ("The keyring of this till does not answer.", "Try again; if it stays so, log in anew."),
    KeyTrouble.NO_KEYRING: (
        "There is no keyring on this till.",
        "Log in to the desktop, or install gnome-keyring, then try again.",
    ),
    KeyTrouble.REFUSED: (
        "This keyring may not hold keys of a real account.",
        "Use the keyring of the operating system.",
    ),
    KeyTrouble.UNREADABLE: ("What the keyring holds is not a key.", "Import the key again."),
    KeyTrouble.LOADING: ("The key is still being fetched.", "Try again."),
}

T = TypeVar("T")
Slot = tuple[str, SignType]


class KeyringTrouble(KeyStoreError):
    """Why the keyring did not do what was asked; `trouble` says it for programs."""

    def __init__(self, trouble: KeyTrouble) -> None:
        super().__init__(*WORDS[trouble], topic=f"key_{trouble.value}")
        self.trouble = trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySummary:
    """What a profile has in the keyring, without any of it: fingerprints are SHA-256 of the public halves."""

    private_fingerprint: str = ""
    private_bits: int = 0
    gateway_fingerprint: str = ""
    gateway_bits: int = 0
    has_md5: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What the last fetch of a profile gave, and when by the monotonic clock."""

    found: Keys | KeyTrouble = field(repr=False)
    at: float


@dataclass(frozen=True, slots=True)
class Errand(Generic[T]):
    """What is wanted of the keyring.

    `absent` is the answer where there is no keyring yet, None means that one is to be made. `asking_s` is
    how long a person who is asked for the password may take; 0 for nobody is waiting.
    """

    work: Callable[[Vault], T | KeyTrouble]
    absent: T | KeyTrouble | None = None
    asking_s: float = 0.0


def nobody(_profile_name: str) -> None:
    """Tell nobody that a fetch has ended."""


class KeyringStore:
    """Fulfils `engine.ports.KeyStore`. Safe to be called from several threads.

    `backend` replaces the system's keyring for tests and training; a real account refuses it unless it is
    a keyring of the system. `on_ready` is called with a profile's name, in a thread of the store, whenever
    a fetch has ended.
    """

    def __init__(
        self,
        *,
        backend: Vault | None = None,
        deadline_s: float = DEADLINE_S,
        retry_s: float = RETRY_S,
        on_ready: Callable[[str], None] = nobody,
    ) -> None:
        self.on_ready = on_ready
        self._backend = backend
        self._retry_s = retry_s
        self._call = OneCall(deadline_s)
        self._lock = threading.Lock()
        self._known: dict[Slot, Known] = {}
        self._fetching: set[Slot] = set()
        self._age = 0
        self._quiet_until = 0.0

    def peek(self, profile: Profile) -> Keys | KeyTrouble:
        """Give the keys, or why there are none now, at once; troubles are looked into again after a while."""
        slot = (profile.name, profile.sign_type)
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
        gateway_public: RSAPublicKey | None = None,
        md5: bytes | None = None,
    ) -> None:
        """Keep these keys, and leave those that are not given as they are. Raises `KeyStoreError`."""
        texts = texts_of(private, gateway_public, md5)

        def write(vault: Vault) -> bool:
            return all(write_entry(vault, profile.name, entry, text) for entry, text in texts.items())

        complete = self._asked(profile, Errand(write, asking_s=ASKING_S))
        self.forget()
        if not complete:
            raise KeyStoreError("The keyring did not keep the key whole.", "Import the key again.")

    def remove(self, profile: Profile) -> None:
        """Drop all keys of a profile; none there is no error. Raises `KeyStoreError`."""

        def drop(vault: Vault) -> bool:
            remove_entries(vault, profile.name)
            return True

        self._asked(profile, Errand(drop, absent=True, asking_s=ASKING_S))
        self.forget()

    def describe(self, profile: Profile) -> KeySummary:
        """Say what is there, without secrets. Raises `KeyStoreError`."""

        def read(vault: Vault) -> KeySummary:
            return _summary(vault, profile.name)

        return self._asked(profile, Errand(read, absent=KeySummary(), asking_s=ASKING_S))

    def forget(self) -> None:
        """Drop the keys in memory; the next `peek` fetches anew."""
        with self._lock:
            self._known.clear()
            self._age += 1

    def _asked(self, profile: Profile, errand: Errand[T]) -> T:
        found = self._run(profile, errand)
        if isinstance(found, KeyTrouble):
            raise KeyringTrouble(found)
        return found

    def _start(self, profile: Profile, slot: Slot) -> None:
        arguments = (profile, slot, self._age)
        threading.Thread(target=self._fetch, args=arguments, name="key-fetch", daemon=True).start()

    def _fetch(self, profile: Profile, slot: Slot, age: int) -> None:

        def load(vault: Vault) -> Keys | KeyTrouble:
            return _load(vault, profile)

        found = self._run(profile, Errand(load, absent=KeyTrouble.MISSING))
        with self._lock:
            self._fetching.discard(slot)
            # What was fetched before `forget` is not to come back.
            if age == self._age:
                self._known[slot] = Known(found, time.monotonic())
        self.on_ready(profile.name)

    def _run(self, profile: Profile, errand: Errand[T]) -> T | KeyTrouble:
        def attempt(now: Attempt) -> T | KeyTrouble:
            return tried(lambda: self._work(profile, errand, now))

        try:
            return self._call.run(attempt, asking_s=errand.asking_s)
        except Overdue as overdue:
            return KeyTrouble.LOCKED if overdue.asking else KeyTrouble.HUNG

    def _work(self, profile: Profile, errand: Errand[T], attempt: Attempt) -> T | KeyTrouble:
        vault = choose(self._backend, training=profile.is_training)
        if isinstance(vault, KeyTrouble):
            return vault
        state = lock_state(vault)
        if state is LockState.ABSENT and errand.absent is not None:
            return errand.absent
        if state in {LockState.LOCKED, LockState.ABSENT} and not self._opened(vault, errand, attempt):
            return KeyTrouble.LOCKED
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


def _load(vault: Vault, profile: Profile) -> Keys | KeyTrouble:
    """Fetch what the profile's signature type needs; one missing key makes all of them useless."""
    if profile.sign_type is SignType.MD5:
        secret = read_entry(vault, profile.name, MD5)
        return Keys(md5=load_md5(secret)) if secret else KeyTrouble.MISSING
    private = read_entry(vault, profile.name, PRIVATE)
    public = read_entry(vault, profile.name, GATEWAY_PUBLIC)
    if not private or not public:
        return KeyTrouble.MISSING
    return Keys(private=load_private(private), gateway_public=load_public(public))


def _summary(vault: Vault, profile_name: str) -> KeySummary:
    texts = KeyTexts(*(read_entry(vault, profile_name, entry) for entry in (PRIVATE, GATEWAY_PUBLIC, MD5)))
    private = load_private(texts.private) if texts.private else None
    public = load_public(texts.gateway_public) if texts.gateway_public else None
    return KeySummary(
        private_fingerprint=fingerprint(private.public_key()) if private else "",
        private_bits=private.key_size if private else 0,
        gateway_fingerprint=fingerprint(public) if public else "",
        gateway_bits=public.key_size if public else 0,
        has_md5=bool(texts.md5),
    )
