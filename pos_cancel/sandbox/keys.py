"""The keys of one training gateway: made for it, kept in memory, never shown."""

import secrets
from dataclasses import dataclass
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TRAINING_PARTNER = "2088000000000001"
RSA_BITS = 2048


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SandboxKeys:
    """The shop's key pair, the gateway's key pair, the MD5 secret and the partner id.

    The shop's private half is here because this gateway hands it out with its
    profile files; the gateway itself only ever verifies with the public half.
    """

    merchant: rsa.RSAPrivateKey
    gateway: rsa.RSAPrivateKey
    md5: str
    partner: str = TRAINING_PARTNER

    @classmethod
    def generate(cls) -> Self:
        """Make fresh throw-away keys."""
        return cls(
            merchant=rsa.generate_private_key(65537, RSA_BITS),
            gateway=rsa.generate_private_key(65537, RSA_BITS),
            md5=secrets.token_hex(16),
        )

    @classmethod
    def from_text(
        cls,
        *,
        merchant_private_pem: str,
        gateway_private_pem: str,
        md5_secret: str,
        partner: str = TRAINING_PARTNER,
    ) -> Self:
        """Take given keys, so that recorded requests can be replayed.

        Raises ValueError when a PEM text holds no RSA private key.
        """
        return cls(_load(merchant_private_pem), _load(gateway_private_pem), md5_secret, partner)

    def merchant_private_pem(self) -> str:
        """Export the shop's private key as PKCS#8 PEM."""
        return _private_pem(self.merchant)

    def gateway_public_pem(self) -> str:
        """Export the gateway's public key, which the shop verifies replies with."""
        return _public_pem(self.gateway)

    def md5_secret(self) -> str:
        """Export the shared MD5 secret, 32 characters."""
        return self.md5

    def __repr__(self) -> str:
        """Show that keys are here and nothing of them."""
        return "SandboxKeys(…)"


def _load(pem: str) -> rsa.RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("The training gateway needs an RSA private key.")  # noqa: TRY004 - the text's content is wrong, not its type
    return key


def _private_pem(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode("ascii")


def _public_pem(key: rsa.RSAPrivateKey) -> str:
    return (
        key.public_key()
        .public_bytes(
            serialization.Encoding.PEM,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
        .decode("ascii")
    )
