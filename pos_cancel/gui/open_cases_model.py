"""The open cases as a list model, earliest deadline first.

There may be very many. The model has the places of all and the cases that were looked at of late; it asks
for others when they are to be painted, and shows that it waits for them.
"""

from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal, Slot

from pos_cancel.domain.case import Case
from pos_cancel.domain.listing import NO_DEADLINE, Listing, Place, moment, place_of
from pos_cancel.gui.stages import Leaving
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.card import Card, present
from pos_cancel.presenters.moments import countdown
from pos_cancel.presenters.wording import Wording

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
CASE_ROLE = Qt.ItemDataRole.UserRole + 2
NO_PARENT = QModelIndex()
AnyIndex = QModelIndex | QPersistentModelIndex
# So many cases are asked for at a time, and so many are kept at most.
PAGE = 50
MOST_KEPT = 1_000
# So many are named when the window closes over them.
MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class OpenRow:
    """What one row shows: reference and countdown above, amount and deadline below."""

    ref: str
    wait: str
    amount: str
    until: str
    tone: str


NOT_READ = OpenRow("…", "", "", "", "idle")


def row_of(card: Card, words: Wording) -> OpenRow:
    """Give the row of an open case."""
    until = words.text("gui.open.by", until=card.until) if card.until else words.text("gui.open.no_deadline")
    return OpenRow(card.ref, _wait(card, words), card.amount, until, card.tone.value)


def _wait(card: Card, words: Wording) -> str:
    if card.countdown_s is not None:
        return countdown(card.countdown_s, words) if card.countdown_s else words.text("gui.open.now")
    if card.state == "not_sent":
        return words.text("gui.open.not_sent")
    return words.text("gui.open.calls" if card.tone.value == "call" else "gui.open.waits")


class OpenCasesModel(QAbstractListModel):
    """The open cases. Rows are put into words only when they are painted.

    `wanted` carries the ids of cases that are to be read; `fill` takes them.
    """

    wanted = Signal(object)

    def __init__(
        self, words: Wording, clock: Callable[[], datetime], zone: tzinfo, parent: QObject | None = None
    ) -> None:
        """Start empty."""
        super().__init__(parent)
        self._words = words
        self._clock = clock
        self._zone = zone
        self._places: list[Place] = []
        self._place_of: dict[str, Place] = {}
        self._cases: dict[str, Case] = {}
        self._asked: set[str] = set()

    def follow(self, worker: Worker) -> None:
        """Take the list from the engine, and each of its changes."""
        worker.cases_listed.connect(self.take_all)
        worker.case_changed.connect(self.take)
        worker.cases_read.connect(self.fill)
        self.wanted.connect(worker.read_cases)

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases that have been read, in the list's order; of very many those at its head."""
        return tuple(self._cases[place[2]] for place in self._places if place[2] in self._cases)

    def left_behind(self, most: int = MOST_NAMED) -> Leaving:
        """Give what stays open if the window closes now; `most` of it in full, once that has been read."""
        count = len(self._places)
        first = [self.case_at(row) for row in range(min(count, most))]
        row = bisect_left(self._places, (NO_DEADLINE, 0, "")) - 1
        last = moment(self._places[row][0]) if row >= 0 else None
        return Leaving(tuple(case for case in first if case is not None), count, last)

    def case_at(self, row: int) -> Case | None:
        """Give the case of a row; None while it has to be read, which this asks for."""
        case = self._cases.get(self._places[row][2])
        if case is None:
            self._want(row)
        return case

    def row_after(self, case_id: str) -> int:
        """Give the row after the named case's, the first after the last."""
        place = self._place_of.get(case_id)
        return 0 if place is None else (bisect_left(self._places, place) + 1) % len(self._places)

    def rowCount(self, parent: AnyIndex = NO_PARENT) -> int:
        """Give the number of open cases."""
        return 0 if parent.isValid() else len(self._places)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a row in words, or its case."""
        if not index.isValid() or index.row() >= len(self._places):
            return None
        if role == CASE_ROLE:
            return self.case_at(index.row())
        if role == ROW_ROLE:
            return self._row(index.row())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            row = self._row(index.row())
            return ", ".join(text for text in (row.ref, row.amount, row.until, row.wait) if text)
        return None

    def show_words(self, words: Wording) -> None:
        """Change the language."""
        self._words = words
        self.tick()

    @Slot()
    def tick(self) -> None:
        """Let the countdowns go on."""
        if self._places:
            self.dataChanged.emit(self.index(0), self.index(len(self._places) - 1))

    @Slot(object)
    def take_all(self, listing: Listing) -> None:
        """Take the list as it is now."""
        self.beginResetModel()
        self._places = list(listing.places)
        self._place_of = {place[2]: place for place in listing.places}
        self._cases = {case.id: case for case in listing.cases}
        self._asked.clear()
        self.endResetModel()

    @Slot(object)
    def fill(self, cases: tuple[Case, ...]) -> None:
        """Take cases that were asked for; one that has ended since is no longer listed."""
        self._make_room(len(cases))
        for case in cases:
            self._asked.discard(case.id)
            if place_of(case) == self._place_of.get(case.id):
                self._cases[case.id] = case
                self._show_change(case)

    @Slot(object)
    def take(self, case: Case) -> None:
        """Take a change of one case: it comes, moves, or goes."""
        known = self._place_of.get(case.id)
        if case.is_open and known == place_of(case):
            self._cases[case.id] = case
            self._show_change(case)
            return
        if known is not None:
            self._remove(known)
        if case.is_open:
            self._insert(case)

    def _show_change(self, case: Case) -> None:
        index = self.index(bisect_left(self._places, self._place_of[case.id]))
        self.dataChanged.emit(index, index)

    def _remove(self, place: Place) -> None:
        row = bisect_left(self._places, place)
        self.beginRemoveRows(NO_PARENT, row, row)
        del self._places[row], self._place_of[place[2]]
        self._cases.pop(place[2], None)
        self.endRemoveRows()

    def _insert(self, case: Case) -> None:
        place = place_of(case)
        row = bisect_left(self._places, place)
        self.beginInsertRows(NO_PARENT, row, row)
        self._places.insert(row, place)
        self._place_of[case.id] = place
        self._cases[case.id] = case
        self.endInsertRows()

    def _want(self, row: int) -> None:
        start = row - row % PAGE
        ids = [place[2] for place in self._places[start : start + PAGE]]
        missing = tuple(each for each in ids if each not in self._cases and each not in self._asked)
        if missing:
            self._asked.update(missing)
            self.wanted.emit(missing)

    def _make_room(self, count: int) -> None:
        # What is on the screen is asked for again; the first ones stay, for when the window closes.
        if len(self._cases) + count > MOST_KEPT:
            first = [place[2] for place in self._places[:PAGE]]
            self._cases = {each: self._cases[each] for each in first if each in self._cases}

    def _row(self, row: int) -> OpenRow:
        case = self.case_at(row)
        if case is None:
            return NOT_READ
        return row_of(present(case, self._clock(), self._words, self._zone), self._words)
