"""What one process knows of its own life: whose cases it took up, and what a stop before it left behind."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pos_cancel.domain.case import WORKED, Case, State
from pos_cancel.engine.ports import Clock


class Life:
    """Which cases are of this process's own life, told without comparing hours that somebody may change."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._started_s = clock.monotonic()
        self._own: set[str] = set()

    def takes(self, case_ids: Iterable[str]) -> None:
        """Note cases that were durably opened, or asked about, in this life."""
        self._own.update(case_ids)

    def hears(self, case: Case) -> None:
        """Forget a case that was answered and needs no more work."""
        if case.state not in WORKED:
            self._own.discard(case.id)

    def is_new_to(self, case: Case) -> bool:
        """Tell whether the case was tried before, and not yet asked about in this life (R1).

        Of a case that a person sends again nothing ever left, so there is nothing to ask about.
        """
        tried = case.last_try_at is not None and case.state is not State.SENDING
        return tried and case.id not in self._own

    def was_left(self, case: Case, now: datetime) -> bool:
        """Tell whether a stop left the case behind; what was prepared since is about to be sent."""
        began = now - timedelta(seconds=self._clock.monotonic() - self._started_s)
        prepared = case.id in self._own or began < case.opened_at <= now
        return case.in_flight is not None or not prepared
