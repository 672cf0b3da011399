"""Whatever clients and stories do at the JSON gateways, a sale's money goes back at most once."""

import random
import threading
from datetime import timedelta

import pytest

from pos_cancel.sandbox import Sandbox, Story, stories_of
from tests.plain_client import NOON, training_keys
from tests.plain_json_client import CANCEL, INQUIRY, ask
from tests.plain_json_teller import told
from tests.plain_teller import TrainersClock, quick
from tests.plain_teller import told as told_by_the_form_gateway

GATEWAYS = ("antom", "apo", "acqp")
TELLINGS = [
    pytest.param(gateway, story, id=f"{gateway}-{story.ending}")
    for gateway in GATEWAYS
    for story in stories_of(gateway)
]


@pytest.mark.parametrize(("gateway", "story"), TELLINGS)
def test_no_story_refunds_twice_whatever_a_client_does(
    gateway: str, story: Story, rng: random.Random
) -> None:
    number = f"4712-{story.ending}"
    with quick(repeat="status_error") as sandbox:
        for _ in range(6):
            told(sandbox, gateway, number, rng.choice([CANCEL, CANCEL, INQUIRY]))
        kinds = [row.kind for row in sandbox.ledger.movements]

    assert kinds.count("refund") <= 1
    assert kinds.count("pay") <= 1


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_repeat_says_the_same_again_with_the_time_of_the_first(gateway: str) -> None:
    clock = TrainersClock()
    with Sandbox(keys=training_keys(), tls=False, now=clock, repeat="status_error") as sandbox:
        sandbox.ledger.make_trade("4713", "1.00", state="TRADE_SUCCESS", gateway=gateway)
        first = ask(sandbox, gateway, number="4713")
        clock.now += timedelta(minutes=1)
        second = ask(sandbox, gateway, number="4713")

    assert first.content == second.content
    assert first.headers["response-time"] != second.headers["response-time"]
    assert [row.kind for row in sandbox.ledger.movements] == ["pay", "refund"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_eight_tills_at_once_get_one_refund(gateway: str) -> None:
    with quick() as sandbox:
        sandbox.ledger.make_trade("4714", "1.00", state="TRADE_SUCCESS", gateway=gateway)
        together = threading.Barrier(8)
        said: list[str] = []

        def cancel_five_times() -> None:
            together.wait(10)
            said.extend(told(sandbox, gateway, "4714") for _ in range(5))

        threads = [threading.Thread(target=cancel_five_times) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert said == ["cancelled"] * 40
        assert [row.kind for row in sandbox.ledger.movements] == ["pay", "refund"]
        assert [request.did for request in sandbox.requests].count("refund") == 1


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_late_payment_comes_after_the_cancel_shows_in_the_inquiry_and_can_be_given_back(
    gateway: str,
) -> None:
    clock = TrainersClock()
    number = "4717-PAIDLATE"
    with Sandbox(keys=training_keys(), tls=False, pace=2.0, now=clock) as sandbox:
        assert told(sandbox, gateway, number) == "cancelled"
        clock.now = NOON + timedelta(seconds=59)
        assert told(sandbox, gateway, number) == "cancelled"
        assert told(sandbox, gateway, number, INQUIRY) in ("CANCELLED", "ORDER_IS_CLOSED")
        clock.now = NOON + timedelta(seconds=60)
        late = ask(sandbox, gateway, INQUIRY, number=number)
        assert told(sandbox, gateway, number, INQUIRY) == "SUCCESS"
        assert late.content["paymentTime"] == "2026-11-21T12:01:00+08:00"
        assert [row.kind for row in sandbox.ledger.movements] == ["pay"]

        assert told(sandbox, gateway, number) == "cancelled"
        clock.now += timedelta(minutes=5)
        assert told(sandbox, gateway, number) == "cancelled"
        assert [row.kind for row in sandbox.ledger.movements] == ["pay", "refund"]


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_a_cancel_is_taken_until_a_quarter_past_midnight(gateway: str) -> None:
    clock = TrainersClock()
    with Sandbox(keys=training_keys(), tls=False, now=clock) as sandbox:
        sandbox.ledger.make_trade("A-1", "1.00", state="TRADE_SUCCESS", gateway=gateway)
        sandbox.ledger.make_trade("A-2", "1.00", gateway=gateway)
        clock.now = NOON.replace(day=22, hour=0, minute=14, second=59)
        assert told(sandbox, gateway, "A-1") == "cancelled"
        clock.now += timedelta(seconds=1)
        assert told(sandbox, gateway, "A-2") == "F CANCEL_WINDOW_EXCEED"


@pytest.mark.parametrize("minute", [0, 14, 15, 16, 59])
def test_the_window_story_is_over_just_after_midnight_too(minute: int) -> None:
    clock = TrainersClock(NOON.replace(hour=0, minute=minute))
    with Sandbox(keys=training_keys(), tls=False, now=clock) as sandbox:
        assert told(sandbox, "antom", "1-WINDOW") == "F CANCEL_WINDOW_EXCEED"
        assert told(sandbox, "antom", "1-REFUND") == "cancelled"


def test_a_number_that_one_gateway_has_seen_is_no_story_to_another() -> None:
    with quick() as sandbox:
        assert told(sandbox, "antom", "4716-REFUND", INQUIRY) == "SUCCESS"

        assert told(sandbox, "apo", "4716-REFUND", INQUIRY) == "F ORDER_NOT_EXIST"
        assert told(sandbox, "apo", "4716-REFUND") == "F ORDER_NOT_EXIST"
        assert told(sandbox, "apo", "4716-FUNDS") == "F MERCHANT_BALANCE_NOT_ENOUGH"
        assert told(sandbox, "antom", "4716-FUNDS") == "F ORDER_NOT_EXIST"
        assert told_by_the_form_gateway(sandbox, "4716-FUNDS") == "success"
        assert sandbox.ledger.refunds("4716-REFUND") == ()
