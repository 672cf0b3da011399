"""The sender's lock: of all processes that have a journal open, one sends (design.md, command line)."""

import contextlib
import os
import sys
from pathlib import Path

from pos_cancel.adapters.database import OUT_OF_REACH, in_words
from pos_cancel.domain.errors import JournalError

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

FILE = "sender.lock"
# Windows locks bytes, and locked bytes cannot be read: this one lies far behind the holder's number.
LOCKED_BYTE = 1 << 30
LONGEST_PID = 20


class SenderLease:
    """The right to send for one journal; the operating system takes it back when the process dies.

    The lock belongs to the open file, which programs started from here do not inherit.
    """

    def __init__(self, home: Path) -> None:
        """Name the lock file `sender.lock` in the home folder; nothing is opened yet."""
        self._file = home / FILE
        self._handle: int | None = None
        self.holder: int | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object holds the right."""
        return self._handle is not None

    def acquire(self) -> bool:
        """Try to get the right, without waiting; True if it is held now.

        After False `holder` is the number of the process that has it (None if it has not said so yet).
        Raises `JournalError` if the lock file cannot be opened or locked at all.
        """
        if self._handle is not None:
            return True
        try:
            handle = self._open()
        except OSError as error:
            raise in_words(error) or JournalError(*OUT_OF_REACH) from error
        try:
            if not lock_file(handle):
                self.holder = _read_pid(handle)
                os.close(handle)
                return False
            _write_pid(handle)
        except OSError as error:
            os.close(handle)
            raise in_words(error) or JournalError(*OUT_OF_REACH) from error
        self._handle, self.holder = handle, os.getpid()
        return True

    def release(self) -> None:
        """Give the right back; does nothing if it is not held."""
        handle, self._handle, self.holder = self._handle, None, None
        if handle is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(handle, 0)
            # Closing unlocks too; a copy of the handle in a forked child must not keep the lock.
            unlock_file(handle)
            os.close(handle)

    def _open(self) -> int:
        self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
        handle = os.open(self._file, flags, 0o600)
        # Python opens files so that children do not inherit them; said here because the lease hangs on it.
        os.set_inheritable(handle, False)
        return handle


def lock_file(handle: int) -> bool:
    """Try to lock an open file, not the process: a second handle of the same process is refused as well.

    Raises `OSError` where files cannot be locked at all.
    """
    try:
        if sys.platform == "win32":
            os.lseek(handle, LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True


def unlock_file(handle: int) -> None:
    """Give a locked file back."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.lseek(handle, LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_UNLCK, 1)
        else:
            fcntl.flock(handle, fcntl.LOCK_UN)


def _write_pid(handle: int) -> None:
    os.ftruncate(handle, 0)
    os.lseek(handle, 0, os.SEEK_SET)
    os.write(handle, str(os.getpid()).encode())


def _read_pid(handle: int) -> int | None:
    os.lseek(handle, 0, os.SEEK_SET)
    text = os.read(handle, LONGEST_PID)
    return int(text) if text.isdigit() else None
