"""Whether this till's clock can be believed: a verified reply's Date says so (R5, R12)."""

from collections import deque
from dataclasses import replace
from datetime import datetime, timedelta

from pos_cancel.domain.outcome import Advice, Reading, Refused, Signature
from pos_cancel.domain.schedule import CLOCK_CHECK_LIFE, clock_off_s

# What a gateway blames on the key or on a parameter when the timestamp is off.
SUSPECTS = frozenset({Advice.SETUP, Advice.PARAMETER})
WRONG_CLOCK = "S-06"
# So many replies together tell the gateway's hour; a single one may be an old one, date and all.
REMEMBERED = 5
AGREEMENT = timedelta(seconds=5)


class ClockCheck:
    """Remembers the last comparison of this till's clock with a gateway's."""

    def __init__(self) -> None:
        self.is_wrong = False
        self._checked_at: datetime | None = None
        self._skews: deque[timedelta] = deque(maxlen=REMEMBERED)

    def note(self, reading: Reading, now: datetime) -> None:
        """Compare with the reply's Date, believed or not; only a verified one can make the clock right."""
        if reading.gateway_time is None:
            return
        self._skews.append(now - reading.gateway_time)
        self.is_wrong = clock_off_s(now, reading.gateway_time) != 0
        if reading.signature is Signature.VERIFIED:
            self._checked_at = None if self.is_wrong else now

    def by_gateway(self, moment: datetime) -> datetime:
        """Give a moment of this till's clock by the gateway's, as the last replies told it.

        A reply from some store of old ones makes this till look ahead, and nothing makes it look behind but
        its own clock. So the two replies of least skew have to agree; else this till's own clock counts.
        """
        least, *more = sorted(self._skews)[:2] or (timedelta(0),)
        return moment - least if more and more[0] - least <= AGREEMENT else moment

    def blamed(self, reading: Reading) -> Reading:
        """Give the reading with a wrong clock blamed before anything else (R12)."""
        refused = reading.outcome
        if not self.is_wrong or not isinstance(refused, Refused) or refused.advice not in SUSPECTS:
            return reading
        return replace(reading, outcome=replace(refused, setup_code=WRONG_CLOCK))

    def holds(self, now: datetime) -> bool:
        """Tell whether the clock was right within the last ten minutes."""
        return self._checked_at is not None and abs(now - self._checked_at) <= CLOCK_CHECK_LIFE
