"""Rows of which one is chosen: by finger, by arrow key, or by its number."""

from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from pos_cancel.gui.setup_screen import Choice
from pos_cancel.gui.theme import Theme

# More rows than this stand in two columns.
MOST_IN_A_COLUMN = 4
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
ENDLESS = 10_000


class ChoiceRow(QAbstractButton):
    """One row: a ring, what it is, a line about it, its number. Space and arrows choose, Enter goes on."""

    def __init__(self, choice: Choice, number: int, *, shows_focus: bool = False) -> None:
        """Make the row; its name is the choice's. `shows_focus` where other parts may have it as well."""
        super().__init__()
        self.choice = choice
        self._number = str(number)
        self._shows_focus = shows_focus
        self._theme: Theme | None = None
        self.setObjectName(f"{choice.name}Choice")
        self.setAccessibleName(f"{choice.title}. {choice.line}")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Give the width of both texts."""
        width = max((self.text_size(strong=strong).width() for strong in (True, False)), default=0)
        return QSize(width + self.text_left() + self._px(48), self._px(60))

    def text_size(self, *, strong: bool) -> QSize:
        """Give the room that the title (`strong`) or the line takes."""
        text = self.choice.title if strong else self.choice.line
        metrics = QFontMetrics(self.text_font(strong=strong))
        return QSize(metrics.horizontalAdvance(text), metrics.height())

    def text_font(self, *, strong: bool) -> QFont:
        """Give the font of the title (`strong`) or of the line."""
        if self._theme is None:
            return self.font()
        return self._theme.font(18, QFont.Weight.Bold) if strong else self._theme.font(15)

    def text_room(self, width: int) -> int:
        """Give the width that the texts have in a row of this one."""
        return width - self.text_left() - self._px(40)

    def heightForWidth(self, width: int) -> int:
        """Give the height that both texts need: more where one does not fit into a line."""
        texts = sum(self._wrapped(self.text_room(width), strong=strong) for strong in (True, False))
        return max(self._px(60), texts + self._px(12))

    def _wrapped(self, room: int, *, strong: bool) -> int:
        metrics, text = QFontMetrics(self.text_font(strong=strong)), self._text(strong=strong)
        return metrics.boundingRect(QRect(0, 0, room, ENDLESS), LEFT, text).height()

    def text_left(self) -> int:
        """Give where the texts begin."""
        return self._px(52)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, ring, texts and number."""
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, theme)
        room = self.rect().adjusted(self.text_left(), theme.px(6), -theme.px(40), -theme.px(6))
        top, below = (self._wrapped(room.width(), strong=strong) for strong in (True, False))
        # Each has half of the row, or what it needs.
        split = max(top, min(room.height() // 2, room.height() - below))
        for strong in (True, False):
            rect = room.adjusted(0, 0, 0, split - room.height()) if strong else room.adjusted(0, split, 0, 0)
            painter.setFont(self.text_font(strong=strong))
            painter.setPen(theme.colour("ink" if strong else "muted"))
            painter.drawText(rect, LEFT, self._text(strong=strong))
        painter.setFont(theme.font(14, QFont.Weight.Bold))
        painter.setPen(theme.colour("muted"))
        edge = self.rect().adjusted(0, 0, -theme.px(18), 0)
        painter.drawText(edge, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._number)

    def _text(self, *, strong: bool) -> str:
        return self.choice.title if strong else self.choice.line

    def _paint_ground(self, painter: QPainter, theme: Theme) -> None:
        chosen = self.isChecked()
        painter.setPen(
            QPen(theme.colour("ink" if chosen else "line"), 2 * theme.line if chosen else theme.line)
        )
        painter.setBrush(theme.colour("surface"))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), theme.px(14), theme.px(14))
        if self.hasFocus() and self._shows_focus:
            painter.setPen(QPen(theme.colour("working"), theme.px(3)))
            painter.drawRoundedRect(self.rect().adjusted(4, 4, -4, -4), theme.px(11), theme.px(11))
        middle = QPointF(theme.px(28), self.height() / 2)
        painter.setPen(QPen(theme.colour("ink" if chosen else "muted"), theme.px(2)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, theme.px(9), theme.px(9))
        if chosen:
            painter.setBrush(theme.colour("ink"))
            painter.drawEllipse(middle, theme.px(4), theme.px(4))

    def _px(self, length: int) -> int:
        return self._theme.px(length) if self._theme else length


class ChoiceView(QWidget):
    """The rows of a page. `chosen` tells of the one that hands have chosen."""

    chosen = Signal(str)

    def __init__(self, *, shows_focus: bool = False) -> None:
        """Build it empty."""
        super().__init__()
        self.setObjectName("choices")
        self._shows_focus = shows_focus
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._choices: tuple[Choice, ...] = ()
        self._theme: Theme | None = None
        self.rows: list[ChoiceRow] = []
        self.hide()

    def show_choices(self, choices: tuple[Choice, ...], chosen: str) -> None:
        """Show these rows with one of them chosen, or nothing."""
        if choices != self._choices:
            self._choices = choices
            self._build()
        for row in self.rows:
            row.setChecked(row.choice.name == chosen)
        self.setVisible(bool(choices))

    @property
    def name(self) -> str:
        """The name of the chosen row, "" where there is none."""
        return next((row.choice.name for row in self.rows if row.isChecked()), "")

    def take_focus(self) -> bool:
        """Go to the chosen row; False when there is none."""
        row = next((row for row in self.rows if row.isChecked()), None)
        if row is not None:
            row.setFocus()
        return row is not None

    def choose_number(self, number: int) -> None:
        """Choose a row by its number."""
        if 0 < number <= len(self.rows):
            self.rows[number - 1].setFocus()
            self.rows[number - 1].click()

    def move(self, step: int) -> None:  # type: ignore[override]
        """Choose the row so many places further on."""
        names = [row.choice.name for row in self.rows]
        if names:
            self.choose_number((names.index(self.name) + step) % len(names) + 1)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self._grid.setSpacing(theme.px(8))
        for row in self.rows:
            row.dress(theme)

    def _build(self) -> None:
        for row in self.rows:
            self._grid.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [
            ChoiceRow(choice, number, shows_focus=self._shows_focus)
            for number, choice in enumerate(self._choices, 1)
        ]
        for column in (0, 1):
            self._grid.setColumnStretch(column, int(column * MOST_IN_A_COLUMN < len(self.rows)))
        for place, row in enumerate(self.rows):
            self._grid.addWidget(row, *_place(place, len(self.rows)))
            row.clicked.connect(partial(self._choose, row.choice.name))
            # Qt would do so later, and until then the row would count for nothing.
            row.show()
        if self._theme is not None:
            self.dress(self._theme)

    def _choose(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.chosen.emit(name)


def _place(place: int, count: int) -> tuple[int, int]:
    if count <= MOST_IN_A_COLUMN:
        return place, 0
    height = -(-count // 2)
    return place % height, place // height
