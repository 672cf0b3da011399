"""What leaves the till: durable before its first byte, in its time, with the same parameters."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from pos_cancel.domain.case import WORKED, Ask, Case
from pos_cancel.engine.ports import Entry
from tests.invariants.facts import Departure, Violation, need

TIMESTAMP_LIFE = timedelta(minutes=10)
UNFROZEN = frozenset({"sign", "sign_type", "timestamp"})


def frozen(fields: Mapping[str, str]) -> dict[str, str]:
    """Give what may not differ between two tries."""
    return {name: value for name, value in fields.items() if name not in UNFROZEN}


@dataclass(slots=True)
class Tries:
    """All requests of one case, in their order; each is held against those before it."""

    first: Departure | None = None
    last: Ask | None = None
    stamp: str = ""
    stamped_at: datetime | None = None
    must_ask: bool = False
    must_wait: bool = False
    not_before: tuple[datetime, float] | None = None
    blocked: bool = False
    cancels: int = 0
    before_last: Ask | None = None

    def unsent(self) -> None:
        """Forget the last cancel: no byte of it left."""
        if self.last is Ask.CANCEL:
            self.last = self.before_last

    def leave(self, departure: Departure, case: Case) -> None:
        """Hold a request that is about to leave against those before."""
        told = f"{case.ref}: {departure.ask.value} at {departure.at}"
        if self.not_before is not None:
            # A clock that is set forward makes the time come; due times are times of the day.
            late_enough = departure.at >= self.not_before[0] or departure.steady_s >= self.not_before[1]
            need(late_enough, "patience", f"{told}, not before {self.not_before[0]}")
        if departure.ask is Ask.INQUIRY:
            self.must_ask = False
        else:
            self._cancel(departure, case, told)
        self.before_last, self.last = self.last, departure.ask

    def _cancel(self, departure: Departure, case: Case, told: str) -> None:
        need(not self.must_wait, "unsent waits", f"{told} by itself after a restart")
        need(not self.must_ask, "asked first", f"{told} after a restart")
        need(not self.blocked, "no second refund", f"{told} of a sale that was seen refunded")
        behind = case.variant == "background" and self.cancels > 0
        asked = self.last is Ask.INQUIRY or bool(case.refused_key)
        need(not behind or asked, "asked first", f"{told} in the background")
        # Told by the fields themselves: `cancels_over` is the product's own reading of them.
        over = case.window_over or case.keep_asked_at is not None
        need(case.state in WORKED and not over, "quiet", f"{told} when {case.state.value}")
        self.cancels += 1
        if self.first is None:
            self.first = departure
        if frozen(departure.fields) != frozen(self.first.fields):
            raise Violation("frozen", f"{told} carries {departure.fields} and the first {self.first.fields}")
        self._stamp(departure, told)

    def _stamp(self, departure: Departure, told: str) -> None:
        stamp = departure.fields.get("timestamp", "")
        if self.stamped_at is None or stamp != self.stamp:
            old = self.stamped_at is None or departure.at - self.stamped_at > TIMESTAMP_LIFE
            need(old, "frozen", f"{told}: a new timestamp after {self.stamped_at}")
            self.stamp, self.stamped_at = stamp, departure.at


class Written(Protocol):
    """What is durable, as somebody else than the writer reads it; `Journal` fulfils it."""

    def get(self, case_id: str) -> Case | None:
        """Give a case."""

    def entries(self, case_id: str) -> Sequence[Entry]:
        """Give the events of a case, at least the last one."""


def check_departure(journal: Written, departure: Departure, body: bytes) -> Case:
    """Hold what is about to leave against what a second program reads in the journal; gives the case."""
    case = journal.get(departure.case_id)
    told = f"{departure.ask.value} of {departure.case_id}"
    if case is None:
        raise Violation("durable first", f"{told} leaves and is not in the journal")
    need(
        case.in_flight is departure.ask, "durable first", f"{told} leaves, the journal says {case.in_flight}"
    )
    last = journal.entries(case.id)[-1]
    written = (last.name, dict(last.bodies).get("request"))
    need(written == ("sent", body), "durable first", f"{told} leaves, the journal ends with {last.name}")
    return case


def check_one_sender(holders: Collection[str], sender: str) -> None:
    """Of all living processes the one that sends has the right to, alone."""
    need(list(holders) == [sender], "one sender", f"{sender} sends, and the right is with {list(holders)}")
