"""The rules R1–R8 of outcomes.md §3 as far as the state machine keeps them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.events import Answered, Recovered, Sent, WindowClosed
from pos_cancel.domain.outcome import Cancelled, Effect, Reading, Reason, Signature
from pos_cancel.domain.sale import Sale
from tests.unit.till_stories import (
    BLANK,
    CLOSED,
    MIDNIGHT,
    NOON,
    PAID,
    UNPAID,
    answer,
    at,
    exchange,
    fail,
    happen,
    shows,
    shows_none,
    silence,
    success,
    unanswered,
    unsent,
    wait_s,
)

S = State
FLAG_N = fail("SYSTEM_ERROR", "N")
BUSY = fail("FREQUENCY_LIMITED")
FUNDS = fail("SELLER_BALANCE_NOT_ENOUGH")
WINDOW = fail("TRADE_CANCEL_TIME_OUT")


def background(case: Case = BLANK) -> Case:
    """Give a case in the background whose inquiry is due."""
    return exchange(case, *[silence()] * 6)


# R1


def test_prepared_and_never_sent_waits_for_a_person() -> None:
    back = happen(BLANK, Recovered(at=at(60)))
    assert (back.state, back.next_ask) == (S.NOT_SENT, None)


def test_prepared_and_never_sent_waits_for_a_person_even_if_an_earlier_case_is_unknown() -> None:
    back = happen(replace(BLANK, unanswered=True, doubtful=True), Recovered(at=at(60)))
    assert (back.state, back.next_ask) == (S.NOT_SENT, None)


@pytest.mark.parametrize("case", [BLANK, unanswered(), background(), exchange(BLANK, FUNDS)])
def test_a_sent_case_inquires_before_its_next_try(case: Case) -> None:
    flying = case
    while flying.in_flight is not Ask.CANCEL:
        assert flying.next_ask is not None
        assert flying.next_try_at is not None
        flying = happen(flying, Sent(at=flying.next_try_at, ask=flying.next_ask))
        if flying.in_flight is Ask.INQUIRY:
            flying = happen(flying, Answered(at=flying.updated_at, reading=shows(UNPAID)))
    back = happen(flying, Recovered(at=flying.updated_at + timedelta(hours=1)))
    assert (back.state, back.next_ask, back.in_flight, back.unanswered) == (
        S.RETRY_PENDING,
        Ask.INQUIRY,
        None,
        True,
    )
    assert exchange(back, shows(CLOSED)).state is S.CANCELLED
    assert exchange(back, shows(UNPAID)).next_ask is Ask.CANCEL


@pytest.mark.parametrize("case", [unanswered(), exchange(BLANK, FUNDS)])
def test_a_case_between_two_tries_inquires_first_after_a_restart(case: Case) -> None:
    assert case.next_ask is Ask.CANCEL
    back = happen(case, Recovered(at=at(600)))
    assert (back.state, back.next_ask) == (case.state, Ask.INQUIRY)


def test_an_inquiry_that_a_stop_interrupted_is_asked_again() -> None:
    asked = exchange(BLANK, fail("TRADE_STATUS_ERROR"))
    back = happen(asked, Sent(at=at(0), ask=Ask.INQUIRY), Recovered(at=at(60)))
    assert (back.in_flight, back.next_ask, back.doubt) == (None, Ask.INQUIRY, asked.doubt)


# R2, R8


@pytest.mark.parametrize("signature", [sign for sign in Signature if sign is not Signature.VERIFIED])
@pytest.mark.parametrize("effect", Effect)
def test_a_success_that_is_not_verified_is_never_believed(signature: Signature, effect: Effect) -> None:
    """The reader says so too; the state machine does not take its word for money."""
    case = exchange(BLANK, Reading(outcome=Cancelled(effect), signature=signature))
    assert (case.state, case.unanswered) == (S.RETRY_PENDING, True)


@pytest.mark.parametrize("reading", [shows(PAID), shows_none()])
def test_an_inquirys_answer_to_a_cancel_is_unknown(reading: Reading) -> None:
    assert exchange(BLANK, reading).state is S.RETRY_PENDING


def test_a_success_that_names_another_sale_four_times_goes_to_the_support() -> None:
    case = BLANK
    for _ in range(3):
        case = exchange(case, success("refund", number="OTHER"))
        assert (case.state, case.retry_reason) == (S.RETRY_PENDING, Reason.OTHER_SALE.value)
    case = exchange(case, success("refund", number="OTHER"))
    assert (case.state, case.variant) == (S.CALL_SUPPORT, "unknown")


def test_a_success_with_another_trade_number_than_the_look_showed_is_another_sale() -> None:
    told = Reading(outcome=Cancelled(Effect.REFUND, trade_no="2026B"), signature=Signature.VERIFIED)
    assert exchange(replace(BLANK, trade_no="2026A"), told).state is S.RETRY_PENDING


# R3


def test_renewed_parameters_are_recorded() -> None:
    renewed = (("_input_charset", "UTF-8"), ("timestamp", "later"))
    case = happen(BLANK, Sent(at=at(700), ask=Ask.CANCEL, params=renewed, params_at=at(700)))
    assert (case.params, case.params_at) == (renewed, at(700))
    assert happen(unanswered(), Sent(at=at(9), ask=Ask.CANCEL)).params == BLANK.params


# R4


def test_the_foreground_gaps_are_2_4_8_16_32_s_and_then_the_background() -> None:
    case, waits = BLANK, []
    for _ in range(5):
        case = exchange(case, silence())
        assert (case.state, case.variant, case.next_ask) == (S.RETRY_PENDING, "", Ask.CANCEL)
        waits.append(wait_s(case))
    assert waits == [2, 4, 8, 16, 32]
    case = exchange(case, silence())
    assert (case.state, case.variant, case.next_ask, case.tries) == (
        S.RETRY_PENDING,
        "background",
        Ask.INQUIRY,
        6,
    )
    assert 60 <= wait_s(case) <= 900


def test_four_tries_are_made_even_if_they_take_longer_than_a_minute() -> None:
    case = exchange(BLANK, *[silence()] * 3, took_s=40)
    assert (case.variant, case.next_ask) == ("", Ask.CANCEL)
    assert exchange(case, silence(), took_s=40).variant == "background"


def test_system_error_with_flag_n_ends_the_foreground_after_four_tries() -> None:
    case = exchange(BLANK, *[FLAG_N] * 3)
    assert (case.variant, case.next_ask) == ("", Ask.CANCEL)
    case = exchange(case, FLAG_N)
    assert (case.variant, case.next_ask, case.tries) == ("background", Ask.INQUIRY, 4)


@pytest.mark.parametrize("jitter", [0.0, 0.5, 1.0])
def test_background_rounds_are_1_to_15_min_apart_and_inquire_first(jitter: float) -> None:
    case, waits = background(), []
    for _ in range(8):
        assert case.next_ask is Ask.INQUIRY
        case = exchange(case, shows(UNPAID))
        assert (case.next_ask, wait_s(case)) == (Ask.CANCEL, 0)
        case = exchange(case, silence(), jitter=jitter)
        waits.append(wait_s(case))
    assert all(60 <= wait <= 900 for wait in waits)
    assert waits == sorted(waits)
    assert waits[-1] == 900


@pytest.mark.parametrize("settling", [shows(CLOSED), shows(replace(PAID, refunded=PAID.amount))])
def test_a_background_round_does_not_cancel_what_is_settled(settling: Reading) -> None:
    assert exchange(background(), settling).next_ask is None


def test_an_unanswered_inquiry_does_not_stop_the_round() -> None:
    assert exchange(background(), silence()).next_ask is Ask.CANCEL


@pytest.mark.parametrize(
    "reply", [silence(), FUNDS, BUSY, fail("SYSTEM_ERROR")], ids=["none", "funds", "busy", "sys"]
)
def test_a_try_is_always_made_10_5_and_2_min_before_the_deadline(reply: Reading) -> None:
    """Whatever the wait would be, also while the shop's balance is too low."""
    case = replace(BLANK, deadline=MIDNIGHT, opened_at=NOON, foreground_from=NOON)
    tried = []
    for _ in range(400):
        if case.next_try_at is None or case.next_try_at > MIDNIGHT:
            break
        if case.next_ask is Ask.CANCEL:
            tried.append((MIDNIGHT - case.next_try_at).total_seconds() / 60)
        case = exchange(case, shows(UNPAID) if case.next_ask is Ask.INQUIRY else reply)
    assert {10, 5, 2} <= set(tried), [minutes for minutes in tried if minutes < 30]


