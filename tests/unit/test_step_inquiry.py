"""What an inquiry decides: the rows of outcomes.md §2 with Q, and R7 after an unanswered try."""

from dataclasses import replace

import pytest

from pos_cancel.domain.case import Ask, Case, Doubt, State
from pos_cancel.domain.outcome import Advice, Reading, Refused, Signature
from pos_cancel.domain.sale import Sale
from tests.unit.till_stories import (
    BLANK,
    CLOSED,
    FINISHED,
    FROZEN,
    FULLY,
    PAID,
    PARTLY,
    PROCESSING,
    UNPAID,
    exchange,
    fail,
    looked_up,
    outer,
    shows,
    shows_none,
    silence,
    success,
    unanswered,
    wait_s,
)

S = State
FEE = "REASON_TRADE_REFUND_FEE_ERR"
WINDOW = "TRADE_CANCEL_TIME_OUT"
STATUS = "TRADE_STATUS_ERROR"
JSON = replace(BLANK, gateway="antom")


def told(advice: Advice) -> Reading:
    """Give a verified refusal of a JSON gateway."""
    return Reading(outcome=Refused(advice.value.upper(), advice), signature=Signature.VERIFIED)


FIRST_TRY = {
    "status, closed": (BLANK, fail(STATUS), CLOSED, S.ALREADY_CLOSED, None),
    "status, waiting to be paid": (BLANK, fail(STATUS), UNPAID, S.RETRY_PENDING, None),
    "status, paid": (BLANK, fail(STATUS), PAID, S.CALL_SUPPORT, "refused"),
    "status N, paid": (BLANK, fail(STATUS, "N"), PAID, S.CALL_SUPPORT, "refused"),
    "status Y, paid": (BLANK, fail(STATUS, "Y"), PAID, S.RETRY_PENDING, None),
    "window, paid": (BLANK, fail(WINDOW), PAID, S.USE_REFUND, "refunds_not_visible"),
    "window, closed": (BLANK, fail(WINDOW), CLOSED, S.ALREADY_CLOSED, None),
    "finished, paid": (BLANK, fail("TRADE_HAS_FINISHED"), PAID, S.USE_REFUND, "refunds_not_visible"),
    "finished, finished": (BLANK, fail("TRADE_HAS_FINISHED"), FINISHED, S.CALL_SUPPORT, None),
    "window, unpaid": (BLANK, fail(WINDOW), UNPAID, S.RETRY_PENDING, None),
    "fee, closed": (BLANK, fail(FEE), CLOSED, S.ALREADY_REFUNDED, "full"),
    "fee, paid": (BLANK, fail(FEE), PAID, S.ALREADY_REFUNDED, "not_visible"),
    "unlisted, closed": (BLANK, fail("A_NEW_CODE"), CLOSED, S.ALREADY_CLOSED, None),
    "unlisted, paid": (BLANK, fail("A_NEW_CODE"), PAID, S.CALL_SUPPORT, "refused"),
    "unlisted, frozen": (BLANK, fail("A_NEW_CODE"), FROZEN, S.CALL_SUPPORT, "refused"),
    "unlisted, unpaid": (BLANK, fail("A_NEW_CODE"), UNPAID, S.CALL_SUPPORT, "refused"),
    "unlisted, part refunded": (BLANK, fail("A_NEW_CODE"), PARTLY, S.ALREADY_REFUNDED, "part"),
    "unlisted, refunded": (BLANK, fail("A_NEW_CODE"), FULLY, S.ALREADY_REFUNDED, "full"),
    "json status, closed": (JSON, told(Advice.STATUS), CLOSED, S.ALREADY_CLOSED, None),
    "json status, processing": (JSON, told(Advice.STATUS), PROCESSING, S.RETRY_PENDING, None),
    "json status, paid": (JSON, told(Advice.STATUS), PAID, S.USE_REFUND, ""),
    "json window, paid": (JSON, told(Advice.WINDOW), PAID, S.USE_REFUND, ""),
    "process fail, refund": (JSON, told(Advice.PROCESS_FAIL), PARTLY, S.ALREADY_REFUNDED, "part"),
    "process fail, refunded": (JSON, told(Advice.PROCESS_FAIL), FULLY, S.ALREADY_REFUNDED, "full"),
    "process fail, cancelled": (JSON, told(Advice.PROCESS_FAIL), CLOSED, S.ALREADY_CLOSED, None),
    "process fail, paid": (JSON, told(Advice.PROCESS_FAIL), PAID, S.CALL_SUPPORT, None),
    "process fail, unpaid": (JSON, told(Advice.PROCESS_FAIL), UNPAID, S.CALL_SUPPORT, None),
    "json system error, cancelled": (JSON, told(Advice.SYSTEM_FINAL), CLOSED, S.CANCELLED, None),
}
LATER_TRY = {
    "status, closed": (fail(STATUS), CLOSED, S.CANCELLED, S.REFUNDED),
    "status, paid": (fail(STATUS, "Y"), PAID, S.RETRY_PENDING, S.RETRY_PENDING),
    "not found, closed": (fail("TRADE_NOT_EXIST"), CLOSED, S.CANCELLED, S.REFUNDED),
    "not found, paid": (fail("TRADE_NOT_EXIST"), PAID, S.RETRY_PENDING, S.RETRY_PENDING),
    "blocked, closed": (fail("BUYER_ERROR"), CLOSED, S.CANCELLED, S.REFUNDED),
    "blocked, paid": (fail("BUYER_ERROR"), PAID, S.RETRY_PENDING, S.RETRY_PENDING),
    "window, closed": (fail(WINDOW), CLOSED, S.CANCELLED, S.REFUNDED),
    "window, paid": (fail(WINDOW), PAID, S.USE_REFUND, S.USE_REFUND),
    "window, finished": (fail(WINDOW), FINISHED, S.CALL_SUPPORT, S.CALL_SUPPORT),
    "window, part refunded": (fail(WINDOW), PARTLY, S.ALREADY_REFUNDED, S.ALREADY_REFUNDED),
    "fee, closed": (fail(FEE), CLOSED, S.REFUNDED, S.REFUNDED),
    "fee, paid": (fail(FEE), PAID, S.RETRY_PENDING, S.RETRY_PENDING),
    # The refund itself shows that the sale had been paid.
    "status, refunded": (fail(STATUS), FULLY, S.REFUNDED, S.REFUNDED),
    "status, part refunded": (fail(STATUS), PARTLY, S.ALREADY_REFUNDED, S.ALREADY_REFUNDED),
    "unsigned F, closed": (outer("TRADE_NOT_EXIST"), CLOSED, S.CANCELLED, S.REFUNDED),
    "unsigned F, paid": (outer(WINDOW), PAID, S.RETRY_PENDING, S.RETRY_PENDING),
}


