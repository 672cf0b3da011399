"""The training gateway's books: trades, their states, and every movement of money.

The rules follow gateways.md A1.4 to A1.8 and part E2.  The ledger is the only place
where money moves, and it moves a sale's money back at most once, whatever a client
or a story does.  All methods may be called from any thread.
"""

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from enum import StrEnum

GATEWAY_TIME = timezone(timedelta(hours=8))
UNPAID_BUFFER = timedelta(minutes=15)
# How long after midnight the JSON gateways still cancel a sale of the day before.
NEXT_DAY_BUFFER = timedelta(minutes=15)
FORM_GATEWAY = "acquire"


class LedgerError(ValueError):
    """The books were asked for something they cannot do, such as paying a closed trade."""


class TradeState(StrEnum):
    """The trade_status values of `alipay.acquire.query` (gateways.md A1.8)."""

    WAIT_BUYER_PAY = "WAIT_BUYER_PAY"
    TRADE_SUCCESS = "TRADE_SUCCESS"
    TRADE_CLOSED = "TRADE_CLOSED"
    TRADE_PENDING = "TRADE_PENDING"
    TRADE_FINISHED = "TRADE_FINISHED"


PAID_STATES = frozenset({TradeState.TRADE_SUCCESS, TradeState.TRADE_PENDING, TradeState.TRADE_FINISHED})


