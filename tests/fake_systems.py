"""The key stores of the desktop systems in memory, under the library's own backends for them.

What is faked is the system's own interface (win32cred, the Security framework, kwalletd, the Secret Service),
so that what is tested is what runs there: the product, and the library's class as it is on the allow-list.
"""

import importlib
import sys
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, Protocol

import pytest
import secretstorage

from pos_cancel.adapters import keyring_backend

# CRED_MAX_CREDENTIAL_BLOB_SIZE: 1,280 characters in UTF-16.
LARGEST_BLOB = 2560
LOCAL_MACHINE, ENTERPRISE = 2, 3
NOT_FOUND = 1168


class FakeSystem(Protocol):
    """A system's key store as a test sees it: it can be locked, and shows what it holds."""

    locked: bool

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Put it in the place of this machine's own, for the rest of the test."""

    def secrets(self) -> dict[str, str]:
        """Every value by the place that it lies in."""


def stand_on(monkeypatch: pytest.MonkeyPatch, platform: str) -> None:
    """Let the product believe that it runs on another system; the rest of the process knows better."""
    monkeypatch.setattr(keyring_backend, "sys", SimpleNamespace(platform=platform))


class WinError(Exception):
    def __init__(self, winerror: int, funcname: str) -> None:
        super().__init__(winerror, funcname, "")
        self.winerror, self.funcname = winerror, funcname


@dataclass
class CredentialLocker:
    """Windows: one credential per target name, 2,560 bytes each. It is open with the person's session."""

    locked: bool = False
    credentials: dict[str, dict[str, Any]] = field(default_factory=dict)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = importlib.import_module("keyring.backends.Windows")
        win32cred = SimpleNamespace(
            CRED_TYPE_GENERIC=1,
            CRED_PERSIST_LOCAL_MACHINE=LOCAL_MACHINE,
            CRED_PERSIST_ENTERPRISE=ENTERPRISE,
            CredRead=self.read,
            CredWrite=self.write,
            CredDelete=self.delete,
        )
        monkeypatch.setattr(module, "win32cred", win32cred, raising=False)
        monkeypatch.setattr(module, "pywintypes", SimpleNamespace(error=WinError), raising=False)
        monkeypatch.setattr(module, "missing_deps", None)
        stand_on(monkeypatch, "win32")

    def secrets(self) -> dict[str, str]:
        return {name: each["CredentialBlob"].decode("utf-16-le") for name, each in self.credentials.items()}

    def read(self, *, Type: int, TargetName: str) -> dict[str, Any]:  # noqa: N803 - Windows' own names
        self._enter("CredRead")
        if TargetName not in self.credentials:
            raise WinError(NOT_FOUND, "CredRead")
        return dict(self.credentials[TargetName])

    def write(self, credential: dict[str, Any], flags: int) -> None:
        self._enter("CredWrite")
        blob = credential["CredentialBlob"].encode("utf-16-le")
        if len(blob) > LARGEST_BLOB:
            raise WinError(1783, "CredWrite")
        self.credentials[credential["TargetName"]] = credential | {"CredentialBlob": blob}

    def delete(self, *, Type: int, TargetName: str) -> None:  # noqa: N803 - Windows' own names
        self._enter("CredDelete")
        if self.credentials.pop(TargetName, None) is None:
            raise WinError(NOT_FOUND, "CredDelete")

    def _enter(self, name: str) -> None:
        if self.locked:
            raise WinError(1312, name)


class KeychainError(Exception):
    pass


class KeychainNotFound(KeychainError):
    pass


class KeychainDenied(KeychainError):
    pass


@dataclass
class Keychain:
    """macOS: generic passwords by service and account; a locked one asks, and the person says no."""

    locked: bool = False
    passwords: dict[tuple[str, str], str] = field(default_factory=dict)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = importlib.import_module("keyring.backends.macOS")
        api = SimpleNamespace(
            Error=KeychainError,
            NotFound=KeychainNotFound,
            KeychainDenied=KeychainDenied,
            set_generic_password=self.write,
            find_generic_password=self.read,
            delete_generic_password=self.delete,
        )
        monkeypatch.setattr(module, "api", api, raising=False)
        monkeypatch.setattr(module, "platform", SimpleNamespace(system=lambda: "Darwin"))
        stand_on(monkeypatch, "darwin")

    def secrets(self) -> dict[str, str]:
        return {service: value for (service, _), value in self.passwords.items()}

    def read(self, keychain: object, service: str, account: str) -> str:
        self._enter()
        if (service, account) not in self.passwords:
            raise KeychainNotFound
        return self.passwords[service, account]

    def write(self, keychain: object, service: str, account: str, password: str) -> None:
        self._enter()
        self.passwords[service, account] = password

    def delete(self, keychain: object, service: str, account: str) -> None:
        self._enter()
        if self.passwords.pop((service, account), None) is None:
            raise KeychainNotFound

    def _enter(self) -> None:
        if self.locked:
            raise KeychainDenied


