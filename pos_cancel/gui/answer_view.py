"""Large answers to choose from, each with its number; a long one breaks and makes its row higher."""

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QGridLayout, QSizePolicy, QWidget

from pos_cancel.gui.theme import Theme

# So many rows stand in two columns; more of them in three.
FEW, FEW_COLUMNS, COLUMNS = 6, 2, 3
WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
LOWEST = 48


class AnswerButton(QAbstractButton):
    """One answer. Fingers press it; of the keys only its number, and Enter while it has the focus."""

    def __init__(self, name: str, number: int, text: str) -> None:
        """Make it; `number` is its key."""
        super().__init__()
        self.name = name
        self.setObjectName(f"{name}Answer")
        self.setText(text)
        self.setAccessibleName(f"{number}: {text}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._number = str(number)
        self._theme: Theme | None = None
        self._size, self._pad = 18, 14

    def dress(self, theme: Theme, size: int, pad: int) -> None:
        """Put on a theme, with letters of a size and so much air above and below them."""
        self._theme, self._size, self._pad = theme, size, pad
        self.updateGeometry()
        self.update()

    def label_font(self) -> QFont:
        """Give the font of the answer."""
        return self._theme.font(self._size, QFont.Weight.DemiBold) if self._theme else self.font()

    def label_rect(self) -> QRect:
        """Give the place of the answer, right of its number."""
        return self.rect().adjusted(self._px(56), 0, -self._px(16), 0)

    def hasHeightForWidth(self) -> bool:
        """Say that a narrow one is higher."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Give the height that the text needs."""
        room = QRect(0, 0, width - self._px(72), 10_000)
        needed = QFontMetrics(self.label_font()).boundingRect(room, WRAP, self.text()).height()
        return max(self._px(LOWEST), needed + 2 * self._px(self._pad))

    def sizeHint(self) -> QSize:
        """Give the size in a common width."""
        width = self._px(320)
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        """Let the grid choose the width."""
        return QSize(self._px(160), self._px(LOWEST))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave every key to the page, which knows a scanner from fingers."""
        event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, number and text; the focus is a thick edge."""
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = self._px(3) if self.hasFocus() else 1
        painter.setPen(QPen(theme.colour("ink" if self.hasFocus() else "muted"), edge))
        painter.setBrush(theme.colour("line" if self.isDown() else "surface"))
        inset = max(1, edge // 2 + 1)
        painter.drawRoundedRect(
            self.rect().adjusted(inset, inset, -inset, -inset), theme.px(14), theme.px(14)
        )
        painter.setPen(theme.colour("muted"))
        painter.setFont(theme.font(18, QFont.Weight.Bold))
        painter.drawText(QRect(0, 0, theme.px(52), self.height()), Qt.AlignmentFlag.AlignCenter, self._number)
        painter.setPen(theme.colour("ink"))
        painter.setFont(self.label_font())
        painter.drawText(self.label_rect(), WRAP, self.text())

    def _px(self, length: int) -> int:
        return self._theme.px(length) if self._theme else length


class AnswerView(QWidget):
    """The answers, in columns of the same width. `chosen` tells the name of the one that was pressed."""

    chosen = Signal(str)

    def __init__(self) -> None:
        """Build it empty."""
        super().__init__()
        self.setObjectName("answers")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._rows: tuple[tuple[str, str], ...] = ()
        self._worn: tuple[Theme, int, int] | None = None
        self.buttons: list[AnswerButton] = []
        self.hide()

    def show_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show these (name, text), or nothing."""
        if rows != self._rows:
            self._rows = rows
            self._build()
        self.setVisible(bool(rows))

    def dress(self, theme: Theme, size: int, pad: int) -> None:
        """Put on a theme, with letters of a size and so much air around them."""
        self._worn = (theme, size, pad)
        self._grid.setSpacing(theme.px(12 if pad > 8 else 8))
        for button in self.buttons:
            button.dress(theme, size, pad)

    def choose_number(self, number: int) -> None:
        """Choose the row of this number, if there is one."""
        if 0 < number <= len(self.buttons):
            self.chosen.emit(self.buttons[number - 1].name)

    def focused(self) -> AnswerButton | None:
        """Give the row that has the focus."""
        return next((button for button in self.buttons if button.hasFocus()), None)

    def move_focus(self, step: int) -> None:
        """Go so many rows further; from outside to the first or the last."""
        if not self.buttons:
            return
        now = self.focused()
        place = self.buttons.index(now) + step if now else min(step, 0) if step < 0 else 0
        self.buttons[place % len(self.buttons)].setFocus(Qt.FocusReason.TabFocusReason)

    def _build(self) -> None:
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [
            AnswerButton(name, (place + 1) % 10, text) for place, (name, text) in enumerate(self._rows)
        ]
        columns = FEW_COLUMNS if len(self.buttons) <= FEW else COLUMNS
        for column in range(COLUMNS):
            self._grid.setColumnStretch(column, int(column < columns))
        for place, button in enumerate(self.buttons):
            self._grid.addWidget(button, *divmod(place, columns))
            button.clicked.connect(partial(self._choose, button.name))
            button.show()
        if self._worn is not None:
            self.dress(*self._worn)

    def _choose(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.chosen.emit(name)
