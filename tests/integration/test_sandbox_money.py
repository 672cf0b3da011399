"""Whatever clients and stories do, a sale's money goes back at most once."""

import random
import threading

import pytest

from pos_cancel.sandbox import STORIES, Story
from tests.plain_client import CANCEL, OVERSEAS_QUERY, QUERY
from tests.plain_teller import quick, told


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.ending)
@pytest.mark.parametrize("repeat", ["success", "status_error"])
def test_no_story_refunds_twice_whatever_a_client_does(story: Story, repeat: str, rng: random.Random) -> None:
    number = f"4712-{story.ending}"
    with quick(repeat=repeat) as sandbox:
        for _ in range(7):
            told(sandbox, number, rng.choice([CANCEL, CANCEL, QUERY, OVERSEAS_QUERY]))
        kinds = [row.kind for row in sandbox.ledger.movements]

    assert kinds.count("refund") <= 1
    assert kinds.count("pay") <= 1


@pytest.mark.parametrize(
    ("repeat", "second"), [("success", "refund"), ("status_error", "FAIL TRADE_STATUS_ERROR N")]
)
def test_a_repeat_is_answered_as_set_and_moves_nothing(repeat: str, second: str) -> None:
    with quick(repeat=repeat) as sandbox:
        sandbox.ledger.make_trade("4713", "1.00", state="TRADE_SUCCESS")

        assert [told(sandbox, "4713") for _ in range(3)] == ["refund", second, second]
        assert len(sandbox.ledger.refunds("4713")) == 1


@pytest.mark.parametrize("repeat", ["success", "status_error"])
def test_eight_tills_at_once_get_one_refund(repeat: str) -> None:
    with quick(repeat=repeat) as sandbox:
        sandbox.ledger.make_trade("4714", "1.00", state="TRADE_SUCCESS")
        together = threading.Barrier(8)
        said: list[str] = []

        def cancel_five_times() -> None:
            together.wait(10)
            said.extend(told(sandbox, "4714") for _ in range(5))

        threads = [threading.Thread(target=cancel_five_times) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)

        assert len(said) == 40
        assert said.count("refund") == (40 if repeat == "success" else 1)
        assert [row.kind for row in sandbox.ledger.movements] == ["pay", "refund"]
        assert [request.did for request in sandbox.requests].count("refund") == 1
