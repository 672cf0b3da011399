"""A sale as a gateway or the shop's own till shows it (gateways.md A1.8)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pos_cancel.domain.money import Money


class PaymentStatus(StrEnum):
    """What is true of the payment, in one vocabulary for four gateways."""

    UNPAID = "unpaid"  # WAIT_BUYER_PAY: made, not paid
    PROCESSING = "processing"  # PROCESSING, PENDING: the customer is paying
    PAID = "paid"  # TRADE_SUCCESS, SUCCESS
    FROZEN = "frozen"  # TRADE_PENDING: paid, seller's account frozen
    FINISHED = "finished"  # TRADE_FINISHED: paid, no refund through the interface
    CLOSED = "closed"  # TRADE_CLOSED, CANCELLED, ORDER_IS_CLOSED: the shop holds no money
    FAILED = "failed"  # FAIL: never paid


# Nothing has been paid and it still can be; the JSON gateways have no word but PROCESSING for it.
WAITING_STATUSES = frozenset({PaymentStatus.UNPAID, PaymentStatus.PROCESSING})
HELD_STATUSES = frozenset({PaymentStatus.PAID, PaymentStatus.FROZEN, PaymentStatus.FINISHED})
GONE_STATUSES = frozenset({PaymentStatus.CLOSED, PaymentStatus.FAILED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sale:
    """One sale; fields that the reply did not hold are None or empty.

    `refunded` is what a reply shows as already given back (JSON gateways only). `paid_at` and
    `created_at` are aware datetimes in UTC.
    """

    status: PaymentStatus
    trade_no: str = ""
    out_trade_no: str = ""
    amount: Money | None = None
    refunded: Money | None = None
    paid_at: datetime | None = None
    created_at: datetime | None = None
    buyer: str = ""  # the masked login, never more

    @property
    def refund_seen(self) -> bool:
        """Whether any part has visibly gone back."""
        return self.refunded is not None and self.refunded.minor > 0

    @property
    def fully_refunded(self) -> bool:
        """Whether all of it has visibly gone back."""
        if self.refunded is None or self.amount is None:
            return False
        return self.refunded.minor >= self.amount.minor > 0
