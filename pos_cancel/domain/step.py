"""The one function that moves a case along the state table (outcomes.md §1, design.md rule 2).

`domain.transitions` says which event may lead where; `step` decides among its targets and raises
`IllegalEvent` for anything the table does not hold.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pos_cancel.domain.case import Ask, Case, Doubt, State, replace
from pos_cancel.domain.errors import IllegalEvent
from pos_cancel.domain.events import (
    Answered,
    Ended,
    Event,
    GaveUp,
    KeepAsked,
    KeyFailed,
    LookedUp,
    Recovered,
    SendAgain,
    Sent,
    SetupChanged,
    WindowClosed,
    Withdrawn,
)
from pos_cancel.domain.judge import judge_cancel
from pos_cancel.domain.moves import Tick, ask, call_support, finish, keep_due, stop, watch
from pos_cancel.domain.outcome import (
    Found,
    NotFound,
    NotSent,
    Outcome,
    Reading,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import Schedule
from pos_cancel.domain.schedule import clock_off_s, seconds
from pos_cancel.domain.settle import settle
from pos_cancel.domain.transitions import TRANSITIONS


def step(case: Case, event: Event, schedule: Schedule) -> Case:
    """Give the case after the event. Raises `IllegalEvent` where the table has no such move.

    Pure: the time is the event's, chance is the event's `jitter`.
    """
    if case.ended and case.in_flight is not None and isinstance(event, Answered):
        return replace(case, in_flight=None)  # an inquiry that was on the wire when a person ended the case
    targets = TRANSITIONS.get((case.state, event.name), frozenset())
    if not targets or case.ended:
        raise IllegalEvent(
            f"Case {case.ref} is {case.state.value}: this cannot be done with it.", "Look at the case."
        )
    moved = _HANDLERS[type(event)](case, event, schedule)
    if moved.state not in targets:
        raise IllegalEvent(f"Case {case.ref} cannot go from {case.state.value} to {moved.state.value}.")
    return replace(moved, updated_at=event.at) if _is_news(case, moved) else moved


def _is_news(case: Case, moved: Case) -> bool:
    # A watched case keeps the time of its end: the watch counts from it.
    return case.state.is_open or moved.state is not case.state


def _sent(case: Case, event: Sent, _: Schedule) -> Case:
    if case.in_flight is not None or event.ask is not case.next_ask:
        raise IllegalEvent(f"Case {case.ref}: {event.ask.value} is not what comes next.")
    flying = replace(case, in_flight=event.ask)
    if event.ask is Ask.INQUIRY:
        return flying
    if event.params_at is not None:
        flying = replace(flying, params=event.params, params_at=event.params_at)
    return replace(flying, tries=case.tries + 1, last_try_at=event.at)


def _answered(case: Case, event: Answered, schedule: Schedule) -> Case:
    tick = Tick(event.at, schedule, event.jitter)
    reading = event.reading
    if case.in_flight is None:
        raise IllegalEvent(f"Case {case.ref} is not waiting for an answer.")
    off_s = clock_off_s(event.at, reading.gateway_time) if reading.gateway_time else case.clock_off_s
    landed = replace(case, in_flight=None, refused_key="", clock_off_s=off_s)
    if event.refused_key and not case.refused_key:
        # The same question at once, signed with the other key; refused again, the refusal counts.
        again = replace(landed, refused_key=event.refused_key)
        return replace(again, next_ask=case.in_flight, next_try_at=event.at)
    if case.in_flight is Ask.CANCEL:
        return judge_cancel(_noted(landed, reading), reading, tick)
    if reading.signature is Signature.UNCHECKED and not case.query:
        return replace(landed, query="overseas", next_try_at=event.at)
    if case.doubt is Doubt.WATCH:
        return _watched(landed, reading.outcome, tick)
    return settle(replace(landed, signature=reading.signature), _believed(case, reading), tick)


def _believed(case: Case, reading: Reading) -> Outcome:
    # Only a verified inquiry settles. The second kind of query may not know a sale that the first one
    # showed, so its "not found" says nothing.
    unsure = reading.signature is not Signature.VERIFIED and not isinstance(reading.outcome, NotSent)
    if unsure or (case.query and isinstance(reading.outcome, NotFound)):
        return Unknown(Reason.UNCHECKED)
    return reading.outcome


def _noted(case: Case, reading: Reading) -> Case:
    """Keep what the screen says of the cancel itself: how far it got, and the code it brought."""
    sent = not isinstance(reading.outcome, NotSent)
    told = reading.signature is Signature.VERIFIED or isinstance(reading.outcome, Refused)
    return replace(
        case,
        progress=reading.progress,
        signature=reading.signature,
        gateway_code=reading.code if told and reading.code else case.gateway_code,
        unsent_from=None if sent else case.unsent_from,
    )


def _watched(case: Case, outcome: object, tick: Tick) -> Case:
    """Set the next look; what a look found is the engine's to act on (`engine.watch`)."""
    paid = isinstance(outcome, Found) and outcome.sale.status.value == "paid"
    if paid and case.linked_case:
        return replace(case, doubt=None, next_ask=None, next_try_at=None, watching_until=None)
    return watch(replace(case, watched=case.watched + 1), case.updated_at, tick)


def _looked_up(case: Case, event: LookedUp, schedule: Schedule) -> Case:
    looked = replace(case, doubt=Doubt.ROUTINE, signature=event.reading.signature)
    return settle(looked, _believed(case, event.reading), Tick(event.at, schedule))


