"""What a verified inquiry, or the lack of one, means for the case (outcomes.md §2 Q, R5, R7, R13)."""

from pos_cancel.domain.case import Case, Doubt, State, replace
from pos_cancel.domain.judge import MOST_REFUSALS, untold_state
from pos_cancel.domain.moves import (
    Tick,
    ask,
    ask_again,
    ask_rarely,
    call_support,
    cancel_now,
    finish,
    go_on,
    keep_due,
)
from pos_cancel.domain.outcome import Found, NotFound, Outcome
from pos_cancel.domain.sale import GONE_STATUSES, HELD_STATUSES, WAITING_STATUSES, PaymentStatus, Sale
from pos_cancel.domain.schedule import gap, seconds

MOST_NOT_FOUND = 3
REFUSALS = frozenset({Doubt.REFUSED, Doubt.PROCESS_FAIL, Doubt.SYSTEM_FINAL})


def settle(case: Case, outcome: Outcome, tick: Tick) -> Case:
    """Give the case after one inquiry. What is not verified arrives here as `Unknown`."""
    if case.doubt is Doubt.CONFIRM:
        return _confirm(case, outcome, tick)
    match outcome:
        case Found(sale):
            return _found(_learn(case, sale, tick), sale, tick)
        case NotFound():
            return _not_found(case, tick)
        case _:
            return _unanswered(case, tick)


def _confirm(case: Case, outcome: Outcome, tick: Tick) -> Case:
    """Hold a success that names no sale against the sale itself (R8, ACQP)."""
    if not isinstance(outcome, Found):
        return finish(case, State.CANCELLED, tick)
    sale = outcome.sale
    if sale.status in GONE_STATUSES or sale.fully_refunded:
        return finish(case, untold_state(case, case.succeeded_at or tick.at), tick)
    contradicted = replace(_learn(case, sale, tick), unanswered=True, doubtful=True)
    if sale.refund_seen:
        return finish(contradicted, State.ALREADY_REFUNDED, tick, "part")
    return ask(contradicted, Doubt.CONTRADICTION, tick, gap(tick.schedule, 1))


def _learn(case: Case, sale: Sale, tick: Tick) -> Case:
    known = replace(
        case,
        sale_known=True,
        not_found=0,
        trade_no=sale.trade_no or case.trade_no,
        out_trade_no=sale.out_trade_no or case.out_trade_no,
        sale_time=case.sale_time or sale.paid_at or sale.created_at,
    )
    if sale.amount is not None:
        known = replace(known, amount_minor=sale.amount.minor, currency=sale.amount.currency)
    if sale.refunded is not None:
        known = replace(known, refunded_minor=sale.refunded.minor)
    if sale.status in HELD_STATUSES | WAITING_STATUSES:
        known = replace(
            known,
            looked_up=sale.status,
            looked_up_at=tick.at,
            seen_paid=case.seen_paid or sale.status in HELD_STATUSES,
        )
    return known


def _found(case: Case, sale: Sale, tick: Tick) -> Case:
    if sale.fully_refunded or sale.status in GONE_STATUSES:
        return _gone(case, sale, tick)
    if sale.refund_seen:
        return finish(case, State.ALREADY_REFUNDED, tick, "part")
    if sale.status in HELD_STATUSES:
        return _held(case, sale, tick)
    return _still_open(case, tick)


def _gone(case: Case, sale: Sale, tick: Tick) -> Case:
    # After a try in doubt the close is most likely our own; without one somebody else did it (R7).
    if case.in_doubt:
        paid = (case.was_paid and _tells_own(case, sale)) or case.doubt is Doubt.REFUND_FEE
        return finish(case, State.REFUNDED if paid else State.CANCELLED, tick)
    if sale.fully_refunded or case.doubt is Doubt.REFUND_FEE:
        return finish(case, State.ALREADY_REFUNDED, tick, "full")
    return finish(case, State.ALREADY_CLOSED, tick)


