"""The open cases as a list model, earliest deadline first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Slot

from pos_cancel.domain.case import Case
from pos_cancel.presenters.card import Card, present
from pos_cancel.presenters.moments import countdown
from pos_cancel.presenters.wording import Wording

ROW_ROLE = Qt.ItemDataRole.UserRole + 1
CASE_ROLE = Qt.ItemDataRole.UserRole + 2
NO_PARENT = QModelIndex()
LAST = datetime.max.replace(tzinfo=UTC)
AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class OpenRow:
    """What one row shows: reference and countdown above, amount and deadline below."""

    ref: str
    wait: str
    amount: str
    until: str
    tone: str


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


def urgency(case: Case) -> tuple[datetime, datetime, str]:
    """Order cases by deadline; one without comes last."""
    return (case.deadline or LAST, case.opened_at, case.id)


class OpenCasesModel(QAbstractListModel):
    """The open cases. Rows are put into words only when they are painted."""

    def __init__(
        self, words: Wording, clock: Callable[[], datetime], zone: tzinfo, parent: QObject | None = None
    ) -> None:
        """Start empty."""
        super().__init__(parent)
        self._words = words
        self._clock = clock
        self._zone = zone
        self._cases: list[Case] = []

    @property
    def cases(self) -> tuple[Case, ...]:
        """The open cases, earliest deadline first."""
        return tuple(self._cases)

    def rowCount(self, parent: AnyIndex = NO_PARENT) -> int:
        """Give the number of open cases."""
        return 0 if parent.isValid() else len(self._cases)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Give a row in words, or its case."""
        if not index.isValid() or index.row() >= len(self._cases):
            return None
        case = self._cases[index.row()]
        if role == CASE_ROLE:
            return case
        if role == ROW_ROLE:
            return self._row(case)
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            row = self._row(case)
            return f"{row.ref}, {row.amount}, {row.until}, {row.wait}"
        return None

    def show_words(self, words: Wording) -> None:
        """Change the language."""
        self._words = words
        self.tick()

    @Slot()
    def tick(self) -> None:
        """Let the countdowns go on."""
        if self._cases:
            self.dataChanged.emit(self.index(0), self.index(len(self._cases) - 1))

    @Slot(object)
    def take_all(self, cases: tuple[Case, ...]) -> None:
        """Take the list as it is now."""
        self.beginResetModel()
        self._cases = sorted((case for case in cases if case.state.is_open), key=urgency)
        self.endResetModel()

    @Slot(object)
    def take(self, case: Case) -> None:
        """Take a change of one case: it comes, moves, or goes."""
        place = next((row for row, known in enumerate(self._cases) if known.id == case.id), None)
        if place is not None and case.state.is_open and urgency(self._cases[place]) == urgency(case):
            self._cases[place] = case
            self.dataChanged.emit(self.index(place), self.index(place))
            return
        if place is not None:
            self.beginRemoveRows(NO_PARENT, place, place)
            del self._cases[place]
            self.endRemoveRows()
        if case.state.is_open:
            self._insert(case)

    def _insert(self, case: Case) -> None:
        row = sum(urgency(known) < urgency(case) for known in self._cases)
        self.beginInsertRows(NO_PARENT, row, row)
        self._cases.insert(row, case)
        self.endInsertRows()

    def _row(self, case: Case) -> OpenRow:
        return row_of(present(case, self._clock(), self._words, self._zone), self._words)
