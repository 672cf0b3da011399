"""What is the Alipay+ acquirer's own: no echo, S only with SUCCESS, a second result for the payment."""

import pytest

from pos_cancel.domain.outcome import Cancelled, Effect, Found, NotFound, Outcome, Reason, Unknown
from pos_cancel.domain.sale import PaymentStatus
from tests.unit.json_replies import DONE, IDS, PAID, PAYMENT_ID, cancelled, looked, result

UNKNOWN = Unknown(Reason.RESULT_UNKNOWN, "SUCCESS")


@pytest.mark.parametrize("number", ["R-1", PAYMENT_ID])
def test_a_success_names_no_sale(number: str) -> None:
    assert cancelled("acqp", DONE["acqp"], number).outcome == Cancelled(Effect.UNTOLD)
    assert cancelled("acqp", DONE["acqp"] | IDS, number).outcome == Cancelled(
        Effect.UNTOLD, PAYMENT_ID, "R-1"
    )


@pytest.mark.parametrize("code", ["PROCESS_FAIL", "KEY_NOT_FOUND", "", "SUCCESSFUL"])
def test_s_with_another_code_is_no_proof(code: str) -> None:
    assert cancelled("acqp", DONE["acqp"] | result("S", code)).outcome == Unknown(Reason.RESULT_UNKNOWN, code)
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
