"""Virtual time: what happens next, and nothing else that takes time."""

import heapq
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

EPOCH = datetime(2026, 11, 20, tzinfo=UTC)


class Agenda:
    """Jobs by their time. What falls on one instant happens in the order in which it was planned."""

    def __init__(self, start_s: float) -> None:
        self._go_to(start_s)
        self._planned = 0
        self._jobs: list[tuple[float, int, Callable[[], object]]] = []

    def _go_to(self, at_s: float) -> None:
        """Make it that time; everybody asks for it, much more often than it moves."""
        self.now_s = at_s
        self.now: datetime = EPOCH + timedelta(seconds=at_s)

    def after(self, delay_s: float, job: Callable[[], object]) -> None:
        """Plan a job."""
        self._planned += 1
        heapq.heappush(self._jobs, (self.now_s + max(delay_s, 0.0), self._planned, job))

    def step(self) -> bool:
        """Go to the next job and do it; False where nothing is planned."""
        if not self._jobs:
            return False
        at, _, job = heapq.heappop(self._jobs)
        self._go_to(max(self.now_s, at))
        job()
        return True
