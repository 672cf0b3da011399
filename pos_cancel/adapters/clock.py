"""The clocks of this machine."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

SET_BACK_S = 2.0


class SystemClock:
    """Wall clock in UTC and the monotonic clock."""

    def now(self) -> datetime:
        """Give the time in UTC, aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds that only go forward."""
        return time.monotonic()


class ClockWatch:
    """Notices that the wall clock was set back, for due times are wall times and would come late (R4)."""

    def __init__(
        self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._wall = wall
        self._steady = steady
        self._ahead_s = wall() - steady()

    def went_back(self) -> bool:
        """Tell, once for each time, whether the wall clock has lost more than two seconds."""
        ahead_s = self._wall() - self._steady()
        lost_s, self._ahead_s = self._ahead_s - ahead_s, ahead_s
        return lost_s > SET_BACK_S