@pytest.mark.parametrize("row", FIRST_TRY.values(), ids=FIRST_TRY.keys())
def test_an_inquiry_after_the_first_try(row: tuple[Case, Reading, Sale, State, str | None]) -> None:
    case, reply, sale, state, variant = row
    asked = exchange(case, reply)
    assert asked.next_ask is Ask.INQUIRY
    ended = exchange(asked, shows(sale))
    assert ended.state is state, f"{ended.state} {ended.variant}"
    assert variant is None or ended.variant == variant


@pytest.mark.parametrize("row", LATER_TRY.values(), ids=LATER_TRY.keys())
def test_an_inquiry_after_an_unanswered_try(row: tuple[Reading, Sale, State, State]) -> None:
    reply, sale, unseen, seen_paid = row
    asked = exchange(unanswered(), reply)
    assert asked.next_ask is Ask.INQUIRY
    assert exchange(asked, shows(sale)).state is unseen
    paid = exchange(unanswered(looked_up(BLANK, PAID)), reply)
    assert exchange(paid, shows(sale)).state is seen_paid


@pytest.mark.parametrize("signature", [sign for sign in Signature if sign is not Signature.VERIFIED])
@pytest.mark.parametrize("code", [STATUS, WINDOW, FEE, "A_NEW_CODE", "TRADE_NOT_EXIST"])
@pytest.mark.parametrize("sale", [CLOSED, PAID, PARTLY, FULLY])
def test_an_unverified_inquiry_settles_nothing(signature: Signature, code: str, sale: Sale) -> None:
    for case in (BLANK, unanswered()):
        asked = exchange(case, fail(code))
        if asked.next_ask is not Ask.INQUIRY:
            continue
        after = exchange(asked, shows(sale, signature))
        assert after.state is S.RETRY_PENDING
        assert after.looked_up is asked.looked_up
        assert after.amount_minor == asked.amount_minor


