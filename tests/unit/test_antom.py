"""What is Antom's own: the status of a payment is one word, in whatever case."""

import pytest

from pos_cancel.domain.outcome import Found, Reason, Unknown
from pos_cancel.domain.sale import PaymentStatus
from tests.unit.json_replies import PAID, looked, result


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("SUCCESS", PaymentStatus.PAID),
        ("Success", PaymentStatus.PAID),
        ("PROCESSING", PaymentStatus.PROCESSING),
        ("PENDING", PaymentStatus.PROCESSING),
        ("CANCELLED", PaymentStatus.CLOSED),
        ("FAIL", PaymentStatus.FAILED),
    ],
)
def test_the_status_of_the_payment(told: str, status: PaymentStatus) -> None:
    outcome = looked("antom", PAID["antom"] | {"paymentStatus": told}).outcome
    assert isinstance(outcome, Found)
    assert outcome.sale.status is status


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("FROZEN", "FROZEN"),
        ("X" * 500, "X" * 64),
        ("A\nB", ""),
        ("SUCCESS ", "SUCCESS "),
        (None, ""),
        (1, ""),
    ],
)
def test_a_status_that_nobody_knows_settles_nothing(told: object, code: str) -> None:
    outcome = looked("antom", PAID["antom"] | {"paymentStatus": told}).outcome
    assert outcome == Unknown(Reason.RESULT_UNKNOWN, code)


def test_the_result_is_the_inquirys_and_not_the_payments() -> None:
    fields = PAID["antom"] | {"paymentStatus": "FAIL"}
    outcome = looked("antom", fields).outcome
    assert isinstance(outcome, Found)
    assert outcome.sale.status is PaymentStatus.FAILED
    unsure = looked("antom", PAID["antom"] | result("U", "PAYMENT_IN_PROCESS")).outcome
    assert unsure == Unknown(Reason.RESULT_UNKNOWN, "PAYMENT_IN_PROCESS")


def test_another_code_beside_s_is_no_harm_here() -> None:
    assert isinstance(looked("antom", PAID["antom"] | result("S", "OK")).outcome, Found)
