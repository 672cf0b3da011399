"""A set-up on a thread of its own, for who must not wait: jobs one after another, answers by callback."""

import logging
import queue
import threading
from collections.abc import Callable
from functools import partial
from typing import Generic, Protocol, TypeVar

from pos_cancel.adapters.process_guard import overwrite_freed
from pos_cancel.domain.errors import LocalError, PosCancelError

LOG = logging.getLogger(__name__)
FAULT = LocalError(
    "The program met a fault of its own.", "Try again; if it stays so, tell support.", topic="error"
)


class Worked(Protocol):
    """What a desk works with: the set-up of an account, or the back office."""

    def forget(self) -> None:
        """Let go of everything that was said and of all keys."""


T = TypeVar("T")
W = TypeVar("W", bound=Worked)


class SetupDesk(Generic[W]):
    """Hands jobs to one thread, which makes the set-up (or the back office) when it is first wanted.

    The thread holds the keys of an account on its way; `stop` lets them go. Nothing here blocks.
    """

    def __init__(self, make: Callable[[], W]) -> None:
        self._make = make
        self._errands: queue.SimpleQueue[Callable[[W], None] | None] | None = None

    def ask(self, job: Callable[[W], T], done: Callable[[T | PosCancelError], None]) -> None:
        """Do the job; `done` is called on the desk's thread with what it gives or raises."""
        if self._errands is None:
            self._errands = queue.SimpleQueue()
            arguments = (self._make, self._errands)
            threading.Thread(target=_work, args=arguments, name="pos-cancel setup", daemon=True).start()
        self._errands.put(partial(_answer, job, done))

    def stop(self) -> None:
        """Let go of everything once the job in hand has ended; what is asked later begins anew."""
        if self._errands is not None:
            self._errands.put(None)
            self._errands = None


def _work(make: Callable[[], W], errands: "queue.SimpleQueue[Callable[[W], None] | None]") -> None:
    setup = make()
    while (errand := errands.get()) is not None:
        errand(setup)
        # What was done may have had a key's text in hand, and the next errand may be long in coming.
        del errand
        overwrite_freed()
    setup.forget()


def _answer(job: Callable[[W], T], done: Callable[[T | PosCancelError], None], setup: W) -> None:
    try:
        done(job(setup))
    except PosCancelError as error:
        done(bare(error))
    except Exception:  # the assistant must stay and say so
        LOG.exception("a step of the set-up broke")
        done(FAULT)


def bare(error: PosCancelError) -> PosCancelError:
    """Give the error without the frames that it came through: they hold the text of a key."""
    error.__context__ = error.__cause__ = None
    return error.with_traceback(None)
