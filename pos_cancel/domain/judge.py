"""What the reply to a cancel means for the case (outcomes.md §1–2, R7, R8)."""

from collections.abc import Callable
from datetime import datetime, timedelta

from pos_cancel.domain.case import Ask, Case, Doubt, State, replace
from pos_cancel.domain.identifiers import breaks_rule
from pos_cancel.domain.moves import (
    Tick,
    ask,
    ask_rarely,
    call_support,
    finish,
    go_background,
    go_on,
    stop,
    wait_for,
)
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    NotSent,
    Reading,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.sale import WAITING_STATUSES
from pos_cancel.domain.schedule import gap, seconds

MOST_MISMATCHES = 4
MOST_REFUSALS = 4
FRESH_LOOK = timedelta(seconds=60)


def judge_cancel(case: Case, reading: Reading, tick: Tick) -> Case:
    """Give the case after one cancel try. Only a verified, matching success is done (R8)."""
    match reading.outcome:
        case NotSent() as outcome:
            return _not_sent(case, outcome, tick)
        case Cancelled() as outcome if reading.signature is Signature.VERIFIED:
            return _success(replace(case, no_answers=0), outcome, tick)
        case Refused() as outcome:
            answered = replace(case, no_answers=0, retry_flag=bool(outcome.retry_flag))
            return _refused(answered, outcome, tick, verified=reading.signature is Signature.VERIFIED)
        case Unknown() as outcome:
            return _unknown(case, outcome, tick)
        case _:
            return _unknown(case, Unknown(Reason.UNREADABLE), tick)


def _not_sent(case: Case, outcome: NotSent, tick: Tick) -> Case:
    # A try that provably never left is no try: it neither counts nor makes the sale uncertain (R11).
    tries = max(case.tries - 1, 0)
    since = case.unsent_from or tick.at
    unsent = replace(
        case,
        tries=tries,
        no_answers=case.no_answers + 1,
        retry_reason=outcome.reason.value,
        unsent_from=since,
    )
    if case.cancels_over:
        return ask_rarely(unsent, tick)
    if tick.at - since >= seconds(tick.schedule, tick.schedule.unsent_s):
        return (
            finish(unsent, State.NOT_SENT, tick)
            if case.state is State.SENDING
            else go_background(unsent, tick)
        )
    attempts = case.asked + 1
    due = tick.at + gap(tick.schedule, attempts)
    return replace(unsent, asked=attempts, next_ask=Ask.CANCEL, next_try_at=due, doubt=None)


def _unknown(case: Case, outcome: Unknown, tick: Tick) -> Case:
    at_least = timedelta(seconds=(outcome.retry_after_s or 0.0) * tick.schedule.pace)
    mismatches = case.mismatches + (outcome.reason is Reason.OTHER_SALE)
    unsure = replace(
        case,
        unanswered=True,
        doubtful=True,
        no_answers=case.no_answers + 1,
        mismatches=mismatches,
        retry_reason=outcome.reason.value,
    )
    if mismatches >= MOST_MISMATCHES:
        return call_support(unsure, "unknown", tick)
    if outcome.inquire:
        return ask(unsure, Doubt.CONTRADICTION, tick)
    if outcome.reason is Reason.BUSY:
        return wait_for(unsure, "busy", tick, at_least)
    return go_on(unsure, tick, at_least=at_least)


def _success(case: Case, outcome: Cancelled, tick: Tick) -> Case:
    if _names_another(case, outcome):
        return _unknown(case, Unknown(Reason.OTHER_SALE), tick)
    known = replace(
        case,
        trade_no=outcome.trade_no or case.trade_no,
        out_trade_no=outcome.out_trade_no or case.out_trade_no,
    )
    return _EFFECTS[outcome.effect](known, tick)


def _names_another(case: Case, outcome: Cancelled) -> bool:
    # The gateway reads checked the id that was sent; this compares the other one with what a look showed.
    pairs = ((case.trade_no, outcome.trade_no), (case.out_trade_no, outcome.out_trade_no))
    return any(known and told and known != told for known, told in pairs)


def _refund(case: Case, tick: Tick) -> Case:
    return finish(case, State.REFUNDED, tick)


def _close(case: Case, tick: Tick) -> Case:
    # A close after a try in doubt, or of a sale that was seen paid, may hide an earlier refund.
    return finish(case, State.CANCELLED if case.in_doubt or case.seen_paid else State.CLOSED, tick)


def _no_action(case: Case, tick: Tick) -> Case:
    if case.seen_paid:
        unsure = replace(case, unanswered=True, doubtful=True, retry_reason=Reason.RESULT_UNKNOWN.value)
        return ask(unsure, Doubt.CONTRADICTION, tick)
    if case.in_doubt and (case.sale_known or case.known_order):
        return finish(case, State.CANCELLED, tick)
    if not case.in_doubt and case.known_order:
        return finish(case, State.CLOSED_UNSCANNED, tick)
    return finish(case, State.NO_PAYMENT_FOUND, tick)


def _untold(case: Case, tick: Tick) -> Case:
    if case.gateway == "acqp":
        # Its success names no sale: one inquiry must not contradict it (R8). Until then, and if a person ends
        # the case before, the sale may be cancelled.
        return ask(replace(case, succeeded_at=tick.at, doubtful=True), Doubt.CONFIRM, tick)
    return finish(case, untold_state(case, tick.at), tick)


def untold_state(case: Case, at: datetime) -> State:
    """Tell what a success that says nothing of the money did, from what was looked up before."""
    if case.was_paid:
        return State.REFUNDED
    fresh = case.looked_up_at is not None and at - case.looked_up_at <= FRESH_LOOK
    unpaid = case.looked_up in WAITING_STATUSES
    return State.CLOSED if unpaid and fresh and case.gateway != "apo" else State.CANCELLED