def test_an_unchecked_reply_is_asked_again_with_the_other_query() -> None:
    asked = exchange(BLANK, fail(WINDOW))
    again = exchange(asked, shows(PAID, Signature.UNCHECKED))
    assert (again.query, again.next_ask, again.next_try_at) == ("overseas", Ask.INQUIRY, asked.next_try_at)
    assert exchange(again, shows(PAID)).state is S.USE_REFUND


def test_the_other_query_that_does_not_know_the_number_says_nothing() -> None:
    asked = exchange(unanswered(), fail("TRADE_NOT_EXIST"), shows(PAID, Signature.UNCHECKED))
    assert exchange(asked, shows_none(), shows_none(), shows_none()).state is S.RETRY_PENDING


def test_a_number_that_nobody_knows_is_wrong_after_three_inquiries_a_quarter_minute_apart() -> None:
    asked = exchange(unanswered(), fail("TRADE_NOT_EXIST"))
    once = exchange(asked, shows_none())
    twice = exchange(once, shows_none())
    assert [once.state, twice.state] == [S.RETRY_PENDING, S.RETRY_PENDING]
    assert [once.next_ask, twice.next_ask] == [Ask.INQUIRY, Ask.INQUIRY]
    assert [wait_s(once), wait_s(twice)] == [15, 15]
    assert exchange(twice, shows_none()).state is S.WRONG_NUMBER


def test_not_found_by_inquiries_alone_is_no_wrong_number() -> None:
    """The cancel itself has to have said so as well (R7)."""
    case = exchange(unanswered(), fail(STATUS))
    for _ in range(5):
        case = exchange(case, shows_none() if case.next_ask is Ask.INQUIRY else silence())
        assert case.state is S.RETRY_PENDING


def test_an_unsigned_not_found_is_settled_by_the_inquiries() -> None:
    """R8: any other code in an unsigned F is Q; a mistyped number must not hang for a day."""
    asked = exchange(BLANK, outer("TRADE_NOT_EXIST"))
    assert exchange(asked, shows_none(), shows_none(), shows_none()).state is S.WRONG_NUMBER


def test_paid_and_flag_y_is_tried_four_times() -> None:
    case = BLANK
    for tries in (1, 2, 3):
        case = exchange(case, fail(STATUS, "Y"), shows(PAID))
        assert (case.state, case.next_ask, case.tries) == (S.RETRY_PENDING, Ask.CANCEL, tries)
    case = exchange(case, fail(STATUS, "Y"), shows(PAID))
    assert (case.state, case.variant, case.tries) == (S.CALL_SUPPORT, "refused", 4)


def test_an_unlisted_refusal_with_flag_y_is_tried_four_times_then_asked_about() -> None:
    case = BLANK
    for tries in (1, 2, 3):
        case = exchange(case, fail("A_NEW_CODE", "Y"))
        assert (case.state, case.next_ask, case.tries) == (S.RETRY_PENDING, Ask.CANCEL, tries)
    asked = exchange(case, fail("A_NEW_CODE", "Y"))
    assert (asked.state, asked.next_ask, asked.tries) == (S.RETRY_PENDING, Ask.INQUIRY, 4)
    ended = exchange(asked, shows(PAID))
    assert (ended.state, ended.variant, ended.gateway_code) == (S.CALL_SUPPORT, "refused", "A_NEW_CODE")


