"""How keys lie in a keyring: one service per entry, values as short as Windows wants (facts.md, Keyring)."""

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
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
# The private key that waits until the gateway accepts it.
PRIVATE_NEXT = "private-next"
ENTRIES = (PRIVATE, PRIVATE_NEXT, GATEWAY_PUBLIC, MD5)
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
class StoredKey:
    """A private key or a shared secret as it lies in the keyring, with what has to go where it goes.

    `version` is what signatures of the key announce, "" for the profile's; `since` is when the key was
    made here or imported, None where nobody wrote it down.
    """

    key: str = field(repr=False)
    version: str = ""
    since: datetime | None = None

    def text(self) -> str:
        """Give the value for the keyring: key, version and time in one, so that no crash parts them."""
        stored = {"form": FORM, "key": self.key, "version": self.version}
        stored |= {"since": self.since.isoformat(timespec="seconds")} if self.since is not None else {}
        return json.dumps({name: value for name, value in stored.items() if value})


def service_of(profile_name: str, entry: str, part: int = 1) -> str:
    """Give the service name; Windows keeps one user per service, so every part has its own."""
    service = f"pos-cancel/{profile_name}/{entry}"
    return service if part == 1 else f"{service}/{part}"


def private_text(private: RSAPrivateKey, version: str, since: datetime) -> str:
    """Give the value for a private key, of which only the primes are kept."""
    return StoredKey(compact(private), version, since).text()


def public_text(public: RSAPublicKey) -> str:
    """Give the value for a public key: SubjectPublicKeyInfo in base64."""
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(der).decode("ascii")


def md5_text(md5: bytes, since: datetime) -> str:
    """Give the value for a shared secret."""
    return StoredKey(md5.decode("ascii"), since=since).text()


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
        drop_entry(vault, profile_name, entry)


def drop_entry(vault: Vault, profile_name: str, entry: str) -> None:
    """Drop one entry with all its parts; none there is no error."""
    _drop(vault, profile_name, entry, range(1, MOST_PARTS + 1))


def stored_key(text: str) -> StoredKey:
    """Read a value that `StoredKey.text` wrote. Raises `KeyTextError`."""
    try:
        stored = json.loads(text)
    except ValueError:
        stored = None
    if not isinstance(stored, dict):
        raise _damaged()
    key, version = stored.get("key"), stored.get("version", "")
    if stored.get("form") != FORM or not isinstance(key, str) or not isinstance(version, str):
        raise _damaged()
    return StoredKey(key, version, _moment(stored.get("since")))


def load_private(text: str) -> RSAPrivateKey:
    """Rebuild the private key. Raises `KeyTextError`."""
    return expand(stored_key(text).key)


def load_public(text: str) -> RSAPublicKey:
    """Rebuild the gateway's public key. Raises `KeyTextError`."""
    return read_public(text)


def load_md5(text: str) -> bytes:
    """Give the shared secret. Raises `KeyTextError`."""
    return read_md5(stored_md5(text).key)


def stored_md5(text: str) -> StoredKey:
    """Read a shared secret's value; early ones are the secret alone. Raises `KeyTextError`."""
    return stored_key(text) if text.startswith("{") else StoredKey(text)


def _moment(value: object) -> datetime | None:
    """Read when a key came; a time that cannot be read takes no key out of use."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _drop(vault: Vault, profile_name: str, entry: str, parts: range) -> None:
    for part in parts:
        service = service_of(profile_name, entry, part)
        if vault.get_password(service, USER) is not None:
            vault.delete_password(service, USER)


def _damaged() -> KeyTextError:
    return KeyTextError("What the keyring holds is not a key of this product.", "Import the key again.")