_EFFECTS: dict[Effect, Callable[[Case, Tick], Case]] = {
    Effect.REFUND: _refund,
    Effect.CLOSE: _close,
    Effect.NONE: _no_action,
    Effect.UNTOLD: _untold,
}


def _refused(case: Case, outcome: Refused, tick: Tick, *, verified: bool) -> Case:
    setup_code = outcome.setup_code or case.setup_code
    told = replace(case, retry_reason=outcome.advice.value, setup_code=setup_code)
    if not outcome.bound and not _is_setup(case, outcome):
        return _unbound(told, outcome, tick, verified=verified)
    if outcome.advice is Advice.SYSTEM:
        return _system(told, outcome, tick)
    if outcome.advice in _ALIKE:
        return _ALIKE[outcome.advice](told, tick)
    return _unlisted(told, outcome, tick)


def _is_setup(case: Case, outcome: Refused) -> bool:
    # All that a refusal without a signature may end in (R8).
    return outcome.advice is Advice.SETUP or (outcome.advice is Advice.PARAMETER and not _is_broken(case))


def _unbound(case: Case, outcome: Refused, tick: Tick, *, verified: bool) -> Case:
    # An unsigned refusal, or one that names no sale, may lower confidence and settles nothing (R8).
    told_missing = outcome.advice is Advice.NOT_FOUND
    if verified and told_missing:
        return ask(replace(case, cancel_not_found=True), Doubt.NOT_FOUND, tick)
    unsure = replace(
        case, unanswered=True, doubtful=True, cancel_not_found=case.cancel_not_found or told_missing
    )
    if outcome.advice is Advice.BUSY:
        return replace(wait_for(unsure, "busy", tick), next_ask=Ask.INQUIRY, doubt=Doubt.ROUTINE)
    return ask(unsure, Doubt.REFUSED, tick)


def _system(case: Case, outcome: Refused, tick: Tick) -> Case:
    # Retry whatever the flag says; with flag N four tries are enough for the foreground (T6).
    doubtful = replace(case, doubtful=True)
    if outcome.retry_flag is False and case.tries >= tick.schedule.least_tries:
        past = tick.at - seconds(tick.schedule, tick.schedule.foreground_s)
        return go_on(replace(doubtful, foreground_from=min(past, case.foreground_from)), tick)
    return go_on(doubtful, tick)


def _setup(case: Case, tick: Tick) -> Case:
    if case.in_doubt:
        return stop(case, case.setup_code)
    return finish(case, State.SETUP_PROBLEM, tick)


def _parameter(case: Case, tick: Tick) -> Case:
    if case.in_doubt:
        return stop(case, case.setup_code)
    return finish(case, State.WRONG_NUMBER if _is_broken(case) else State.SETUP_PROBLEM, tick)


def _is_broken(case: Case) -> bool:
    return breaks_rule(case.sale_number, dict(case.params).get("_input_charset", "UTF-8"))


def _gone(case: Case, tick: Tick) -> Case:
    missing = replace(case, cancel_not_found=True, refusals=case.refusals + 1)
    if case.sale_known and not case.in_doubt and missing.refusals >= MOST_REFUSALS:
        # Seen by every inquiry and not found by any cancel: only the gateway can explain that.
        return call_support(missing, "refused", tick)
    if case.in_doubt or case.sale_known:
        return ask(missing, Doubt.NOT_FOUND, tick)
    return finish(missing, State.WRONG_NUMBER, tick)


def _status(case: Case, tick: Tick) -> Case:
    return ask(replace(case, refusals=case.refusals + 1), Doubt.STATUS, tick)


def _blocked(case: Case, tick: Tick) -> Case:
    return ask(case, Doubt.REFUSED, tick) if case.in_doubt else call_support(case, "refused", tick)


def _window(case: Case, tick: Tick) -> Case:
    return ask(replace(case, window_over=True), Doubt.WINDOW, tick)


def _refund_fee(case: Case, tick: Tick) -> Case:
    return ask(case, Doubt.REFUND_FEE, tick)


def _process_fail(case: Case, tick: Tick) -> Case:
    return ask(case, Doubt.PROCESS_FAIL, tick)


def _system_final(case: Case, tick: Tick) -> Case:
    return ask(replace(case, doubtful=True), Doubt.SYSTEM_FINAL, tick)


def _waiting(variant: str) -> Callable[[Case, Tick], Case]:
    return lambda case, tick: wait_for(case, variant, tick)


_ALIKE: dict[Advice, Callable[[Case, Tick], Case]] = {
    Advice.SETUP: _setup,
    Advice.PARAMETER: _parameter,
    Advice.NOT_FOUND: _gone,
    Advice.STATUS: _status,
    Advice.BLOCKED: _blocked,
    Advice.WINDOW: _window,
    Advice.REFUND_FEE: _refund_fee,
    Advice.PROCESS_FAIL: _process_fail,
    Advice.SYSTEM_FINAL: _system_final,
    Advice.FUNDS: _waiting("funds"),
    Advice.IN_PROGRESS: _waiting("in_progress"),
    Advice.BUSY: _waiting("busy"),
}


def _unlisted(case: Case, outcome: Refused, tick: Tick) -> Case:
    if case.cancels_over:
        return ask_rarely(case, tick)
    counted = replace(case, refusals=case.refusals + 1)
    if case.unanswered or (outcome.retry_flag and counted.refusals < MOST_REFUSALS):
        return go_on(counted, tick)
    return ask(counted, Doubt.REFUSED, tick)
