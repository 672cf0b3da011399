"""Making the trade that a story begins with, and the sales a training day begins with."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import MappingProxyType

from pos_cancel.sandbox.faults import Birth, Meanwhile
from pos_cancel.sandbox.ledger import (
    FORM_GATEWAY,
    GATEWAY_TIME,
    NEXT_DAY_BUFFER,
    Ledger,
    LedgerError,
    Trade,
    TradeState,
)
from pos_cancel.sandbox.story_book import stories_of

STORY_AMOUNT = Decimal("128.00")
STORY_CURRENCY = "CNY"
EARLIER_REFUND = Decimal("20.00")
# A trade of a few minutes ago reads like a sale; it never reaches back into yesterday.
STORY_AGE = timedelta(minutes=3)
# Each gateway's training sales have numbers of their own.
FIRST_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"acquire": 1001, "antom": 2001, "apo": 3001, "acqp": 4001}
)

_STATES: Mapping[Birth, TradeState] = MappingProxyType(
    {
        Birth.PAID: TradeState.TRADE_SUCCESS,
        Birth.UNPAID: TradeState.WAIT_BUYER_PAY,
        Birth.PAID_YESTERDAY: TradeState.TRADE_SUCCESS,
        Birth.FROZEN: TradeState.TRADE_PENDING,
        Birth.FINISHED: TradeState.TRADE_FINISHED,
        Birth.TIMED_OUT: TradeState.TRADE_CLOSED,
        Birth.PARTLY_REFUNDED: TradeState.TRADE_SUCCESS,
        Birth.FULLY_REFUNDED: TradeState.TRADE_SUCCESS,
    }
)


_HAPPENINGS: Mapping[Meanwhile, Callable[[Ledger, Trade], object]] = MappingProxyType(
    {
        Meanwhile.TIMED_OUT: lambda ledger, trade: ledger.time_out(trade.number),
        Meanwhile.CANCELLED: lambda ledger, trade: ledger.cancel(number=trade.number, gateway=trade.gateway),
        Meanwhile.PARTLY_REFUNDED: lambda ledger, trade: ledger.refund(trade.number, EARLIER_REFUND),
        Meanwhile.FULLY_REFUNDED: lambda ledger, trade: ledger.refund(trade.number, trade.amount),
    }
)


@dataclass(frozen=True, slots=True)
class TrainingSale:
    """One line of the training day's sales: what the POS would hand over.

    `status` is "open" for an order nobody is known to have paid, else "paid".
    """

    number: str
    amount: Decimal
    currency: str
    at: datetime
    status: str
    gateway: str = FORM_GATEWAY


def sale_time(birth: Birth, now: datetime, gateway: str = FORM_GATEWAY) -> datetime:
    """Choose when a story's sale was made: minutes ago and today in GMT+8, or yesterday.

    Just after midnight the JSON gateways still cancel yesterday's sales, so theirs is older.
    """
    local = now.astimezone(GATEWAY_TIME)
    if birth is Birth.PAID_YESTERDAY:
        buffer = timedelta(0) if gateway == FORM_GATEWAY else NEXT_DAY_BUFFER
        return local - timedelta(days=1) - buffer
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    return max(local - STORY_AGE, midnight)


def bear(ledger: Ledger, number: str, birth: Birth, now: datetime, gateway: str = FORM_GATEWAY) -> None:
    """Enter the trade a story begins with, if it has one and no gateway knows the number yet."""
    state = _STATES.get(birth)
    if state is None or ledger.gateway_of(number) is not None:
        return
    at = sale_time(birth, now, gateway)
    ledger.make_trade(number, STORY_AMOUNT, STORY_CURRENCY, state, at, gateway=gateway)
    if birth is Birth.PARTLY_REFUNDED:
        ledger.refund(number, EARLIER_REFUND)
    if birth is Birth.FULLY_REFUNDED:
        ledger.refund(number, STORY_AMOUNT)


def befall(ledger: Ledger, trade: Trade, meanwhile: Meanwhile | None) -> Trade:
    """Let happen to the trade what the story says; one that stands otherwise is left as it is."""
    if meanwhile is None:
        return trade
    with suppress(LedgerError):
        _HAPPENINGS[meanwhile](ledger, trade)
    return ledger.find(number=trade.number, gateway=trade.gateway) or trade


def open_training_day(ledger: Ledger, now: datetime, gateway: str = FORM_GATEWAY) -> tuple[TrainingSale, ...]:
    """Make one sale per story of a gateway, and give the list the POS would have.

    An order nobody scanned is in the list and not in the ledger, as in a real shop.
    """
    sales = []
    for place, story in enumerate(stories_of(gateway), start=FIRST_NUMBERS[gateway]):
        number = f"{place}-{story.ending}"
        bear(ledger, number, story.birth, now, gateway)
        trade = ledger.find(number=number, gateway=gateway)
        paid = trade is not None and trade.paid_at is not None
        at = trade.created_at if trade else sale_time(story.birth, now, gateway)
        status = "paid" if paid else "open"
        sales.append(TrainingSale(number, STORY_AMOUNT, STORY_CURRENCY, at, status, gateway))
    return tuple(sales)
