"""The open cases for who goes and who comes: amount, how it stands, what the customer is told (R15)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from pos_cancel.domain.case import WORKED, Case, State
from pos_cancel.presenters.card import Card, present
from pos_cancel.presenters.moments import end_time
from pos_cancel.presenters.spoken import network_of
from pos_cancel.presenters.wording import Wording

# So long after its deadline every case is settled or in a person's hands (outcomes.md R5).
AFTER_DEADLINE = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class HandoverLine:
    """One open case: its card, and what to tell the customer."""

    card: Card
    tell: str


def handover_lines(
    cases: Iterable[Case], now: datetime, words: Wording, zone: tzinfo
) -> tuple[HandoverLine, ...]:
    """Give a line for each case, in the order given."""
    return tuple(HandoverLine(present(case, now, words, zone), _told(case, words)) for case in cases)


def stay_on_until(cases: Iterable[Case]) -> datetime | None:
    """Give the moment by which all that is being worked is settled; None where nothing is."""
    ends = [case.deadline or case.stop_at for case in cases if case.state in WORKED]
    return max(ends) + AFTER_DEADLINE if ends else None


def stay_on_line(
    cases: tuple[Case, ...],
    now: datetime,
    words: Wording,
    zone: tzinfo,
    *,
    count: int = 0,
    last: datetime | None = None,
) -> str:
    """Say how many are open and until when this till should stay on.

    Where `cases` are only the first of very many, `count` and `last` (the latest deadline) are those of all.
    """
    is_part = count > len(cases)
    until = last + AFTER_DEADLINE if is_part and last is not None else stay_on_until(cases)
    number = max(count, len(cases))
    if until is None or until <= now:
        return words.text("gui.quit.question_unknown", count=number)
    return words.text("gui.quit.question", count=number, until=end_time(until, now, zone, words))


def _told(case: Case, words: Wording) -> str:
    return words.text(f"handover.tell.{_how(case)}", network=network_of(case, words), ref=case.ref)


def _how(case: Case) -> str:
    if case.state is State.NOT_SENT:
        return "not_sent"
    if case.state is State.CALL_SUPPORT:
        return "refused" if case.variant == "refused" else "unconfirmed"
    if case.keep_asked_at is not None:
        return "stopping"
    return "waiting" if case.state is State.WAITING else "unsure"
