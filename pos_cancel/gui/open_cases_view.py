"""The list of open cases at the side, painted row by row."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
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
            shown = _without_first_words(text, painter.fontMetrics(), room) if flags == RIGHT else text
            shown = painter.fontMetrics().elidedText(shown, Qt.TextElideMode.ElideRight, room)
            painter.drawText(rect, flags, shown)
            room -= painter.fontMetrics().horizontalAdvance(shown) + theme.px(8)


def _without_first_words(text: str, metrics: QFontMetrics, room: int) -> str:
    # Of "by Sun 22 Nov 16:00" the time says most, so what stands before it goes first.
    while " " in text and metrics.horizontalAdvance(text) > room:
        text = text.partition(" ")[2]
    return text


class OpenCasesList(QTableView):
    """One column of rows of one height.

    A `QListView` lays all its rows out anew with every change, which with very many takes longer than a
    person's finger; a table knows where a row is without asking for the others.
    """

    def __init__(self, model: OpenCasesModel) -> None:
        """Build it over the model."""
        super().__init__()
        self.setObjectName("openCasesList")
        self.setModel(model)
        # The focus stays with the scan field; F3 goes through the list.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.set_row_height(ROW_HEIGHT)

    def set_row_height(self, height: int) -> None:
        """Give every row room for two lines and the gap to the next row."""
        if height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(height)


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
        self.list = OpenCasesList(model)
        self.list.setItemDelegate(self._delegate)
        self.list.clicked.connect(self._choose)
        model.dataChanged.connect(self._try_again)
        self._waits_for = QPersistentModelIndex()
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
        self.list.set_row_height(theme.touch(ROW_HEIGHT - ROW_GAP) + theme.px(ROW_GAP))
        # `viewport()` here would have PySide make a thousand classes before the first paint.
        self.list.scheduleDelayedItemsLayout()

    def choose_after(self, case_id: str) -> None:
        """Choose the open case after the named one, the first after the last."""
        if self._model.rowCount():
            self._choose(self._model.index(self._model.row_after(case_id)))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex | QPersistentModelIndex) -> None:
        case = index.data(CASE_ROLE)
        # A case that has yet to be read is chosen when it is there, unless another one was chosen before.
        self._waits_for = QPersistentModelIndex() if isinstance(case, Case) else QPersistentModelIndex(index)
        if isinstance(case, Case):
            self.chosen.emit(case)

    @Slot()
    def _try_again(self) -> None:
        if self._waits_for.isValid():
            self._choose(self._waits_for)
