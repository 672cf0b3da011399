"""Keys of the till itself: the one-time key of a move, and the key that the tills of a shop share.

They lie in the key store like those of an account, under a name that no account can have.
"""

import base64
import contextlib
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from pos_cancel.adapters.key_errands import Errand
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_entries import (
    USER,
    StoredKey,
    Vault,
    drop_entry,
    read_entry,
    service_of,
    stored_key,
    write_entry,
)
from pos_cancel.adapters.sealed_move import OneTimeKey, make_one_time
from pos_cancel.domain.errors import KeyTextError
from pos_cancel.domain.profile import Profile, ProfileKind

# Only real keyrings are good enough, whatever accounts the till has.
TILL = Profile(name=".till", kind=ProfileKind.LIVE, gateway="", endpoint="", merchant_id="")
ONE_TIME, SHOP = "one-time", "shop"
SEED = 32

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ShopKey:
    """The key that all tills of a shop share, for what they sign among themselves."""

    private: Ed25519PrivateKey = field(repr=False)
    since: datetime | None = None

    @property
    def public(self) -> bytes:
        """Give the public half, 32 bytes."""
        return self.private.public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """Give the SHA-256 of the public half in hex."""
        return hashlib.sha256(self.public).hexdigest()

    @property
    def public_text(self) -> str:
        """Give the public half as base64."""
        return _base64(self.public)

    def text(self) -> str:
        """Give the value for the key store."""
        return StoredKey(_base64(self.private.private_bytes_raw()), since=self.since).text()


def load_shop_key(text: str) -> ShopKey:
    """Rebuild the shop key. Raises `KeyTextError`."""
    stored = stored_key(text)
    return ShopKey(Ed25519PrivateKey.from_private_bytes(_seed(stored.key)), stored.since)


class TillKeys:
    """The keys of one till. All methods may wait for the key store and raise `KeyStoreError`."""

    def __init__(self, store: KeyringStore, place: Profile = TILL) -> None:
        self._store = store
        self._place = place

    def one_time(self, now: datetime) -> OneTimeKey | None:
        """Give the one-time key that waits; one whose hour is over, or that is damaged, is dropped."""
        waiting = self._loaded(ONE_TIME, _one_time)
        if waiting is not None and not waiting.is_over(now):
            return waiting
        if self._has(ONE_TIME):
            self._drop(ONE_TIME)
        return None

    def await_move(self, now: datetime) -> OneTimeKey:
        """Give the one-time key that waits, a new one where none does."""
        waiting = self.one_time(now)
        if waiting is not None:
            return waiting
        # What is kept has no parts of a second.
        made = make_one_time(now.replace(microsecond=0))
        self._write(ONE_TIME, StoredKey(_base64(made.private.private_bytes_raw()), since=made.made_at).text())
        return made

    def forget_one_time(self) -> bool:
        """Drop the one-time key; tells whether there was one."""
        waited = self._has(ONE_TIME)
        self._drop(ONE_TIME)
        return waited

    def shop(self) -> ShopKey | None:
        """Give the shop key, None where this till has none."""
        return self._loaded(SHOP, load_shop_key)

    def make_shop(self, now: datetime) -> ShopKey:
        """Make a shop key; it takes the place of the one that is there."""
        made = ShopKey(Ed25519PrivateKey.generate(), now.replace(microsecond=0))
        self.keep_shop(made)
        return made

    def keep_shop(self, key: ShopKey) -> None:
        """Keep a shop key that was made on another till."""
        self._write(SHOP, key.text())

    def remove_shop(self) -> bool:
        """Drop the shop key; tells whether there was one."""
        was_there = self._has(SHOP)
        self._drop(SHOP)
        return was_there

    def _loaded(self, entry: str, load: Callable[[str], T | None]) -> T | None:
        """Load a key where the store is, so that nothing that is raised leads to its text."""

        def read(vault: Vault) -> tuple[T, ...]:
            text = read_entry(vault, self._place.name, entry)
            found = load(text) if text else None
            return () if found is None else (found,)

        nothing: tuple[T, ...] = ()
        found = self._store.ask(self._place, Errand(read, absent=nothing))
        return found[0] if found else None

    def _has(self, entry: str) -> bool:
        def look(vault: Vault) -> bool:
            return bool(vault.get_password(service_of(self._place.name, entry), USER))

        return self._store.ask(self._place, Errand(look, absent=False))

    def _write(self, entry: str, text: str) -> None:
        def write(vault: Vault) -> bool:
            return write_entry(vault, self._place.name, entry, text)

        self._store.change(self._place, Errand(write))

    def _drop(self, entry: str) -> None:
        def drop(vault: Vault) -> bool:
            drop_entry(vault, self._place.name, entry)
            return True

        self._store.change(self._place, Errand(drop, absent=True))


def _one_time(text: str) -> OneTimeKey | None:
    """Give the one-time key, None for one that is damaged: it is worth nothing but another one."""
    with contextlib.suppress(KeyTextError):
        stored = stored_key(text)
        if stored.since is not None:
            return OneTimeKey(X25519PrivateKey.from_private_bytes(_seed(stored.key)), stored.since)
    return None


def _seed(text: str) -> bytes:
    try:
        seed = base64.b64decode(text, validate=True)
    except ValueError:
        seed = b""
    if len(seed) != SEED:
        raise KeyTextError("A key of this till is damaged.", "Make it again.")
    return seed


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
