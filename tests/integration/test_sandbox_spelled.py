"""Endings that spell their story: each part does what the README says of it."""

import random
from decimal import Decimal

import pytest

from pos_cancel.sandbox import GATEWAYS, OPENINGS, WORDS, story_of
from tests.plain_client import CANCEL, QUERY
from tests.plain_json_client import INQUIRY
from tests.plain_json_teller import told as told_in_json
from tests.plain_teller import quick, send, told

LOST = "RemoteDisconnected"
JSON = GATEWAYS[1:]

# What the first two cancels are answered with, what an inquiry then says, and what went back.
FORM = {
    "CODE.TRADE_HAS_FINISHED": (["FAIL TRADE_HAS_FINISHED N"] * 2, "TRADE_SUCCESS", 0),
    "CODE.AQC.SYSTEM_ERROR.Y": (["FAIL AQC.SYSTEM_ERROR Y"] * 2, "TRADE_SUCCESS", 0),
    "CODE.SYSTEM_ERROR.FAILED": (["FAILED SYSTEM_ERROR"] * 2, "TRADE_SUCCESS", 0),
    "CODE.ILLEGAL_SIGN.UNSIGNED": (["F ILLEGAL_SIGN"] * 2, "TRADE_SUCCESS", 0),
    "CODE.BUYER_ERROR.UNPAID": (["FAIL BUYER_ERROR N"] * 2, "WAIT_BUYER_PAY", 0),
    "CODE.BUYER_ERROR.NOSCAN": (["FAIL BUYER_ERROR N"] * 2, "FAIL TRADE_NOT_EXIST N", 0),
    "CODE.BUYER_ERROR.FROZEN": (["FAIL BUYER_ERROR N"] * 2, "TRADE_PENDING", 0),
    "CODE.BUYER_ERROR.FINISHED": (["FAIL BUYER_ERROR N"] * 2, "TRADE_FINISHED", 0),
    "CODE.BUYER_ERROR.CLOSED": (["FAIL BUYER_ERROR N"] * 2, "TRADE_CLOSED", 0),
    "CODE.BUYER_ERROR.CANCELLED": (["FAIL BUYER_ERROR N"] * 2, "TRADE_CLOSED", 128),
    "CODE.BUYER_ERROR.PARTLY": (["FAIL BUYER_ERROR N"] * 2, "TRADE_SUCCESS", 20),
    "CODE.BUYER_ERROR.FULLY": (["FAIL BUYER_ERROR N"] * 2, "TRADE_CLOSED", 128),
    "CODE.BUYER_ERROR.BLIND": (["FAIL BUYER_ERROR N"] * 2, "PROCESS_EXCEPTION SYSTEM_ERROR N", 0),
    "LOST.BUYER_ERROR": ([LOST, "FAIL BUYER_ERROR N"], "TRADE_CLOSED", 128),
    "LOST.BUYER_ERROR.UNPAID": ([LOST, "FAIL BUYER_ERROR N"], "TRADE_CLOSED", 0),
    "MISS.BUYER_ERROR": ([LOST, "FAIL BUYER_ERROR N"], "TRADE_SUCCESS", 0),
    "MISS.BUYER_ERROR.PARTLY": ([LOST, "FAIL BUYER_ERROR N"], "TRADE_SUCCESS", 20),
    "CODE.OTHER": (["refund of another sale"] * 2, "TRADE_SUCCESS", 0),
    "CODE.404": (["404 text/plain"] * 2, "TRADE_SUCCESS", 0),
    "CODE.511": (["511 text/html"] * 2, "TRADE_SUCCESS", 0),
    "CODE.HTML": (["200 text/html"] * 2, "TRADE_SUCCESS", 0),
    "LOST.TEXT": ([LOST, "200 text/plain"], "TRADE_CLOSED", 128),
}
IN_JSON = {
    # Each gateway says the code as it is spelled, also where it has a name of its own for it.
    "CODE.CLIENT_INVALID": (["F CLIENT_INVALID"] * 2, "SUCCESS", 0),
    "CODE.INVALID_CLIENT.U": (["U INVALID_CLIENT"] * 2, "SUCCESS", 0),
    "CODE.PROCESS_FAIL.S": (["S PROCESS_FAIL"] * 2, "SUCCESS", 0),
    "CODE.PARAM_ILLEGAL.UNSIGNED": (["F PARAM_ILLEGAL unsigned"] * 2, "SUCCESS", 0),
    "CODE.PROCESS_FAIL.PARTLY": (["F PROCESS_FAIL"] * 2, "SUCCESS refunded 2000", 20),
    "CODE.PROCESS_FAIL.FULLY": (["F PROCESS_FAIL"] * 2, "SUCCESS refunded 12800", 128),
    "CODE.PROCESS_FAIL.BLIND": (["F PROCESS_FAIL"] * 2, "U UNKNOWN_EXCEPTION", 0),
    "CODE.PROCESS_FAIL.NOSCAN": (["F PROCESS_FAIL"] * 2, "F ORDER_NOT_EXIST", 0),
    "MISS.PROCESS_FAIL": ([LOST, "F PROCESS_FAIL"], "SUCCESS", 0),
    "CODE.503": (["503 text/plain"] * 2, "SUCCESS", 0),
}


