"""Random walks of a case: events as the engine makes them, with every kind of reading a reader can give."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pos_cancel.domain.case import Ask, Case
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
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
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
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.domain.step import next_due, step
from tests.unit.till_stories import (
    BLANK,
    FULLY,
    MIDNIGHT,
    NOON,
    PAID,
    PARTLY,
    UNPAID,
    exchange,
    fail,
    looked_up,
    success,
)

STATUSES = [replace(PAID, status=status) for status in PaymentStatus]
SALES = [*STATUSES, PARTLY, FULLY, replace(PAID, amount=None)]
SETUP_CODES = {Advice.SETUP: "S-03", Advice.PARAMETER: "S-06"}
CANCEL_OUTCOMES: list[tuple[Outcome, Signature]] = [
    *[(Cancelled(effect), Signature.VERIFIED) for effect in Effect],
    *[
        (Refused(advice.value, advice, flag, bound, SETUP_CODES.get(advice, "")), Signature.VERIFIED)
        for advice in Advice
        for flag in (None, True, False)
        for bound in (True, False)
    ],
    *[
        (Refused(advice.value, advice, None, False, SETUP_CODES.get(advice, "")), Signature.UNSIGNED)
        for advice in Advice
    ],
    *[(Unknown(reason), Signature.NONE) for reason in Reason],
    (Unknown(Reason.BUSY, retry_after_s=100), Signature.NONE),
    (Unknown(Reason.UNSIGNED), Signature.UNSIGNED),
    (Unknown(Reason.BAD_SIGNATURE), Signature.FAILED),
    (NotSent(Reason.DNS), Signature.NONE),
    (NotSent(Reason.CERTIFICATE), Signature.NONE),
]
INQUIRY_OUTCOMES: list[tuple[Outcome, Signature]] = [
    *[(Found(sale), signature) for sale in SALES for signature in (Signature.VERIFIED, Signature.UNCHECKED)],
    *[(NotFound("TRADE_NOT_EXIST"), Signature.VERIFIED)] * 6,
    (Refused("SYSTEM_ERROR", Advice.SYSTEM), Signature.VERIFIED),
    (Refused("ILLEGAL_SIGN", Advice.SETUP, bound=False), Signature.UNSIGNED),
    (Unknown(Reason.SILENCE), Signature.NONE),
    (NotSent(Reason.DNS), Signature.NONE),
]
# What keeps a case going for long, and the rarest of the ends.
PLAIN: list[tuple[Outcome, Signature]] = [
    (NotSent(Reason.DNS), Signature.NONE),
    (Refused("SELLER_BALANCE_NOT_ENOUGH", Advice.FUNDS), Signature.VERIFIED),
    (Refused("SYSTEM_ERROR", Advice.SYSTEM), Signature.VERIFIED),
    (Refused("TRADE_NOT_EXIST", Advice.NOT_FOUND), Signature.VERIFIED),
    (Unknown(Reason.SILENCE), Signature.NONE),
    (Cancelled(Effect.NONE), Signature.VERIFIED),
]
BEGINNINGS = [
    BLANK,
    replace(BLANK, known_order=True),
    replace(BLANK, deadline=MIDNIGHT, stop_at=MIDNIGHT),
    replace(BLANK, number="2026112200", number_kind=NumberKind.TRADE_NO, trade_no="2026112200"),
    replace(BLANK, unanswered=True, doubtful=True),
    looked_up(BLANK, PAID),
    looked_up(BLANK, UNPAID),
    *[looked_up(replace(BLANK, gateway=name), UNPAID) for name in ("antom", "apo", "acqp")],
    replace(BLANK, gateway="apo"),
    *[
        exchange(replace(BLANK, known_order=known), fail("SELLER_BALANCE_NOT_ENOUGH"))
        for known in (True, False)
    ],
    exchange(replace(BLANK, known_order=True), fail("SYSTEM_ERROR")),
    exchange(BLANK, fail("SYSTEM_ERROR"), fail("SELLER_BALANCE_NOT_ENOUGH")),
    *[
        replace(exchange(BLANK, fail("BUYER_ERROR")), cancel_not_found=True, keep_asked_at=keep)
        for keep in (None, NOON)
    ],
    exchange(replace(BLANK, known_order=True), success()),
]


@dataclass(frozen=True)
class Move:
    """One event of a walk: `after` is None where it was refused."""

    before: Case
    event: Event
    after: Case | None


@dataclass(frozen=True)
class Weather:
    """What a walk meets again and again: a shop without funds, a dead network, a closed sale."""

    cancels: list[tuple[Outcome, Signature]]
    inquiries: list[tuple[Outcome, Signature]]
    disturbed: float
    trouble: int | None = None


def weather(rng: random.Random, number: int) -> Weather:
    """Draw the weather of one walk; its trouble goes round, so that each kind has its share."""
    cancels = rng.choices(CANCEL_OUTCOMES, k=2) + rng.choices(PLAIN, k=1)
    return Weather(
        cancels,
        rng.choices(INQUIRY_OUTCOMES, k=2),
        rng.choice([0.02, 0.15, 0.5]),
        None if number % 2 else number // 2 % 11,
    )


ANY = Weather(CANCEL_OUTCOMES, INQUIRY_OUTCOMES, 0.5)


def reading(case: Case, rng: random.Random, sky: Weather = ANY) -> Reading:
    """Give what an exchange may have brought."""
    own = sky if rng.random() < 0.8 else ANY
    outcome, signature = rng.choice(own.cancels if case.in_flight is Ask.CANCEL else own.inquiries)
    return Reading(outcome=outcome, signature=signature, code=getattr(outcome, "code", ""))


def disturbance(case: Case, at: datetime, rng: random.Random, trouble: int | None = None) -> Event:
    """Give what people, the key store, the clock or a power cut may do at any moment."""
    look = Reading(
        outcome=Found(rng.choice([PARTLY, FULLY, replace(FULLY, status=PaymentStatus.CLOSED)])),
        signature=Signature.VERIFIED,
    )
    events: list[Event] = [
        Recovered(at=at),
        KeyFailed(at=at, setup_code="S-02", can_pass=True),
        KeyFailed(at=at, setup_code="S-01", can_pass=False),
        SetupChanged(at=at),
        WindowClosed(at=at),
        SendAgain(at=at),
        Withdrawn(at=at),
        KeepAsked(at=at),
        Ended(at=at, reason="asked the bank"),
        GaveUp(at=at),
        LookedUp(at=at, reading=look),
    ]
    return rng.choice(events) if trouble is None else events[trouble]


def next_event(case: Case, at: datetime, rng: random.Random, sky: Weather) -> Event:
    """Give the event that comes next: mostly what the engine would do, sometimes a disturbance.

    Like the engine, it looks only before anything was tried, and asks for keys and the hour only between
    two exchanges.
    """
    event: Event | None = None
    if rng.random() < sky.disturbed:
        event = disturbance(case, at, rng, sky.trouble)
    elif case.in_flight is not None:
        event = Answered(at=at, reading=reading(case, rng, sky), jitter=rng.random())
    elif case.next_ask is not None and next_due(case) is not None:
        event = Sent(at=max(at, case.next_try_at or at), ask=case.next_ask)
    on_wire = case.in_flight is not None and isinstance(event, LookedUp | KeyFailed | WindowClosed)
    looked_late = isinstance(event, LookedUp) and case.tries > 0
    return SetupChanged(at=at) if event is None or on_wire or looked_late else event


def walk(rng: random.Random, number: int, moves: int, schedule: Schedule) -> Iterator[Move]:
    """Walk from one of the beginnings, which go round with the walk's number."""
    case, sky = BEGINNINGS[number % len(BEGINNINGS)], weather(rng, number)
    at = case.opened_at
    for _ in range(moves):
        event = next_event(case, at + timedelta(seconds=rng.choice([0, 0, 1, 40, 400])), rng, sky)
        at = event.at
        try:
            after: Case | None = step(case, event, schedule)
        except IllegalEvent:
            after = None
        yield Move(case, event, after)
        case = after or case
