"""What a profile has in the keyring: its keys to work with, what may be told of them, and the one that waits.

A new pair lies beside the old one until the gateway accepts it. Taking over is two writes, the new one as
the current first: a crash between them leaves the same key in both places, which is read as one.
"""

import contextlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_cancel.adapters.keyring_entries import (
    GATEWAY_PUBLIC,
    MD5,
    PRIVATE,
    PRIVATE_NEXT,
    Vault,
    drop_entry,
    load_md5,
    load_public,
    read_entry,
    stored_key,
    stored_md5,
    write_entry,
)
from pos_cancel.domain.errors import KeyTextError
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.keys import expand, fingerprint
from pos_cancel.gateways.signing import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySummary:
    """What a profile has in the keyring, without any of it: fingerprints are SHA-256 of the public halves.

    `public` and `next_public` are our own public halves. A version is "" where the profile's holds, a time
    None where nobody wrote it down. `next_damaged` says that something waits which is no key.
    """

    private_fingerprint: str = ""
    private_bits: int = 0
    gateway_fingerprint: str = ""
    gateway_bits: int = 0
    has_md5: bool = False
    public: RSAPublicKey | None = None
    key_version: str = ""
    private_since: datetime | None = None
    md5_since: datetime | None = None
    next_fingerprint: str = ""
    next_bits: int = 0
    next_public: RSAPublicKey | None = None
    next_key_version: str = ""
    next_since: datetime | None = None
    next_damaged: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One of our private keys as it lies there."""

    private: RSAPrivateKey
    version: str
    since: datetime | None

    @property
    def fingerprint(self) -> str:
        """Give the fingerprint of its public half."""
        return fingerprint(self.private.public_key())


def load_keys(vault: Vault, profile: Profile) -> Keys | KeyTrouble:
    """Fetch what the profile's signature type needs; one missing key makes all of them useless.

    Raises `KeyTextError`. A damaged key that waits is left out: the current one goes on signing.
    """
    if profile.sign_type is SignType.MD5:
        secret = read_entry(vault, profile.name, MD5)
        return Keys(md5=load_md5(secret)) if secret else KeyTrouble.MISSING
    own = _own(vault, profile.name, PRIVATE)
    public = read_entry(vault, profile.name, GATEWAY_PUBLIC)
    if own is None or not public:
        return KeyTrouble.MISSING
    waiting, _ = _waiting(vault, profile.name, own)
    return Keys(
        private=own.private,
        gateway_public=load_public(public),
        key_version=own.version,
        next_private=waiting.private if waiting else None,
        next_key_version=waiting.version if waiting else "",
    )


def summary_of(vault: Vault, profile_name: str) -> KeySummary:
    """Say what is there. Raises `KeyTextError`."""
    own = _own(vault, profile_name, PRIVATE)
    waiting, damaged = _waiting(vault, profile_name, own)
    gateway_text = read_entry(vault, profile_name, GATEWAY_PUBLIC)
    gateway = load_public(gateway_text) if gateway_text else None
    md5 = read_entry(vault, profile_name, MD5)
    return KeySummary(
        private_fingerprint=own.fingerprint if own else "",
        private_bits=own.private.key_size if own else 0,
        gateway_fingerprint=fingerprint(gateway) if gateway else "",
        gateway_bits=gateway.key_size if gateway else 0,
        has_md5=bool(md5),
        public=own.private.public_key() if own else None,
        key_version=own.version if own else "",
        private_since=own.since if own else None,
        md5_since=stored_md5(md5).since if md5 else None,
        next_fingerprint=waiting.fingerprint if waiting else "",
        next_bits=waiting.private.key_size if waiting else 0,
        next_public=waiting.private.public_key() if waiting else None,
        next_key_version=waiting.version if waiting else "",
        next_since=waiting.since if waiting else None,
        next_damaged=damaged,
    )


def is_waiting(keys: Keys, accepted: str) -> bool:
    """Tell whether the key that the gateway took is the one that waits."""
    waiting = keys.next_private
    return waiting is not None and accepted in {"", fingerprint(waiting.public_key())}


def announced_version(vault: Vault, profile_name: str) -> str:
    """Give the version that lies beside the current key, "" where there is none or no key to be read."""
    with contextlib.suppress(KeyTextError):
        text = read_entry(vault, profile_name, PRIVATE)
        return stored_key(text).version if text else ""
    return ""


def promote_next(vault: Vault, profile_name: str, accepted: str = "") -> bool:
    """Make the waiting key the current one; tells whether the vault keeps it whole.

    `accepted` is the fingerprint of the key that is meant; where another one waits by now, or none, all
    stays as it is. Raises `KeyTextError` when what waits is no key.
    """
    text = read_entry(vault, profile_name, PRIVATE_NEXT)
    if not text:
        return True
    private = expand(stored_key(text).key)
    if accepted not in {"", fingerprint(private.public_key())}:
        return True
    if not write_entry(vault, profile_name, PRIVATE, text):
        return False
    drop_entry(vault, profile_name, PRIVATE_NEXT)
    return True


def _own(vault: Vault, profile_name: str, entry: str) -> Own | None:
    text = read_entry(vault, profile_name, entry)
    if not text:
        return None
    stored = stored_key(text)
    return Own(private=expand(stored.key), version=stored.version, since=stored.since)


def _waiting(vault: Vault, profile_name: str, current: Own | None) -> tuple[Own | None, bool]:
    """Give the key that waits, and whether something waits that is damaged."""
    try:
        waiting = _own(vault, profile_name, PRIVATE_NEXT)
    except KeyTextError:
        return None, True
    if waiting and current and waiting.fingerprint == current.fingerprint:
        return None, False
    return waiting, False