def test_unsent_tries_repeat_for_a_minute_before_not_sent() -> None:
    case, seen = BLANK, []
    for _ in range(30):
        case = exchange(case, unsent())
        if case.state is not S.SENDING:
            break
        seen.append((case.updated_at - NOON).total_seconds())
        assert (case.next_ask, case.tries) == (Ask.CANCEL, 0)
    assert (case.state, case.next_ask, case.tries) == (S.NOT_SENT, None, 0)
    assert len(seen) >= 4
    assert 60 <= (case.updated_at - NOON).total_seconds() <= 92


# R5


def windows_end(case: Case) -> Case:
    return happen(case, WindowClosed(at=case.updated_at + timedelta(seconds=1)))


@pytest.mark.parametrize("start", ["code", "code after an unanswered try", "clock", "clock while waiting"])
@pytest.mark.parametrize("inquiry", [silence(), shows(UNPAID), shows(CLOSED, Signature.UNSIGNED)])
def test_after_the_window_inquiries_go_on_at_1_5_15_60_min_then_the_support(
    start: str, inquiry: Reading
) -> None:
    case = {
        "code": lambda: exchange(BLANK, WINDOW),
        "code after an unanswered try": lambda: exchange(unanswered(), WINDOW),
        "clock": lambda: windows_end(background()),
        "clock while waiting": lambda: windows_end(exchange(BLANK, FUNDS)),
    }[start]()
    began, asked = case.updated_at, []
    while case.state is S.RETRY_PENDING:
        assert case.next_ask is Ask.INQUIRY
        assert case.next_try_at is not None
        asked.append((case.next_try_at - began).total_seconds() / 60)
        case = exchange(case, inquiry)
    assert asked == [0, 1, 5, 15, 60]
    assert case.state is S.CALL_SUPPORT


