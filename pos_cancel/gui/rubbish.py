"""Keeps Python's collector out of other threads, and takes windows down in an order that Qt can bear.

The collector runs in whichever thread happens to make objects. Where that is not the window's own, parts of a
window that nobody holds any more would be destroyed over there, which takes the process down.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import delete, isValid

TURN_MS = 1_000
# By then all is loaded that stays for good; looking through it again and again would hold the window up.
SETTLED_TURN = 5


class Collector(QObject):
    """Collects what became rubbish, once a second, in the thread that it is made in: the window's."""

    def __init__(self, parent: QObject | None = None) -> None:
        """Begin at once."""
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.collect)
        self._timer.start(TURN_MS)
        self._turns = 0

    @Slot()
    def collect(self) -> None:
        """Collect the oldest generation that is due, by the collector's own thresholds."""
        self._turns += 1
        if self._turns == SETTLED_TURN:
            gc.freeze()
        due = [
            generation
            for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
            if count > most > 0
        ]
        if due:
            gc.collect(due[-1])


@contextmanager
def collected_here() -> Iterator[None]:
    """Collect rubbish in this thread alone while this lasts; an event loop has to run."""
    was_on = gc.isenabled()
    gc.disable()
    collector = Collector()
    try:
        yield
    finally:
        delete(collector)
        gc.unfreeze()
        if was_on:
            gc.enable()


def destroy(window: QWidget) -> None:
    """Take a window down with all its parts, now and in this thread, whoever still holds some of them."""
    if isValid(window):
        delete(window)
