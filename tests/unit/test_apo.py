"""Alipay+ payment orchestration speaks as Antom does, under its own name and with its own table."""

from dataclasses import replace

from pos_cancel.domain.outcome import Advice, Cancelled, Effect, Found, Refused
from pos_cancel.gateways import antom, apo
from tests.unit.json_replies import DONE, GATEWAYS, IDS, PAID, PAYMENT_ID, cancelled, looked, result


def test_only_the_name_differs() -> None:
    assert replace(apo.DIALECT, name="antom") == antom.DIALECT
    assert GATEWAYS["apo"].name == "apo"


def test_the_sample_of_its_own_page_is_a_cancel() -> None:
    assert cancelled("apo", DONE["apo"]).outcome == Cancelled(Effect.UNTOLD, PAYMENT_ID, "R-1")


def test_a_refunded_payment_cannot_be_cancelled_and_shows_its_refund() -> None:
    refused = cancelled("apo", {**result("F", "PROCESS_FAIL"), **IDS}).outcome
    assert refused == Refused("PROCESS_FAIL", Advice.PROCESS_FAIL, None, bound=True)
    refund = {
        "transactionAmount": {"currency": "USD", "value": "500"},
        "transactionStatus": "SUCCESS",
        "transactionType": "REFUND",
    }
    outcome = looked("apo", PAID["apo"] | {"transactions": [refund]}).outcome
    assert isinstance(outcome, Found)
    assert outcome.sale.fully_refunded
