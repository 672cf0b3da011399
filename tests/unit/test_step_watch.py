"""The watch of R14, and what the JSON gateways' silent success amounts to (outcomes.md §1)."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, Doubt, State
from pos_cancel.domain.events import Answered, Sent
from pos_cancel.domain.outcome import Cancelled, Effect, Reading, Signature
from pos_cancel.domain.step import next_due
from tests.unit.till_stories import (
    BLANK,
    CLOSED,
    PAID,
    UNPAID,
    at,
    exchange,
    happen,
    looked_up,
    shows,
    silence,
    success,
)

S = State
UNSCANNED = exchange(replace(BLANK, known_order=True), success())


def looks(case: Case, reading: Reading) -> list[float]:
    """Give the minutes after its end at which a case looks again."""
    ended, minutes = case.updated_at, []
    while (due := next_due(case)) is not None:
        assert case.doubt is Doubt.WATCH
        assert case.watching_until is not None
        assert due <= case.watching_until
        minutes.append((due - ended).total_seconds() / 60)
        before = case.state
        case = exchange(case, reading)
        assert (case.state, case.updated_at) == (before, ended)
    assert case.watching_until is None
    return minutes


def untold(case: Case) -> Case:
    return exchange(case, Reading(outcome=Cancelled(Effect.UNTOLD), signature=Signature.VERIFIED))


@pytest.mark.parametrize(
    "case",
    [
        UNSCANNED,
        exchange(BLANK, success()),
        untold(looked_up(replace(BLANK, gateway="antom"), UNPAID)),
        untold(looked_up(replace(BLANK, gateway="apo"), PAID)),
        untold(looked_up(replace(BLANK, gateway="apo"), UNPAID)),
        untold(replace(BLANK, gateway="apo")),
    ],
)
@pytest.mark.parametrize("reading", [silence(), shows(UNPAID), shows(CLOSED)])
def test_the_watch_looks_after_1_3_5_10_15_30_min_and_at_the_deadline(case: Case, reading: Reading) -> None:
    assert looks(case, reading) == [1, 3, 5, 10, 15, 30]
    dated = replace(case, deadline=case.updated_at + timedelta(hours=3))
    assert looks(replace(dated, watching_until=dated.deadline), reading) == [1, 3, 5, 10, 15, 30, 180]


@pytest.mark.parametrize("case", [exchange(BLANK, success("close")), exchange(BLANK, success("refund"))])
def test_a_close_that_acquire_told_is_not_watched(case: Case) -> None:
    assert (next_due(case), case.watching_until) == (None, None)


def test_a_watch_that_cannot_check_a_reply_uses_the_other_query() -> None:
    """R8: for nested elements the other query is asked; a watch that is blind sees no late payment."""
    once = exchange(UNSCANNED, shows(PAID, Signature.UNCHECKED))
    assert (once.query, next_due(once)) == ("overseas", UNSCANNED.next_try_at)


def test_the_watch_ends_when_the_late_payment_has_its_own_case() -> None:
    assert next_due(exchange(replace(UNSCANNED, linked_case="case-2"), shows(PAID))) is None


@pytest.mark.parametrize("gap_s", [0, 60, 61])
def test_json_success_is_closed_only_if_the_look_is_a_minute_old_at_most(gap_s: float) -> None:
    """§1: unpaid when looked up within 60 s before, never on APO; paid is refunded, all else cancelled."""
    said = Reading(outcome=Cancelled(Effect.UNTOLD), signature=Signature.VERIFIED)
    when: datetime = at(gap_s)
    events = (Sent(at=when, ask=Ask.CANCEL), Answered(at=when, reading=said))
    for gateway in ("antom", "apo"):
        case = replace(BLANK, gateway=gateway)
        fresh = S.CLOSED if gap_s <= 60 and gateway != "apo" else S.CANCELLED
        assert happen(looked_up(case, UNPAID), *events).state is fresh
        assert happen(looked_up(case, PAID), *events).state is S.REFUNDED
        assert happen(case, *events).state is S.CANCELLED
