"""One connection to the journal's file: durable transactions, and SQLite's faults in words.

Write-ahead log with synchronous=FULL: a transaction costs one flush, and what was acknowledged
survives a power cut. Copying the log into the main file is kept off the commit path (`checkpoint`).
"""

import errno
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pos_cancel.domain.errors import JournalError

Row = tuple[Any, ...]

CALL_MANAGER = "Call the manager; nothing has been sent that is not written down."
FULL = (
    "The disk is full; the journal could not be written.",
    "Free some space on this till, then try again.",
)
READ_ONLY = (
    "This till may not write its journal.",
    "Let this user write to the folder of pos_cancel, or choose another one with --home.",
)
LOCKED = (
    "Another program holds the journal.",
    "Close the other window of pos_cancel or wait for its backup, then try again.",
)
DAMAGED = (
    "The journal is damaged.",
    "Call the manager: a backup can be put in its place, or pos-cancel journal fresh begins a new one.",
)
FOREIGN = (
    "The journal's file is not a journal of pos_cancel.",
    "Put the right file back, or choose another folder with --home.",
)
NO_ANSWER = ("The disk did not take or give the journal's data.", CALL_MANAGER)
OUT_OF_REACH = (
    "The journal's file cannot be opened.",
    "Look whether the disk is there and this user may read and write it.",
)
STOPPED = ("The journal was stopped after a fault of the disk.", "Close pos_cancel and start it again.")
ONE_OPEN = ("Another cancel of this sale is still open.", "Look at the open one first.")

# Primary result codes; the rest of SQLite's faults are faults of the program and stay what they are.
WORDS = {
    sqlite3.SQLITE_FULL: FULL,
    sqlite3.SQLITE_READONLY: READ_ONLY,
    sqlite3.SQLITE_PERM: READ_ONLY,
    sqlite3.SQLITE_AUTH: READ_ONLY,
    sqlite3.SQLITE_BUSY: LOCKED,
    sqlite3.SQLITE_LOCKED: LOCKED,
    sqlite3.SQLITE_CORRUPT: DAMAGED,
    sqlite3.SQLITE_NOTADB: FOREIGN,
    sqlite3.SQLITE_IOERR: NO_ANSWER,
    sqlite3.SQLITE_PROTOCOL: LOCKED,
    sqlite3.SQLITE_CANTOPEN: OUT_OF_REACH,
}
# After these nobody knows what the disk holds, so this connection writes nothing more.
STOPPING = frozenset({sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
# Every statement names tables and columns that a whole journal has, and every text was UTF-8.
SIGNS_OF_DAMAGE = ("no such", "Could not decode", "unsupported file format")
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})
NO_RIGHT = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


# What using a file raises; text that is no UTF-8 any more comes up in values and in SQLite's own messages.
FAULTS = (sqlite3.Error, OSError, UnicodeDecodeError)


def in_words(error: Exception) -> JournalError | None:
    """Give one of `FAULTS` as a sentence with a way on, or None where the program is at fault."""
    if isinstance(error, UnicodeDecodeError):
        return JournalError(*DAMAGED)
    if isinstance(error, OSError):
        words = FULL if error.errno in NO_SPACE else READ_ONLY if error.errno in NO_RIGHT else OUT_OF_REACH
        return JournalError(*words)
    if isinstance(error, sqlite3.IntegrityError):
        return JournalError(*ONE_OPEN) if "cases.number" in str(error) else None
    code = getattr(error, "sqlite_errorcode", None)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return JournalError(*FULL)
    known = WORDS.get(code & 0xFF) if code is not None else None
    if known is None and any(text in str(error) for text in SIGNS_OF_DAMAGE):
        known = DAMAGED
    return JournalError(*known) if known is not None else None


def connect(file: Path, *, busy_s: float, mode: str = "rw") -> sqlite3.Connection:
    """Open an existing file; `mode` is "rw" or "ro". Raises sqlite3.Error."""
    uri = f"{file.absolute().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, timeout=busy_s, isolation_level=None)


def prepare(connection: sqlite3.Connection) -> None:
    """Set what a connection that writes needs; refuses a file that is not in write-ahead mode."""
    for pragma in ("foreign_keys=ON", "trusted_schema=OFF", "cell_size_check=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    # FULL: with NORMAL a power cut loses acknowledged rows. 0: no commit pays for copying the log.
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA wal_autocheckpoint=0")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        raise JournalError(*FOREIGN)


class Database:
    """A prepared connection. Every fault of the disk or the file is raised as `JournalError`.

    Used by the thread that opened it, and by no other.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._stopped = False
        self._seen_changes = -1

    def is_writing(self) -> bool:
        """Tell whether a transaction is open."""
        return self.connection.in_transaction

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all writes inside durable together, with one flush, or not at all.

        An error inside, or at the commit, undoes everything; nothing of it was acknowledged. After a
        full disk or a lock the next transaction may succeed at once. After a fault of the disk
        or a damaged file it is not known whether the undone transaction will be there after a power
        cut (the log may hold it without a flush), so nothing more is written until it is opened anew.
        Raises RuntimeError when one is open already.
        """
        if self.is_writing():
            raise RuntimeError("a transaction of the journal is open already")
        if self._stopped:
            raise JournalError(*STOPPED)
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        finally:
            # Still open only after an error; SQLite may have undone it by itself.
            if self.is_writing():
                self.run("ROLLBACK")

    def need_transaction(self) -> None:
        """Refuse a write that no transaction would make durable; raises RuntimeError."""
        if not self.is_writing():
            raise RuntimeError("the journal is written inside a transaction only")

    def run(self, sql: str, values: Iterable[object] = ()) -> sqlite3.Cursor:
        """Execute one statement."""
        try:
            return self.connection.execute(sql, tuple(values))
        except FAULTS as error:
            self._tell(error)
            raise

    def run_all(self, sql: str, rows: Iterable[Row]) -> int:
        """Execute one statement for every row; gives how many rows it touched."""
        try:
            return self.connection.executemany(sql, rows).rowcount
        except FAULTS as error:
            self._tell(error)
            raise

    def rows(self, sql: str, values: Iterable[object] = ()) -> list[Row]:
        """Read all rows."""
        try:
            return self.connection.execute(sql, tuple(values)).fetchall()
        except FAULTS as error:
            self._tell(error)
            raise

    def row(self, sql: str, values: Iterable[object] = ()) -> Row | None:
        """Read the first row, if there is one."""
        found = self.rows(sql, values)
        return found[0] if found else None

    def only_row(self, sql: str) -> Row:
        """Read the row that every whole journal has; raises `JournalError` where it is gone."""
        found = self.row(sql)
        if found is None:
            raise JournalError(*DAMAGED)
        return found

    def checkpoint(self) -> bool:
        """Copy the log into the main file and begin a new log; call it when nothing else is to do.

        Beginning a log costs a flush of its own, so it is done here and not in the next commit. Does
        nothing if nothing was written since the last call. False: a reader still needs the old log.
        """
        if self.connection.total_changes == self._seen_changes:
            return True
        _, logged, copied = self.rows("PRAGMA wal_checkpoint(PASSIVE)")[0]
        if logged != copied:
            return False
        with self.transaction():
            self.run("UPDATE head SET logs = logs + 1")
        self._seen_changes = self.connection.total_changes
        return True

    def _tell(self, error: Exception) -> None:
        """Raise what a person can understand; returns where the program itself is at fault."""
        if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF in STOPPING:
            self._stopped = True
        words = in_words(error)
        if words is not None:
            raise words from error
