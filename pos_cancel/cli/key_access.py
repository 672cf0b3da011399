"""What the key commands share: the store of this till, files and lines with keys, cases that may go on."""

import contextlib
import os
import sys
from pathlib import Path

from pos_cancel.adapters.account_care import fetched
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput, KeyStoreError
from pos_cancel.domain.profile import Profile

LARGEST = 64 * 1024


def store_of(till: Till) -> KeyringStore:
    """Give the keyring of this till. Raises `KeyStoreError` where keys live in memory only."""
    store = till.shop.keys
    if not isinstance(store, KeyringStore):
        raise KeyStoreError("This till keeps no keys of its own.", "Use a profile of a real account.")
    return store


def go_on(till: Till, profile: Profile, store: KeyringStore) -> None:
    """Let the cases go on that were stopped for want of a key; who sends next finds them due."""
    with till.journal() as journal:
        stopped = [case.ref for case in journal.open_cases() if case.stopped and case.profile == profile.name]
    if not stopped:
        return
    with contextlib.suppress(KeyStoreError), till.desk() as desk:
        # The engine asks for the key without waiting, so it is fetched before.
        fetched(store, profile)
        desk.ask(lambda engine: engine.setup_changed(profile.name))
        till.out.note(f"{', '.join(stopped)}: {till.words.text('cli.leave')}")


def content(path: Path, what: str = "a key") -> bytes:
    """Read a small file. Raises `InvalidInput` where it is none."""
    try:
        with path.open("rb") as file:
            read = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", f"Name a file with {what}.") from None
    if len(read) > LARGEST:
        raise InvalidInput(f"{path} is too large for {what}.", f"Name a file with {what}.")
    return read


def line(what: str) -> str:
    """Read one line of stdin. Raises `InvalidInput` where there is none."""
    given = _typed().rstrip("\r\n")
    if not given:
        raise InvalidInput(f"There is no {what} on stdin.", "Give it as one line.")
    return given


def _typed() -> str:
    """Read a line past the library's buffers, which would keep it until they are read again."""
    try:
        number, encoding = sys.stdin.fileno(), sys.stdin.encoding
    except (AttributeError, OSError):  # There is none, or nothing behind it.
        return ""
    read = bytearray()
    while len(read) < LARGEST and (one := os.read(number, 1)) not in {b"", b"\n"}:
        read += one
    return read.decode(encoding, "replace")
