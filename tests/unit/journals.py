"""Two journals for the engine's tests: one in memory, and the real one with its flushes counted."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import Case, Doubt, State
from pos_cancel.domain.errors import JournalError
from pos_cancel.domain.listing import Listing, listing_of
from pos_cancel.domain.receipt import Receipt
from pos_cancel.domain.record import dump, load
from pos_cancel.domain.shape import Form, learn
from pos_cancel.domain.step import next_due
from pos_cancel.engine.ports import Entry
from pos_cancel.engine.worklist import LATE

FULL = JournalError("The disk is full.", "Free some space.")


class MemoryJournal:
    """Fulfils `engine.ports.Journal`; what a transaction wrote is gone if it is not ended."""

    def __init__(self) -> None:
        self.flushes = 0
        self.fault: JournalError | None = None
        self.orders: set[tuple[str, str]] = set()
        self._rows: dict[str, str] = {}
        self._events: list[tuple[str, Entry]] = []
        self._refs = 0
        self._is_open = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        assert not self._is_open
        before = (dict(self._rows), list(self._events), self._refs)
        self._is_open = True
        try:
            yield
            if self.fault is not None:
                raise self.fault
            self.flushes += len(self._events) > len(before[1])
        except BaseException:
            self._rows, self._events, self._refs = before
            raise
        finally:
            self._is_open = False

    def write(self, case: Case, entry: Entry) -> None:
        assert self._is_open, "the journal is written inside a transaction only"
        twin = [each for each in self.open_cases() if _same_sale(each, case)]
        if case.is_open and twin:
            raise JournalError("Another cancel of this sale is still open.")
        self._rows[case.id] = dump(case)
        self._events.append((case.id, entry))

    def next_ref(self) -> str:
        self._refs += 1
        return f"M1-{self._refs}"

    def get(self, case_id: str) -> Case | None:
        return next((case for case in self._cases() if case_id in {case.id, case.ref}), None)

    def known_order(self, profile: str, number: str) -> bool:
        return (profile, number) in self.orders

    def forms(self, profile: str) -> dict[str, Form]:
        return learn({}, [number for owner, number in sorted(self.orders) if owner == profile])

    def owners(self, number: str) -> tuple[str, ...]:
        ordered = {owner for owner, known in self.orders if known == number}
        return tuple(sorted(ordered | {case.profile for case in self.of_number(number) if case.sale_known}))

    def known_among(self, numbers: Collection[str]) -> list[Receipt]:
        return [Receipt(profile=owner, number=known) for owner, known in self.orders if known in numbers]

    def of_number(self, number: str) -> list[Case]:
        found = [case for case in self._cases() if number in {case.number, case.trade_no, case.out_trade_no}]
        return found[::-1]

    def due(self, now: datetime, limit: int, *, behind: bool = True) -> list[Case]:
        waiting = [(_rank(case, due, now), due, case) for case in self._cases() if (due := next_due(case))]
        ready = sorted((row for row in waiting if row[1] <= now), key=lambda row: row[:2])
        return [case for rank, _, case in ready if behind or not rank][:limit]

    def next_due(self) -> datetime | None:
        return min((due for case in self._cases() if (due := next_due(case))), default=None)

    def open_cases(self) -> list[Case]:
        return [case for case in self._cases() if case.is_open]

    def listing(self, full: int) -> Listing:
        found = listing_of(self.open_cases())
        return Listing(found.places, found.cases[:full])

    def cases_of(self, case_ids: Collection[str]) -> list[Case]:
        return [case for case in self._cases() if case.id in case_ids]

    def waiting(self, profile: str, now: datetime) -> Iterable[Case]:
        mine = [case for case in self.open_cases() if case.profile == profile]
        return [case for case in mine if (due := next_due(case)) and due > now]

    def undue(self, profile: str) -> list[str]:
        mine = [case for case in self.open_cases() if case.profile == profile]
        return [case.id for case in mine if next_due(case) is None]

    def watching(self) -> list[Case]:
        return [case for case in self._cases() if case.watching_until and case.next_ask]

    def in_flight(self) -> list[Case]:
        return [case for case in self._cases() if case.in_flight or case.state is State.SENDING]

    def history(self, *, since: datetime | None = None, text: str = "", limit: int = 1000) -> list[Case]:
        return self._cases()[:limit]

    def entries(self, case_id: str) -> list[Entry]:
        return [entry for owner, entry in self._events if owner == case_id]

    def _cases(self) -> list[Case]:
        return [load(row) for row in self._rows.values()]


def _same_sale(one: Case, other: Case) -> bool:
    return one.id != other.id and (one.profile, one.number) == (other.profile, other.number)


def _rank(case: Case, due: datetime, now: datetime) -> int:
    if case.rounds > 0 or case.doubt is Doubt.WATCH:
        return 2
    return int(due <= now - LATE)


class CountedJournal(Journal):
    """The real journal, with its flushes counted and a fault on demand."""

    flushes = 0
    fault: JournalError | None = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        before = self._database.connection.total_changes
        with super().transaction():
            yield
            if self.fault is not None:
                raise self.fault
        type(self).flushes += self._database.connection.total_changes > before