@pytest.mark.parametrize("ending", FORM)
def test_the_form_gateway_answers_as_it_is_spelled(ending: str) -> None:
    cancels, inquiry, back = FORM[ending]
    number = f"4711-{ending.lower()}"
    with quick() as sandbox:
        assert [told(sandbox, number) for _ in cancels] == cancels
        assert told(sandbox, number, QUERY) == inquiry
        assert {request.story for request in sandbox.requests} == {ending}
        assert sum(row.amount for row in sandbox.ledger.refunds(number)) == Decimal(back)


@pytest.mark.parametrize("gateway", JSON)
@pytest.mark.parametrize("ending", IN_JSON)
def test_the_json_gateways_answer_as_it_is_spelled(gateway: str, ending: str) -> None:
    cancels, inquiry, back = IN_JSON[ending]
    number = f"4711-{ending}"
    with quick() as sandbox:
        assert [told_in_json(sandbox, gateway, number) for _ in cancels] == cancels
        assert told_in_json(sandbox, gateway, number, INQUIRY) == inquiry
        assert sum(row.amount for row in sandbox.ledger.refunds(number)) == Decimal(back)


def test_a_sale_is_looked_at_before_anything_befalls_it() -> None:
    with quick() as sandbox:
        assert told(sandbox, "1-CODE.BUYER_ERROR.CANCELLED", QUERY) == "TRADE_SUCCESS"
        assert told(sandbox, "1-CODE.BUYER_ERROR.CLOSED", QUERY) == "WAIT_BUYER_PAY"
        assert sandbox.ledger.trades[0].cancel_action is None


def test_what_cannot_befall_a_sale_is_left_out() -> None:
    with quick() as sandbox:
        sandbox.ledger.make_trade("1-CODE.BUYER_ERROR.PARTLY", "1.00")
        assert told(sandbox, "1-CODE.BUYER_ERROR.PARTLY") == "FAIL BUYER_ERROR N"
        assert sandbox.ledger.movements == ()


def test_who_is_busy_says_for_how_long_and_who_sends_elsewhere_says_where() -> None:
    with quick() as sandbox:
        assert dict(send(sandbox, "1-CODE.429").headers)["retry-after"] == "45"
        assert dict(send(sandbox, "1-CODE.307").headers)["location"].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "number", ["1-CODE", "1-CODE.", "1-TELL.SYSTEM_ERROR", "1-.CODE", "CODE.SYSTEM_ERROR"]
)
def test_what_spells_nothing_is_no_story(number: str) -> None:
    assert story_of(number) is None


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_no_words_make_a_sale_pay_back_twice(gateway: str, rng: random.Random) -> None:
    with quick(repeat="status_error") as sandbox:
        for place in range(15):
            words = ".".join(rng.sample(sorted(WORDS), rng.randrange(4)))
            number = f"{place}-{rng.choice(sorted(OPENINGS))}.SYSTEM_ERROR.{words}".rstrip(".")
            for _ in range(3):
                if gateway == "acquire":
                    told(sandbox, number, rng.choice([CANCEL, QUERY]))
                else:
                    told_in_json(sandbox, gateway, number)
            assert sum(row.amount for row in sandbox.ledger.refunds(number)) <= Decimal(128), number
