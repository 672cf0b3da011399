"""What is said of a case: tone, headline, do and don't, filled in (outcomes.md §4)."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from pos_cancel.domain.case import WORKED, Case, State, Tone
from pos_cancel.domain.money import Money
from pos_cancel.presenters.moments import countdown, end_time, refunds_rest_until, seconds_until, shop_time
from pos_cancel.presenters.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """The three sentences of a case and how they sound."""

    tone: Tone
    headline: str
    do: str
    dont: str


def speak(case: Case, now: datetime, words: Wording, zone: tzinfo) -> Spoken:
    """Say what is true of the case at `now`, in shop time."""
    sentences = words.sentences(case.state, _variant(case, now), case.gateway)
    fields = _fields(case, now, words, zone)
    headline, do, dont = (words.fill(forms, fields) for forms in sentences)
    return Spoken(tone=tone_of(case), headline=headline, do=do, dont=dont)


def is_stopped(case: Case) -> bool:
    """Tell whether this till can no longer ask (outcomes.md R11)."""
    return case.state is State.RETRY_PENDING and (case.variant == "stopped" or bool(case.stopped))


def tone_of(case: Case) -> Tone:
    """Give the tone: the state's, but a stopped case calls for a person."""
    return Tone.CALL if is_stopped(case) else case.state.tone


def network_of(case: Case, words: Wording) -> str:
    """Give the name of the payment network."""
    return case.network or words.text("card.network")


def account_of(case: Case, words: Wording) -> str:
    """Give what people call the account."""
    return case.account or case.profile or words.text("card.account")


def left_s(case: Case, now: datetime) -> int | None:
    """Give the seconds to the next try, None where none is set or one is on its way."""
    if case.state not in WORKED or is_stopped(case) or case.in_flight is not None or case.next_try_at is None:
        return None
    return seconds_until(case.next_try_at, now)


def try_number(case: Case) -> int:
    """Give the try to name: the one that was made, or the first while it is being made."""
    return max(1, case.tries)


def until(case: Case, now: datetime, words: Wording, zone: tzinfo) -> str | None:
    """Give the deadline in shop time, None where it is not known or over."""
    if case.deadline is None or case.deadline <= now:
        return None
    return end_time(case.deadline, now, zone, words)


def _variant(case: Case, now: datetime) -> str:
    if is_stopped(case):
        return "stopped"
    if case.state is State.USE_REFUND and refunds_rest_until(now) is not None:
        return "night"
    return case.variant


def _fields(case: Case, now: datetime, words: Wording, zone: tzinfo) -> dict[str, object]:
    network = network_of(case, words)
    left, watched = left_s(case, now), case.watching_until
    return {
        "network": network,
        "account": account_of(case, words),
        "support": case.support or words.text("card.support", network=network),
        "ref": case.ref,
        "tail": case.sale_number.tail,
        "tries": try_number(case),
        "setup_code": case.stopped or case.setup_code or None,
        "countdown": None if left is None else countdown(left, words),
        "until": until(case, now, words, zone),
        "checked_until": None if watched is None else shop_time(watched, now, zone, words),
        "amount": case.amount,
        "refunded": case.refunded,
        "rest": _rest(case),
    }


def _rest(case: Case) -> Money | None:
    if case.amount is None or case.refunded is None:
        return None
    return Money(case.amount.minor - case.refunded.minor, case.currency)
