"""Key texts as people have them become key objects, or one clear sentence (gateways.md F10; facts.md, Keys).

Alipay's tool gives bare base64, portals give PEM with doubled blanks, Windows adds CRLF and a mark. So the
armour is only a hint here: what the bytes are is found out by trying. No sentence holds any part of a key.
"""

import base64
import hashlib
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from dataclasses import dataclass, field
from typing import TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPrivateNumbers,
    RSAPublicKey,
    RSAPublicNumbers,
    rsa_crt_dmp1,
    rsa_crt_dmq1,
    rsa_crt_iqmp,
)
from cryptography.x509 import load_der_x509_certificate

from pos_cancel.domain.errors import KeyTextError
from pos_cancel.domain.identifiers import OUTER_BLANKS
from pos_cancel.domain.profile import SignType

LEAST_BITS = 1024
RSA2_BITS = 2048
MD5_LENGTH = 32
BLANKS = re.compile(r"[\s\u200b\u2060\ufeff]+")
ARMOUR = re.compile(r"-{2,}\s*BEGIN\s+([A-Z0-9 \t]+?)\s*-{2,}(.*?)-{2,}\s*END\s[^-]*-{2,}", re.DOTALL)
MD5_SECRET = re.compile(r"[0-9a-z]{32}", re.ASCII)
COPY_AGAIN = "Copy the whole text again, from the first to the last character."
EXPORT_AGAIN = "Export it again from Alipay's key tool, as PEM or as one line of base64."


Key = TypeVar("Key", RSAPrivateKey, RSAPublicKey)


@dataclass(frozen=True, slots=True)
class _Block:
    """One armoured or bare text: what the armour calls it, its bytes, and for old encrypted PEM all of it."""

    label: str
    der: bytes = field(repr=False)
    pem: bytes = field(default=b"", repr=False)


def read_private(text: str | bytes, password: bytes | None = None) -> RSAPrivateKey:
    """Read the merchant's private key: PEM or bare base64, PKCS#1 or PKCS#8, encrypted with a password.

    Raises `KeyTextError` for anything else, with its own sentence for a public key, a certificate, a key
    that is encrypted, of another kind, or shorter than 1024 bits.
    """
    blocks = _blocks(text)
    for block in blocks:
        private = _private(block, password)
        if private is not None:
            return _strong(private)
    if any(_public(block) is not None for block in blocks):
        raise KeyTextError(
            "This is a public key; a private key is needed here.", EXPORT_AGAIN, topic="key_is_public"
        )
    raise _not_a_key(blocks, "private")


def read_public(text: str | bytes) -> RSAPublicKey:
    """Read the gateway's public key: PEM or bare base64, X.509 or PKCS#1.

    Raises `KeyTextError` for anything else, with its own sentence for a private key or a certificate.
    """
    blocks = _blocks(text)
    for block in blocks:
        public = _public(block)
        if public is not None:
            return _strong(public)
    if any(_is_private(block) for block in blocks):
        raise KeyTextError(
            "This is a private key; a public key is needed here.",
            "Copy Alipay's public key from the portal, and keep the private key to yourself.",
            topic="key_is_private",
        )
    raise _not_a_key(blocks, "public")


def read_md5(text: str | bytes) -> bytes:
    """Read the shared secret of sign type MD5: 32 small letters and digits. Raises `KeyTextError`."""
    secret = _decoded(text).strip(OUTER_BLANKS)
    if len(secret) != MD5_LENGTH:
        sentence = f"This MD5 key has {len(secret)} characters, not {MD5_LENGTH}."
        raise KeyTextError(sentence, COPY_AGAIN, topic="md5_length", count=len(secret))
    if not MD5_SECRET.fullmatch(secret):
        sentence = "This MD5 key holds characters other than small letters and digits."
        raise KeyTextError(sentence, COPY_AGAIN, topic="md5_characters")
    return secret.encode("ascii")


def check_pair(private: RSAPrivateKey, gateway_public: RSAPublicKey) -> None:
    """Refuse the merchant's own public key in the place of the gateway's. Raises `KeyTextError`."""
    if private.public_key().public_numbers() == gateway_public.public_numbers():
        raise KeyTextError(
            "This is your own public key; Alipay's public key is needed here.",
            "Upload your own to the portal, then copy the one that the portal shows as Alipay's.",
            topic="key_own",
        )


def check_halves(private: RSAPrivateKey, uploaded: RSAPublicKey) -> None:
    """Refuse a public key that does not belong to the private one. Raises `KeyTextError`."""
    if private.public_key().public_numbers() != uploaded.public_numbers():
        raise KeyTextError(
            "This public key does not belong to the private key on this till.",
            "Upload the public half that is shown here, or bring the private key that belongs to this one.",
            topic="key_halves",
        )


def warnings_for(key: RSAPrivateKey | RSAPublicKey, sign_type: SignType) -> tuple[str, ...]:
    """Give what is weak about a usable key, one sentence each."""
    if sign_type in {SignType.RSA2, SignType.RSA256} and key.key_size < RSA2_BITS:
        return (f"This key has {key.key_size} bits; {sign_type} is meant for {RSA2_BITS} or more.",)
    return ()


def fingerprint(public: RSAPublicKey) -> str:
    """Give the SHA-256 of the key's SubjectPublicKeyInfo in hex."""
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()


