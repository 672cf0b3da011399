"""Signing and verifying: MD5, RSA, RSA2 and RSA256 (gateways.md A1.2, A1.3, A2.3).

Only key objects are held here, never key text: loading a PEM costs a hundred times a signature.
Verification raises, so that a forgotten check cannot pass for a good one.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1, SHA256, HashAlgorithm

from pos_cancel.domain.errors import SignatureError
from pos_cancel.domain.profile import SignType
from pos_cancel.gateways.keys import fingerprint

# RSA256 is what the JSON systems call SHA256withRSA; RSA2 is what acquire calls it.
HASHES: Mapping[SignType, type[HashAlgorithm]] = {
    SignType.RSA: SHA1,
    SignType.RSA2: SHA256,
    SignType.RSA256: SHA256,
}
UNSIGNED_NAMES = frozenset({"sign", "sign_type"})
IMPORT_KEY = "Import it with `pos-cancel key import`."
NOT_BELIEVED = "Compare the gateway's key and the signature type of this profile with the Alipay portal."


@dataclass(frozen=True, slots=True)
class Keys:
    """The key objects of one profile: whichever its signature type needs, None for the others.

    `md5` is the shared secret of sign type MD5. `next_private` waits beside `private` until the gateway
    accepts it. Each has the version that its signatures announce on the JSON gateways; an empty one means
    the profile's. Neither `repr` nor `str` shows anything of them.
    """

    private: RSAPrivateKey | None = field(default=None, repr=False)
    gateway_public: RSAPublicKey | None = field(default=None, repr=False)
    md5: bytes | None = field(default=None, repr=False)
    key_version: str = field(default="", repr=False)
    next_private: RSAPrivateKey | None = field(default=None, repr=False)
    next_key_version: str = field(default="", repr=False)

    @property
    def key_id(self) -> str:
        """A short name of the private key, from its public half; "" where there is none."""
        return fingerprint(self.private.public_key())[:16] if self.private is not None else ""

    def with_next(self) -> "Keys":
        """Give the keys as they are when the waiting one has taken over; the same where none waits."""
        if self.next_private is None:
            return self
        return Keys(
            private=self.next_private,
            gateway_public=self.gateway_public,
            md5=self.md5,
            key_version=self.next_key_version,
        )


def canonical(params: Mapping[str, str]) -> str:
    """Give the text that acquire signs: `name=value` sorted by name, joined with `&`, values raw.

    `sign`, `sign_type` and empty values are left out (gateways.md A1.2 steps 1-3).
    """
    kept = sorted((name, value) for name, value in params.items() if value and name not in UNSIGNED_NAMES)
    return "&".join(f"{name}={value}" for name, value in kept)


def sign(text: bytes, sign_type: SignType, keys: Keys) -> str:
    """Sign with the merchant's private key, or the shared secret for MD5.

    Gives 32 lower-case hex digits for MD5, standard base64 for the others. Raises `SignatureError`
    when the key that the type needs is not there.
    """
    if sign_type is SignType.MD5:
        return _md5(text, keys)
    if keys.private is None:
        raise SignatureError("There is no merchant private key to sign with.", IMPORT_KEY)
    signature = keys.private.sign(text, PKCS1v15(), HASHES[sign_type]())
    return base64.b64encode(signature).decode("ascii")


def verify(text: bytes, signature: str, sign_type: SignType, keys: Keys) -> None:
    """Check a reply's signature with the gateway's public key, or the shared secret for MD5.

    Raises `SignatureError` when it does not match, is not strict base64, or the key is not there.
    """
    if sign_type is SignType.MD5:
        # Bytes, because compare_digest refuses text that is not ASCII.
        if not hmac.compare_digest(_md5(text, keys).encode("ascii"), signature.encode("utf-8", "replace")):
            raise _mismatch()
        return
    if keys.gateway_public is None:
        raise SignatureError("There is no public key of the gateway to check the reply with.", IMPORT_KEY)
    try:
        keys.gateway_public.verify(_base64(signature), text, PKCS1v15(), HASHES[sign_type]())
    except InvalidSignature:
        raise _mismatch() from None


def _md5(text: bytes, keys: Keys) -> str:
    if not keys.md5:
        raise SignatureError("There is no MD5 key for this profile.", IMPORT_KEY)
    return hashlib.md5(text + keys.md5).hexdigest()


def _base64(signature: str) -> bytes:
    try:
        decoded = base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        raise _mismatch() from None
    # The decoder lets stray low bits of the last character pass; one signature has one spelling.
    if base64.b64encode(decoded).decode("ascii") != signature:
        raise _mismatch()
    return decoded


def _mismatch() -> SignatureError:
    return SignatureError("The reply's signature does not match.", NOT_BELIEVED)
