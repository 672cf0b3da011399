"""Key texts as people have them become key objects, or one clear sentence (gateways.md F10; facts.md, Keys).

What the bytes in a text are is found out by trying. A text may hold several keys; where it cannot be known
which of them is meant, none is taken. No sentence holds any part of a key.
"""

import base64
import hashlib
from collections.abc import Callable, Iterable
from functools import wraps
from typing import ParamSpec, TypeVar

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

from pos_cancel.domain.errors import KeyMistake, KeyTextError
from pos_cancel.domain.identifiers import OUTER_BLANKS
from pos_cancel.domain.profile import SignType
from pos_cancel.gateways.key_mistakes import EXPORT_AGAIN, not_a_key, not_md5, not_rsa
from pos_cancel.gateways.key_numbers import is_whole
from pos_cancel.gateways.key_text import Block, blocks_of, decoded

LEAST_BITS = 1024
# Twice as long takes seconds to load, and more to store than a keyring may take.
MOST_BITS = 4096
RSA2_BITS = 2048
# Stands for a key that cannot be used here.
OTHER = object()

P = ParamSpec("P")
T = TypeVar("T")
Key = TypeVar("Key", RSAPrivateKey, RSAPublicKey)


def _alone(read: Callable[P, T]) -> Callable[P, T]:
    """Let errors of a reader leave without the frames that know the text: who keeps one keeps the others."""

    @wraps(read)
    def reader(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return read(*args, **kwargs)
        except KeyTextError as error:
            told = KeyTextError(error.sentence, error.way_on, error.mistake, topic=error.topic, **error.known)
        del args, kwargs
        raise told

    return reader


@_alone
def read_private(text: str | bytes, password: bytes | None = None) -> RSAPrivateKey:
    """Read the merchant's private key: PEM or bare base64, PKCS#1 or PKCS#8, encrypted with a password.

    A public half beside it does no harm. Raises `KeyTextError` for anything else, with its own sentence for
    a public key, a certificate, a key that is encrypted, of another kind, shorter than 1024 or longer than
    4096 bits, and for two different private keys.
    """
    blocks = blocks_of(text)
    # All are opened before one is taken: an encrypted one may be another than the plain one beside it.
    found = [key for key in (_private(block, password) for block in blocks) if key is not None]
    own = _distinct(key for key in found if isinstance(key, RSAPrivateKey))
    if len(own) > 1:
        raise _two("private", "the one that belongs to this account")
    if own:
        return _fitting(own[0])
    if found:
        raise not_rsa()
    public = [key for key in map(_public, blocks) if key is not None]
    if any(isinstance(key, RSAPublicKey) for key in public):
        sentence = "This is a public key; a private key is needed here."
        raise KeyTextError(sentence, EXPORT_AGAIN, KeyMistake.PUBLIC_FOR_PRIVATE)
    raise not_rsa() if public else not_a_key(text, blocks, "private")


@_alone
def read_public(text: str | bytes) -> RSAPublicKey:
    """Read the gateway's public key: PEM or bare base64, X.509 or PKCS#1.

    Our own public half beside our private key is not the gateway's. Raises `KeyTextError` for anything
    else, with its own sentence for a private key, a certificate, and two different public keys.
    """
    blocks = blocks_of(text)
    found = [key for key in map(_public, blocks) if key is not None]
    known = _distinct(key for key in found if isinstance(key, RSAPublicKey))
    privates = [key for key in map(_without_password, blocks) if key is not None]
    ours = [key.public_key() for key in privates if isinstance(key, RSAPrivateKey)]
    others = [key for key in known if key not in ours]
    if len(others) > 1:
        raise _two("public", "Alipay's")
    if others:
        return _fitting(others[0])
    if known:
        raise _own_public()
    if privates:
        raise KeyTextError(
            "This is a private key; a public key is needed here.",
            "Copy Alipay's public key from the portal, and keep the private key to yourself.",
            KeyMistake.PRIVATE_FOR_PUBLIC,
        )
    raise not_rsa() if found else not_a_key(text, blocks, "public")


@_alone
def read_md5(text: str | bytes) -> bytes:
    """Read the shared secret of sign type MD5: 32 small letters and digits. Raises `KeyTextError`."""
    secret = decoded(text).strip(OUTER_BLANKS)
    wrong = not_md5(secret)
    if wrong is not None:
        raise wrong
    return secret.encode("ascii")


def check_pair(private: RSAPrivateKey, gateway_public: RSAPublicKey) -> None:
    """Refuse the merchant's own public key in the place of the gateway's. Raises `KeyTextError`."""
    if private.public_key().public_numbers() == gateway_public.public_numbers():
        raise _own_public()


def check_halves(private: RSAPrivateKey, public: RSAPublicKey) -> None:
    """Refuse a public key that is not the other half of the merchant's private one. Raises `KeyTextError`."""
    if private.public_key().public_numbers() != public.public_numbers():
        raise KeyTextError(
            "These two halves do not belong together: the public key is not this private key's.",
            "Find the pair that was made together, or make a new one and upload its public half.",
            KeyMistake.HALVES,
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


@_alone
def expand(text: str) -> RSAPrivateKey:
    """Rebuild the key that `compact` wrote; its signatures are the same. Raises `KeyTextError`."""
    exponent, _, encoded = text.partition(".")
    try:
        primes = base64.b64decode(encoded, validate=True)
        half = len(primes) // 2
        first, second = int.from_bytes(primes[:half], "big"), int.from_bytes(primes[half:], "big")
        key = _from_primes(first, second, int(exponent))
        if is_whole(key):
            return key
    except (ValueError, ZeroDivisionError):
        pass
    raise KeyTextError("The stored private key is damaged.", "Import the private key again.")


def _from_primes(p: int, q: int, e: int) -> RSAPrivateKey:
    d = pow(e, -1, (p - 1) * (q - 1))
    return RSAPrivateNumbers(
        p, q, d, rsa_crt_dmp1(d, p), rsa_crt_dmq1(d, q), rsa_crt_iqmp(p, q), RSAPublicNumbers(e, p * q)
    ).private_key(unsafe_skip_rsa_key_validation=True)


def _bytes_of(number: int) -> int:
    return (number.bit_length() + 7) // 8


def _load(block: Block, password: bytes | None) -> object | None:
    key: object
    if block.pem:
        key = serialization.load_pem_private_key(block.pem, password, unsafe_skip_rsa_key_validation=True)
    else:
        key = serialization.load_der_private_key(block.der, password, unsafe_skip_rsa_key_validation=True)
    if isinstance(key, RSAPrivateKey) and key.key_size <= MOST_BITS and not is_whole(key):
        return None
    return key


def _private(block: Block, password: bytes | None) -> object | None:
    """Give the private key in the block, of whatever kind, or None where there is none."""
    try:
        return _load(block, None)
    except TypeError:  # This is how the library says that it is encrypted.
        return _unlocked(block, password)
    except UnsupportedAlgorithm:
        return OTHER
    except ValueError:
        return None


def _unlocked(block: Block, password: bytes | None) -> object | None:
    if not password:
        way_on = "Give its password too (--password-stdin)."
        raise KeyTextError("This private key is encrypted.", way_on, KeyMistake.ENCRYPTED)
    try:
        return _load(block, password)
    except UnsupportedAlgorithm:
        return OTHER
    except ValueError as error:
        # Only the library's words tell an unknown cipher (SM4, for one) from a wrong password.
        is_known = "Unknown" not in str(error)
    if is_known:
        raise KeyTextError(
            "The password does not open this private key.", "Type it again.", KeyMistake.PASSWORD
        )
    sentence = "This private key is encrypted in a way that is not known here."
    raise KeyTextError(sentence, EXPORT_AGAIN, KeyMistake.CIPHER)


def _public(block: Block) -> object | None:
    """Give the public key in the block, of whatever kind, or None where there is none."""
    try:
        return serialization.load_der_public_key(block.der)
    except UnsupportedAlgorithm:
        return OTHER
    except ValueError:
        return None


def _without_password(block: Block) -> object | None:
    """Give the private key in the block, or a stand-in for one that is encrypted, or None."""
    try:
        return _private(block, None)
    except KeyTextError:
        return OTHER


def _distinct(keys: Iterable[Key]) -> list[Key]:
    """Leave out repeated keys: one key in two forms is one key."""
    return list({_modulus(key): key for key in keys}.values())


def _modulus(key: RSAPrivateKey | RSAPublicKey) -> int:
    public = key.public_key() if isinstance(key, RSAPrivateKey) else key
    return public.public_numbers().n


def _fitting(key: Key) -> Key:
    """Give the key if its size is one that can be used."""
    way_on = f"Make a new key of {RSA2_BITS} bits."
    if key.key_size < LEAST_BITS:
        sentence = f"This key has only {key.key_size} bits; {LEAST_BITS} is the least."
        raise KeyTextError(sentence, way_on, KeyMistake.TOO_SHORT, bits=key.key_size)
    if key.key_size > MOST_BITS:
        sentence = f"This key has {key.key_size} bits; {MOST_BITS} is the most."
        raise KeyTextError(sentence, way_on, KeyMistake.TOO_LONG)
    return key


def _two(role: str, meant: str) -> KeyTextError:
    sentence = f"This text holds two different {role} keys."
    return KeyTextError(sentence, f"Leave only {meant} in it.", KeyMistake.TWO_KEYS)


def _own_public() -> KeyTextError:
    return KeyTextError(
        "This is your own public key; Alipay's public key is needed here.",
        "Upload your own to the portal, then copy the one that the portal shows as Alipay's.",
        KeyMistake.OWN_PUBLIC,
    )
