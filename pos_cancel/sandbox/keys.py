"""The keys of one training gateway: made for it, kept in memory, never shown."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Self

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TRAINING_PARTNER = "2088000000000001"
# A SANDBOX_ client of Antom is served at a path of its own, one of Alipay+ at the usual path.
CLIENT_IDS: Mapping[str, str] = MappingProxyType(
    {
        "antom": "SANDBOX_5X00000000000001",
        "apo": "5X00000000000002",
        "acqp": "SANDBOX_5Y00000000000003",
    }
)
RSA_BITS = 2048


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class Account:
    """A shop's account at one JSON gateway: its client id, its key pair and the gateway's."""

    gateway_name: str
    client_id: str
    merchant: rsa.RSAPrivateKey
    gateway: rsa.RSAPrivateKey

    def merchant_private_pem(self) -> str:
        """Export the shop's private key as PKCS#8 PEM."""
        return _private_pem(self.merchant)

    def gateway_public_pem(self) -> str:
        """Export the gateway's public key, which the shop verifies replies with."""
        return _public_pem(self.gateway)

    def __repr__(self) -> str:
        """Name the account and show nothing of its keys."""
        return f"Account({self.gateway_name})"


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SandboxKeys:
    """The shop's key pair, the gateway's key pair, the MD5 secret and the partner id.

    These are the form gateway's; `accounts` has the JSON gateways' by their names, none
    of whose keys is used twice, so that a till which mixes accounts up is found out.

    The shop's private half is here because this gateway hands it out with its
    profile files; the gateway itself only ever verifies with the public half.
    """

    merchant: rsa.RSAPrivateKey
    gateway: rsa.RSAPrivateKey
    md5: str
    partner: str = TRAINING_PARTNER
    accounts: Mapping[str, Account] = field(default_factory=dict)

    @classmethod
    def generate(cls) -> Self:
        """Make fresh throw-away keys."""
        return cls(
            merchant=_fresh_key(),
            gateway=_fresh_key(),
            md5=secrets.token_hex(16),
            accounts={
                name: Account(name, CLIENT_IDS[name], _fresh_key(), _fresh_key()) for name in CLIENT_IDS
            },
        )

    @classmethod
    def from_text(
        cls,
        *,
        merchant_private_pem: str,
        gateway_private_pem: str,
        md5_secret: str,
        partner: str = TRAINING_PARTNER,
        client_ids: Mapping[str, str] = CLIENT_IDS,
    ) -> Self:
        """Take given keys for all gateways, so that recorded requests can be replayed.

        Raises ValueError when a PEM text holds no RSA private key.
        """
        merchant, gateway = _load(merchant_private_pem), _load(gateway_private_pem)
        accounts = {name: Account(name, client_ids[name], merchant, gateway) for name in client_ids}
        return cls(merchant, gateway, md5_secret, partner, accounts)

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


def _fresh_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, RSA_BITS)


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
