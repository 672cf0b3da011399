"""What the product writes of one cancelled sale, with gaps for all that differs from sale to sale.

The product tells each kind of story once, of a sale whose numbers, times and amount are marks; what it gives
its journal to write, cut at the marks, is the pattern.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta, tzinfo
from typing import Any
from urllib.parse import quote_plus

from pos_cancel.adapters import chain
from pos_cancel.adapters.case_rows import values_of
from pos_cancel.domain.case import Case
from pos_cancel.domain.listing import micros
from pos_cancel.domain.record import dump
from pos_cancel.domain.schedule import beijing_day, day_end
from pos_cancel.engine.entries import digest
from pos_cancel.engine.ports import Entry
from pos_cancel.gateways.times import BEIJING, beijing_datetime
from tests.bench.made_up_shop import Counter, MadeSale, Story, opened_at
from tests.unit.journals import MemoryJournal

MARK = MadeSale(
    number="NUMBERMARK",
    trade_no="TRADENOMARK",
    amount_minor=987_654_321,
    sold_micros=micros(datetime(2001, 2, 3, 12, 5, 6, 789_012, BEIJING)),
)
ID_MARK, REF_MARK = "IDMARK", "REFMARK"
Slots = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    """A text that may have gaps; they are written as `%(name)s`."""

    template: str
    has_gaps: bool

    def filled(self, slots: Slots) -> str:
        """Give the text of one sale."""
        return self.template % slots if self.has_gaps else self.template


@dataclass(frozen=True, slots=True)
class Step:
    """One event as it is written, and the case's record after it."""

    name: str
    at: Text
    fields: tuple[tuple[str, Text], ...]
    bodies: tuple[tuple[str, Text], ...]
    record: Text


@dataclass(frozen=True, slots=True)
class Moment:
    """A time of the story: so long after the opening, or (None) the midnight after it; `zone` as written."""

    slot: str
    after: timedelta | None
    zone: tzinfo | None


@dataclass(frozen=True, slots=True)
class Pattern:
    """All that is written of a case. `columns` holds names of slots where `gaps` says so, else values."""

    steps: tuple[Step, ...]
    columns: tuple[tuple[bool, Any], ...]
    moments: tuple[Moment, ...]
    params: tuple[tuple[str, Text], ...]

    def slots(self, sale: MadeSale, case_id: str, ref: str) -> dict[str, Any]:
        """Give what fills the gaps for one sale."""
        opened = opened_at(sale)
        midnight = day_end(beijing_day(opened))
        stamp = beijing_datetime(opened)
        slots = {
            "id": case_id,
            "ref": ref,
            "number": sale.number,
            "trade_no": sale.trade_no,
            "amount": sale.amount_minor,
            "stamp": stamp,
            "escaped_stamp": quote_plus(stamp),
        }
        for moment in self.moments:
            at = midnight if moment.after is None else opened + moment.after
            slots[moment.slot] = at.astimezone(moment.zone).isoformat()
            slots[f"{moment.slot}_micros"] = micros(at)
        slots["params_sha256"] = digest(tuple((name, text.filled(slots)) for name, text in self.params))
        return slots

    def values(self, slots: Slots) -> tuple[Any, ...]:
        """Give the case's columns."""
        return tuple([slots[value] if is_slot else value for is_slot, value in self.columns])


class _Recorder(MemoryJournal):
    def __init__(self) -> None:
        super().__init__()
        self.steps: list[tuple[Case, Entry]] = []

    def write(self, case: Case, entry: Entry) -> None:
        super().write(case, entry)
        self.steps.append((case, entry))

    def next_ref(self) -> str:
        return REF_MARK


def pattern_of(story: Story) -> Pattern:
    """Let the product tell the story once, and cut what it writes at the marks."""
    recorder = _Recorder()
    story(Counter(recorder, MARK, ID_MARK))
    moments = _moments(recorder.steps)
    first, last = recorder.steps[0][0], recorder.steps[-1][0]
    stamp = beijing_datetime(opened_at(MARK))
    marks: dict[str, str] = {
        ID_MARK: "id",
        REF_MARK: "ref",
        MARK.number: "number",
        MARK.trade_no: "trade_no",
        str(MARK.amount_minor): "amount",
        stamp: "stamp",
        quote_plus(stamp): "escaped_stamp",
        digest(first.params): "params_sha256",
    }
    columns: dict[object, str] = {MARK.amount_minor: "amount"}
    columns.update(marks)
    for text, moment in moments.items():
        marks[text] = moment.slot
        columns[micros(datetime.fromisoformat(text))] = f"{moment.slot}_micros"
    cut = _Cutter(marks)
    return Pattern(
        steps=tuple(_step(cut, case, entry) for case, entry in recorder.steps),
        columns=tuple((value in columns, columns.get(value, value)) for value in values_of(last)),
        moments=tuple(moments.values()),
        params=tuple((name, cut(value)) for name, value in first.params),
    )


def _moments(steps: Iterable[tuple[Case, Entry]]) -> dict[str, Moment]:
    """Find every time that is written, by its text."""
    opened = opened_at(MARK)
    found: dict[str, Moment] = {}
    for case, entry in steps:
        times = [getattr(case, each.name) for each in fields(case)]
        for at in (*times, datetime.fromisoformat(chain.stamp(entry.at))):
            if isinstance(at, datetime) and at.isoformat() not in found:
                after = None if at == day_end(beijing_day(opened)) else at - opened
                found[at.isoformat()] = Moment(f"t{len(found)}", after, at.tzinfo)
    return found


class _Cutter:
    """Makes texts with gaps of texts with marks."""

    def __init__(self, marks: Mapping[str, str]) -> None:
        self._marks = marks
        longest_first = sorted(marks, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def __call__(self, text: str) -> Text:
        if self._pattern.search(text) is None:
            return Text(text, has_gaps=False)
        ends = self._pattern.sub(lambda found: f"\0{self._marks[found[0]]}\0", text).split("\0")
        pieces = [
            f"%({piece})s" if place % 2 else piece.replace("%", "%%") for place, piece in enumerate(ends)
        ]
        return Text("".join(pieces), has_gaps=True)


def _step(cut: _Cutter, case: Case, entry: Entry) -> Step:
    return Step(
        name=entry.name,
        at=cut(chain.stamp(entry.at)),
        fields=tuple((name, cut(value)) for name, value in entry.fields),
        bodies=tuple((name, cut(value.decode())) for name, value in entry.bodies),
        record=cut(dump(case)),
    )
