"""The rows of outcomes.md §2 for Antom, APO and ACQP: the first try, and after an unanswered one (U)."""

from dataclasses import replace

import pytest

from pos_cancel.adapters.resources import gateway_table
from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.outcome import Progress, Reading, Reason, Refused, Signature, Unknown
from pos_cancel.domain.sale import Sale
from tests.unit.till_stories import (
    BLANK,
    CLOSED,
    FULLY,
    PAID,
    PARTLY,
    PROCESSING,
    exchange,
    looked_up,
    shows,
    shows_none,
    silence,
    unanswered,
)

S = State
BOTH = ("antom", "apo")
ALL = ("antom", "apo", "acqp")
SETUP = ("INVALID_CLIENT", "KEY_NOT_FOUND", "ACCESS_DENIED", "NO_INTERFACE_DEF", "METHOD_NOT_SUPPORTED")


def refused(gateway: str, code: str) -> Reading:
    """A verified F, as the gateway's own code table reads it."""
    row = gateway_table(gateway).row(code)
    outcome = Refused(code, row.advice, None, bound=True, setup_code=row.setup_code)
    return Reading(
        outcome=outcome, signature=Signature.VERIFIED, progress=Progress.ANSWERED, code=code, http_status=200
    )


def told(gateway: str, code: str, *, doubt: bool, sale: Sale | None = None) -> Case:
    """The case after the code; `doubt` puts an unanswered try before it, `sale` was looked up before that."""
    case = replace(BLANK, gateway=gateway)
    case = looked_up(case, sale) if sale else case
    return exchange(unanswered(case) if doubt else case, refused(gateway, code))


@pytest.mark.parametrize("gateway", ALL)
@pytest.mark.parametrize("code", [*SETUP, "MEDIA_TYPE_NOT_ACCEPTABLE", "SIGNATURE_INVALID", "PARAM_ILLEGAL"])
def test_what_this_till_has_wrong(gateway: str, code: str) -> None:
    first = told(gateway, code, doubt=False)
    assert (first.state, bool(first.setup_code)) == (S.SETUP_PROBLEM, True)
    later = told(gateway, code, doubt=True)
    assert (later.state, later.variant, later.next_ask) == (S.RETRY_PENDING, "stopped", None)


@pytest.mark.parametrize("gateway", BOTH)
def test_order_not_exist(gateway: str) -> None:
    assert told(gateway, "ORDER_NOT_EXIST", doubt=False).state is S.WRONG_NUMBER
    asking = told(gateway, "ORDER_NOT_EXIST", doubt=True)
    assert (asking.state, asking.next_ask) == (S.RETRY_PENDING, Ask.INQUIRY)
    assert exchange(asking, shows_none(), shows_none()).state is S.RETRY_PENDING
    assert exchange(asking, shows_none(), shows_none(), shows_none()).state is S.WRONG_NUMBER


@pytest.mark.parametrize("gateway", BOTH)
@pytest.mark.parametrize(
    ("seen", "first", "later"),
    [
        (CLOSED, S.ALREADY_CLOSED, S.CANCELLED),
        (PROCESSING, S.RETRY_PENDING, S.RETRY_PENDING),
        (PAID, S.USE_REFUND, S.RETRY_PENDING),
        # A refund that is seen proves that the sale had been paid.
        (FULLY, S.ALREADY_REFUNDED, S.REFUNDED),
        (PARTLY, S.ALREADY_REFUNDED, S.ALREADY_REFUNDED),
    ],
)
def test_order_status_invalid(gateway: str, seen: Sale, first: State, later: State) -> None:
    assert exchange(told(gateway, "ORDER_STATUS_INVALID", doubt=False), shows(seen)).state is first
    assert exchange(told(gateway, "ORDER_STATUS_INVALID", doubt=True), shows(seen)).state is later


@pytest.mark.parametrize("gateway", ALL)
def test_the_window_is_over(gateway: str) -> None:
    for doubt in (False, True):
        asking = told(gateway, "CANCEL_WINDOW_EXCEED", doubt=doubt)
        assert (asking.next_ask, asking.cancels_over) == (Ask.INQUIRY, True)
        assert exchange(asking, shows(PAID)).state is S.USE_REFUND
        assert exchange(asking, shows(PARTLY)).variant == "part"
        assert exchange(asking, silence()).state is S.RETRY_PENDING
    assert (
        exchange(told(gateway, "CANCEL_WINDOW_EXCEED", doubt=False), shows(CLOSED)).state is S.ALREADY_CLOSED
    )
    assert exchange(told(gateway, "CANCEL_WINDOW_EXCEED", doubt=True), shows(CLOSED)).state is S.CANCELLED


