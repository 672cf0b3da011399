"""The folder in which a POS leaves its sales: each file is taken over once and put aside."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pos_cancel.adapters.orders import Order
from pos_cancel.adapters.sales_files import Sales, read_sales
from pos_cancel.domain.errors import InvalidInput, JournalError

LOG = logging.getLogger(__name__)
SUFFIXES = frozenset({".csv", ".json"})
DONE, REFUSED = "done", "refused"
EVERY_S = 3.0
# A file that was written to just now may still be growing.
SETTLED_S = 1.0
Add = Callable[[Iterable[Order]], int]


class WatchedFolder:
    """Takes over what lies in a folder, now and again. Faults are logged: no sale waits for a bad file.

    What could be read goes to `done/` in the folder, what could not to `refused/`. A file that cannot be
    moved is remembered as it is; after a restart it is read again, which changes nothing.
    """

    def __init__(
        self,
        folder: str,
        add: Add,
        *,
        seconds: Callable[[], float] = time.monotonic,
        wall: Callable[[], float] = time.time,
        chosen: Callable[[], str] | None = None,
    ) -> None:
        """Watch the folder ("" for none); `add` keeps orders durably and gives how many are new.

        `chosen` gives the folder that a person has chosen since.
        """
        self._folder = _place(folder)
        self._chosen = chosen
        self._add = add
        self._seconds = seconds
        self._wall = wall
        self._next = seconds()
        self._seen: set[tuple[str, int, int]] = set()
        self._silent = False

    def tend(self) -> None:
        """Look if it is time to; cheap otherwise."""
        if self._seconds() < self._next:
            return
        self._next = self._seconds() + EVERY_S
        if self._chosen is not None:
            self._folder = _place(self._chosen())
        if self._folder is not None:
            self.take()

    def take(self) -> int:
        """Take over every file that has settled; gives how many orders are new or changed."""
        new = 0
        try:
            for path in self._waiting():
                new += self._take_file(path)
        except (OSError, JournalError) as error:
            # Said once, not every three seconds, until it is well again.
            if not self._silent:
                LOG.warning("the folder %s cannot be worked: %s", self._folder, error)
            self._silent = True
        else:
            self._silent = False
        return new

    def _waiting(self) -> Iterator[Path]:
        if self._folder is None:
            return
        found = (path for path in self._folder.iterdir() if path.suffix.lower() in SUFFIXES)
        for path in sorted(path for path in found if path.is_file() and not path.name.startswith(".")):
            settled = self._wall() - path.stat().st_mtime >= SETTLED_S
            if settled and _stamp(path) not in self._seen:
                yield path

    def _take_file(self, path: Path) -> int:
        try:
            sales = read_sales(path)
        except InvalidInput as error:
            LOG.warning("%s", error.sentence)
            self._put_aside(path, REFUSED)
            return 0
        new = self._add(sales.orders)
        _tell(path, sales, new)
        # Only what is durable is put aside; a stop in between means that it is read twice.
        self._put_aside(path, DONE)
        return new

    def _put_aside(self, path: Path, name: str) -> None:
        stamp = _stamp(path)
        try:
            aside = path.parent / name
            aside.mkdir(exist_ok=True)
            path.replace(_free(aside / path.name))
        except OSError as error:
            LOG.warning("%s cannot be put aside and is remembered instead: %s", path.name, error.strerror)
            self._seen.add(stamp)


def _place(folder: str) -> Path | None:
    return Path(folder).expanduser() if folder else None


def _stamp(path: Path) -> tuple[str, int, int]:
    status = path.stat()
    return path.name, status.st_mtime_ns, status.st_size


def _free(path: Path) -> Path:
    """Give a name that no earlier file has."""
    count, free = 1, path
    while free.exists():
        count += 1
        free = path.with_name(f"{path.stem}-{count}{path.suffix}")
    return free


def _tell(path: Path, sales: Sales, new: int) -> None:
    for sentence in sales.skipped:
        LOG.warning("%s: %s", path.name, sentence)
    LOG.info(
        "%s: %d read, %d new or changed, %d skipped", path.name, len(sales.orders), new, len(sales.skipped)
    )
