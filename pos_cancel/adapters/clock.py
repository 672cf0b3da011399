"""The clocks of this machine."""

import time
from datetime import UTC, datetime


class SystemClock:
    """Wall clock in UTC and the monotonic clock."""

    def now(self) -> datetime:
        """Give the time in UTC, aware."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Give seconds that only go forward."""
        return time.monotonic()
