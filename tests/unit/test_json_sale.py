"""A sale as the inquiries of the JSON gateways show it: amounts, times, what has gone back."""

from datetime import UTC, datetime
from typing import Any

import pytest

from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import Found, Reason, Unknown
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.gateways.json_sale import money_of
from tests.unit.json_replies import FIVE, GATEWAYS, PAID, PAYMENT_ID, looked, result

NAMES = tuple(GATEWAYS)
SALE = Sale(
    status=PaymentStatus.PAID,
    trade_no=PAYMENT_ID,
    out_trade_no="R-1",
    amount=Money(500, "USD"),
    paid_at=datetime(2019, 6, 12, 11, 1, 2, tzinfo=UTC),
    created_at=datetime(2019, 6, 12, 11, tzinfo=UTC),
)


def sale_with(name: str, **changes: object) -> Sale:
    outcome = looked(name, PAID[name] | changes).outcome
    assert isinstance(outcome, Found)
    return outcome.sale


def refund(value: object = "200", **more: object) -> dict[str, Any]:
    amount = {"currency": "USD", "value": value}
    return {"transactionAmount": amount, "transactionType": "REFUND", "transactionId": "T1"} | more


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("number", ["R-1", PAYMENT_ID])
def test_a_paid_sale(name: str, number: str) -> None:
    reading = looked(name, PAID[name], number)
    assert reading.outcome == Found(SALE)
    assert (reading.code, reading.http_status) == ("SUCCESS", 200)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_not_told_is_not_known(name: str) -> None:
    absent = dict.fromkeys(("paymentAmount", "paymentTime", "paymentCreateTime", "paymentId"))
    sale = sale_with(name, **absent)
    assert sale == Sale(status=PaymentStatus.PAID, out_trade_no="R-1")


@pytest.mark.parametrize("text", ["", "yesterday", "2019-13-01T00:00:00+08:00", "20190612190102"])
def test_a_time_that_is_none_is_not_known(text: str) -> None:
    told = sale_with("antom", paymentTime=text).paid_at
    assert told == (SALE.paid_at if text.isdigit() else None)


@pytest.mark.parametrize(
    ("value", "money"),
    [
        (FIVE, Money(500, "USD")),
        ({"value": "100", "currency": "jpy"}, Money(100, "JPY")),
        ({"value": "0", "currency": "USD"}, Money(0, "USD")),
        ({"value": "5.00", "currency": "USD"}, None),
        ({"value": "-5", "currency": "USD"}, None),
        ({"value": "", "currency": "USD"}, None),
        ({"value": "5" * 13, "currency": "USD"}, None),
        ({"value": "٥", "currency": "USD"}, None),
        ({"value": 500, "currency": "USD"}, None),
        ({"value": "500", "currency": "US"}, None),
        ({"value": "500"}, None),
        ("500 USD", None),
        (None, None),
    ],
)
def test_amounts_are_minor_units(value: object, money: Money | None) -> None:
    assert money_of(value) == money


DONE = {"transactionStatus": "SUCCESS"}
SUCCEEDED = {"transactionResult": result("S", "SUCCESS")["result"]}
FAILED = {"transactionResult": result("F", "PROCESS_FAIL")["result"]}


@pytest.mark.parametrize(
    ("transactions", "refunded"),
    [
        (None, None),
        ([], None),
        ([refund(transactionType="PAYMENT", **DONE)], None),
        ([refund(transactionType="CANCEL", **SUCCEEDED)], None),
        ([refund(transactionType=None)], None),
        ([refund(**SUCCEEDED)], 200),
        ([refund(**DONE)], 200),
        ([refund(transactionType="Refund", transactionStatus="Success")], 200),
        ([refund("200", **SUCCEEDED), refund("300", **DONE), refund("9", **FAILED)], 500),
        ([refund(**FAILED)], None),
        ([refund(**SUCCEEDED, transactionStatus="FAIL")], None),
        ([refund(**SUCCEEDED, transactionStatus="CANCELLED")], None),
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_refunds_that_succeeded_are_added_up(name: str, transactions: object, refunded: int | None) -> None:
    sale = sale_with(name, transactions=transactions)
    assert sale.refunded == (None if refunded is None else Money(refunded, "USD"))
    assert (sale.refund_seen, sale.fully_refunded) == (refunded is not None, refunded == 500)


def test_a_refund_counts_in_its_own_currency_where_the_amount_is_not_told() -> None:
    sale = sale_with("antom", paymentAmount=None, transactions=[refund(**DONE)])
    assert (sale.amount, sale.refunded, sale.fully_refunded) == (None, Money(200, "USD"), False)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"transactionStatus": "PROCESSING"},
        {"transactionStatus": "PENDING", **SUCCEEDED},
        {"transactionStatus": "REFUNDING"},
        {"transactionResult": result("U", "REFUND_IN_PROCESS")["result"]},
        {"transactionResult": "S"},
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_while_a_refund_is_under_way_the_sale_is_unknown(name: str, more: dict[str, Any]) -> None:
    outcome = looked(name, {**PAID[name], "transactions": [refund(**DONE), refund(**more)]}).outcome
    assert outcome == Unknown(Reason.RESULT_UNKNOWN, "REFUND_IN_PROCESS")


@pytest.mark.parametrize(
    "transactions",
    [
        {},
        "none",
        [None],
        [refund(**DONE), "x"],
        [refund("2.00", **DONE)],
        [refund(**DONE, transactionAmount=None)],
        [refund(**DONE, transactionAmount={"currency": "EUR", "value": "200"})],
        [refund(**DONE), refund(**DONE, transactionAmount={"currency": "EUR", "value": "1"})],
    ],
)
@pytest.mark.parametrize("name", NAMES)
def test_a_refund_that_cannot_be_read_leaves_the_sale_unknown(name: str, transactions: object) -> None:
    outcome = looked(name, {**PAID[name], "transactions": transactions}).outcome
    assert outcome == Unknown(Reason.UNREADABLE)
