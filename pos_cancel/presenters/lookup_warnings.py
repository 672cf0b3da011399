"""What a person should hear before deciding about a sale, one line each."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from pos_cancel.domain.case import Case
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import NotSent, Refused, Unknown
from pos_cancel.domain.schedule import clock_off_s
from pos_cancel.engine.lookup import Lookup
from pos_cancel.presenters.fine_print import clock_line
from pos_cancel.presenters.moments import shop_time
from pos_cancel.presenters.spoken import account_of, speak
from pos_cancel.presenters.wording import Wording


def warnings_of(
    lookup: Lookup, now: datetime, words: Wording, zone: tzinfo, *, scanned: bool, amount: Money | None
) -> tuple[str, ...]:
    """Give the lines, the weightiest first."""
    return (
        *_of_the_past(lookup, now, words, zone),
        *_of_the_look(lookup, words),
        *_of_the_sale(lookup, now, words, scanned=scanned, amount=amount),
    )


def _of_the_past(lookup: Lookup, now: datetime, words: Wording, zone: tzinfo) -> Iterator[str]:
    for case in lookup.earlier:
        yield _earlier(case, now, words, zone)
        if case.profile != lookup.profile:
            account = account_of(case, words)
            yield words.text("lookup.warning.other_account", ref=case.ref, account=account)


def _earlier(case: Case, now: datetime, words: Wording, zone: tzinfo) -> str:
    return words.text(
        "lookup.warning.earlier",
        ref=case.ref,
        operator=case.operator or None,
        when=shop_time(case.opened_at, now, zone, words),
        headline=speak(case, now, words, zone).headline,
    )


def _of_the_look(lookup: Lookup, words: Wording) -> Iterator[str]:
    sale = lookup.sale
    if sale is not None and sale.refund_seen:
        yield words.text("lookup.warning.refunded", refunded=sale.refunded, amount=sale.amount)
    if sale is not None and not lookup.checked:
        yield words.text("lookup.warning.unchecked")
    if lookup.not_found and not lookup.known_order:
        yield words.text("lookup.warning.not_found", tail=lookup.number.tail)
    told = lookup.reading.gateway_time if lookup.reading else None
    if told is not None and (off_s := clock_off_s(lookup.at, told)):
        yield clock_line(off_s, words)
    if lookup.odd and lookup.sale is None:
        yield words.text("lookup.warning.odd")
    if lookup.trouble:
        yield words.text("lookup.warning.trouble", reason=_trouble(lookup, words))


def _trouble(lookup: Lookup, words: Wording) -> str:
    # The answer itself says more than the word that stands for it.
    match lookup.reading.outcome if lookup.reading else None:
        case Unknown(reason) | NotSent(reason):
            key = f"reason.{reason.value}"
        case Refused(advice=advice):
            key = f"reason.{advice.value}"
        case _:
            key = f"lookup.trouble.{lookup.trouble}"
    return words.find(key) or lookup.trouble


def _of_the_sale(
    lookup: Lookup, now: datetime, words: Wording, *, scanned: bool, amount: Money | None
) -> Iterator[str]:
    if lookup.deadline is not None and lookup.deadline <= now:
        yield words.text("lookup.warning.late")
    if not scanned:
        yield words.text("lookup.warning.typed")
    if amount is None:
        yield words.text("lookup.warning.amount_unknown")
