"""Bytes sealed to a one-time key that the receiving till shows, so that nobody on the way can read them.

    invitation   "PCR1" + base32( receiver's public key, 32 bytes
                                | the first 4 bytes of its SHA-256, against slips of hand )
    sealed text  "PCM1" + base32( the first 8 bytes of the receiver's fingerprint
                                | the sender's one-time public key, 32 bytes
                                | AES-256-GCM of the content, with its tag of 16 bytes )

The key and nonce of AES are HKDF-SHA256 over the X25519 secret of the two one-time keys, with "PCM1" and both
public keys as its info; "PCM1" and the receiver's public key are associated data besides. Both texts are
capital letters and digits only: they fit the denser kind of QR code, and a scanner types them on any
keyboard. Blanks, dashes, line ends and small letters do no harm.

What is sealed is secret, but anybody who sees the invitation can seal something. So both sides show a check
number of the sealed text; people compare the two before they take over what came.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pos_cancel.domain.errors import InvalidInput

INVITATION, SEALED = "PCR1", "PCM1"
LIFETIME = timedelta(hours=1)
PUBLIC, SLIP, RECEIVER, TAG = 32, 4, 8, 16
AES_KEY, NONCE = 32, 12
# Enough decimal digits to compare by telephone, too many to be met by trying within the hour.
CHECK_DIGITS = 16
NOISE = re.compile(r"[\s\-\u200b\u2060\ufeff]+")
SHOW_ANEW = "Show a new one-time key on the receiving till: pos-cancel key receive"


@dataclass(frozen=True, slots=True)
class OneTimeKey:
    """What the receiving till keeps until something has come, or its hour is over."""

    private: X25519PrivateKey = field(repr=False)
    made_at: datetime

    @property
    def public(self) -> bytes:
        """Give the public half."""
        return self.private.public_key().public_bytes_raw()

    @property
    def expires_at(self) -> datetime:
        """Give the end of its hour."""
        return self.made_at + LIFETIME

    @property
    def invitation(self) -> str:
        """Give the text that the sending till needs."""
        return INVITATION + _base32(self.public + _slip(self.public))

    def is_over(self, now: datetime) -> bool:
        """Tell whether its hour is over, or the clock was turned back before it was made."""
        return not self.made_at <= now < self.expires_at


def make_one_time(now: datetime) -> OneTimeKey:
    """Make a key for one move; `now` is aware."""
    return OneTimeKey(X25519PrivateKey.generate(), now)


def read_invitation(text: str) -> bytes:
    """Give the receiver's public key. Raises `InvalidInput` for a text that is not whole."""
    raw = _opened(text, INVITATION)
    if raw is None or len(raw) != PUBLIC + SLIP or _slip(raw[:PUBLIC]) != raw[PUBLIC:]:
        raise InvalidInput("This is not the one-time key of a receiving till, or not all of it.", SHOW_ANEW)
    return raw[:PUBLIC]


def seal(content: bytes, receiver: bytes) -> str:
    """Seal the content for the till with this one-time public key. Raises `InvalidInput` for a false one."""
    sender = X25519PrivateKey.generate()
    own = sender.public_key().public_bytes_raw()
    try:
        secret = sender.exchange(X25519PublicKey.from_public_bytes(receiver))
    except ValueError:
        # One of the few points that make the secret the same for everybody.
        raise InvalidInput("This one-time key is none that a till makes.", SHOW_ANEW) from None
    key, nonce = _derived(secret, own, receiver)
    sealed = AESGCM(key).encrypt(nonce, content, _bound(receiver))
    return SEALED + _base32(_mark(receiver) + own + sealed)


def open_sealed(text: str, one_time: OneTimeKey, now: datetime) -> bytes:
    """Give the content. Raises `InvalidInput` in words for what is not for this key, altered, or too late."""
    raw = _opened(text, SEALED)
    if raw is None or len(raw) < RECEIVER + PUBLIC + TAG:
        raise InvalidInput("This is not a sealed move, or not all of it.", "Take the whole file or code.")
    if raw[:RECEIVER] != _mark(one_time.public):
        raise InvalidInput(
            "This was sealed for another till, or for an earlier one-time key of this one.",
            "Seal it again on the sending till, with the key that this till shows now.",
        )
    if one_time.is_over(now):
        raise InvalidInput("The hour of this one-time key is over.", SHOW_ANEW)
    sender, sealed = raw[RECEIVER : RECEIVER + PUBLIC], raw[RECEIVER + PUBLIC :]
    try:
        secret = one_time.private.exchange(X25519PublicKey.from_public_bytes(sender))
        key, nonce = _derived(secret, sender, one_time.public)
        return AESGCM(key).decrypt(nonce, sealed, _bound(one_time.public))
    except (InvalidTag, ValueError):
        raise InvalidInput(
            "This was altered or damaged on its way; nothing was taken over.",
            "Take it from the sending till again.",
        ) from None


def check_number(text: str) -> str:
    """Give the digits that both tills show of an invitation or a sealed text."""
    digest = hashlib.sha256(NOISE.sub("", text).upper().encode("utf-8", "replace")).digest()
    return str(int.from_bytes(digest, "big") % 10**CHECK_DIGITS).zfill(CHECK_DIGITS)


def _derived(secret: bytes, sender: bytes, receiver: bytes) -> tuple[bytes, bytes]:
    info = SEALED.encode() + sender + receiver
    made = HKDF(SHA256(), AES_KEY + NONCE, salt=None, info=info).derive(secret)
    return made[:AES_KEY], made[AES_KEY:]


def _bound(receiver: bytes) -> bytes:
    return SEALED.encode() + receiver


def _mark(receiver: bytes) -> bytes:
    return hashlib.sha256(receiver).digest()[:RECEIVER]


def _slip(public: bytes) -> bytes:
    return hashlib.sha256(public).digest()[:SLIP]


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def _opened(text: str, kind: str) -> bytes | None:
    packed = NOISE.sub("", text).upper()
    if not packed.startswith(kind):
        return None
    body = packed.removeprefix(kind)
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except (binascii.Error, ValueError):
        return None
    # The last letter may hold stray bits; one text has one spelling.
    return raw if _base32(raw) == body else None
