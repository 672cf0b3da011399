"""What the drill asks: stories that end in a state, the one right answer, and answers that would do harm.

Every sentence stands in the wording under `drill`; here are only their names. No story's wrong answers hold
one that could be said of it too, so that there are never two right ones.
"""

from dataclasses import dataclass
from enum import StrEnum

from pos_cancel.domain.case import State
from pos_cancel.domain.outcome import Progress
from pos_cancel.domain.sale import PaymentStatus

# Money would move twice: the shop's in cash or by a refund, the customer's by a second payment.
DANGEROUS = frozenset({"cash", "refund_too", "pay_again"})


class Group(StrEnum):
    """What a cashier has to tell apart; a drill meets each of them."""

    CLOSED = "closed"
    REFUNDED = "refunded"
    NOT_FOUND = "not_found"
    UNSURE = "unsure"
    USE_REFUND = "use_refund"
    REFUNDED_BEFORE = "refunded_before"
    UNDONE = "undone"
    PAID_LATE = "paid_late"
    WRONG_NUMBER = "wrong_number"
    SUPPORT = "support"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One story. `looked_up` is what the sale was before the cancel; `refunded` tells of an earlier refund.

    `tries` and `progress` are what the card shows of the way to the gateway.
    """

    name: str
    group: Group
    state: State
    right: str
    wrong: tuple[str, ...]
    variant: str = ""
    looked_up: PaymentStatus | None = PaymentStatus.PAID
    refunded: bool = False
    tries: int = 1
    progress: Progress = Progress.ANSWERED
    waits_s: int = 0


def _wrong(names: str) -> tuple[str, ...]:
    return tuple(names.split())


STORIES = (
    Story(
        name="closed",
        group=Group.CLOSED,
        state=State.CLOSED,
        looked_up=PaymentStatus.UNPAID,
        right="nothing_paid",
        wrong=_wrong("cash refund_too on_its_way keep_here manager_refunds"),
    ),
    Story(
        name="unscanned",
        group=Group.CLOSED,
        state=State.CLOSED_UNSCANNED,
        looked_up=None,
        right="old_code",
        wrong=_wrong("cash old_works on_its_way manager_refunds"),
    ),
    Story(
        name="refunded",
        group=Group.REFUNDED,
        state=State.REFUNDED,
        right="on_its_way",
        wrong=_wrong("cash refund_too arrived nothing_paid keep_here"),
    ),
    Story(
        name="cancelled",
        group=Group.REFUNDED,
        state=State.CANCELLED,
        looked_up=None,
        tries=2,
        right="if_paid",
        wrong=_wrong("cash refund_too arrived failed nothing_paid"),
    ),
    Story(
        name="not_found",
        group=Group.NOT_FOUND,
        state=State.NO_PAYMENT_FOUND,
        looked_up=None,
        right="compare",
        wrong=_wrong("cash refund_too on_its_way nothing_paid"),
    ),
    Story(
        name="silent",
        group=Group.UNSURE,
        state=State.RETRY_PENDING,
        tries=2,
        progress=Progress.SENT,
        waits_s=8,
        right="keep_here",
        wrong=_wrong("cash pay_again refund_too failed on_its_way"),
    ),
    Story(
        name="background",
        group=Group.UNSURE,
        state=State.RETRY_PENDING,
        variant="background",
        tries=6,
        progress=Progress.SENT,
        waits_s=140,
        right="slip",
        wrong=_wrong("cash pay_again refund_too failed on_its_way"),
    ),
    Story(
        name="funds",
        group=Group.UNSURE,
        state=State.WAITING,
        variant="funds",
        waits_s=60,
        right="later",
        wrong=_wrong("cash refund_too nothing_paid on_its_way"),
    ),
    Story(
        name="processing",
        group=Group.UNSURE,
        state=State.WAITING,
        variant="in_progress",
        looked_up=PaymentStatus.PROCESSING,
        waits_s=30,
        right="wait",
        wrong=_wrong("cash pay_again nothing_paid on_its_way"),
    ),
    Story(
        name="too_late",
        group=Group.USE_REFUND,
        state=State.USE_REFUND,
        right="manager_refunds",
        wrong=_wrong("cash press_again on_its_way nothing_paid"),
    ),
    Story(
        name="all_back",
        group=Group.REFUNDED_BEFORE,
        state=State.ALREADY_REFUNDED,
        variant="full",
        right="record",
        wrong=_wrong("cash refund_too manager_refunds nothing_paid"),
    ),
    Story(
        name="part_back",
        group=Group.REFUNDED_BEFORE,
        state=State.ALREADY_REFUNDED,
        variant="part",
        refunded=True,
        right="only_rest",
        wrong=_wrong("cash whole record on_its_way"),
    ),
    Story(
        name="perhaps_back",
        group=Group.REFUNDED_BEFORE,
        state=State.ALREADY_REFUNDED,
        variant="not_visible",
        right="manager_looks",
        wrong=_wrong("cash refund_too record on_its_way"),
    ),
    Story(
        name="kept",
        group=Group.UNDONE,
        state=State.KEPT,
        right="take_goods",
        wrong=_wrong("cash pay_again on_its_way press_again"),
    ),
    Story(
        name="not_sent",
        group=Group.UNDONE,
        state=State.NOT_SENT,
        tries=0,
        progress=Progress.PREPARED,
        right="send_again",
        wrong=_wrong("cash pay_again on_its_way nothing_paid"),
    ),
    Story(
        name="paid_late",
        group=Group.PAID_LATE,
        state=State.PAID_LATE,
        right="paid_after",
        wrong=_wrong("cash nothing_paid by_itself press_again"),
    ),
    Story(
        name="wrong_number",
        group=Group.WRONG_NUMBER,
        state=State.WRONG_NUMBER,
        looked_up=None,
        right="scan_again",
        wrong=_wrong("cash refund_too on_its_way nothing_paid"),
    ),
    Story(
        name="unknown",
        group=Group.SUPPORT,
        state=State.CALL_SUPPORT,
        variant="unknown",
        tries=9,
        progress=Progress.SENT,
        right="manager_calls",
        wrong=_wrong("cash refund_too pay_again on_its_way failed"),
    ),
    Story(
        name="refused",
        group=Group.SUPPORT,
        state=State.CALL_SUPPORT,
        variant="refused",
        right="support_lifts",
        wrong=_wrong("cash refund_too on_its_way press_again"),
    ),
)
