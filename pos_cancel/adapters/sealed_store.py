"""Keys without a keyring: one sealed file per profile, opened with a credential of the system.

For tills that log in by themselves, where a keyring stays locked. systemd hands the credential to the service
alone (`LoadCredentialEncrypted=`), decrypted with a key of this machine, so a copy of the files is worth
nothing elsewhere. Each file holds all entries of its profile as one AES-256-GCM text with the profile's name
as associated data: a changed, cut or exchanged file is refused, never read as empty and never written over.
What nobody can tell is a whole earlier state of a file that was put back.
"""

import json
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.lease import lock_file, unlock_file
from pos_cancel.adapters.settings import replace_file
from pos_cancel.domain.errors import LocalError
from pos_cancel.engine.ports import KeyTrouble

FOLDER = "keys"
SUFFIX = ".sealed"
LOCK = "lock"
CREDENTIAL = "pos-cancel-keys"
CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
SHORTEST_CREDENTIAL, LONGEST_CREDENTIAL = 32, 64 * 1024
# Also the domain of the derived key: another form of the file has another first line and another key.
HEADER = b"pos-cancel sealed keys 1\n"
KEY_BYTES, ID_BYTES, NONCE_BYTES, TAG_BYTES = 32, 16, 12, 16
LARGEST = 1024 * 1024
LOCK_S = 2.0
LOCK_TURN_S = 0.02

Entries = dict[str, dict[str, str]]


class SealedVault:
    """The sealed entries of one profile, as `keyring_entries.Vault`; for one thread and one errand.

    A `with` block reads them once, and makes all changes together at its end or none of them. Raises
    `KeyringTrouble`.
    """

    def __init__(self, folder: Path, profile_name: str, credentials: Path | None = None) -> None:
        """Name the folder of sealed files; `credentials` is systemd's folder unless a test brings one."""
        self.path = folder / f"{quote(profile_name, safe='')}{SUFFIX}"
        self._profile = profile_name.encode()
        self._credentials = credentials
        self._entries: Entries | None = None
        # The locked file, while there are changes to be written.
        self._lock = -1
        self._depth = 0

    def __enter__(self) -> Self:
        self._depth += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth:
            return
        entries, self._entries = self._entries, None
        try:
            if self._lock >= 0 and entries is not None and kind is None:
                self._write(entries)
        finally:
            self._unlock()

    def get_password(self, service: str, username: str) -> str | None:
        """Give a value, or None."""
        with self:
            if self._entries is None:
                self._entries = self._read()
            return self._entries.get(service, {}).get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a value."""
        with self:
            self._to_change().setdefault(service, {})[username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Drop a value; raises where there is none."""
        with self:
            if self._to_change().get(service, {}).pop(username, None) is None:
                raise KeyringTrouble(KeyTrouble.MISSING)

    def _to_change(self) -> Entries:
        """Give the entries as they are now, with every other writer kept out until the end."""
        if self._lock < 0 or self._entries is None:
            with _reaching():
                self._lock = _locked(self.path.parent)
            self._entries = self._read()
        return self._entries

    def _unlock(self) -> None:
        handle, self._lock = self._lock, -1
        if handle >= 0:
            unlock_file(handle)
            os.close(handle)

    def _read(self) -> Entries:
        # Before the file: where there is neither, the credential is what has to come first.
        key, key_id = self._key()
        with _reaching():
            try:
                with self.path.open("rb") as file:
                    sealed = file.read(LARGEST + 1)
            except FileNotFoundError:
                return {}
        return _opened(sealed, key, key_id, self._profile)

    def _write(self, entries: Entries) -> None:
        key, key_id = self._key()
        left = {service: values for service, values in entries.items() if values}
        with _reaching():
            if left:
                replace_file(self.path, _sealed(left, key, key_id, self._profile))
            else:
                self.path.unlink(missing_ok=True)
            _sync(self.path.parent)

    def _key(self) -> tuple[bytes, bytes]:
        """Give the key of the files, and a name for it that tells nothing about it."""
        credential = _credential(self._credentials or os.environ.get(CREDENTIALS_VARIABLE))
        made = HKDF(SHA256(), KEY_BYTES + ID_BYTES, salt=None, info=HEADER).derive(credential)
        return made[:KEY_BYTES], made[KEY_BYTES:]


def _credential(folder: Path | str | None) -> bytes:
    if not folder:
        raise KeyringTrouble(KeyTrouble.NO_CREDENTIAL)
    try:
        with Path(folder, CREDENTIAL).open("rb") as file:
            credential = file.read(LONGEST_CREDENTIAL + 1)
    except OSError:
        raise KeyringTrouble(KeyTrouble.NO_CREDENTIAL) from None
    if not SHORTEST_CREDENTIAL <= len(credential) <= LONGEST_CREDENTIAL:
        raise KeyringTrouble(KeyTrouble.NO_CREDENTIAL)
    return credential


def _sealed(entries: Entries, key: bytes, key_id: bytes, profile: bytes) -> bytes:
    head, nonce = HEADER + key_id, secrets.token_bytes(NONCE_BYTES)
    return head + nonce + AESGCM(key).encrypt(nonce, json.dumps(entries).encode(), head + profile)


def _opened(sealed: bytes, key: bytes, key_id: bytes, profile: bytes) -> Entries:
    head, rest = sealed[: len(HEADER) + ID_BYTES], sealed[len(HEADER) + ID_BYTES :]
    if not head.startswith(HEADER) or not NONCE_BYTES + TAG_BYTES <= len(rest) <= LARGEST:
        raise KeyringTrouble(KeyTrouble.ALTERED)
    if head != HEADER + key_id:
        raise KeyringTrouble(KeyTrouble.WRONG_CREDENTIAL)
    try:
        text = AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], head + profile)
    except InvalidTag:
        raise KeyringTrouble(KeyTrouble.ALTERED) from None
    entries: Entries = json.loads(text)
    return entries


def _locked(folder: Path) -> int:
    """Make the folder and lock it for writing; gives the handle. Raises `OSError` or `KeyringTrouble`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync(folder.parent)
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    ends_at = time.monotonic() + LOCK_S
    while not lock_file(handle):
        if time.monotonic() > ends_at:
            os.close(handle)
            raise KeyringTrouble(KeyTrouble.HUNG)
        time.sleep(LOCK_TURN_S)
    return handle


def _sync(folder: Path) -> None:
    """Make a renamed file durable under its new name; Windows has no such call."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def _reaching() -> Iterator[None]:
    """Say in words that the file cannot be reached."""
    try:
        yield
    except (OSError, LocalError):
        raise KeyringTrouble(KeyTrouble.OUT_OF_REACH) from None
