"""The list of open cases at the side, painted row by row."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
)

from pos_cancel.domain.case import Case
from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.open_cases_model import CASE_ROLE, ROW_ROLE, OpenCasesModel, OpenRow
from pos_cancel.gui.theme import Theme
from pos_cancel.presenters.wording import Wording

ROW_HEIGHT = 68
ROW_GAP = 10
LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
RIGHT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


class OpenCaseDelegate(QStyledItemDelegate):
    """Paints one open case in its tone."""

    def __init__(self) -> None:
        """Start undressed."""
        super().__init__()
        self._theme: Theme | None = None

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Give room for two lines and the gap to the next row."""
        return QSize(
            0,
            self._theme.touch(ROW_HEIGHT - ROW_GAP) + self._theme.px(ROW_GAP) if self._theme else ROW_HEIGHT,
        )

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw the row."""
        row, theme = index.data(ROW_ROLE), self._theme
        if theme is None or not isinstance(row, OpenRow):
            return
        rect: QRect = option.rect.adjusted(1, 1, -1, -theme.px(ROW_GAP))
        ink, ground = theme.tone(row.tone)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), theme.line))
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, theme.px(10), theme.px(10))
        inner = rect.adjusted(theme.px(12), theme.px(6), -theme.px(12), -theme.px(6))
        upper = QRect(inner.topLeft(), QSize(inner.width(), inner.height() // 2))
        lower = upper.translated(0, upper.height())
        self._pair(painter, upper, (row.ref, row.wait), (ink, ink), bold=True)
        self._pair(painter, lower, (row.amount, row.until), (theme.colour("ink"), theme.colour("muted")))
        painter.restore()

    def _pair(
        self,
        painter: QPainter,
        rect: QRect,
        texts: tuple[str, str],
        colours: tuple[QColor, QColor],
        *,
        bold: bool = False,
    ) -> None:
        theme = self._theme
        if theme is None:
            return
        weight = QFont.Weight.Bold if bold else QFont.Weight.Medium
        room = rect.width()
        for text, colour, flags, size in zip(
            texts, colours, (LEFT, RIGHT), (15, 15 if bold else 14), strict=True
        ):
            painter.setFont(theme.font(size, weight))
            painter.setPen(colour)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(rect, flags, shown)
            room -= painter.fontMetrics().horizontalAdvance(shown) + theme.px(8)


class OpenCasesView(QFrame):
    """Title, count, and the rows. `chosen` carries the case that was tapped."""

    chosen = Signal(object)

    def __init__(self, model: OpenCasesModel) -> None:
        """Build it over the model."""
        super().__init__()
        self.setObjectName("openCasesPanel")
        self._model = model
        self._delegate = OpenCaseDelegate()
        self._title = QLabel()
        self._title.setObjectName("openCasesTitle")
        self._key = QLabel("F3")
        self._key.setObjectName("openCasesKey")
        self._empty = named_label("openCasesEmpty", wrap=True)
        self.list = QListView()
        self.list.setObjectName("openCasesList")
        self.list.setModel(model)
        self.list.setItemDelegate(self._delegate)
        # The focus stays with the scan field; F3 goes through the list.
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(self._choose)
        self._column = QVBoxLayout(self)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(self._key)
        self._column.addLayout(top)
        self._column.addWidget(self._empty)
        self._column.addWidget(self.list, 1)

    def show_words(self, words: Wording) -> None:
        """Name the list, count it, and say when it is empty."""
        count = self._model.rowCount()
        self._title.setText(
            words.text("gui.open.count", count=count) if count else words.text("gui.open.title")
        )
        self._key.setVisible(bool(count))
        put_text(self._empty, "" if count else words.text("gui.open.empty"))
        self.list.setAccessibleName(words.text("gui.open.title"))

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._delegate.dress(theme)
        margin = theme.px(16)
        self._column.setContentsMargins(margin, margin, margin, theme.px(8))
        self._column.setSpacing(theme.px(10))
        self.list.doItemsLayout()

    def choose_after(self, case_id: str) -> None:
        """Choose the open case after the named one, the first after the last."""
        cases = self._model.cases
        if cases:
            place = next((row for row, case in enumerate(cases) if case.id == case_id), -1)
            self.chosen.emit(cases[(place + 1) % len(cases)])

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        case = index.data(CASE_ROLE)
        if isinstance(case, Case):
            self.chosen.emit(case)
