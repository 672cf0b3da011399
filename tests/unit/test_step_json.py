"""ACQP: a success that names no sale must not be contradicted (R8); windows of the JSON systems (R4)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, Doubt, State
from pos_cancel.domain.events import Answered, Ended, Sent
from pos_cancel.domain.outcome import (
    Cancelled,
    Effect,
    Found,
    NotFound,
    Outcome,
    Reading,
    Reason,
    Signature,
    Unknown,
)
from pos_cancel.domain.sale import Sale
from pos_cancel.domain.schedule import json_window
from pos_cancel.domain.step import step
from tests.unit.till_stories import (
    BLANK,
    CLOSED,
    FULLY,
    NOON,
    PACE,
    PAID,
    PARTLY,
    PROCESSING,
    UNPAID,
    at,
    exchange,
    fail,
    looked_up,
    shows,
)

S = State
ACQP = replace(BLANK, gateway="acqp")


def succeeded(case: Case, when: datetime) -> Case:
    said = Reading(outcome=Cancelled(Effect.UNTOLD), signature=Signature.VERIFIED)
    return step(step(case, Sent(at=when, ask=Ask.CANCEL), PACE), Answered(at=when, reading=said), PACE)


def asked(case: Case, outcome: Outcome, signature: Signature = Signature.VERIFIED) -> Case:
    assert case.next_ask is Ask.INQUIRY
    when = at(70)
    reading = Reading(outcome=outcome, signature=signature)
    return step(step(case, Sent(at=when, ask=Ask.INQUIRY), PACE), Answered(at=when, reading=reading), PACE)


@pytest.mark.parametrize(
    ("look", "confirms", "ends"),
    [
        (UNPAID, CLOSED, S.CLOSED),
        (PROCESSING, CLOSED, S.CLOSED),
        (PAID, CLOSED, S.REFUNDED),
        (PAID, FULLY, S.REFUNDED),
        (None, CLOSED, S.CANCELLED),
    ],
)
def test_a_confirmed_success_is_what_the_look_before_makes_of_it(
    look: Sale | None, confirms: Sale, ends: State
) -> None:
    case = succeeded(looked_up(ACQP, look) if look else ACQP, at(0))
    assert (case.state, case.doubt, case.next_try_at) == (S.RETRY_PENDING, Doubt.CONFIRM, at(0))
    assert asked(case, Found(confirms)).state is ends


@pytest.mark.parametrize("outcome", [NotFound(), Unknown(Reason.SILENCE)])
def test_an_unanswered_confirmation_leaves_it_at_cancelled(outcome: Outcome) -> None:
    assert asked(succeeded(looked_up(ACQP, PAID), at(0)), outcome).state is S.CANCELLED


def test_a_success_that_a_person_ended_unconfirmed_is_in_doubt() -> None:
    """A later case of the sale would say "nothing was cancelled" of what this one cancelled."""
    case = step(succeeded(ACQP, at(0)), Ended(at=at(1), reason="no time"), PACE)
    assert (case.state, case.variant, case.in_doubt) == (S.CALL_SUPPORT, "unknown", True)


def test_an_unverified_confirmation_is_none() -> None:
    case = succeeded(looked_up(ACQP, PAID), at(0))
    assert asked(case, Found(CLOSED), Signature.UNSIGNED).state is S.CANCELLED


@pytest.mark.parametrize("shown", [PAID, PROCESSING])
def test_a_contradicted_success_is_in_doubt(shown: Sale) -> None:
    case = asked(succeeded(looked_up(ACQP, PAID), at(0)), Found(shown))
    assert (case.state, case.doubt, case.unanswered) == (S.RETRY_PENDING, Doubt.CONTRADICTION, True)


def test_a_part_that_went_back_before_is_told() -> None:
    case = asked(succeeded(looked_up(ACQP, PAID), at(0)), Found(PARTLY))
    assert (case.state, case.variant) == (S.ALREADY_REFUNDED, "part")


@pytest.mark.parametrize(
    ("window", "always", "shown", "reach"),
    [
        ("", True, datetime(2026, 11, 20, 16, 15, tzinfo=UTC), timedelta(0)),
        ("", False, datetime(2026, 11, 20, 16, 15, tzinfo=UTC), timedelta(days=3650)),
        ("01:30", False, datetime(2026, 11, 20, 17, 30, tzinfo=UTC), timedelta(0)),
        ("7d", False, datetime(2026, 11, 27, 16, 0, tzinfo=UTC), timedelta(0)),
    ],
)
def test_the_window_of_the_json_systems(
    window: str, *, always: bool, shown: datetime, reach: timedelta
) -> None:
    days = [date(2026, 11, 20)]
    assert json_window(NOON, window, days, always_ends=always) == (shown, shown + reach)


def test_a_sale_that_only_cancels_cannot_find_is_the_supports_after_four() -> None:
    case = looked_up(BLANK, PAID)
    for _ in range(3):
        case = exchange(case, fail("TRADE_NOT_EXIST"), shows(PAID))
        assert case.state is S.RETRY_PENDING
    case = exchange(case, fail("TRADE_NOT_EXIST"))
    assert (case.state, case.variant) == (S.CALL_SUPPORT, "refused")


def test_an_unknown_day_shows_no_deadline() -> None:
    assert json_window(NOON, "", [], always_ends=True) == (None, NOON + timedelta(hours=24))
    assert json_window(NOON, "", [], always_ends=False) == (None, NOON + timedelta(days=3650))