@pytest.mark.parametrize("advice", [Advice.UNLISTED, Advice.PROCESS_FAIL, Advice.SYSTEM_FINAL])
@pytest.mark.parametrize("inquiry", [silence(), shows(PROCESSING)], ids=["silent", "processing"])
def test_a_refusal_that_no_inquiry_explains_goes_to_the_support_in_a_minute(
    advice: Advice, inquiry: Reading
) -> None:
    """SYSTEM_ERROR under F and PROCESS_FAIL forbid another cancel, as does an unlisted code without Y."""
    case = exchange(JSON, told(advice))
    for _ in range(40):
        if case.state is not S.RETRY_PENDING:
            break
        assert case.next_ask is Ask.INQUIRY
        case = exchange(case, inquiry)
    assert case.state is S.CALL_SUPPORT
    assert (case.updated_at - BLANK.opened_at).total_seconds() <= 120
    assert case.tries == 1


def test_json_system_error_asks_for_a_whole_minute_even_if_paid() -> None:
    case = exchange(JSON, told(Advice.SYSTEM_FINAL), shows(PAID))
    assert (case.state, case.next_ask) == (S.RETRY_PENDING, Ask.INQUIRY)
    # Whose cancel it was stays open, so the weaker of two true sentences is said (§2).
    assert exchange(case, shows(CLOSED)).state is S.CANCELLED
    assert exchange(case, shows(FULLY)).state is S.REFUNDED


def test_json_system_error_is_not_sent_again_after_an_unanswered_try_either() -> None:
    case = exchange(unanswered(JSON), told(Advice.SYSTEM_FINAL))
    assert exchange(case, shows(CLOSED)).state is S.CANCELLED
    assert exchange(replace(case, looked_up=PAID.status), shows(CLOSED)).state is S.REFUNDED
    while case.state is S.RETRY_PENDING:
        assert case.next_ask is Ask.INQUIRY
        case = exchange(case, shows(PAID))
    assert (case.state, case.variant, case.tries) == (S.CALL_SUPPORT, "unknown", 2)


def test_a_contradicted_success_is_asked_about() -> None:
    case = exchange(looked_up(BLANK, PAID), success())
    assert case.doubt is Doubt.CONTRADICTION
    assert exchange(case, shows(CLOSED)).state is S.REFUNDED
    assert exchange(case, shows(PAID)).state is S.RETRY_PENDING


def test_what_an_inquiry_shows_is_kept() -> None:
    case = exchange(
        BLANK, fail(STATUS), shows(replace(PAID, trade_no="2026112022001", paid_at=BLANK.opened_at))
    )
    assert (case.trade_no, case.amount_minor, case.currency) == ("2026112022001", 12_800, "CNY")
    assert (case.sale_known, case.was_paid, case.sale_time) == (True, True, BLANK.opened_at)


def test_amounts_of_a_part_refund_are_kept() -> None:
    case = exchange(JSON, told(Advice.PROCESS_FAIL), shows(PARTLY))
    assert (str(case.amount), str(case.refunded)) == ("¥128.00", "¥20.00")


@pytest.mark.parametrize("sale", [PAID, UNPAID, FROZEN, PROCESSING])
def test_a_system_error_then_an_open_sale_is_tried_on(sale: Sale) -> None:
    case = exchange(BLANK, *[fail("SYSTEM_ERROR", "Y")] * 6)
    assert (case.variant, case.next_ask) == ("background", Ask.INQUIRY)
    after = exchange(case, shows(sale))
    assert (after.state, after.next_ask) == (S.RETRY_PENDING, Ask.CANCEL)


def test_a_refusal_after_a_doubtful_try_is_not_said_to_have_cancelled_nothing() -> None:
    """SYSTEM_ERROR, which may have been carried out, then a refusal that no inquiry explains."""
    case = exchange(BLANK, fail("SYSTEM_ERROR"), fail("BUYER_ERROR"))
    while case.state is not S.CALL_SUPPORT:
        case = exchange(case, silence())
    assert case.variant == "unknown"
