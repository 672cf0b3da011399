"""The only bridge between the assistant and the set-up, which works on a thread of its own."""

import weakref
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from pos_cancel.domain.errors import PosCancelError

T = TypeVar("T")


class SetupDesk(Protocol):
    """What the assistant needs: jobs done one after another; `done` is called on another thread."""

    def ask(self, job: Callable[..., T], done: Callable[[T | PosCancelError], None]) -> None:
        """Do a job."""

    def stop(self) -> None:
        """Let go of all that was said."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a job gave or raised, with the ticket it was asked under."""

    ticket: int
    value: object


class SetupWorker(QObject):
    """Jobs out, answers in on the window's thread."""

    answered = Signal(object)  # Answer

    def __init__(self, desk: SetupDesk, parent: QObject | None = None) -> None:
        """Ask nothing yet."""
        super().__init__(parent)
        self._desk = desk

    def ask(self, ticket: int, job: Callable[..., object]) -> None:
        """Have a job done; answered by `answered`."""
        # The desk's thread holds no Qt object: one that it let go of last would be destroyed over there.
        self._desk.ask(job, partial(_emit, weakref.ref(self), ticket))

    def stop(self) -> None:
        """Let go of all that was said."""
        self._desk.stop()


# Runs on the desk's thread: it only emits.
def _emit(asker: "weakref.ref[SetupWorker]", ticket: int, value: object) -> None:
    worker = asker()
    if worker is not None and isValid(worker):
        worker.answered.emit(Answer(ticket, value))
