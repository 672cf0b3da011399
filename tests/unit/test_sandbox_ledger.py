"""The training gateway's books: what may happen to a trade, and that money moves once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from pos_cancel.sandbox import STORIES, Ledger, LedgerError, TradeState, story_of
from pos_cancel.sandbox.faults import Birth
from pos_cancel.sandbox.ledger import GATEWAY_TIME, Trade, window_end
from pos_cancel.sandbox.story_trades import open_training_day, sale_time

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=GATEWAY_TIME)


@dataclass
class TrainersClock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> TrainersClock:
    return TrainersClock()


@pytest.fixture
def ledger(clock: TrainersClock) -> Ledger:
    return Ledger(clock)


def test_an_unpaid_trade_is_closed_and_no_money_moves(ledger: Ledger) -> None:
    ledger.make_trade("R-1", "12.50")

    result = ledger.cancel(number="R-1")

    assert (result.action, result.refusal, result.repeated) == ("close", None, False)
    assert result.trade is not None
    assert result.trade.state is TradeState.TRADE_CLOSED
    assert ledger.movements == ()


def test_a_paid_trade_is_refunded_once_however_often_it_is_cancelled(ledger: Ledger) -> None:
    ledger.make_trade("R-1", "12.50")
    ledger.pay("R-1")

    first, second = ledger.cancel(number="R-1"), ledger.cancel(number="R-1")

    assert (first.action, first.repeated) == ("refund", False)
    assert (second.action, second.repeated) == ("refund", True)
    assert [(row.kind, row.amount) for row in ledger.movements] == [
        ("pay", Decimal("12.50")),
        ("refund", Decimal("12.50")),
    ]


def test_a_number_nobody_scanned_succeeds_without_anything(ledger: Ledger) -> None:
    result = ledger.cancel(number="mistyped")

    assert (result.trade, result.action, result.refusal) == (None, None, None)


def test_a_trade_number_nobody_has_is_refused(ledger: Ledger) -> None:
    assert ledger.cancel(trade_no="2026112122001400000000000001").refusal == "TRADE_NOT_EXIST"


def test_the_trade_number_wins_over_the_shops_number(ledger: Ledger) -> None:
    ledger.make_trade("R-1", "1.00")
    other = ledger.make_trade("R-2", "2.00", state="TRADE_SUCCESS")

    result = ledger.cancel(number="R-1", trade_no=other.trade_no)

    assert result.action == "refund"
    untouched = ledger.find(number="R-1")
    assert untouched is not None
    assert untouched.state is TradeState.WAIT_BUYER_PAY


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (TradeState.TRADE_CLOSED, "TRADE_STATUS_ERROR"),
        (TradeState.TRADE_PENDING, "REASON_TRADE_BEEN_FREEZEN"),
        (TradeState.TRADE_FINISHED, "TRADE_HAS_FINISHED"),
    ],
)
def test_a_state_that_forbids_the_cancel_names_its_code(ledger: Ledger, state: TradeState, code: str) -> None:
    ledger.make_trade("R-1", "1.00", state=state)

    assert ledger.cancel(number="R-1").refusal == code
    assert ledger.refunds("R-1") == ()


@pytest.mark.parametrize("amount", ["20.00", "128.00"])
def test_an_earlier_refund_forbids_the_cancel(ledger: Ledger, amount: str) -> None:
    ledger.make_trade("R-1", "128.00", state="TRADE_SUCCESS")
    trade = ledger.refund("R-1", amount)

    assert (trade.state is TradeState.TRADE_CLOSED) == (amount == "128.00")
    assert ledger.cancel(number="R-1").refusal == "REASON_TRADE_REFUND_FEE_ERR"
    assert len(ledger.refunds("R-1")) == 1


@pytest.mark.parametrize("amount", ["0", "-1", "128.01"])
def test_a_refund_of_an_impossible_amount_is_refused(ledger: Ledger, amount: str) -> None:
    ledger.make_trade("R-1", "128.00", state="TRADE_SUCCESS")

    with pytest.raises(LedgerError):
        ledger.refund("R-1", amount)


def test_the_books_refuse_what_makes_no_sense(ledger: Ledger) -> None:
    ledger.make_trade("R-1", "1.00")

    with pytest.raises(LedgerError):
        ledger.make_trade("R-1", "1.00")
    with pytest.raises(LedgerError):
        ledger.pay("R-2")
    with pytest.raises(LedgerError):
        ledger.refund("R-1", "1.00")


def test_a_paid_trade_can_be_cancelled_until_midnight_at_the_gateway(
    ledger: Ledger, clock: TrainersClock
) -> None:
    ledger.make_trade("R-1", "1.00", state="TRADE_SUCCESS")
    ledger.make_trade("R-2", "1.00", state="TRADE_SUCCESS")

    clock.now = NOON.replace(hour=23, minute=59, second=59)
    assert ledger.cancel(number="R-1").action == "refund"
    clock.now += timedelta(seconds=1)
    assert ledger.cancel(number="R-2").refusal == "TRADE_CANCEL_TIME_OUT"


def test_an_unpaid_trade_made_before_midnight_has_fifteen_minutes() -> None:
    created = NOON.replace(hour=23, minute=50)
    trade = Trade("R-1", "1" * 28, Decimal(1), "CNY", TradeState.WAIT_BUYER_PAY, created)

    assert window_end(trade) == created + timedelta(minutes=15)


def test_a_trade_paid_after_midnight_counts_for_the_day_of_the_payment() -> None:
    created = NOON.replace(hour=23, minute=58)
    paid = created + timedelta(minutes=4)
    trade = Trade("R-1", "1" * 28, Decimal(1), "CNY", TradeState.TRADE_SUCCESS, created, paid)

    assert window_end(trade) == NOON.replace(day=23, hour=0)


def test_an_expected_payment_comes_when_its_time_has_come(ledger: Ledger, clock: TrainersClock) -> None:
    ledger.expect_payment("R-1", "8.00", NOON + timedelta(seconds=5))
    ledger.expect_payment("R-1", "8.00", NOON + timedelta(seconds=6))
    assert ledger.find(number="R-1") is None

    clock.now += timedelta(seconds=10)

    (trade,) = ledger.trades
    assert (trade.state, trade.paid_at) == (TradeState.TRADE_SUCCESS, NOON + timedelta(seconds=5))
    assert [row.kind for row in ledger.movements] == ["pay"]


def test_trade_numbers_are_28_digits_that_begin_with_the_day_and_differ_between_gateways(
    clock: TrainersClock,
) -> None:
    # 17:00 UTC is already tomorrow at the gateway.
    clock.now = NOON.replace(hour=1, day=22)
    numbers = {Ledger(clock).make_trade("R-1", "1.00").trade_no for _ in range(5)}

    assert len(numbers) == 5
    assert all(len(no) == 28 and no.isdigit() and no.startswith("20261122") for no in numbers)


def test_a_story_is_found_by_the_ending_after_a_dash_in_any_case() -> None:
    refund = story_of("A-100-refund")

    assert refund is not None
    assert refund.ending == "REFUND"
    assert story_of("REFUND") is None
    assert story_of("-REFUND") is None
    assert story_of("100REFUND") is None
    assert story_of("100-REFUNDED") is None


def test_endings_can_be_spoken_and_none_is_there_twice() -> None:
    endings = [story.ending for story in STORIES]

    assert len(set(endings)) == len(endings)
    assert all(ending.isalnum() and ending == ending.upper() for ending in endings)


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_a_sale_of_the_day_is_never_of_yesterday_or_the_future(hour: int) -> None:
    now = NOON.replace(hour=hour, minute=1)

    at = sale_time(Birth.PAID, now)

    assert at.astimezone(GATEWAY_TIME).date() == now.date()
    assert at <= now
    assert sale_time(Birth.PAID_YESTERDAY, now).date() == now.date() - timedelta(days=1)


def test_the_training_day_offers_every_story_and_can_be_opened_twice(ledger: Ledger) -> None:
    first = open_training_day(ledger, NOON)
    movements = ledger.movements

    again = open_training_day(ledger, NOON)

    assert again == first
    assert ledger.movements == movements
    assert len(first) == len(STORIES)
    status = {sale.number.rpartition("-")[2]: sale.status for sale in first}
    assert (status["REFUND"], status["CLOSE"], status["NOSCAN"], status["FEEFULL"]) == (
        "paid",
        "open",
        "open",
        "paid",
    )
