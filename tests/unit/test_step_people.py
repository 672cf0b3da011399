"""What people and keys do to a case: R11 and R13 of outcomes.md §3, *Send again*, withdraw, end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.errors import IllegalEvent
from pos_cancel.domain.events import (
    Answered,
    Ended,
    GaveUp,
    KeepAsked,
    KeyFailed,
    LookedUp,
    Recovered,
    SendAgain,
    Sent,
    SetupChanged,
    Withdrawn,
)
from pos_cancel.domain.outcome import Reading, Signature
from pos_cancel.domain.sale import Sale
from pos_cancel.domain.step import next_due
from tests.unit.till_stories import (
    BLANK,
    CLOSED,
    FULLY,
    NOON,
    PAID,
    PARTLY,
    UNPAID,
    answer,
    at,
    exchange,
    fail,
    happen,
    looked_up,
    outer,
    shows,
    silence,
    success,
    unanswered,
    unsent,
)

S = State
UNSCANNED = exchange(replace(BLANK, known_order=True), success())
NOT_SENT = happen(BLANK, Recovered(at=at(60)))
FUNDS = fail("SELLER_BALANCE_NOT_ENOUGH")


def kept(case: Case) -> Case:
    return happen(case, KeepAsked(at=case.updated_at + timedelta(seconds=1)))


def key_failed(case: Case, delay_s: float, *, can_pass: bool) -> Case:
    return happen(
        case, KeyFailed(at=at(delay_s), setup_code="S-02" if can_pass else "S-01", can_pass=can_pass)
    )


# R11 and keys


def test_a_missing_key_on_the_first_try_is_a_setup_problem() -> None:
    case = key_failed(BLANK, 0, can_pass=False)
    assert (case.state, case.setup_code, case.next_ask) == (S.SETUP_PROBLEM, "S-01", None)


def test_a_locked_keyring_is_waited_for_one_minute_and_then_nothing_was_sent() -> None:
    for delay_s in (0, 20, 59):
        waiting = key_failed(key_failed(BLANK, 0, can_pass=True), delay_s, can_pass=True)
        assert (waiting.state, waiting.next_ask) == (S.SENDING, Ask.CANCEL)
        due = next_due(waiting)
        assert due is not None
        assert at(delay_s) < due <= at(60)
    late = key_failed(key_failed(BLANK, 0, can_pass=True), 60, can_pass=True)
    assert (late.state, late.setup_code) == (S.NOT_SENT, "S-02")


@pytest.mark.parametrize("can_pass", [True, False])
def test_a_missing_key_after_an_unanswered_try_stops_the_case(can_pass: bool) -> None:
    stopped = key_failed(unanswered(), 5, can_pass=can_pass)
    assert (stopped.state, stopped.variant, next_due(stopped)) == (S.RETRY_PENDING, "stopped", None)
    for event in (SetupChanged(at=at(90)), SendAgain(at=at(90))):
        going = happen(stopped, event)
        assert (going.state, going.stopped, next_due(going)) == (S.RETRY_PENDING, "", at(90))
        assert going.next_ask is Ask.INQUIRY


def test_a_change_of_the_setup_leaves_alone_what_was_not_stopped() -> None:
    assert happen(unanswered(), SetupChanged(at=at(90))).next_try_at == unanswered().next_try_at


@pytest.mark.parametrize("case", [exchange(BLANK, fail("BUYER_ERROR")), UNSCANNED])
def test_without_a_key_a_case_with_the_support_or_watched_only_asks_later(case: Case) -> None:
    later = key_failed(case, 4000, can_pass=False)
    assert later.state is case.state
    assert next_due(later) == at(4900)


# Unsent cases


def test_not_sent_is_sent_only_by_a_person() -> None:
    assert next_due(NOT_SENT) is None
    assert happen(NOT_SENT, Recovered(at=at(90))).state is S.NOT_SENT
    again = happen(NOT_SENT, SendAgain(at=at(90)))
    assert (again.state, again.next_ask, next_due(again), again.tries) == (S.SENDING, Ask.CANCEL, at(90), 0)
    assert exchange(again, unsent()).state is S.SENDING


def test_withdrawn_is_the_end_of_what_was_not_sent() -> None:
    gone = happen(NOT_SENT, Withdrawn(at=at(90)))
    assert (gone.state, next_due(gone), gone.is_open) == (S.WITHDRAWN, None, False)
    for case in (BLANK, unanswered(), exchange(BLANK, FUNDS)):
        with pytest.raises(IllegalEvent):
            happen(case, Withdrawn(at=at(90)))


def test_a_command_that_leaves_settles_what_provably_never_left() -> None:
    assert happen(BLANK, GaveUp(at=at(5))).state is S.NOT_SENT
    assert happen(exchange(BLANK, unsent()), GaveUp(at=at(5))).state is S.NOT_SENT
    assert happen(replace(BLANK, unanswered=True), GaveUp(at=at(5))).state is S.NOT_SENT
    for case in (happen(BLANK, Sent(at=NOON, ask=Ask.CANCEL)), unanswered(), exchange(BLANK, FUNDS)):
        with pytest.raises(IllegalEvent):
            happen(case, GaveUp(at=at(5)))


# Looks before the first try


@pytest.mark.parametrize(("sale", "variant"), [(FULLY, "full"), (PARTLY, "part")])
def test_a_visible_refund_ends_a_new_case_before_anything_is_sent(sale: Sale, variant: str) -> None:
    case = happen(BLANK, LookedUp(at=NOON, reading=shows(sale)))
    assert (case.state, case.variant, case.tries) == (S.ALREADY_REFUNDED, variant, 0)


def test_a_refund_seen_after_an_unanswered_try_of_an_earlier_case_is_our_own() -> None:
    case = looked_up(replace(BLANK, unanswered=True, doubtful=True), PAID)
    assert happen(case, LookedUp(at=NOON, reading=shows(FULLY))).state is S.REFUNDED


@pytest.mark.parametrize("signature", [sign for sign in Signature if sign is not Signature.VERIFIED])
def test_an_unverified_look_ends_nothing(signature: Signature) -> None:
    with pytest.raises(IllegalEvent):
        happen(BLANK, LookedUp(at=NOON, reading=shows(FULLY, signature)))


# Ending an open case


def test_a_person_ends_an_open_case_with_a_reason() -> None:
    ended = happen(unanswered(), Ended(at=at(90), reason="the bank confirmed it"))
    assert (ended.state, ended.reason, ended.is_open) == (S.CALL_SUPPORT, "the bank confirmed it", False)
    assert next_due(ended) is None
    with pytest.raises(IllegalEvent):
        happen(ended, SendAgain(at=at(99)))


def test_ending_keeps_why_the_case_was_with_the_support() -> None:
    ended = happen(exchange(BLANK, fail("BUYER_ERROR")), Ended(at=at(90), reason=""))
    assert ended.variant == "refused"


def test_what_arrives_while_a_person_ends_the_case_is_not_lost() -> None:
    """Either the case cannot be ended while a cancel is on the wire, or its answer is still taken in."""
    flying = happen(unanswered(), Sent(at=at(2), ask=Ask.CANCEL))
    try:
        ended = happen(flying, Ended(at=at(3), reason="tired of waiting"))
    except IllegalEvent:
        return
    answered = Answered(at=at(4), reading=success("refund"))
    assert happen(ended, answered).state in {S.REFUNDED, S.CALL_SUPPORT}


def test_an_inquiry_on_the_wire_does_not_break_a_case_that_ends() -> None:
    """A new case ends the one that is with the support, which may be asking at that very moment."""
    handed = exchange(BLANK, fail("BUYER_ERROR"))
    flying = happen(handed, Sent(at=at(3600), ask=Ask.INQUIRY))
    ended = happen(flying, Ended(at=at(3601), reason="new case K7-205"))
    assert happen(ended, Answered(at=at(3602), reading=shows(PAID))).state is S.CALL_SUPPORT


# R13


def test_keep_stops_the_cancels_and_asks_two_minutes_after_the_last_try() -> None:
    case = kept(unanswered())
    assert (case.state, case.next_ask, case.next_try_at) == (S.RETRY_PENDING, Ask.INQUIRY, at(120))
    assert exchange(case, shows(PAID)).state is S.KEPT


@pytest.mark.parametrize(("sale", "state"), [(CLOSED, S.CANCELLED), (PARTLY, S.ALREADY_REFUNDED)])
def test_keep_sees_what_r7_says_of_a_sale_that_is_gone(sale: Sale, state: State) -> None:
    assert exchange(kept(unanswered()), shows(sale)).state is state


@pytest.mark.parametrize("reading", [silence(), shows(UNPAID), shows(PAID, Signature.UNSIGNED)])
def test_keep_without_an_answer_only_inquires(reading: Reading) -> None:
    case = kept(unanswered())
    for _ in range(10):
        case = exchange(case, reading)
        assert (case.state, case.next_ask) == (S.RETRY_PENDING, Ask.INQUIRY)


def test_keep_is_not_believed_earlier_than_two_minutes_after_the_last_try() -> None:
    asked = exchange(BLANK, fail("TRADE_STATUS_ERROR"))
    flying = happen(asked, Sent(at=at(1), ask=Ask.INQUIRY), KeepAsked(at=at(2)))
    early = happen(flying, Answered(at=at(3), reading=shows(PAID)))
    assert (early.state, early.next_ask, early.next_try_at) == (S.RETRY_PENDING, Ask.INQUIRY, at(120))


@pytest.mark.parametrize(
    "reply",
    [
        silence(),
        unsent(),
        fail("SYSTEM_ERROR"),
        fail("TRADE_STATUS_ERROR", "Y"),
        fail("A_NEW_CODE", "Y"),
        fail("FREQUENCY_LIMITED"),
        FUNDS,
        fail("BUYER_ERROR"),
        fail("TRADE_NOT_EXIST"),
    ],
)
def test_keep_while_a_try_is_on_the_wire_sends_no_further_cancel(reply: Reading) -> None:
    case = happen(exchange(BLANK, FUNDS), Sent(at=at(30), ask=Ask.CANCEL), KeepAsked(at=at(31)))
    case = happen(case, Answered(at=at(32), reading=reply))
    for _ in range(12):
        if next_due(case) is None:
            break
        assert case.next_ask is Ask.INQUIRY
        case = exchange(case, shows(UNPAID))


def test_keep_loses_against_a_cancel_that_was_done() -> None:
    case = happen(unanswered(), Sent(at=at(2), ask=Ask.CANCEL), KeepAsked(at=at(3)))
    assert happen(case, Answered(at=at(4), reading=success("refund"))).state is S.REFUNDED


def test_a_kept_sale_is_not_asked_about_before_a_busy_gateway_has_had_its_time() -> None:
    """The cancel on the wire comes back with "in 200 seconds", later than keep would ask by itself (R6)."""
    case = happen(exchange(BLANK, FUNDS), Sent(at=at(30), ask=Ask.CANCEL), KeepAsked(at=at(31)))
    assert case.next_try_at == at(150)
    busy = answer(b"", status=429, Retry_After="200")
    case = happen(case, Answered(at=at(32), reading=busy))
    assert (case.next_ask, case.next_try_at) == (Ask.INQUIRY, at(232))


def test_send_again_hurries_but_does_not_undo_keep() -> None:
    case = happen(kept(unanswered()), SendAgain(at=at(10)))
    assert (case.next_ask, next_due(case)) == (Ask.INQUIRY, at(10))
    case = exchange(case, shows(PAID))
    assert (case.state, case.next_ask, case.next_try_at) == (S.RETRY_PENDING, Ask.INQUIRY, at(120))


# R7 and keys


def test_what_was_unanswered_never_becomes_not_sent() -> None:
    case = unanswered()
    for _ in range(30):
        case = exchange(case, unsent())
        assert case.state is S.RETRY_PENDING


@pytest.mark.parametrize("reply", [fail("ILLEGAL_SIGN"), outer("ILLEGAL_SIGN"), fail("INVALID_PARAMETER")])
def test_a_stopped_case_goes_on_when_the_setup_changes(reply: Reading) -> None:
    stopped = exchange(unanswered(looked_up(BLANK, PAID)), reply)
    assert (stopped.variant, stopped.next_ask) == ("stopped", None)
    going = happen(stopped, SetupChanged(at=at(600)))
    assert (going.stopped, going.next_ask, going.next_try_at) == ("", Ask.INQUIRY, at(600))
    assert exchange(going, shows(PAID)).next_ask is Ask.CANCEL


def test_a_missing_key_stops_a_new_case_whose_sale_has_an_unanswered_try() -> None:
    """R7 counts over all cases of the sale, so "nothing unanswered" does not hold for this one."""
    case = happen(replace(BLANK, unanswered=True), KeyFailed(at=NOON, setup_code="S-01", can_pass=False))
    assert (case.state, case.stopped) == (S.RETRY_PENDING, "S-01")