@dataclass
class KWallet:
    """KDE: entries in folders behind D-Bus; opening a locked wallet asks, and the person says no."""

    locked: bool = False
    folders: dict[str, dict[str, str]] = field(default_factory=dict)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = importlib.import_module("keyring.backends.kwallet")
        name = module.DBusKeyring.bus_name
        bus = SimpleNamespace(
            name_has_owner=lambda wanted: wanted == name,
            list_activatable_names=lambda: [name],
            get_object=lambda *_: self,
        )
        dbus = SimpleNamespace(
            SessionBus=lambda mainloop: bus, Interface=lambda found, _: found, DBusException=OSError
        )
        monkeypatch.setattr(module, "dbus", dbus, raising=False)
        monkeypatch.setattr(module, "DBusGMainLoop", lambda: None, raising=False)
        stand_on(monkeypatch, "linux")

    def secrets(self) -> dict[str, str]:
        return {name: value for name, entries in self.folders.items() for value in entries.values()}

    # The names are those of org.kde.KWallet.
    def networkWallet(self) -> str:  # noqa: N802
        return "kdewallet"

    def open(self, wallet: str, window: int, app: str) -> int:
        return -1 if self.locked else 7

    def isOpen(self, handle: int) -> bool:  # noqa: N802
        return not self.locked

    def hasFolder(self, handle: int, folder: str, app: str) -> bool:  # noqa: N802
        return folder in self.folders

    def hasEntry(self, handle: int, folder: str, key: str, app: str) -> bool:  # noqa: N802
        return key in self.folders.get(folder, {})

    def readPassword(self, handle: int, folder: str, key: str, app: str) -> str:  # noqa: N802
        return self.folders[folder][key]

    def writePassword(self, handle: int, folder: str, key: str, value: str, app: str) -> int:  # noqa: N802
        self.folders.setdefault(folder, {})[key] = value
        return 0

    def removeEntry(self, handle: int, folder: str, key: str, app: str) -> int:  # noqa: N802
        del self.folders[folder][key]
        return 0


@dataclass
class SecretItem:
    service: "SecretService"
    attributes: dict[str, str]
    secret: bytes = field(repr=False)

    def is_locked(self) -> bool:
        return self.service.locked

    def unlock(self) -> bool:
        return self.service.locked

    def get_secret(self) -> bytes:
        return self.secret

    def delete(self) -> None:
        self.service.items.remove(self)


@dataclass
class SecretService:
    """The free desktops' Secret Service: items found by their attributes; nobody answers its dialogue."""

    locked: bool = False
    items: list[SecretItem] = field(default_factory=list)

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        module = importlib.import_module("keyring.backends.SecretService")
        stand_in = SimpleNamespace(
            __name__="secretstorage",
            __version_tuple__=secretstorage.__version_tuple__,
            ItemNotFoundException=secretstorage.ItemNotFoundException,
            dbus_init=lambda: SimpleNamespace(close=lambda: None),
            check_service_availability=lambda _: True,
            Collection=self.collection,
            get_default_collection=self.collection,
        )
        monkeypatch.setattr(module, "secretstorage", stand_in)
        monkeypatch.setitem(sys.modules, "secretstorage", stand_in)
        stand_on(monkeypatch, "linux")

    def secrets(self) -> dict[str, str]:
        return {item.attributes["service"]: item.secret.decode() for item in self.items}

    def collection(self, bus: object) -> "SecretCollection":
        return SecretCollection(self, bus)


@dataclass
class SecretCollection:
    service: SecretService
    connection: Any

    def is_locked(self) -> bool:
        return self.service.locked

    def unlock(self) -> bool:
        return self.service.locked

    def search_items(self, wanted: dict[str, str]) -> list[SecretItem]:
        return [item for item in self.service.items if wanted.items() <= item.attributes.items()]

    def create_item(self, label: str, attributes: dict[str, str], secret: str, *, replace: bool) -> None:
        for item in self.search_items(attributes) if replace else ():
            item.delete()
        self.service.items.append(SecretItem(self.service, attributes, secret.encode()))


SYSTEMS: tuple[type[FakeSystem], ...] = (SecretService, KWallet, CredentialLocker, Keychain)