def _tells_own(case: Case, sale: Sale) -> bool:
    # The JSON gateways' SYSTEM_ERROR is a refusal: it leaves open whose cancel an inquiry then shows (§2).
    return case.unanswered or case.gateway == "acquire" or sale.fully_refunded


def _held(case: Case, sale: Sale, tick: Tick) -> Case:
    if case.keep_asked_at is not None:
        return _keep(case, tick)
    if case.doubt is Doubt.REFUND_FEE and not case.unanswered:
        return finish(case, State.ALREADY_REFUNDED, tick, "not_visible")
    if case.window_over:
        return _after_window(case, sale, tick)
    if case.unanswered:
        return _still_open(case, tick)
    if case.doubt is Doubt.STATUS:
        return _paid_status(case, tick)
    return _still_open(case, tick)


def _paid_status(case: Case, tick: Tick) -> Case:
    if case.gateway != "acquire":
        return finish(case, State.USE_REFUND, tick)
    if case.retry_flag and case.refusals < MOST_REFUSALS:
        return go_on(case, tick)
    return call_support(case, "refused", tick)


def _keep(case: Case, tick: Tick) -> Case:
    if tick.at >= keep_due(case, tick):
        return finish(case, State.KEPT, tick)
    return ask(case, Doubt.KEEP, tick, keep_due(case, tick) - tick.at)


def _after_window(case: Case, sale: Sale, tick: Tick) -> Case:
    if sale.status is not PaymentStatus.PAID:
        # Frozen, or finished: no refund through the interface, so a person must ask the gateway.
        return call_support(case, "refused" if not case.unanswered else "unknown", tick)
    return finish(case, State.USE_REFUND, tick, "refunds_not_visible" if case.gateway == "acquire" else "")


def _still_open(case: Case, tick: Tick) -> Case:
    """The sale can still be cancelled as far as the gateway shows."""
    if case.state is State.CALL_SUPPORT:
        return go_on(case, tick)
    if case.cancels_over:
        return ask_rarely(case, tick)
    if case.doubt is Doubt.ROUTINE:
        return cancel_now(case, tick)
    if _forbids_more(case):
        return _unexplained(case, tick)
    return go_on(case, tick)


def _forbids_more(case: Case) -> bool:
    # A refusal after an unanswered try proves nothing (R7), but where it says "no retry" there is none (§2).
    return case.doubt is Doubt.SYSTEM_FINAL or (case.doubt in REFUSALS and not case.unanswered)


def _unexplained(case: Case, tick: Tick) -> Case:
    # No inquiry says why the cancel was refused, and another cancel is not allowed.
    return (
        _unanswered(case, tick) if case.doubt is Doubt.SYSTEM_FINAL else call_support(case, "refused", tick)
    )


def _not_found(case: Case, tick: Tick) -> Case:
    counted = replace(case, not_found=case.not_found + 1)
    if not case.cancel_not_found:
        return _unanswered(counted, tick)
    if counted.not_found < MOST_NOT_FOUND:
        wait = seconds(tick.schedule, tick.schedule.not_found_gap_s)
        return ask(counted, Doubt.NOT_FOUND, tick, wait)
    if case.sale_known:
        return call_support(counted, "unknown", tick)
    return finish(counted, State.WRONG_NUMBER, tick)


def _unanswered(case: Case, tick: Tick) -> Case:
    """Nothing was settled: ask again within the first minute, then as the doubt demands."""
    if case.state is State.CALL_SUPPORT:
        return go_on(case, tick)
    if case.doubt is Doubt.ROUTINE:
        return ask_rarely(case, tick) if case.cancels_over else cancel_now(case, tick)
    again = None if case.cancels_over else ask_again(case, tick)
    if again is not None:
        return again
    if _forbids_more(case):
        # An earlier try that may have been carried out leaves it open what was refused.
        return call_support(case, "unknown" if case.in_doubt else "refused", tick)
    return ask_rarely(case, tick) if case.cancels_over else go_on(case, tick)
