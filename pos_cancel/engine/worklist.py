"""Which cases are worked now: what a stop left behind, what may hurry, what comes after the customer."""

from datetime import datetime

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.outcome import Advice
from pos_cancel.domain.schedule import AFTER_DEADLINE
from pos_cancel.engine.ports import Entry, Journal

# Stopped for want of a key on this till, so it goes on when the key store gives one.
KEY_CODES = frozenset({"S-01", "S-02", "S-09"})
# So many pending cases are tried at once when the network is back; the others keep their own time.
HURRIED = 50
# So far down the list the engine looks for a case that can leave, when those before it cannot.
PASSED_OVER = 64
# The gateway asked for time (R6); a network that is back does not shorten it.
ASKED_TO_WAIT = frozenset({Advice.BUSY.value, Advice.FUNDS.value, Advice.IN_PROGRESS.value})


def can_hurry(case: Case, profile: str, now: datetime) -> bool:
    """Tell whether the case may be tried before its time: nothing but the network kept it (R4)."""
    idle = case.in_flight is None and case.next_try_at is not None and case.next_try_at > now
    pending = case.state is State.RETRY_PENDING and not case.cancels_over
    return idle and pending and case.profile == profile and case.retry_reason not in ASKED_TO_WAIT


def is_stopped(case: Case, profile: str, codes: frozenset[str]) -> bool:
    """Tell whether the case of this account is stopped, for one of these reasons or (none given) for any."""
    return bool(case.stopped) and case.profile == profile and (not codes or case.stopped in codes)


def is_overdue(case: Case, now: datetime) -> bool:
    """Tell whether the case still goes on half an hour after its cancels should have ended (R5)."""
    idle = case.in_flight is None and not case.stopped and not case.window_over
    pending = case.state in {State.RETRY_PENDING, State.WAITING}
    return idle and pending and now > case.stop_at + AFTER_DEADLINE


def is_background(case: Case) -> bool:
    """Tell whether nobody stands at the till for it: later rounds, the support's cases, watches."""
    return case.rounds > 0 or case.state is State.CALL_SUPPORT or not case.state.is_open


def hand_over(journal: Journal, name: str, at: datetime) -> list[Case]:
    """Write down who took over the open cases (outcomes.md R15); gives them."""
    with journal.transaction():
        cases = journal.open_cases()
        for case in cases:
            journal.write(case, Entry("handover", at, (("by", name),)))
    return cases