@dataclass(frozen=True, slots=True)
class Trade:
    """One sale as the gateway knows it.

    `number` is the shop's out_trade_no or paymentRequestId, `trade_no` the gateway's own
    28 digits or the paymentId of 35.  `cancel_action` is "close" or "refund" once a
    cancel was executed at `cancelled_at`, else None.
    """

    number: str
    trade_no: str
    amount: Decimal
    currency: str
    state: TradeState
    created_at: datetime
    paid_at: datetime | None = None
    refunded: Decimal = Decimal(0)
    cancel_action: str | None = None
    cancelled_at: datetime | None = None
    gateway: str = FORM_GATEWAY


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that moved: `kind` is "pay" (to the shop) or "refund" (to the customer)."""

    kind: str
    number: str
    trade_no: str
    amount: Decimal
    currency: str
    at: datetime
    gateway: str = FORM_GATEWAY


@dataclass(frozen=True, slots=True)
class CancelResult:
    """What a cancel did: the trade afterwards, the action, or the code that refused it.

    No trade, no action and no refusal means that nobody ever scanned this order.
    `repeated` tells that an earlier cancel had done the work already.
    """

    trade: Trade | None
    action: str | None = None
    refusal: str | None = None
    repeated: bool = False


class Ledger:
    """Trades and movements behind one lock.

    `now` gives the gateway's time (aware); `repeat` is in the hands of the desk.  The
    four gateways share it: a number is one sale at one of them, and to the others
    unknown (gateways.md T43).
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = threading.RLock()
        self._trades: dict[str, Trade] = {}
        self._numbers: dict[str, str] = {}
        self._movements: list[Movement] = []
        self._expected: list[tuple[datetime, str, Decimal, str]] = []
        # Two gateways must not hand out the same trade number on one day: a till's
        # journal outlives the gateway and would take two sales for one.
        self._series = f"22001{secrets.randbelow(10**7):07d}"

    @property
    def trades(self) -> tuple[Trade, ...]:
        """Every trade in the order of its making."""
        with self._lock:
            self._take_expected_payments()
            return tuple(self._trades.values())

    @property
    def movements(self) -> tuple[Movement, ...]:
        """Every movement of money, oldest first."""
        with self._lock:
            self._take_expected_payments()
            return tuple(self._movements)

    def refunds(self, number: str) -> tuple[Movement, ...]:
        """Give the refunds of one sale."""
        return tuple(row for row in self.movements if row.kind == "refund" and row.number == number)

    def gateway_of(self, number: str) -> str | None:
        """Give the gateway that has a trade of this number; None where no gateway has."""
        with self._lock:
            self._take_expected_payments()
            trade = self._trades.get(number)
            return trade.gateway if trade else None

    def find(
        self, *, number: str | None = None, trade_no: str | None = None, gateway: str = FORM_GATEWAY
    ) -> Trade | None:
        """Find a gateway's trade; `trade_no` wins where both are given (gateways.md T2)."""
        with self._lock:
            self._take_expected_payments()
            wanted = self._numbers.get(trade_no) if trade_no else number
            trade = self._trades.get(wanted) if wanted else None
            return trade if trade and trade.gateway == gateway else None

    def make_trade(
        self,
        number: str,
        amount: Decimal | str,
        currency: str = "CNY",
        state: TradeState | str = TradeState.WAIT_BUYER_PAY,
        created_at: datetime | None = None,
        paid_at: datetime | None = None,
        gateway: str = FORM_GATEWAY,
    ) -> Trade:
        """Enter a trade; a paid state also enters the customer's payment.

        Raises LedgerError when the number already has a trade.
        """
        with self._lock:
            if number in self._trades:
                raise LedgerError(f"The number {number} already has a trade.")
            created = created_at or self._now()
            trade = Trade(
                number=number,
                trade_no=self._next_trade_no(created, gateway),
                amount=Decimal(amount),
                currency=currency,
                state=TradeState.WAIT_BUYER_PAY,
                created_at=created,
                gateway=gateway,
            )
            self._keep(trade)
            if TradeState(state) in PAID_STATES:
                trade = self.pay(number, paid_at or created)
            return self._keep(replace(trade, state=TradeState(state)))

    def pay(self, number: str, at: datetime | None = None) -> Trade:
        """Let the customer pay; raises LedgerError unless the trade waits for it."""
        with self._lock:
            trade = self._trades.get(number)
            if trade is None or trade.state is not TradeState.WAIT_BUYER_PAY:
                raise LedgerError(f"The trade {number} does not wait for a payment.")
            paid_at = at or self._now()
            self._move("pay", trade, trade.amount, paid_at)
            return self._keep(replace(trade, state=TradeState.TRADE_SUCCESS, paid_at=paid_at))

    def time_out(self, number: str) -> Trade:
        """Close a trade nobody has paid in time; raises LedgerError unless it waits for it."""
        with self._lock:
            trade = self._trades.get(number)
            if trade is None or trade.state is not TradeState.WAIT_BUYER_PAY:
                raise LedgerError(f"The trade {number} does not wait for a payment.")
            return self._keep(replace(trade, state=TradeState.TRADE_CLOSED))

    def refund(self, number: str, amount: Decimal | str) -> Trade:
        """Refund a part or all from the portal, which is not a cancel."""
        with self._lock:
            trade = self._trades.get(number)
            back = Decimal(amount)
            if trade is None or trade.state is not TradeState.TRADE_SUCCESS:
                raise LedgerError(f"The trade {number} holds no payment.")
            if not 0 < back <= trade.amount - trade.refunded:
                raise LedgerError(f"The trade {number} cannot give back {back}.")
            self._move("refund", trade, back, self._now())
            total = trade.refunded + back
            state = TradeState.TRADE_CLOSED if total == trade.amount else trade.state
            return self._keep(replace(trade, refunded=total, state=state))

    def expect_payment(self, number: str, amount: Decimal | str, at: datetime, currency: str = "CNY") -> None:
        """Plan that a customer pays at that time an order without a trade, or one that was closed."""
        with self._lock:
            if all(entry[1] != number for entry in self._expected):
                self._expected.append((at, number, Decimal(amount), currency))

    def cancel(
        self, *, number: str | None = None, trade_no: str | None = None, gateway: str = FORM_GATEWAY
    ) -> CancelResult:
        """Cancel once: close what is unpaid, refund what is paid, change nothing else."""
        with self._lock:
            trade = self.find(number=number, trade_no=trade_no, gateway=gateway)
            if trade is None:
                return CancelResult(None, refusal="TRADE_NOT_EXIST" if trade_no else None)
            if trade.cancel_action is not None:
                return CancelResult(trade, trade.cancel_action, repeated=True)
            refusal = self._refusal(trade)
            if refusal is not None:
                return CancelResult(trade, refusal=refusal)
            return self._execute(trade)

    def _execute(self, trade: Trade) -> CancelResult:
        action = "close"
        if trade.state is TradeState.TRADE_SUCCESS:
            action = "refund"
            self._move("refund", trade, trade.amount, self._now())
            trade = replace(trade, refunded=trade.amount)
        done = replace(trade, state=TradeState.TRADE_CLOSED, cancel_action=action, cancelled_at=self._now())
        return CancelResult(self._keep(done), action)

    def _refusal(self, trade: Trade) -> str | None:
        if trade.refunded:
            return "REASON_TRADE_REFUND_FEE_ERR"
        by_state = {
            TradeState.TRADE_CLOSED: "TRADE_STATUS_ERROR",
            TradeState.TRADE_PENDING: "REASON_TRADE_BEEN_FREEZEN",
            TradeState.TRADE_FINISHED: "TRADE_HAS_FINISHED",
        }
        if trade.state in by_state:
            return by_state[trade.state]
        return "TRADE_CANCEL_TIME_OUT" if self._now() >= window_end(trade) else None

    def _take_expected_payments(self) -> None:
        # Looking is what makes time pass here: no thread waits for the payment.
        now = self._now()
        due = [entry for entry in self._expected if entry[0] <= now]
        self._expected = [entry for entry in self._expected if entry[0] > now]
        for at, number, amount, currency in due:
            trade = self._trades.get(number)
            if trade is None:
                self.make_trade(number, amount, currency, TradeState.TRADE_SUCCESS, at, at)
            elif trade.cancel_action == "close":
                self._pay_after_all(trade, at)

    def _pay_after_all(self, trade: Trade, at: datetime) -> None:
        # The close is undone, so that a later cancel finds a payment to give back.
        self._move("pay", trade, trade.amount, at)
        self._keep(
            replace(trade, state=TradeState.TRADE_SUCCESS, paid_at=at, cancel_action=None, cancelled_at=None)
        )

    def _next_trade_no(self, created: datetime, gateway: str) -> str:
        day = created.astimezone(GATEWAY_TIME).strftime("%Y%m%d")
        kind = "" if gateway == FORM_GATEWAY else "1080100"
        return f"{day}{kind}{self._series}{len(self._trades) + 1:08d}"

    def _keep(self, trade: Trade) -> Trade:
        self._trades[trade.number] = trade
        self._numbers[trade.trade_no] = trade.number
        return trade

    def _move(self, kind: str, trade: Trade, amount: Decimal, at: datetime) -> None:
        self._movements.append(
            Movement(kind, trade.number, trade.trade_no, amount, trade.currency, at, trade.gateway)
        )


def window_end(trade: Trade) -> datetime:
    """Give the first instant at which a cancel comes too late (gateways.md A1.6, T24).

    The JSON gateways take cancels until 00:15 GMT+8 of the next day.  At the form gateway
    a paid trade can be cancelled on its day of GMT+8, an unpaid one at least for 15
    minutes.  Where creation and payment fall on two days the later day counts.
    """
    latest = trade.paid_at or trade.created_at
    midnight = latest.astimezone(GATEWAY_TIME).replace(hour=0, minute=0, second=0, microsecond=0)
    end = midnight + timedelta(days=1)
    if trade.gateway != FORM_GATEWAY:
        return (end + NEXT_DAY_BUFFER).astimezone(UTC)
    if trade.paid_at is None:
        end = max(end, trade.created_at + UNPAID_BUFFER)
    return end.astimezone(UTC)
