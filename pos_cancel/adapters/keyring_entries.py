"""How keys lie in a keyring: one service per entry, values as short as Windows wants (facts.md, Keyring)."""

import base64
import json
import re
from dataclasses import dataclass, field
from typing import Protocol

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_cancel.domain.errors import KeyTextError
from pos_cancel.gateways.keys import compact, expand, read_md5, read_public

USER = "pos-cancel"
LONGEST_VALUE = 1280
# Room for "1/4 " in front of each part.
PART = 1270
MOST_PARTS = 4
FORM = 1
PRIVATE, GATEWAY_PUBLIC, MD5 = "private", "gateway-public", "md5"
ENTRIES = (PRIVATE, GATEWAY_PUBLIC, MD5)
NUMBERED = re.compile(r"(\d)/(\d) ", re.ASCII)


class Vault(Protocol):
    """What is used of a keyring backend."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give a value, or None."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a value."""

    def delete_password(self, service: str, username: str) -> None:
        """Drop a value; raises where there is none."""


@dataclass(frozen=True, slots=True)
class KeyTexts:
    """Key values on their way into the keyring; an empty one is left as it is there."""

    private: str = field(default="", repr=False)
    gateway_public: str = field(default="", repr=False)
    md5: str = field(default="", repr=False)

    def items(self) -> tuple[tuple[str, str], ...]:
        """Give the entries that are to be written."""
        all_ = ((PRIVATE, self.private), (GATEWAY_PUBLIC, self.gateway_public), (MD5, self.md5))
        return tuple((entry, text) for entry, text in all_ if text)


def service_of(profile_name: str, entry: str, part: int = 1) -> str:
    """Give the service name; Windows keeps one user per service, so every part has its own."""
    service = f"pos-cancel/{profile_name}/{entry}"
    return service if part == 1 else f"{service}/{part}"


def texts_of(
    private: RSAPrivateKey | None, gateway_public: RSAPublicKey | None, md5: bytes | None
) -> KeyTexts:
    """Give the values for these keys: primes only, SubjectPublicKeyInfo, and the secret as it is."""
    return KeyTexts(
        private=json.dumps({"form": FORM, "key": compact(private)}) if private is not None else "",
        gateway_public=_spki(gateway_public) if gateway_public is not None else "",
        md5=md5.decode("ascii") if md5 is not None else "",
    )


def write_entry(vault: Vault, profile_name: str, entry: str, text: str) -> bool:
    """Replace an entry; tells whether the vault gives back what it was given."""
    parts = [text[start : start + PART] for start in range(0, len(text), PART)]
    if len(parts) > MOST_PARTS:
        return False
    count = len(parts)
    for number, part in enumerate(parts, 1):
        value = part if count == 1 else f"{number}/{count} {part}"
        vault.set_password(service_of(profile_name, entry, number), USER, value)
    _drop(vault, profile_name, entry, range(count + 1, MOST_PARTS + 1))
    return read_entry(vault, profile_name, entry) == text


def read_entry(vault: Vault, profile_name: str, entry: str) -> str:
    """Give an entry's text, or an empty one. Raises `KeyTextError` when parts are missing."""
    first = vault.get_password(service_of(profile_name, entry), USER) or ""
    numbered = NUMBERED.match(first)
    if numbered is None:
        return first
    count = int(numbered[2])
    text = first[numbered.end() :]
    for number in range(2, count + 1):
        part = vault.get_password(service_of(profile_name, entry, number), USER) or ""
        if not part.startswith(f"{number}/{count} "):
            raise _damaged()
        text += part.partition(" ")[2]
    return text


def remove_entries(vault: Vault, profile_name: str) -> None:
    """Drop everything of a profile."""
    for entry in ENTRIES:
        _drop(vault, profile_name, entry, range(1, MOST_PARTS + 1))


def load_private(text: str) -> RSAPrivateKey:
    """Rebuild the private key. Raises `KeyTextError`."""
    try:
        stored = json.loads(text)
        form, key = stored["form"], stored["key"]
    except (ValueError, TypeError, KeyError):
        form, key = None, None
    if form != FORM or not isinstance(key, str):
        raise _damaged()
    return expand(key)


def load_public(text: str) -> RSAPublicKey:
    """Rebuild the gateway's public key. Raises `KeyTextError`."""
    return read_public(text)


def load_md5(text: str) -> bytes:
    """Give the shared secret. Raises `KeyTextError`."""
    return read_md5(text)


def _spki(key: RSAPublicKey) -> str:
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode("ascii")


def _drop(vault: Vault, profile_name: str, entry: str, parts: range) -> None:
    for part in parts:
        service = service_of(profile_name, entry, part)
        if vault.get_password(service, USER) is not None:
            vault.delete_password(service, USER)


def _damaged() -> KeyTextError:
    return KeyTextError("What the keyring holds is not a key of this product.", "Import the key again.")
