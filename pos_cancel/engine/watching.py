"""What a watch (R14) makes of an inquiry after the end: a payment that came late is a case of its own."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from pos_cancel.domain.case import Ask, Case, Doubt, State, replace
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import Found, Reading, Signature
from pos_cancel.domain.profile import Schedule
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.domain.schedule import PAID_BEFORE_S, SUPPORT_ROUND_S, seconds


def seen_payment(case: Case, reading: Reading) -> Sale | None:
    """Give the sale if a verified look shows it paid and no linked case says so yet.

    What was given back in full is still called paid by the JSON gateways; the shop holds nothing of it.
    """
    sale = reading.outcome.sale if isinstance(reading.outcome, Found) else None
    if sale is None or case.linked_case or reading.signature is not Signature.VERIFIED:
        return None
    return sale if sale.status is PaymentStatus.PAID and not sale.fully_refunded else None


def is_reopened(watched: Case, others: Iterable[Case]) -> bool:
    """Tell whether another case of the sale is open: that one settles it, so no second refund."""
    return any(other.is_open and other.profile == watched.profile for other in others)


def late_state(case: Case, sale: Sale, now: datetime, schedule: Schedule) -> State | None:
    """Tell what the linked case is to be; None while it is too early to say.

    A payment later than the cancel is `paid_late`. One that is not later contradicts the cancel: the
    watch asks on for ten minutes, then it is the gateway's support that must explain it.
    """
    closed_at = (case.last_try_at or case.updated_at).replace(microsecond=0)
    if sale.paid_at is not None and sale.paid_at > closed_at:
        return State.PAID_LATE
    return State.CALL_SUPPORT if now - closed_at >= seconds(schedule, PAID_BEFORE_S) else None


def linked_case(watched: Case, sale: Sale, *, state: State, case_id: str, ref: str, at: datetime) -> Case:
    """Make the linked case; the watched one stays. One for the support asks on for later proof (R5)."""
    amount = _left_of(sale)
    asks_on = state is State.CALL_SUPPORT
    return replace(
        without_watch(watched),
        id=case_id,
        ref=ref,
        state=state,
        variant="unknown" if asks_on else "",
        doubt=Doubt.ROUTINE if asks_on else None,
        next_ask=Ask.INQUIRY if asks_on else None,
        next_try_at=at + timedelta(seconds=SUPPORT_ROUND_S) if asks_on else None,
        opened_at=at,
        updated_at=at,
        linked_case=watched.id,
        amount_minor=amount.minor if amount else watched.amount_minor,
        currency=amount.currency if amount else watched.currency,
        sale_time=sale.paid_at or watched.sale_time,
        trade_no=sale.trade_no or watched.trade_no,
    )


def _left_of(sale: Sale) -> Money | None:
    if sale.amount is None or sale.refunded is None:
        return sale.amount
    return Money(sale.amount.minor - sale.refunded.minor, sale.amount.currency)


def without_watch(case: Case) -> Case:
    """End the watch of a case."""
    return replace(case, doubt=None, next_ask=None, next_try_at=None, in_flight=None, watching_until=None)
