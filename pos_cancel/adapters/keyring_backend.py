"""Which keyring is used, whether it is locked, and what its exceptions mean.

`keyring` lets an environment variable or a file in the home folder put any class in the place of the
system's keyring; for real keys only the system's own keyrings are taken, and made here by name.
Every function may block, and is called in a thread that can be left behind.
"""

import importlib
import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from enum import Enum, auto
from typing import TypeVar

from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_entries import Vault
from pos_cancel.domain.errors import KeyTextError
from pos_cancel.engine.ports import KeyTrouble

LOG = logging.getLogger(__name__)
FREE_DESKTOP = "keyring.backends.SecretService.Keyring"
ALLOWED = {
    "win32": ("keyring.backends.Windows.WinVaultKeyring",),
    "darwin": ("keyring.backends.macOS.Keyring",),
    "linux": (
        FREE_DESKTOP,
        "keyring.backends.libsecret.Keyring",
        "keyring.backends.kwallet.DBusKeyring",
    ),
}
PROPERTY = "KEYRING_PROPERTY_"
# By name: which of these exist depends on the system.
TROUBLES = {
    "KeyringLocked": KeyTrouble.LOCKED,
    "LockedException": KeyTrouble.LOCKED,
    "PromptDismissedException": KeyTrouble.LOCKED,
    "SecretServiceNotAvailableException": KeyTrouble.NO_KEYRING,
    "NoKeyringError": KeyTrouble.NO_KEYRING,
    "InitError": KeyTrouble.LOCKED,
    # KWallet raises these when the person who was asked for the password says no.
    "PasswordSetError": KeyTrouble.LOCKED,
    "PasswordDeleteError": KeyTrouble.LOCKED,
}

T = TypeVar("T")


class LockState(Enum):
    """What is known of the keyring before it is asked for a value."""

    OPEN = auto()
    LOCKED = auto()
    ABSENT = auto()  # there is a service, and no keyring in it yet
    UNTOLD = auto()  # this backend cannot say


def tried(work: Callable[[], T]) -> T | KeyTrouble:
    """Do the work; what is raised becomes a trouble, and is let go with all values in its frames."""
    try:
        return work()
    except Exception as error:  # noqa: BLE001 - a backend may raise anything
        LOG.warning("the key store raised %s", " from ".join(type(link).__name__ for link in _chain(error)))
        return trouble_of(error)


def trouble_of(error: BaseException) -> KeyTrouble:
    """Say what an exception of a backend means."""
    chain = list(_chain(error))
    told = [link.trouble for link in chain if isinstance(link, KeyringTrouble)]
    if told:
        return told[0]
    if any(isinstance(link, KeyTextError) for link in chain):
        return KeyTrouble.UNREADABLE
    # The innermost cause knows best: "cannot make a collection" may come from a missing service.
    known = [TROUBLES[type(link).__name__] for link in chain if type(link).__name__ in TROUBLES]
    return known[-1] if known else KeyTrouble.NO_KEYRING


def choose(given: Vault | None, *, training: bool) -> Vault | KeyTrouble:
    """Give the keyring to use: the given one if it may be, else the system's own."""
    if given is not None:
        return given if training or name_of(given) in _allowed() else KeyTrouble.REFUSED
    if training:
        import keyring

        return keyring.get_keyring()
    return _system_keyring() or KeyTrouble.NO_KEYRING


def name_of(vault: Vault) -> str:
    """Give the full name of the backend's class."""
    return f"{type(vault).__module__}.{type(vault).__qualname__}"


def lock_state(vault: Vault) -> LockState:
    """Ask whether the default keyring is locked, without asking anybody to unlock it."""
    if name_of(vault) != FREE_DESKTOP:
        return LockState.UNTOLD
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        try:
            locked = secretstorage.Collection(bus).is_locked()
        except secretstorage.ItemNotFoundException:
            return LockState.ABSENT
        return LockState.LOCKED if locked else LockState.OPEN


def open_up(vault: Vault) -> bool:
    """Have a person unlock the keyring, or make one where there is none; tells whether it is open now.

    Where there is no display nobody can be asked, and the keyring stays as it is. The library would do
    the same inside its calls, and leave its connection open when the person says no.
    """
    if name_of(vault) != FREE_DESKTOP:
        return True
    import secretstorage

    with closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.get_default_collection(bus)
        if collection.is_locked():
            collection.unlock()
        return not collection.is_locked()


def _allowed() -> tuple[str, ...]:
    return ALLOWED.get(sys.platform, ALLOWED["linux"])


def _system_keyring() -> Vault | None:
    for name in _allowed():
        module, _, kind = name.rpartition(".")
        backend = getattr(importlib.import_module(module), kind)
        if backend.viable:
            made = backend()
            _forget_environment(made)
            if sys.platform == "win32":
                # The default would carry the keys to every machine of the domain.
                made.persist = "local machine"
            chosen: Vault = made
            return chosen
    return None


def _forget_environment(backend: object) -> None:
    """Undo the properties that the library takes from the environment, such as another collection."""
    for name in os.environ:
        _, found, attribute = name.partition(PROPERTY)
        if found:
            vars(backend).pop(attribute.lower(), None)


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__
