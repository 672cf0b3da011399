"""A mark beside the journal that moves whenever keys change, so that other processes fetch them anew.

A window stays open for weeks while the command line imports or changes a key; without the mark it would
sign with the key that it fetched in the morning.
"""

import contextlib
import os
from pathlib import Path

NAME = "keys.stamp"


class KeyStamp:
    """The mark of one home; without a home nothing is ever said to have moved."""

    def __init__(self, home: Path | None = None) -> None:
        self._path = home / NAME if home is not None else None
        self._seen = self._look()

    def move(self) -> None:
        """Tell the others. A mark that cannot be set is no reason to fail: the key itself is stored."""
        if self._path is None:
            return
        with contextlib.suppress(OSError):
            self._path.touch(mode=0o600)
            os.utime(self._path)

    def has_moved(self) -> bool:
        """Tell whether anybody has changed keys since this was asked last."""
        found = self._look()
        moved, self._seen = found != self._seen, found
        return moved

    def _look(self) -> int:
        if self._path is None:
            return 0
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0
