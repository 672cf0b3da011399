"""Which cases are worked now: what a stop left behind, what may hurry, what comes after the customer."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import islice

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.outcome import Advice
from pos_cancel.domain.schedule import AFTER_DEADLINE
from pos_cancel.engine.ports import Entry, Journal

# Stopped for want of a key on this till, so it goes on when the key store gives one.
KEY_CODES = frozenset({"S-01", "S-02", "S-09"})
# So many pending cases are tried at once when the network is back; the others keep their own time.
HURRIED = 50
# They are looked for among so many: where that many must wait, all of them must.
LOOKED_AT = 1_000
# So far down the list the engine looks for a case that can leave, when those before it cannot.
PASSED_OVER = 64
# What has been due for so long was not sent because the till was off: nobody stands there for it any more.
LATE = timedelta(seconds=60)
# Who opened a case so long ago has left, also if it is tried anew since the till or the network is back.
LEFT = timedelta(minutes=5)
# So many stopped cases go on at a time; a customer may come between.
REVIVED = 200
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


def hurried(journal: Journal, profile: str, now: datetime) -> list[Case]:
    """Give the cases of this account that are tried before their time, the earliest deadlines."""
    waiting = islice(journal.waiting(profile, now), LOOKED_AT)
    return list(islice((case for case in waiting if can_hurry(case, profile, now)), HURRIED))


def stopped(
    journal: Journal, profile: str, codes: frozenset[str], among: Collection[str] | None
) -> list[Case]:
    """Give the stopped cases of this account, among those with these ids, if any are given."""
    found = journal.cases_of(journal.undue(profile) if among is None else among)
    return [case for case in found if is_stopped(case, profile, codes)]


def is_overdue(case: Case, now: datetime) -> bool:
    """Tell whether the case still goes on half an hour after its cancels should have ended (R5)."""
    idle = case.in_flight is None and not case.stopped and not case.window_over
    pending = case.state in {State.RETRY_PENDING, State.WAITING}
    return idle and pending and now > case.stop_at + AFTER_DEADLINE


def is_background(case: Case) -> bool:
    """Tell whether nobody stands at the till for it: later rounds, the support's cases, watches."""
    return case.rounds > 0 or case.state is State.CALL_SUPPORT or not case.state.is_open


def is_behind(case: Case, now: datetime) -> bool:
    """Tell whether the case lets others go first: nobody stands at the till for it, or not any more."""
    is_late = case.next_try_at is not None and case.next_try_at <= now - LATE
    return is_background(case) or is_late or case.foreground_from <= now - LEFT


def hand_over(journal: Journal, name: str, at: datetime) -> list[Case]:
    """Write down who took over the open cases (outcomes.md R15); gives them."""
    with journal.transaction():
        cases = journal.open_cases()
        for case in cases:
            journal.write(case, Entry("handover", at, (("by", name),)))
    return cases