def compact(private: RSAPrivateKey) -> str:
    """Give the key as `e.base64(p‖q)`: 350 characters for 2048 bits, 690 for 4096.

    All else of an RSA key follows from these, and the whole of it fits the 1,280 characters that
    Windows keeps per credential, which no PEM does (facts.md, Keyring).
    """
    numbers = private.private_numbers()
    length = max(_bytes_of(numbers.p), _bytes_of(numbers.q))
    primes = numbers.p.to_bytes(length, "big") + numbers.q.to_bytes(length, "big")
    return f"{numbers.public_numbers.e}.{base64.b64encode(primes).decode('ascii')}"


def expand(text: str) -> RSAPrivateKey:
    """Rebuild the key that `compact` wrote; its signatures are the same. Raises `KeyTextError`."""
    exponent, _, encoded = text.partition(".")
    try:
        primes = base64.b64decode(encoded, validate=True)
        half = len(primes) // 2
        first, second = int.from_bytes(primes[:half], "big"), int.from_bytes(primes[half:], "big")
        return _from_primes(first, second, int(exponent))
    except (ValueError, ZeroDivisionError):
        # The cause would show the numbers themselves.
        raise KeyTextError("The stored private key is damaged.", "Import the private key again.") from None


def _from_primes(p: int, q: int, e: int) -> RSAPrivateKey:
    d = pow(e, -1, (p - 1) * (q - 1))
    return RSAPrivateNumbers(
        p, q, d, rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q), RSAPublicNumbers(e, p * q)
    ).private_key()


def _bytes_of(number: int) -> int:
    return (number.bit_length() + 7) // 8


def _blocks(text: str | bytes) -> list[_Block]:
    # ASCII never has a high bit in its second byte, DER's length byte of a key always.
    if isinstance(text, bytes) and text[:1] == b"0" and text[1:2] >= b"\x80":
        return [_Block("", text)]
    words = _decoded(text)
    armoured = [_armoured(match) for match in ARMOUR.finditer(words)]
    return armoured or [_Block("", _base64(words))]


def _armoured(match: re.Match[str]) -> _Block:
    label, body = " ".join(match[1].split()), match[2].replace("\r\n", "\n").strip()
    if "ENCRYPTED" in body:
        return _Block(label, b"", f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n".encode())
    return _Block(label, _base64(body))


def _decoded(text: str | bytes) -> str:
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    if text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return text.decode("utf-16", "replace")
    return text.decode("utf-8-sig", "replace")


def _base64(words: str) -> bytes:
    """Give the bytes, or none where the text is not base64; lost padding is put back."""
    packed = BLANKS.sub("", words).rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except ValueError:
        return b""


def _load(block: _Block, password: bytes | None) -> object:
    if block.pem:
        return serialization.load_pem_private_key(block.pem, password)
    return serialization.load_der_private_key(block.der, password)


def _private(block: _Block, password: bytes | None) -> RSAPrivateKey | None:
    """Give the private key in the block, or None where there is none."""
    try:
        key = _load(block, None)
    except TypeError:  # This is how the library says that it is encrypted.
        key = _unlocked(block, password)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPrivateKey):
        raise _not_rsa()
    return key


def _unlocked(block: _Block, password: bytes | None) -> object:
    if not password:
        way_on = "Give its password too (--password-stdin)."
        raise KeyTextError("This private key is encrypted.", way_on, topic="key_encrypted")
    try:
        return _load(block, password)
    except (ValueError, UnsupportedAlgorithm):
        sentence = "The password does not open this private key."
        raise KeyTextError(sentence, "Type it again.", topic="key_password") from None


def _public(block: _Block) -> RSAPublicKey | None:
    """Give the public key in the block, or None where there is none."""
    try:
        key = serialization.load_der_public_key(block.der)
    except (ValueError, UnsupportedAlgorithm):
        return None
    if not isinstance(key, RSAPublicKey):
        raise _not_rsa()
    return key


def _is_private(block: _Block) -> bool:
    try:
        return _private(block, None) is not None
    except KeyTextError:  # Encrypted, or not RSA: private all the same.
        return True


def _not_rsa() -> KeyTextError:
    return KeyTextError("This is not an RSA key; Alipay takes no others.", EXPORT_AGAIN, topic="key_not_rsa")


def _strong(key: Key) -> Key:
    if key.key_size < LEAST_BITS:
        sentence = f"This key has only {key.key_size} bits; {LEAST_BITS} is the least."
        way_on = f"Make a new key of {RSA2_BITS} bits."
        raise KeyTextError(sentence, way_on, topic="key_short", bits=key.key_size)
    return key


def _not_a_key(blocks: list[_Block], role: str) -> KeyTextError:
    labels = " ".join(block.label for block in blocks)
    if "CERTIFICATE" in labels or any(_is_certificate(block.der) for block in blocks):
        way_on = f"Give the {role} key itself."
        return KeyTextError("This is a certificate, not a key.", way_on, topic="key_certificate")
    if "KEY" in labels:
        return KeyTextError("This key is damaged or not complete.", COPY_AGAIN, topic="key_damaged")
    return KeyTextError(f"This text is not a {role} key.", EXPORT_AGAIN, topic=f"key_not_{role}")


def _is_certificate(der: bytes) -> bool:
    try:
        load_der_x509_certificate(der)
    except ValueError:
        return False
    return True
