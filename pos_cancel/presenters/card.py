"""The card of a case: everything the window paints, in words (visual.md)."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from pos_cancel.domain.case import WORKED, Case, State, Tone
from pos_cancel.domain.outcome import Progress, Signature
from pos_cancel.domain.schedule import UNKNOWN_DAY
from pos_cancel.presenters.fine_print import manager_line, sale_line
from pos_cancel.presenters.moments import end_time, refunds_rest_until, shop_time
from pos_cancel.presenters.spoken import is_stopped, left_s, network_of, speak, try_number, until
from pos_cancel.presenters.steps import has_reached, steps_of
from pos_cancel.presenters.wording import Wording

ICONS = {
    Tone.DONE: "tick",
    Tone.CHECK: "hand",
    Tone.ACT: "hand",
    Tone.WORKING: "clock",
    Tone.CALL: "telephone",
    Tone.IDLE: "dash",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One case as it is shown, in the language of the wording; "" means that there is nothing to say.

    `status_line` holds no countdown number: `countdown_s` (whole seconds, None if no try is set) stands
    beside it and may be drawn live. `until` names the day when that is not today. `steps` are the five labels
    with whether each was reached. `actions` are what a person may do, of send_again, withdraw, keep, end.
    """

    case_id: str
    ref: str
    state: str
    tone: Tone
    tone_word: str
    headline: str
    do: str
    dont: str
    do_label: str
    dont_label: str
    status_line: str
    countdown_s: int | None
    countdown_label: str
    until: str
    steps: tuple[tuple[str, bool], ...]
    step_sentence: str
    amount: str
    amount_known: bool
    sale_line: str
    manager_line: str
    icon: str
    training: bool
    actions: tuple[str, ...]


def present(case: Case, now: datetime, words: Wording, zone: tzinfo) -> Card:
    """Give the card of the case at `now`; times are told in `zone`, the shop's."""
    spoken = speak(case, now, words, zone)
    return Card(
        case_id=case.id,
        ref=case.ref,
        state=case.state.value,
        tone=spoken.tone,
        tone_word=tone_word(case, spoken.tone, words),
        headline=spoken.headline,
        do=spoken.do,
        dont=spoken.dont,
        do_label=words.text("card.do"),
        dont_label=words.text("card.dont"),
        status_line=_status_line(case, now, words, zone),
        countdown_s=left_s(case, now),
        countdown_label=words.text("card.next_in"),
        until="" if case.deadline is None else end_time(case.deadline, now, zone, words),
        steps=steps_of(_progress(case), words),
        step_sentence=_step_sentence(case, words),
        amount=words.text("card.amount_unknown") if case.amount is None else str(case.amount),
        amount_known=case.amount is not None,
        sale_line=sale_line(case, now, words, zone),
        manager_line=manager_line(case, words),
        icon=ICONS[spoken.tone],
        training=case.training,
        actions=_actions(case),
    )


def tone_word(case: Case, tone: Tone, words: Wording) -> str:
    """Give the word that stands beside the tone's icon."""
    # Idle is three different things to a person: not sent, withdrawn, kept.
    return words.text(f"tone.{case.state.value if tone is Tone.IDLE else tone.value}")


def _status_line(case: Case, now: datetime, words: Wording, zone: tzinfo) -> str:
    rests, watched, asked = refunds_rest_until(now), case.watching_until, _moment_of(case)
    return words.text(
        f"status.{_status(case, now)}",
        tries=try_number(case),
        until=until(case, now, words, zone),
        deadline=None if case.deadline is None else end_time(case.deadline, now, zone, words),
        when=None if asked is None else shop_time(asked, now, zone, words),
        checked_until=None if watched is None else shop_time(watched, now, zone, words),
        refund_from=None if rests is None else shop_time(rests, now, zone, words),
    )


def _status(case: Case, now: datetime) -> str:
    if case.state in WORKED:
        return _status_of_work(case, now)
    if case.state is State.USE_REFUND and refunds_rest_until(now) is not None:
        return "refund_from"
    if case.state is State.CALL_SUPPORT:
        return "ended" if case.ended else "support"
    return _STATUS.get(case.state, "settled")


_STATUS = {State.SETUP_PROBLEM: "setup", State.NOT_SENT: "not_sent", State.WITHDRAWN: "withdrawn"}


def _status_of_work(case: Case, now: datetime) -> str:
    if is_stopped(case):
        return "stopped"
    # Where nobody knows the sale's day, it is over a day after the case was opened (R4).
    if (case.deadline or case.opened_at + UNKNOWN_DAY) <= now:
        return "late"
    return "asking" if case.cancels_over else "working"


def _moment_of(case: Case) -> datetime | None:
    if case.state is State.NOT_SENT:
        return case.opened_at
    if case.state is State.CALL_SUPPORT and not case.ended:
        return case.last_try_at
    return case.updated_at


def _progress(case: Case) -> Progress:
    # How far a try got is known when it is over; what the one before it saw says nothing of this one.
    return case.progress if case.in_flight is None else Progress.PREPARED


def _step_sentence(case: Case, words: Wording) -> str:
    return words.text(f"step.sentence.{_step(case)}", network=network_of(case, words))


def _step(case: Case) -> str:
    if case.in_flight is not None:
        return "leaving"
    if not has_reached(case.progress, Progress.SENT):
        return "earlier" if case.may_have_left else "nothing_left"
    if case.progress is Progress.SENT:
        return "may_have_arrived"
    if case.state not in WORKED:
        return "answered"
    return "unsettled" if case.signature is Signature.VERIFIED else "untrusted"


def _actions(case: Case) -> tuple[str, ...]:
    """What a person may do, most likely first. Pressing again in the first minute would help nobody."""
    if case.state is State.NOT_SENT:
        return ("send_again", "withdraw")
    if case.state is State.CALL_SUPPORT:
        return () if case.ended else ("send_again", "end") if case.may_be_pressed else ("end",)
    if case.state not in {State.RETRY_PENDING, State.WAITING}:
        return ()
    in_background = case.state is State.WAITING or bool(case.variant) or is_stopped(case)
    actions = ["send_again"] if in_background and not case.cancels_over else []
    actions += ["keep"] if case.keep_asked_at is None else []
    return (*actions, "end") if is_stopped(case) else tuple(actions)