def _recovered(case: Case, event: Recovered, schedule: Schedule) -> Case:
    tick = Tick(event.at, schedule)
    was_cancel = case.in_flight is Ask.CANCEL
    landed = replace(case, in_flight=None)
    if case.state is State.SENDING and not was_cancel and not case.may_have_left:
        return finish(landed, State.NOT_SENT, tick)
    if case.state is State.NOT_SENT or not case.state.is_open:
        return landed
    if was_cancel:
        landed = replace(landed, unanswered=True, doubtful=True, retry_reason=Reason.RESTARTED.value)
        return ask(landed, Doubt.ROUTINE if not case.cancels_over else Doubt.WINDOW, tick)
    if case.next_ask is Ask.CANCEL:
        # A sent case inquires before its next try (R1).
        landed = replace(landed, next_ask=Ask.INQUIRY, doubt=Doubt.ROUTINE)
    if case.state is State.RETRY_PENDING and case.next_ask and not case.cancels_over:
        return replace(landed, next_try_at=event.at)
    return landed


def _key_failed(case: Case, event: KeyFailed, schedule: Schedule) -> Case:
    tick = Tick(event.at, schedule)
    noted = replace(case, setup_code=event.setup_code)
    if case.state is State.SENDING and not case.may_have_left and not case.unanswered:
        return _key_failed_unsent(noted, event, tick)
    if case.state is State.CALL_SUPPORT or not case.state.is_open:
        return replace(noted, next_try_at=event.at + seconds(schedule, schedule.longest_round_s))
    return stop(noted, event.setup_code)


def _key_failed_unsent(case: Case, event: KeyFailed, tick: Tick) -> Case:
    if not event.can_pass:
        return finish(case, State.SETUP_PROBLEM, tick)
    since = case.unsent_from or event.at
    if event.at - since >= seconds(tick.schedule, tick.schedule.unsent_s):
        return finish(replace(case, unsent_from=since), State.NOT_SENT, tick)
    waiting = replace(case, unsent_from=since, retry_reason=Reason.KEYRING_LOCKED.value)
    return replace(waiting, next_try_at=event.at + seconds(tick.schedule, 1.0))


def _setup_changed(case: Case, event: SetupChanged, schedule: Schedule) -> Case:
    if not case.stopped:
        return case
    return ask(replace(case, stopped="", foreground_from=event.at), Doubt.ROUTINE, Tick(event.at, schedule))


def _window_closed(case: Case, event: WindowClosed, schedule: Schedule) -> Case:
    # A gateway that asked for time gets it, whatever it is asked next (R6).
    busy_until = case.next_try_at if case.retry_reason == Reason.BUSY.value else None
    wait = max(busy_until or event.at, event.at) - event.at
    return ask(replace(case, window_over=True), Doubt.WINDOW, Tick(event.at, schedule), wait)


def _send_again(case: Case, event: SendAgain, schedule: Schedule) -> Case:
    # What was not sent has a new minute in which to leave.
    unsent_from = event.at if case.state is State.NOT_SENT else None
    fresh = replace(case, foreground_from=event.at, unsent_from=unsent_from)
    if case.state is State.NOT_SENT:
        return replace(fresh, state=State.SENDING, next_ask=Ask.CANCEL, next_try_at=event.at, asked=0)
    if case.state is State.CALL_SUPPORT:
        return _pressed(fresh, event)
    if case.stopped:
        return _setup_changed(fresh, SetupChanged(at=event.at), schedule)
    return replace(fresh, next_try_at=event.at)


def _pressed(case: Case, event: SendAgain) -> Case:
    if not case.may_be_pressed or case.in_flight is not None:
        raise IllegalEvent(
            f"Case {case.ref} is with the support: it cannot be sent again.", "Look at the case."
        )
    again = replace(case, state=State.RETRY_PENDING, variant="", pressed=True, asked=0)
    return replace(again, next_ask=Ask.CANCEL, next_try_at=event.at, doubt=None)


def _withdrawn(case: Case, event: Withdrawn, schedule: Schedule) -> Case:
    return finish(case, State.WITHDRAWN, Tick(event.at, schedule))


def _keep_asked(case: Case, event: KeepAsked, schedule: Schedule) -> Case:
    tick = Tick(event.at, schedule)
    kept = replace(case, keep_asked_at=event.at, stopped="")
    return ask(kept, Doubt.KEEP, tick, keep_due(kept, tick) - event.at)


def _ended(case: Case, event: Ended, schedule: Schedule) -> Case:
    if case.in_flight is Ask.CANCEL:
        raise IllegalEvent(f"Case {case.ref} is being sent.", "Wait for the answer, then end it.")
    variant = case.variant if case.state is State.CALL_SUPPORT else "unknown"
    handed = call_support(case, variant, Tick(event.at, schedule))
    return replace(
        handed, ended=True, next_ask=None, next_try_at=None, doubt=None, reason=event.reason or case.reason
    )


def _gave_up(case: Case, event: GaveUp, schedule: Schedule) -> Case:
    if case.may_have_left:
        raise IllegalEvent(f"Case {case.ref} may have reached the gateway.")
    return finish(case, State.NOT_SENT, Tick(event.at, schedule))


_HANDLERS: Mapping[type, Callable[[Case, Any, Schedule], Case]] = {
    Sent: _sent,
    Answered: _answered,
    LookedUp: _looked_up,
    Recovered: _recovered,
    KeyFailed: _key_failed,
    SetupChanged: _setup_changed,
    WindowClosed: _window_closed,
    SendAgain: _send_again,
    Withdrawn: _withdrawn,
    KeepAsked: _keep_asked,
    Ended: _ended,
    GaveUp: _gave_up,
}


def next_due(case: Case) -> datetime | None:
    """Give when the case wants its next exchange, or None."""
    return case.next_try_at if case.next_ask is not None and case.in_flight is None else None
