"""The journal's folder on the disk: made whole, opened only in a form this program knows, copied whole.

It holds two files, `journal.db` and `journal.key`. It is made under another name and then renamed, so a
half-made journal cannot exist, and a file that is missing or empty later is damage.
"""

import contextlib
import os
import secrets
import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from pos_cancel.adapters import chain, log_check
from pos_cancel.adapters.database import (
    DAMAGED,
    FAULTS,
    FOREIGN,
    OUT_OF_REACH,
    READ_ONLY,
    Database,
    connect,
    in_words,
    prepare,
)
from pos_cancel.adapters.durable import flush_folder, make_folders
from pos_cancel.adapters.schema import APPLICATION_ID, FIRST, ID_LENGTH, LEAST_PROGRAM, MIGRATIONS, migrate
from pos_cancel.domain.errors import JournalError

FILE = "journal.db"
KEY_FILE = "journal.key"
KEY_BYTES = 32


def exists(folder: Path) -> bool:
    """Tell whether there is a journal, whole or not. Raises `JournalError` if nobody can tell."""
    try:
        return folder.exists()
    except OSError as error:
        raise in_words(error) or JournalError(*OUT_OF_REACH) from error


def make_folder(folder: Path) -> None:
    """Make a new, empty journal with a random key; does nothing if another process was quicker.

    Both files are complete and on the disk before the folder gets its name. Raises `JournalError`.
    """
    draft = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}.new")
    try:
        make_folders(folder.parent)
        draft.mkdir(mode=0o700)
        try:
            key = secrets.token_bytes(KEY_BYTES)
            write_private(draft / KEY_FILE, key)
            write_private(draft / FILE, b"")
            _fill(draft / FILE, key)
            publish(draft, folder)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except FAULTS as error:
        raise in_words(error) or JournalError(*OUT_OF_REACH) from error


def _fill(file: Path, key: bytes) -> None:
    name = secrets.token_hex(ID_LENGTH // 2)
    with contextlib.closing(connect(file, busy_s=0.0)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        prepare(connection)
        connection.execute("BEGIN IMMEDIATE")
        for statement in FIRST:
            connection.execute(statement)
        connection.execute("INSERT INTO meta VALUES ('id', ?), ('least_program', ?)", (name, LEAST_PROGRAM))
        start = chain.start(key, name)
        values = (0, start, chain.seal(key, 0, start))
        connection.execute("INSERT INTO head (id, seq, chain, seal) VALUES (1, ?, ?, ?)", values)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("PRAGMA user_version = 1")
        connection.execute("COMMIT")


def open_file(
    folder: Path, program: str, busy_s: float, migrations: Sequence[Sequence[str]] = MIGRATIONS
) -> sqlite3.Connection:
    """Open the journal in `folder`, in today's form; `program` is this program's version.

    Raises `JournalError` for a file that is newer, foreign, damaged, locked or out of reach; such a
    file is left exactly as it is.
    """
    try:
        _admit(folder / FILE, program, busy_s, len(migrations))
        connection = connect(folder / FILE, busy_s=busy_s)
        try:
            prepare(connection)
            migrate(connection, migrations)
        except BaseException:
            connection.close()
            raise
    except FAULTS as error:
        # A log cannot be opened where nothing may be written, and SQLite does not say why.
        is_closed = folder.is_dir() and not os.access(folder, os.W_OK)
        words = JournalError(*READ_ONLY) if is_closed else in_words(error)
        if words is None:
            raise
        raise words from error
    return connection


def _admit(file: Path, program: str, busy_s: float, version: int) -> None:
    """Look at the file without the right to write; a newer one must not even be tidied up."""
    if not file.exists():
        raise JournalError(f"The journal's file {FILE} is missing.", DAMAGED[1])
    if file.stat().st_size == 0:
        raise JournalError(*DAMAGED)
    with contextlib.closing(connect(file, busy_s=busy_s, mode="ro")) as connection:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        if application != APPLICATION_ID:
            raise JournalError(*FOREIGN)
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        least = connection.execute("SELECT value FROM meta WHERE name = 'least_program'").fetchone()
        if log_check.is_damaged(file):
            raise JournalError("The journal's log is damaged.", DAMAGED[1])
    if least is None or found < 1:
        raise JournalError(*DAMAGED)
    is_too_old = _parts(least[0]) > _parts(program)
    if is_too_old or found > version:
        wanted = f"pos_cancel {least[0]} or newer" if is_too_old else "the newest pos_cancel"
        raise JournalError(
            f"This journal was written by a newer pos_cancel; this one is {program}.",
            f"Install {wanted}. Nothing was changed.",
        )


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdecimal())


def read_key(folder: Path) -> bytes:
    """Read the key of the chain. Raises `JournalError` if it is gone or is not what was written."""
    try:
        key = (folder / KEY_FILE).read_bytes()
    except FileNotFoundError as error:
        raise JournalError(f"The journal's file {KEY_FILE} is missing.", DAMAGED[1]) from error
    except OSError as error:
        raise in_words(error) or JournalError(*OUT_OF_REACH) from error
    if len(key) != KEY_BYTES:
        raise JournalError(f"The journal's file {KEY_FILE} is damaged.", DAMAGED[1])
    return key


def copy_folder(database: Database, folder: Path, target: Path) -> None:
    """Copy file and key into the new folder `target`, complete or not at all. Raises `JournalError`."""
    if exists(target):
        raise JournalError(
            "There is something at the backup's place already.", "Name a folder that does not exist."
        )
    draft = target.with_name(f"{target.name}.{secrets.token_hex(4)}.new")
    try:
        draft.mkdir(mode=0o700)
        try:
            write_private(draft / KEY_FILE, read_key(folder))
            write_private(draft / FILE, b"")
            with contextlib.closing(connect(draft / FILE, busy_s=0.0)) as copy:
                database.connection.backup(copy)
            publish(draft, target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except FAULTS as error:
        raise in_words(error) or JournalError(*OUT_OF_REACH) from error


def set_aside(folder: Path, name: str) -> Path:
    """Give the folder another name beside it, durably, so that a new journal can be made; gives the new path.

    To be done by the holder of the sender's lock alone. Raises `JournalError`.
    """
    kept = folder.with_name(f"{folder.name}-{name}")
    try:
        folder.rename(kept)
        flush_folder(folder.parent)
    except OSError as error:
        raise in_words(error) or JournalError(*OUT_OF_REACH) from error
    return kept


def write_private(file: Path, content: bytes) -> None:
    """Write a new file that only this user may read, and flush it."""
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def publish(draft: Path, folder: Path) -> None:
    """Give a finished folder its name, durably; a folder that is there already stays as it is."""
    flush_folder(draft)
    try:
        draft.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise
    flush_folder(folder.parent)
