"""Calls that may never come back, made one at a time, each in a thread that can be left behind."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TypeVar

from pos_cancel.adapters.process_guard import overwrite_freed

T = TypeVar("T")


@dataclass(slots=True)
class Attempt:
    """One call under way; `asking` is set while a person is being asked for a password."""

    ends_at: float
    asking: bool = False


class Overdue(Exception):
    """The call, or the one before it that is still under way, did not come back in time."""

    def __init__(self, *, asking: bool) -> None:
        super().__init__("a person is being asked" if asking else "no answer")
        self.asking = asking


class OneCall:
    """Runs one call at a time. While one hangs no other is started, so that threads do not pile up."""

    def __init__(self, deadline_s: float) -> None:
        self._deadline_s = deadline_s
        self._free = threading.Lock()
        self._current = Attempt(0.0)

    def run(self, work: Callable[[Attempt], T], *, asking_s: float = 0.0) -> T:
        """Give what `work` gives, waiting `asking_s` longer while a person is asked. Raises `Overdue`.

        `work` may not raise: its exception would end with its thread.
        """
        ends_at = time.monotonic() + self._deadline_s
        if not self._free.acquire(timeout=self._patience_s()):
            raise Overdue(asking=self._current.asking)
        attempt = self._current = Attempt(ends_at)
        future: Future[T] = Future()
        threading.Thread(
            target=self._work, args=(work, attempt, future), name="keyring-call", daemon=True
        ).start()
        try:
            return _within(future, ends_at)
        except TimeoutError:
            if not attempt.asking or not asking_s:
                raise Overdue(asking=attempt.asking) from None
        return self._asked(future, ends_at + asking_s)

    def _asked(self, future: "Future[T]", ends_at: float) -> T:
        try:
            return _within(future, ends_at)
        except TimeoutError:
            raise Overdue(asking=True) from None

    def _patience_s(self) -> float:
        """Give how long the call before this one may still take; none if it should have ended."""
        return min(max(self._current.ends_at - time.monotonic(), 0.0), self._deadline_s)

    def _work(self, work: Callable[[Attempt], T], attempt: Attempt, future: "Future[T]") -> None:
        try:
            found = work(attempt)
        finally:
            self._free.release()
        future.set_result(found)
        # What such a call had in hand was a key's text.
        overwrite_freed()


def _within(future: "Future[T]", ends_at: float) -> T:
    return future.result(max(ends_at - time.monotonic(), 0.0))
