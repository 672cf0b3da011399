"""The gateways' books of a simulated world: sales, their states, and every movement of their money.

The rules are gateways.md A1.4 to A4 written down once more, apart from the product and its training gateway.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from enum import StrEnum

BEIJING = timezone(timedelta(hours=8))
GRACE = timedelta(minutes=15)
# The JSON gateways take cancels until then on the day after.
JSON_WINDOW = "00:15"


class Status(StrEnum):
    """What acquire calls the state of a trade."""

    UNPAID = "WAIT_BUYER_PAY"
    PAID = "TRADE_SUCCESS"
    FROZEN = "TRADE_PENDING"
    FINISHED = "TRADE_FINISHED"
    CLOSED = "TRADE_CLOSED"


class Refusal(StrEnum):
    """Why the books refuse a cancel; each gateway has its own codes for it."""

    REFUNDED = "refunded"
    CLOSED = "closed"
    FROZEN = "frozen"
    FINISHED = "finished"
    WINDOW = "window"
    FUNDS = "funds"
    CHARGING = "charging"


@dataclass(slots=True, kw_only=True)
class Sale:
    """One sale and what is special about it. Amounts are whole minor units.

    Until `poor_until` the shop has no funds, until `busy_until` the payment is still being charged. `repeat`
    is how a repeated cancel is answered, `missing` how one of a sale that nobody scanned, `nested` how nested
    elements of an inquiry are signed, `cursed` what never works. `told_late` is set once the gateway has
    refused a cancel for its window: that ends the cancels even where a payment on a later day opens a new
    window (R5).
    """

    gateway: str
    number: str
    trade_no: str
    minor: int
    currency: str
    created_at: datetime
    status: Status = Status.UNPAID
    paid_at: datetime | None = None
    paid: int = 0
    by_cancel: int = 0
    by_portal: int = 0
    by_hand: int = 0
    is_known: bool = True
    poor_until: datetime | None = None
    busy_until: datetime | None = None
    repeat: str = "same"
    missing: str = ""
    is_scanned_later: bool = False
    cursed: str = ""
    nested: str = ""
    action: str = ""
    late_payer: bool = False
    told_late: bool = False
    cancelled_by: set[str] = field(default_factory=set)
    reached_by: set[str] = field(default_factory=set)
    log: list[str] = field(default_factory=list)

    def pay(self, at: datetime) -> bool:
        """Let the customer pay; False where there is nothing to be paid."""
        if not self.is_known and self.status is Status.UNPAID:
            self.is_known, self.created_at = True, at
        revived = self.status is Status.CLOSED and self.action == "close" and self.late_payer
        if self.status is not Status.UNPAID and not revived:
            return False
        self.status, self.paid_at, self.action = Status.PAID, at, ""
        self.paid += self.minor
        self.log.append(f"{at:%d %H:%M:%S} paid {self.minor}")
        return True

    @property
    def returned(self) -> int:
        """What went back through the gateway."""
        return self.by_cancel + self.by_portal

    @property
    def held(self) -> int:
        """What the shop has of it."""
        return self.paid - self.returned

    def refund(self, minor: int, at: datetime) -> None:
        """Refund in the portal; all that was paid closes the sale."""
        self.by_portal += minor
        if self.by_portal >= self.paid:
            self.status = Status.CLOSED
        self.log.append(f"{at:%d %H:%M:%S} portal refunds {minor}")

    def hand_out(self, minor: int, at: datetime) -> None:
        """Give cash; the gateway knows nothing of it."""
        self.by_hand += minor
        self.log.append(f"{at:%d %H:%M:%S} {minor} in cash")

    def window_end(self, window: str) -> datetime:
        """Give the first moment at which a cancel comes too late; `window` is "" for acquire, else T+1."""
        latest = self.paid_at or self.created_at
        midnight = latest.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        end = midnight + timedelta(days=1)
        if window:
            return end + GRACE
        return end if self.paid_at else max(end, self.created_at + GRACE)

    def cancel(self, at: datetime, by: str, window: str) -> Refusal | None:
        """Carry a cancel out, or give the reason why not. `action` then says what it did."""
        refusal = self._refusal(at, window)
        if refusal is not None:
            self.told_late |= refusal is Refusal.WINDOW
            return refusal
        self.action = "close"
        if self.status is Status.PAID:
            self.action = "refund"
            self.by_cancel += self.minor
        self.status = Status.CLOSED
        self.cancelled_by.add(by)
        self.log.append(f"{at:%d %H:%M:%S} {self.action} by {by}")
        return None

    def is_cancellable(self, at: datetime) -> bool:
        """Tell whether a cancel that arrived now would be carried out."""
        window = "" if self.gateway == "acquire" else JSON_WINDOW
        asked_in_vain = bool(self.cursed) or self.told_late
        return not asked_in_vain and self.is_known and self._refusal(at, window) is None

    def _refusal(self, at: datetime, window: str) -> Refusal | None:
        if self.status is Status.CLOSED:
            return Refusal.CLOSED
        if self.by_portal:
            return Refusal.REFUNDED
        by_status = {Status.FROZEN: Refusal.FROZEN, Status.FINISHED: Refusal.FINISHED}
        if self.status in by_status:
            return by_status[self.status]
        if at >= self.window_end(window):
            return Refusal.WINDOW
        if self.busy_until is not None and at < self.busy_until:
            return Refusal.CHARGING
        poor = self.status is Status.PAID and self.poor_until is not None and at < self.poor_until
        return Refusal.FUNDS if poor else None
