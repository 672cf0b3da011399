"""Whether this till's clock can be believed: a verified reply's Date says so (R5, R12)."""

from datetime import datetime, timedelta

from pos_cancel.domain.outcome import Reading, Signature
from pos_cancel.domain.schedule import CLOCK_CHECK_LIFE

TOLERANCE = timedelta(minutes=2)


class ClockCheck:
    """Remembers the last comparison of this till's clock with a gateway's."""

    def __init__(self) -> None:
        self.skew: timedelta | None = None
        self._checked_at: datetime | None = None

    def note(self, reading: Reading, now: datetime) -> None:
        """Compare; a positive skew means that this till is ahead."""
        if reading.gateway_time is None:
            return
        self.skew = now - reading.gateway_time
        if reading.signature is Signature.VERIFIED:
            self._checked_at = now if abs(self.skew) <= TOLERANCE else None

    @property
    def is_wrong(self) -> bool:
        """Whether the last reply, believed or not, says that this till's clock is off by minutes."""
        return self.skew is not None and abs(self.skew) > TOLERANCE

    def holds(self, now: datetime) -> bool:
        """Tell whether the clock was right within the last ten minutes."""
        return self._checked_at is not None and abs(now - self._checked_at) <= CLOCK_CHECK_LIFE