@pytest.mark.parametrize(
    ("sale", "state"),
    [(PAID, S.USE_REFUND), (CLOSED, S.CANCELLED), (replace(PAID, refunded=PAID.amount), S.REFUNDED)],
)
def test_after_the_window_by_the_clock_an_inquiry_settles(sale: Sale, state: State) -> None:
    assert exchange(windows_end(background()), shows(sale)).state is state


def test_the_window_ends_nothing_by_itself() -> None:
    case = windows_end(background())
    assert (case.state, case.next_ask) == (S.RETRY_PENDING, Ask.INQUIRY)


def test_later_proof_ends_a_case_with_the_support() -> None:
    handed = exchange(BLANK, fail("BUYER_ERROR"))
    assert (handed.state, handed.next_ask) == (S.CALL_SUPPORT, Ask.INQUIRY)
    for reading in (silence(), shows(PAID), shows(UNPAID), shows_none()):
        still = exchange(handed, reading)
        assert (still.state, still.variant, still.next_ask) == (S.CALL_SUPPORT, "refused", Ask.INQUIRY)
    assert exchange(handed, shows(CLOSED)).state is S.ALREADY_CLOSED


# R6


@pytest.mark.parametrize("reply", [BUSY, answer(b"", status=429)], ids=["code", "http"])
def test_too_many_requests_waits_30_s_doubling_and_is_no_try(reply: Reading) -> None:
    case, waits, asked = BLANK, [], []
    for _ in range(4):
        asked.append(case.next_ask)
        case = exchange(case, reply) if case.next_ask is Ask.CANCEL else exchange(case, shows(PAID), reply)
        waits.append(wait_s(case))
        assert case.tries == 0
    assert waits == [30, 60, 120, 240]
    # After the first minute each round inquires first (R4), though nothing counts as a try.
    assert asked == [Ask.CANCEL, Ask.CANCEL, Ask.CANCEL, Ask.INQUIRY]


def test_a_busy_gateway_does_not_say_that_an_earlier_try_did_nothing() -> None:
    """After a system error "not cancelled yet" would be a guess; the wait is as long all the same."""
    case = exchange(BLANK, fail("SYSTEM_ERROR", "Y"), BUSY)
    assert (case.state, wait_s(case)) == (S.RETRY_PENDING, 30)


@pytest.mark.parametrize("reply", [silence(), unsent(Reason.DNS), unsent(Reason.REFUSED)])
def test_two_no_answers_are_counted_for_the_backup_gateway(reply: Reading) -> None:
    """A first gateway whose name is gone or whose port is shut gives no answer either."""
    assert exchange(BLANK, reply, reply).no_answers == 2


def test_an_answer_ends_the_count_of_no_answers() -> None:
    assert exchange(BLANK, silence(), fail("SYSTEM_ERROR")).no_answers == 0
