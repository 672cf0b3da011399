"""What is the Alipay+ acquirer's own: no echo, S only with SUCCESS, a second result for the payment."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pos_cancel.domain.outcome import Cancelled, Effect, Found, NotFound, Outcome, Reason, Unknown
from pos_cancel.domain.sale import PaymentStatus
from tests.unit.json_replies import (
    CANCEL_PATHS,
    DONE,
    GATEWAYS,
    IDS,
    KEYS,
    PAID,
    PAYMENT_ID,
    answered,
    body_of,
    cancelled,
    looked,
    question_of,
    result,
    signed_headers,
)

UNKNOWN = Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")


@pytest.mark.parametrize("number", ["R-1", PAYMENT_ID])
def test_a_success_names_no_sale(number: str) -> None:
    assert cancelled("acqp", DONE["acqp"], number).outcome == Cancelled(Effect.UNTOLD)
    assert cancelled("acqp", DONE["acqp"] | IDS, number).outcome == Cancelled(
        Effect.UNTOLD, PAYMENT_ID, "R-1"
    )


@pytest.mark.parametrize("code", ["PROCESS_FAIL", "KEY_NOT_FOUND", "", "SUCCESSFUL"])
def test_s_with_another_code_is_no_proof(code: str) -> None:
    assert cancelled("acqp", DONE["acqp"] | result("S", code)).outcome == Unknown(
        Reason.RESULT_UNKNOWN, code, inquire=True
    )
    assert looked("acqp", PAID["acqp"] | result("S", code)).outcome == Unknown(Reason.RESULT_UNKNOWN, code)


@pytest.mark.parametrize(
    ("status", "code", "wanted"),
    [
        ("S", "SUCCESS", PaymentStatus.PAID),
        ("s", "success", PaymentStatus.PAID),
        ("F", "ORDER_IS_CLOSED", PaymentStatus.CLOSED),
        ("F", "RISK_REJECT", PaymentStatus.FAILED),
        ("F", "USER_BALANCE_NOT_ENOUGH", PaymentStatus.FAILED),
        ("U", "PAYMENT_IN_PROCESS", PaymentStatus.PROCESSING),
    ],
)
def test_the_result_of_the_payment(status: str, code: str, wanted: PaymentStatus) -> None:
    outcome = looked("acqp", PAID["acqp"] | {"paymentResult": result(status, code)["result"]}).outcome
    assert isinstance(outcome, Found)
    assert outcome.sale.status is wanted


@pytest.mark.parametrize(
    ("payment", "outcome"),
    [
        (result("F", "ORDER_NOT_EXIST")["result"], NotFound("ORDER_NOT_EXIST")),
        (result("U", "UNKNOWN_EXCEPTION")["result"], UNKNOWN),
        (result("U", "ORDER_IS_CLOSED")["result"], UNKNOWN),
        (result("S", "PAYMENT_IN_PROCESS")["result"], UNKNOWN),
        (result("", "SUCCESS")["result"], UNKNOWN),
        ("S", UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_what_leaves_the_payment_open_settles_nothing(payment: object, outcome: Outcome) -> None:
    assert looked("acqp", PAID["acqp"] | {"paymentResult": payment}).outcome == outcome


WRITTEN = "2019-06-12T19:07:11+08:00"
WRITTEN_AT = datetime(2019, 6, 12, 11, 7, 11, tzinfo=UTC)
HOUR = timedelta(hours=1)


def after(
    asked_at: datetime | None,
    fields: Mapping[str, Any] | None = None,
    *,
    gateway: str = "acqp",
    time: str = WRITTEN,
) -> Outcome:
    """What the reply to a cancel is worth that was asked for at this time; a success if nothing is given."""
    body = body_of(fields or DONE[gateway])
    question = replace(question_of(gateway), asked_at=asked_at)
    exchange = answered(body, signed_headers(body, CANCEL_PATHS[gateway], time=time))
    return GATEWAYS[gateway].read_cancel(question, KEYS, exchange).outcome


@pytest.mark.parametrize(
    ("asked_at", "stale"),
    [
        (WRITTEN_AT + timedelta(milliseconds=999), False),  # both times have a second's resolution
        (WRITTEN_AT + timedelta(seconds=1), True),
        (WRITTEN_AT + HOUR, True),
        (WRITTEN_AT - HOUR, False),
        (None, False),  # a reply from a log: nobody knows when it was asked for
    ],
)
def test_a_reply_written_before_the_request_proves_nothing(asked_at: datetime | None, stale: bool) -> None:
    wanted: Outcome = Unknown(Reason.STALE, "SUCCESS") if stale else Cancelled(Effect.UNTOLD)
    # Its own Date is as old as the reply, and speaks neither for it nor against it.
    assert after(asked_at) == wanted


def test_a_gateway_that_is_busy_is_believed_at_once() -> None:
    busy = result("U", "REQUEST_TRAFFIC_EXCEED_LIMIT")
    assert after(WRITTEN_AT + HOUR, busy) == Unknown(Reason.BUSY, "REQUEST_TRAFFIC_EXCEED_LIMIT")
    refused = result("F", "PROCESS_FAIL")
    assert after(WRITTEN_AT + HOUR, refused) == Unknown(Reason.STALE, "PROCESS_FAIL")


def test_a_reply_that_does_not_say_when_it_was_written_proves_nothing() -> None:
    assert after(WRITTEN_AT, time="yesterday") == Unknown(Reason.STALE, "SUCCESS")


def test_a_gateway_that_names_the_sale_is_not_held_to_the_time() -> None:
    assert isinstance(after(WRITTEN_AT + HOUR, gateway="antom"), Cancelled)
