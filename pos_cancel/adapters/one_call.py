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
    """One call under way; `asking` is set while a person is being asked for a password.

    `given_up` tells that nobody waits for it any more.
    """

    ends_at: float
    asking: bool = False
    given_up: bool = False


class Overdue(Exception):
    """The call, or the one before it that is still under way, did not come back in time."""

    def __init__(self, *, asking: bool) -> None:
        super().__init__("a person is being asked" if asking else "no answer")
        self.asking = asking


class OneCall:
    """Runs one call at a time. While one hangs no other is started, so that threads do not pile up."""

    def __init__(self) -> None:
        self._free = threading.Lock()
        self._handing_over = threading.Lock()
        self._current = Attempt(0.0)

    def run(
        self,
        work: Callable[[Attempt], T],
        deadline_s: float,
        *,
        asking_s: float = 0.0,
        late: Callable[[T], None] | None = None,
    ) -> T:
        """Give what `work` gives, waiting `asking_s` longer while a person is asked. Raises `Overdue`.

        `work` may not raise: its exception would end with its thread. What comes too late goes to `late`, in
        that thread: on a slow machine it may be all that ever comes.
        """
        ends_at = time.monotonic() + deadline_s
        if not self._free.acquire(timeout=self._patience_s(deadline_s)):
            raise Overdue(asking=self._current.asking)
        attempt = self._current = Attempt(ends_at)
        future: Future[T] = Future()
        threading.Thread(
            target=self._work, args=(work, attempt, future, late), name="keyring-call", daemon=True
        ).start()
        try:
            return _within(future, ends_at)
        except TimeoutError:
            ends_at += asking_s if attempt.asking else 0.0
        try:
            return _within(future, ends_at)
        except TimeoutError:
            return self._given_up(attempt, future)

    def _given_up(self, attempt: Attempt, future: "Future[T]") -> T:
        with self._handing_over:
            if future.done():
                return future.result()
            attempt.given_up = True
            raise Overdue(asking=attempt.asking)

    def _patience_s(self, deadline_s: float) -> float:
        """Give how long the call before this one may still take; none if it should have ended."""
        return min(max(self._current.ends_at - time.monotonic(), 0.0), deadline_s)

    def _work(
        self,
        work: Callable[[Attempt], T],
        attempt: Attempt,
        future: "Future[T]",
        late: Callable[[T], None] | None,
    ) -> None:
        try:
            found = work(attempt)
        finally:
            self._free.release()
        with self._handing_over:
            if not attempt.given_up:
                future.set_result(found)
        if attempt.given_up and late is not None:
            late(found)
        # Not to be kept by this frame while the freed is overwritten.
        del found, future, work, late
        # What such a call had in hand was a key's text.
        overwrite_freed()


def _within(future: "Future[T]", ends_at: float) -> T:
    return future.result(max(ends_at - time.monotonic(), 0.0))
