"""The list that goes from shift to shift on paper: every open case, and what to tell the customer (R15)."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from pos_cancel.domain.case import Case
from pos_cancel.domain.sheet import Entry, Sheet
from pos_cancel.presenters.handover import handover_lines, stay_on_line
from pos_cancel.presenters.moments import day_and_time
from pos_cancel.presenters.wording import Wording

DOT = " · "


def handover_sheet(
    cases: Sequence[Case],
    now: datetime,
    words: Wording,
    zone: tzinfo,
    *,
    till: str = "",
    manager: str = "",
    count: int = 0,
    last: datetime | None = None,
) -> Sheet:
    """Give the sheet; without a `manager` there is a line to sign on.

    Where `cases` are only the first of very many, `count` and `last` (the latest deadline) are those of all,
    and the sheet says that there are more.
    """
    entries = tuple(_entry(case, now, words, zone) for case in cases)
    status = stay_on_line(tuple(cases), now, words, zone, count=count, last=last)
    more = max(count - len(cases), 0)
    when = day_and_time(now, zone, words)
    return Sheet(
        title=words.text("handover.paper.title"),
        mark=words.text("gui.strip.training") if any(case.training for case in cases) else "",
        under=(
            words.text("handover.paper.printed", till=till or None, when=when),
            status if cases else words.text("handover.none"),
        ),
        entries=(*entries, Entry(head=words.text("handover.paper.more", count=more))) if more else entries,
        foot=(words.text("handover.paper.manager", name=manager or None),) if cases else (),
    )


def _entry(case: Case, now: datetime, words: Wording, zone: tzinfo) -> Entry:
    (line,) = handover_lines((case,), now, words, zone)
    card = line.card
    number = "" if case.number in card.sale_line else words.text("handover.paper.number", number=case.number)
    until = words.text("gui.open.by", until=card.until) if card.until else ""
    return Entry(
        head=f"{card.tone_word}{DOT}{card.ref}",
        right=card.amount,
        lines=tuple(
            text
            for text in (
                DOT.join(part for part in (card.sale_line, until) if part),
                number,
                words.text("handover.customer", sentence=line.tell),
            )
            if text
        ),
    )
