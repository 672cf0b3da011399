"""What a verified reply of acquire says: results of a cancel, and sales as the inquiries show them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    Found,
    NotFound,
    Outcome,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.sale import PaymentStatus, Sale
from tests.unit.acquire_replies import (
    BILLS,
    BY_TRADE_NO,
    KEYS,
    PAID,
    REFUNDED,
    TABLE,
    TRADE_NO,
    cancelled,
    document,
    looked,
    refusal,
    signed,
    without,
)

# The table.


@pytest.mark.parametrize(
    ("action", "outcome"),
    [
        ({"action": "close"}, Cancelled(Effect.CLOSE, TRADE_NO, "R-1")),
        ({"action": "REFUND"}, Cancelled(Effect.REFUND, TRADE_NO, "R-1")),
        ({"action": ""}, Cancelled(Effect.NONE, TRADE_NO, "R-1")),
        ({}, Cancelled(Effect.NONE, TRADE_NO, "R-1")),
        ({"action": "freeze"}, Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")),
        ({"action": " close"}, Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")),
    ],
)
def test_the_action_tells_the_effect(action: dict[str, str], outcome: Outcome) -> None:
    assert cancelled(signed(without(REFUNDED, "action") | action)).outcome == outcome


@pytest.mark.parametrize(
    ("result", "outcome"),
    [
        ("success", Cancelled(Effect.REFUND, TRADE_NO, "R-1")),
        ("SUCCESS ", Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")),
        ("UNKNOWN", Unknown(Reason.RESULT_UNKNOWN, "UNKNOWN")),
        ("PROCESS_EXCEPTION", Unknown(Reason.RESULT_UNKNOWN, "PROCESS_EXCEPTION")),
        ("ORDER_FAIL", Unknown(Reason.RESULT_UNKNOWN, "ORDER_FAIL")),
        ("", Unknown(Reason.RESULT_UNKNOWN, "")),
        ("FAIL", Refused("FAIL", Advice.UNLISTED, None, bound=True)),
    ],
)
def test_the_result_codes(result: str, outcome: Outcome) -> None:
    assert cancelled(signed({**REFUNDED, "result_code": result})).outcome == outcome


@pytest.mark.parametrize("result", ["FAIL", "FAILED", "fail"])
@pytest.mark.parametrize(("flag", "told"), [("Y", True), ("n", False), ("", None), ("X", None)])
@pytest.mark.parametrize("name", ["detail_error_code", "error"])
@pytest.mark.parametrize("code", [*sorted(TABLE.rows), *TABLE.aliases, "illegal_sign", "NEVER_HEARD_OF"])
def test_every_refusal(code: str, name: str, flag: str, told: bool | None, result: str) -> None:
    fields = {name: code, "out_trade_no": "R-1", "result_code": result, "retry_flag": flag}
    reading = cancelled(signed(fields))
    assert reading.outcome == refusal(code, told)
    assert (reading.code, reading.signature) == (code, Signature.VERIFIED)


def test_a_long_code_is_cut_where_the_longest_documented_one_ends() -> None:
    fields = {"detail_error_code": "X" * 500, "out_trade_no": "R-1", "result_code": "FAIL"}
    reading = cancelled(signed(fields))
    assert reading.code == "X" * 48
    assert reading.outcome == Refused("X" * 48, Advice.UNLISTED, None, bound=True)


# Inquiries.

SALE = Sale(
    status=PaymentStatus.PAID,
    trade_no=TRADE_NO,
    out_trade_no="R-1",
    amount=Money(12800, "CNY"),
    paid_at=datetime(2022, 2, 22, 18, 10, tzinfo=UTC),
    buyer="186****9439",
)


def test_a_sale_as_acquire_query_shows_it() -> None:
    reading = looked(signed(PAID))
    assert reading.outcome == Found(SALE)
    assert reading.signature is Signature.VERIFIED


def test_a_sale_as_overseas_query_shows_it() -> None:
    fields = {
        "alipay_buyer_login_id": "132****6685",
        "alipay_pay_time": "20220223021000",
        "alipay_trans_id": TRADE_NO,
        "alipay_trans_status": "Trade_Success",
        "currency": "hkd",
        "partner_trans_id": "R-1",
        "out_trade_no": "R-1",
        "result_code": "SUCCESS",
        "trans_amount": "3997.60",
    }
    wanted = Found(replace(SALE, amount=Money(399760, "HKD"), buyer="132****6685"))
    assert looked(signed(fields)).outcome == wanted
    assert looked(signed(without(fields, "out_trade_no"))).outcome == wanted
    assert looked(signed(fields), BY_TRADE_NO).outcome == wanted
    assert looked(signed({**fields, "partner_trans_id": "R-2"})).outcome == Unknown(
        Reason.OTHER_SALE, "SUCCESS"
    )


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("WAIT_BUYER_PAY", PaymentStatus.UNPAID),
        ("TRADE_SUCCESS", PaymentStatus.PAID),
        ("trade_closed", PaymentStatus.CLOSED),
        ("TRADE_PENDING", PaymentStatus.FROZEN),
        ("TRADE_FINISHED", PaymentStatus.FINISHED),
    ],
)
def test_the_trade_statuses(told: str, status: PaymentStatus) -> None:
    assert looked(signed({**PAID, "trade_status": told})).outcome == Found(replace(SALE, status=status))


@pytest.mark.parametrize("told", ["", "TRADE_EATEN"])
def test_a_trade_status_that_nobody_knows(told: str) -> None:
    assert looked(signed({**PAID, "trade_status": told})).outcome == Unknown(Reason.RESULT_UNKNOWN, told)


def test_what_cannot_be_read_of_a_sale_is_left_out() -> None:
    fields = {**PAID, "total_fee": "much", "send_pay_date": "today", "buyer_logon_id": "someone@example.com"}
    wanted = replace(SALE, amount=None, paid_at=None, buyer="som****")
    assert looked(signed(fields)).outcome == Found(wanted)
    bare = looked(signed(without(fields, "total_fee", "send_pay_date", "buyer_logon_id")))
    assert bare.outcome == Found(replace(wanted, buyer=""))


def test_an_inquiry_that_finds_nothing_or_is_refused() -> None:
    missing = {"detail_error_code": "TRADE_NOT_EXIST", "result_code": "FAIL"}
    assert looked(signed(missing)).outcome == NotFound("TRADE_NOT_EXIST")
    assert looked(signed({"error": "TRADE_NOT_EXIST", "result_code": "FAILED"})).outcome == NotFound(
        "TRADE_NOT_EXIST"
    )
    assert looked(signed({**missing, "out_trade_no": "R-2"})).outcome == Unknown(
        Reason.OTHER_SALE, "TRADE_NOT_EXIST"
    )
    refused = looked(
        signed({"detail_error_code": "INVALID_PARAMETER", "out_trade_no": "R-1", "result_code": "FAIL"})
    )
    assert refused.outcome == Refused(
        "INVALID_PARAMETER", Advice.PARAMETER, None, bound=True, setup_code="S-06"
    )
    other = looked(signed({"out_trade_no": "R-1", "result_code": "PROCESS_EXCEPTION"}))
    assert other.outcome == Unknown(Reason.RESULT_UNKNOWN, "PROCESS_EXCEPTION")


COMPACT = BILLS.replace("\n ", "").replace("\n", "")


@pytest.mark.parametrize("value", [BILLS, COMPACT])
def test_nested_elements_verify_as_their_own_serialisation(value: str) -> None:
    body = document(PAID, keys=KEYS, nested=BILLS, signed_nested={"fund_bill_list": value})
    reading = looked(body)
    assert (reading.outcome, reading.signature) == (Found(SALE), Signature.VERIFIED)


def test_nested_elements_that_verify_in_no_known_form_are_shown_and_settle_nothing() -> None:
    body = document(PAID, keys=KEYS, nested=BILLS, signed_nested={"fund_bill_list": "[128.00]"})
    reading = looked(body)
    assert (reading.outcome, reading.signature) == (Found(SALE), Signature.UNCHECKED)
    other = looked(body.replace(b"R-1", b"R-2"))
    assert (other.outcome, other.signature) == (Unknown(Reason.OTHER_SALE, "SUCCESS"), Signature.UNCHECKED)
    for code in ("TRADE_NOT_EXIST", "INVALID_PARAMETER"):
        fields = {"detail_error_code": code, "out_trade_no": "R-1", "result_code": "FAIL"}
        refused = looked(document(fields, keys=KEYS, nested=BILLS))
        assert refused.outcome == Unknown(Reason.UNCHECKED, code)
        assert refused.signature is Signature.UNCHECKED


def test_an_unsigned_sale_with_nested_elements_is_unsigned() -> None:
    assert looked(document(PAID, nested=BILLS)).outcome == Unknown(Reason.UNSIGNED, "SUCCESS")
