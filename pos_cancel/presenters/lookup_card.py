"""The card of a look: the sale with the one decision, before anything is sent (outcomes.md R9, R10, R16)."""

from dataclasses import dataclass
from datetime import datetime, tzinfo

from pos_cancel.domain.case import Case, State, Tone
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import NotSent, Progress, Reading, Unknown
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.engine.lookup import Lookup
from pos_cancel.presenters.lookup_warnings import warnings_of
from pos_cancel.presenters.moments import beijing_end, end_time, shop_time_today
from pos_cancel.presenters.nearby import receipt_line
from pos_cancel.presenters.steps import has_reached, steps_of
from pos_cancel.presenters.wording import Wording

# What somebody should look at twice before pressing.
DOUBTED = frozenset({PaymentStatus.CLOSED, PaymentStatus.FAILED, PaymentStatus.FINISHED})
HEADLINES = {
    PaymentStatus.CLOSED: "headline_closed",
    PaymentStatus.FAILED: "headline_closed",
    PaymentStatus.FINISHED: "headline_finished",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LookupCard:
    """A look as it is shown. Texts are in the language of the wording; "" means that there is nothing to say.

    `can_confirm` is False where an open case or a visible refund blocks a new one; `earlier_case` is the id
    of the case to show first then, or beside the look. `needs` are the confirmations asked for beside the
    button, in order: "amount" (the receipt's amount, which must be `amount_due`), "number_twice", "manager".
    `overrides` name what a manager would have been asked (R16), for the record. `near` are known receipts
    that may have been meant (number, what to show); `other_account` names the account to offer next. `steps`
    tell how far a look got that came back with nothing, with one honest sentence.
    """

    number: str
    tail: str
    tone: Tone
    tone_word: str
    icon: str
    headline: str
    status: str
    effect: str
    amount: str
    amount_known: bool
    amount_due: Money | None
    time_line: str
    deadline_line: str
    account_line: str
    number_line: str
    warnings: tuple[str, ...]
    confirm_label: str
    keep_label: str
    can_confirm: bool
    needs: tuple[str, ...]
    overrides: tuple[str, ...]
    earlier_case: str
    earlier_ref: str
    training: bool
    near_title: str
    near: tuple[tuple[str, str], ...]
    other_account: str
    steps: tuple[tuple[str, bool], ...]
    step_sentence: str


@dataclass(frozen=True, slots=True)
class _Look:
    """What the lines of the card are made from."""

    lookup: Lookup
    profile: Profile
    amount: Money | None
    first: Case | None
    blocking: bool
    now: datetime
    zone: tzinfo
    words: Wording

    def text(self, key: str, **fields: object) -> str:
        return self.words.text(
            f"lookup.{key}",
            network=self.profile.network or self.words.text("card.network"),
            account=self.profile.label,
            amount=self.amount,
            tail=self.lookup.number.tail,
            number=self.lookup.number.text,
            ref=self.first.ref if self.first else None,
            **fields,
        )

    def number_line(self) -> str:
        return self.text("network_number" if self.lookup.number.kind.is_gateways else "receipt")

    @property
    def refunded(self) -> bool:
        return self.lookup.sale is not None and self.lookup.sale.refund_seen


def present_lookup(
    lookup: Lookup,
    now: datetime,
    words: Wording,
    zone: tzinfo,
    *,
    profile: Profile,
    scanned: bool,
    known_amount: Money | None = None,
) -> LookupCard:
    """Give the card of a look; `scanned` tells a scanner from a person, times are in `zone`."""
    sale = lookup.sale
    amount = sale.amount if sale and sale.amount else known_amount
    blocking = open_case(lookup)
    first = blocking or next(iter(lookup.earlier), None)
    look = _Look(lookup, profile, amount, first, blocking is not None, now, zone, words)
    return _card(look, scanned=scanned)


def _card(look: _Look, *, scanned: bool) -> LookupCard:
    lookup, words, amount, first = look.lookup, look.words, look.amount, look.first
    overrides = _overrides(look, scanned=scanned)
    tone, lost = _tone(look), _lost(lookup)
    return LookupCard(
        number=lookup.number.text,
        tail=lookup.number.tail,
        tone=tone,
        tone_word=words.text("gui.confirm.tone_word" if tone is Tone.IDLE else f"tone.{tone.value}"),
        icon="dash" if tone is Tone.IDLE else "hand",
        headline=look.text(_headline(look)),
        status=_status(look),
        effect=look.text(f"effect.{_effect(look)}"),
        amount=str(amount or words.text("card.amount_unknown")),
        amount_known=amount is not None,
        amount_due=amount,
        time_line=_time_line(look),
        deadline_line=_deadline_line(look),
        account_line=look.text("account"),
        number_line=look.number_line(),
        warnings=warnings_of(lookup, look.now, words, look.zone, scanned=scanned, amount=amount),
        confirm_label=look.text("confirm"),
        keep_label=look.text("keep"),
        can_confirm=not (look.blocking or look.refunded),
        needs=_needs(overrides),
        overrides=overrides,
        earlier_case=first.id if first else "",
        earlier_ref=first.ref if first else "",
        training=look.profile.is_training,
        near_title=words.text("lookup.near.title") if lookup.near else "",
        near=tuple((each.number, receipt_line(each, look.now, words, look.zone)) for each in lookup.near),
        other_account=next(iter(lookup.others), ""),
        steps=steps_of(lost.progress, words) if lost else (),
        step_sentence=words.text(f"step.sentence.{_step(lost)}") if lost else "",
    )


def open_case(lookup: Lookup) -> Case | None:
    """Give the case that answers for the number: an open one of this account, not yet with a person (R9)."""
    for case in lookup.earlier:
        if case.profile == lookup.profile and case.is_open and case.state is not State.CALL_SUPPORT:
            return case
    return None


def _lost(lookup: Lookup) -> Reading | None:
    """Give the exchange of a look that came to nothing."""
    reading = lookup.reading
    return reading if reading and isinstance(reading.outcome, Unknown | NotSent) else None


def _step(reading: Reading) -> str:
    if not has_reached(reading.progress, Progress.SENT):
        return "look_nothing_left"
    return "look_answered" if reading.progress is Progress.ANSWERED else "look_unanswered"


def _headline(look: _Look) -> str:
    if look.blocking:
        return "headline_open"
    if look.refunded:
        return "headline_refunded"
    if look.first is not None:
        return "headline_earlier"
    if look.lookup.sale is not None:
        return HEADLINES.get(look.lookup.sale.status, "headline")
    if look.lookup.known_order:
        return "headline_order"
    return "headline_not_found" if look.lookup.not_found else "headline_unasked"


def _tone(look: _Look) -> Tone:
    sale = look.lookup.sale
    if look.first is not None or look.refunded:
        return Tone.CHECK
    if sale is None:
        return Tone.IDLE if look.lookup.known_order else Tone.CHECK
    return Tone.CHECK if sale.status in DOUBTED or not look.lookup.checked else Tone.IDLE


def _status(look: _Look) -> str:
    sale = look.lookup.sale
    if sale is None:
        return look.text("status.not_found" if look.lookup.not_found else "status.unknown")
    status = look.text(f"status.{sale.status.value}")
    return status if look.lookup.checked else look.text("unchecked_mark", status=status)


def _effect(look: _Look) -> str:
    if look.blocking:
        return "open"
    if look.refunded:
        return "refunded"
    if look.lookup.sale is not None:
        return look.lookup.sale.status.value
    if look.lookup.known_order:
        return "order"
    return "not_found" if look.lookup.not_found else "unknown"


def _time_line(look: _Look) -> str:
    sale = look.lookup.sale
    moment = (sale.paid_at or sale.created_at) if sale else None
    if sale is None or moment is None:
        return ""
    key = "paid_at" if sale.paid_at else "created_at"
    return look.text(key, when=shop_time_today(moment, look.now, look.zone, look.words))


def _deadline_line(look: _Look) -> str:
    deadline = look.lookup.deadline
    if deadline is None:
        return look.text("deadline")
    key = "deadline" if deadline > look.now else "deadline_past"
    until = end_time(deadline, look.now, look.zone, look.words)
    return look.text(key, until=until, beijing=beijing_end(deadline, look.words))


def _overrides(look: _Look, *, scanned: bool) -> tuple[str, ...]:
    """R16: a cashier cancels what was scanned, has a known amount and is the first case of its sale."""
    reasons = (
        ("typed", not scanned),
        ("amount_unknown", look.amount is None),
        ("earlier_case", look.first is not None),
    )
    return tuple(name for name, applies in reasons if applies)


def _needs(overrides: tuple[str, ...]) -> tuple[str, ...]:
    # Typing the receipt's amount is itself the second, different confirmation that a typed number asks for.
    typed, unknown = "typed" in overrides, "amount_unknown" in overrides
    asked = (
        ("amount", typed and not unknown),
        ("number_twice", typed and unknown),
        ("manager", unknown or "earlier_case" in overrides),
    )
    return tuple(name for name, applies in asked if applies)
