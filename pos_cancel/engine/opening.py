"""How a wish to cancel becomes a case: what is frozen, what is known, who answers for it (R1, R3, R9)."""

from collections.abc import Iterable
from datetime import datetime

from pos_cancel.domain.case import Ask, Case, State, Tone, replace
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.sale import HELD_STATUSES, WAITING_STATUSES
from pos_cancel.engine.lookup import CancelRequest, Lookup
from pos_cancel.engine.window import window_of
from pos_cancel.gateways import Params

ANSWERING = frozenset({State.SENDING, State.RETRY_PENDING, State.WAITING, State.NOT_SENT})


def answering_case(earlier: Iterable[Case], request: CancelRequest) -> Case | None:
    """Give the earlier case that stands for the wish, newest first, or None when a new one is to be opened.

    An open case of the same account always answers; a done one, one with the gateway's support, or one
    in another account answers unless the person insists (`again`).
    """
    cases = list(earlier)
    for case in cases:
        if case.profile == request.profile and case.is_open and case.state in ANSWERING:
            return case
    if request.again:
        return None
    return next(
        (case for case in cases if case.is_open or case.state.tone is Tone.DONE or _handed(case)), None
    )


def numbers_of(request: CancelRequest) -> list[str]:
    """Give every number the wish is known to speak of: the one asked for, and what a verified look adds."""
    sale = request.lookup.sale if request.lookup and request.lookup.checked else None
    return sorted({request.number.text} | ({sale.trade_no, sale.out_trade_no} - {""} if sale else set()))


def _handed(case: Case) -> bool:
    return case.state is State.CALL_SUPPORT


def new_case(
    request: CancelRequest, profile: Profile, params: Params, *, case_id: str, ref: str, at: datetime
) -> Case:
    """Make the case of a wish; nothing has been sent, and nothing may be before it is durable."""
    case = Case(
        id=case_id,
        ref=ref,
        gateway=profile.gateway,
        profile=profile.name,
        number=request.number.text,
        number_kind=request.number.kind,
        opened_at=at,
        updated_at=at,
        params_at=at,
        foreground_from=at,
        stop_at=window_of(profile, request.number, None, at)[1],
        account=profile.label,
        network=profile.network,
        support=profile.support,
        operator=request.operator,
        approver=request.approver,
        reason=request.reason,
        overrides=request.overrides,
        training=profile.is_training,
        params=params,
        known_order=request.known_order,
        currency=profile.currency,
        next_ask=Ask.CANCEL,
        next_try_at=at,
    )
    numbered = _numbered(case, request.number)
    return _with_look(numbered, profile, request.lookup, at) if request.lookup else numbered


def _numbered(case: Case, number: SaleNumber) -> Case:
    if number.kind in {NumberKind.TRADE_NO, NumberKind.PAYMENT_ID}:
        return replace(case, trade_no=number.text)
    return replace(case, out_trade_no=number.text)


def _with_look(case: Case, profile: Profile, look: Lookup, at: datetime) -> Case:
    sale = look.sale
    if sale is None:
        return replace(case, deadline=look.deadline)
    deadline, stop_at = window_of(profile, look.number, sale, at)
    shown = replace(
        case,
        deadline=deadline,
        sale_time=sale.paid_at or sale.created_at,
        seen_paid=sale.status in HELD_STATUSES,
    )
    if sale.amount is not None:
        shown = replace(shown, amount_minor=sale.amount.minor, currency=sale.amount.currency)
    if not look.checked:
        return shown
    # Only a look that was checked may say when the cancels stop (R8).
    known = replace(
        shown,
        stop_at=stop_at,
        sale_known=True,
        trade_no=shown.trade_no or sale.trade_no,
        out_trade_no=shown.out_trade_no or sale.out_trade_no,
    )
    if sale.status in HELD_STATUSES | WAITING_STATUSES:
        known = replace(known, looked_up=sale.status, looked_up_at=look.at)
    return known


def with_history(case: Case, earlier: Iterable[Case]) -> Case:
    """Carry over what earlier cases of the same sale left in doubt (R7)."""
    doubts = [old for old in earlier if old.profile == case.profile and old.in_doubt]
    if not doubts:
        return case
    paid = next((old.looked_up for old in doubts if old.was_paid), None)
    return replace(
        case,
        unanswered=any(old.unanswered for old in doubts),
        doubtful=True,
        looked_up=case.looked_up or paid,
        sale_known=case.sale_known or any(old.sale_known for old in doubts),
        seen_paid=case.seen_paid or paid is not None,
    )


def refund_seen(look: Lookup | None) -> bool:
    """Tell whether a verified look shows that money went back already: that blocks sending (R9)."""
    return look is not None and look.checked and look.sale is not None and look.sale.refund_seen