@pytest.mark.parametrize("gateway", BOTH)
def test_a_captured_card_is_refunded_instead(gateway: str) -> None:
    asking = told(gateway, "PAYMENT_METHOD_NOT_SUPPORTED", doubt=False)
    assert exchange(asking, shows(PAID)).state is S.USE_REFUND


@pytest.mark.parametrize("gateway", ALL)
@pytest.mark.parametrize(
    ("seen", "first", "later"),
    [
        (PARTLY, S.ALREADY_REFUNDED, S.ALREADY_REFUNDED),
        (FULLY, S.ALREADY_REFUNDED, S.REFUNDED),
        (CLOSED, S.ALREADY_CLOSED, S.REFUNDED),
        (PAID, S.CALL_SUPPORT, S.RETRY_PENDING),
    ],
)
def test_process_fail(gateway: str, seen: Sale, first: State, later: State) -> None:
    assert exchange(told(gateway, "PROCESS_FAIL", doubt=False, sale=PAID), shows(seen)).state is first
    assert exchange(told(gateway, "PROCESS_FAIL", doubt=True, sale=PAID), shows(seen)).state is later


@pytest.mark.parametrize("gateway", BOTH)
def test_system_error_under_f_is_never_cancelled_again(gateway: str) -> None:
    asking = told(gateway, "SYSTEM_ERROR", doubt=False)
    assert exchange(asking, shows(CLOSED)).state is S.CANCELLED
    while asking.state is S.RETRY_PENDING:
        assert asking.next_ask is Ask.INQUIRY
        asking = exchange(asking, shows(PAID))
    assert asking.state is S.CALL_SUPPORT


@pytest.mark.parametrize("gateway", BOTH)
@pytest.mark.parametrize("code", ["USER_NOT_EXIST", "USER_STATUS_ABNORMAL"])
def test_the_customers_account(gateway: str, code: str) -> None:
    first = told(gateway, code, doubt=False)
    assert (first.state, first.variant) == (S.CALL_SUPPORT, "refused")
    assert told(gateway, code, doubt=True).next_ask is Ask.INQUIRY


@pytest.mark.parametrize("gateway", BOTH)
def test_the_shops_balance(gateway: str) -> None:
    first = told(gateway, "MERCHANT_BALANCE_NOT_ENOUGH", doubt=False)
    assert (first.state, first.variant) == (S.WAITING, "funds")
    assert told(gateway, "MERCHANT_BALANCE_NOT_ENOUGH", doubt=True).state is S.RETRY_PENDING


@pytest.mark.parametrize("gateway", ALL)
def test_an_unlisted_refusal_is_a_refusal(gateway: str) -> None:
    asking = told(gateway, "NEW_IN_2027", doubt=False)
    assert (asking.state, asking.next_ask) == (S.RETRY_PENDING, Ask.INQUIRY)
    assert exchange(asking, shows(PAID)).state is S.CALL_SUPPORT
    assert told(gateway, "NEW_IN_2027", doubt=True).state is S.RETRY_PENDING


@pytest.mark.parametrize("gateway", ALL)
@pytest.mark.parametrize("reason", [Reason.RESULT_UNKNOWN, Reason.BUSY])
def test_status_u_is_unknown_whatever_the_code(gateway: str, reason: Reason) -> None:
    said = Reading(outcome=Unknown(reason, "KEY_NOT_FOUND"), signature=Signature.VERIFIED)
    case = exchange(replace(BLANK, gateway=gateway), said)
    assert (case.state, case.unanswered) == (S.RETRY_PENDING, True)


def test_what_may_have_been_a_success_is_asked_about_before_the_next_try() -> None:
    """ACQP's S with a code other than SUCCESS: Q, on the first try and after an unanswered one."""
    said = Reading(outcome=Unknown(Reason.RESULT_UNKNOWN, inquire=True), signature=Signature.VERIFIED)
    case = looked_up(replace(BLANK, gateway="acqp"), PAID)
    for before in (case, unanswered(case)):
        asking = exchange(before, said)
        assert (asking.state, asking.next_ask, asking.unanswered) == (S.RETRY_PENDING, Ask.INQUIRY, True)
        assert exchange(asking, shows(CLOSED)).state is S.REFUNDED
        assert exchange(asking, shows(PAID)).next_ask is Ask.CANCEL
