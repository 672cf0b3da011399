"""The few ways in which a case moves on; `judge` and `settle` are written in these."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pos_cancel.domain.case import Ask, Case, Doubt, State, replace
from pos_cancel.domain.profile import Schedule
from pos_cancel.domain.schedule import (
    CLOSING_S,
    KEEP_S,
    SUPPORT_ROUND_S,
    busy_gap,
    gap,
    in_first_minute,
    in_foreground,
    marked,
    round_due,
    seconds,
    watch_due,
    watch_end,
)

WATCHED = frozenset({State.CLOSED_UNSCANNED, State.NO_PAYMENT_FOUND})


@dataclass(frozen=True, slots=True)
class Tick:
    """When a decision falls, at what pace, and with which share of chance (0 to 1)."""

    at: datetime
    schedule: Schedule
    jitter: float = 0.0


def finish(case: Case, state: State, tick: Tick, variant: str = "") -> Case:
    """End the case in a final state; what R14 names is watched from now on."""
    done = replace(
        case,
        state=state,
        variant=variant,
        next_ask=None,
        next_try_at=None,
        doubt=None,
        stopped="",
        retry_reason="",
    )
    if state in WATCHED or (state is State.CLOSED and case.gateway != "acquire") or _apo_success(case, state):
        return watch(replace(done, watched=0), tick.at, tick)
    return done


def _apo_success(case: Case, state: State) -> bool:
    return case.gateway == "apo" and state in {State.REFUNDED, State.CANCELLED}


def watch(case: Case, closed_at: datetime, tick: Tick) -> Case:
    """Set the next look of the watch, or end it."""
    due = watch_due(case, closed_at, tick.schedule)
    if due is None:
        return replace(case, doubt=None, next_ask=None, next_try_at=None, watching_until=None)
    until = watch_end(case, closed_at, tick.schedule)
    return replace(case, doubt=Doubt.WATCH, next_ask=Ask.INQUIRY, next_try_at=due, watching_until=until)


def ask(case: Case, doubt: Doubt, tick: Tick, wait: timedelta = timedelta(0)) -> Case:
    """Let an inquiry decide; until it has, the case is unknown."""
    asked = case.asked if case.doubt is doubt else 0
    state = State.CALL_SUPPORT if case.state is State.CALL_SUPPORT else State.RETRY_PENDING
    variant = case.variant if state is State.CALL_SUPPORT else _pending_variant(case, tick)
    return replace(
        case,
        state=state,
        variant=variant,
        doubt=doubt,
        asked=asked,
        next_ask=Ask.INQUIRY,
        next_try_at=tick.at + wait,
    )


def _pending_variant(case: Case, tick: Tick) -> str:
    return "" if in_foreground(case, tick.at, tick.schedule) else "background"


def go_on(case: Case, tick: Tick, *, at_least: timedelta = timedelta(0)) -> Case:
    """Keep trying: cancels in the foreground, rounds that inquire first in the background."""
    if case.state is State.CALL_SUPPORT:
        return ask(case, Doubt.ROUTINE, tick, seconds(tick.schedule, SUPPORT_ROUND_S))
    if case.cancels_over:
        return ask_rarely(case, tick)
    if in_foreground(case, tick.at, tick.schedule):
        wait = max(gap(tick.schedule, case.tries), at_least)
        return _next(case, State.RETRY_PENDING, "", Ask.CANCEL, tick.at + wait, None)
    return go_background(case, tick, at_least=at_least)


def go_background(case: Case, tick: Tick, *, at_least: timedelta = timedelta(0)) -> Case:
    """Try again in the next round, which inquires first."""
    due = max(round_due(case, tick.at, tick.schedule, tick.jitter), tick.at + at_least)
    later = replace(case, rounds=case.rounds + 1)
    return _next(later, State.RETRY_PENDING, "background", Ask.INQUIRY, due, Doubt.ROUTINE)


def _next(case: Case, state: State, variant: str, what: Ask, due: datetime, doubt: Doubt | None) -> Case:
    return replace(case, state=state, variant=variant, next_ask=what, next_try_at=due, doubt=doubt, asked=0)


def cancel_now(case: Case, tick: Tick) -> Case:
    """Send the cancel of a background round, its inquiry having settled nothing."""
    return replace(case, next_ask=Ask.CANCEL, next_try_at=tick.at, doubt=None, asked=0)


def ask_rarely(case: Case, tick: Tick) -> Case:
    """Inquire only: after the window at 1, 5, 15, 60 min, then the support (R5); else by rounds (R13)."""
    if case.window_over:
        if case.asked >= len(CLOSING_S):
            return call_support(case, "unknown", tick)
        wait = seconds(tick.schedule, CLOSING_S[case.asked])
        return replace(ask(replace(case, doubt=Doubt.WINDOW), Doubt.WINDOW, tick, wait), asked=case.asked + 1)
    due = max(round_due(case, tick.at, tick.schedule, tick.jitter), keep_due(case, tick))
    return ask(replace(case, rounds=case.rounds + 1), Doubt.KEEP, tick, due - tick.at)


def keep_due(case: Case, tick: Tick) -> datetime:
    """Give the earliest moment at which an inquiry may say that a kept sale stands."""
    wait = seconds(tick.schedule, KEEP_S)
    return tick.at if case.last_try_at is None else max(tick.at, case.last_try_at + wait)


def ask_again(case: Case, tick: Tick) -> Case | None:
    """Repeat the inquiry within the first minute; None when the minute is over."""
    if case.doubt is None or not in_first_minute(case, tick.at, tick.schedule):
        return None
    again = ask(case, case.doubt, tick, gap(tick.schedule, case.asked + 1))
    return replace(again, asked=case.asked + 1)


def wait_for(case: Case, variant: str, tick: Tick, at_least: timedelta = timedelta(0)) -> Case:
    """Wait as "try again later" asks: not a try, at least 30 s, doubling (R6)."""
    least = busy_gap(tick.schedule, 0)
    due = marked(case, tick.at, tick.at + busy_gap(tick.schedule, case.busy), at_least=least)
    wait = max(due - tick.at, at_least)
    busier = replace(
        case, busy=case.busy + 1, tries=max(case.tries - 1, 0) if variant == "busy" else case.tries
    )
    if case.cancels_over:
        rare = ask_rarely(busier, tick)
        return replace(rare, next_try_at=max(rare.next_try_at or tick.at, tick.at + wait))
    # What does not count as a try would keep a case in the foreground, where nothing is inquired, for ever.
    is_early = in_first_minute if variant == "busy" else in_foreground
    early = is_early(case, tick.at, tick.schedule)
    # "Busy" says nothing of the sale, so after a try in doubt nobody may read "not cancelled yet".
    if case.unanswered or (variant == "busy" and case.doubtful):
        return (go_on if early else go_background)(busier, tick, at_least=wait)
    if early:
        return _next(busier, State.WAITING, variant, Ask.CANCEL, tick.at + wait, None)
    return _next(busier, State.WAITING, variant, Ask.INQUIRY, tick.at + wait, Doubt.ROUTINE)


def call_support(case: Case, variant: str, tick: Tick) -> Case:
    """Hand the case to a person, and keep asking once an hour for later proof."""
    handed = replace(case, state=State.CALL_SUPPORT, variant=variant, asked=0)
    return ask(handed, Doubt.ROUTINE, tick, seconds(tick.schedule, SUPPORT_ROUND_S))


def stop(case: Case, setup_code: str) -> Case:
    """Stop trying until key, profile or clock changes; the case stays unknown."""
    return replace(
        case,
        state=State.RETRY_PENDING,
        variant="stopped",
        stopped=setup_code,
        setup_code=setup_code,
        next_ask=None,
        next_try_at=None,
    )
