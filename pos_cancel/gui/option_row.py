"""One setting of which a few values can be chosen: its name, and a chip for each value."""

from functools import partial

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QGridLayout, QHBoxLayout, QSizePolicy

from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.theme import Theme

LABEL_WIDTH = 165
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class OptionChip(QAbstractButton):
    """One value: a ring that is filled when it is chosen, and its name. Space and arrows choose."""

    def __init__(self, row: str, value: str) -> None:
        """Make the chip of a row's value."""
        super().__init__()
        self.setObjectName(f"{row}_{value}Option")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.value = value
        self._theme: Theme | None = None

    def set_label(self, label: str, row: str) -> None:
        """Say what it is; a screen reader hears which setting it belongs to."""
        self.setText(label)
        self.setAccessibleName(f"{row}: {label}")
        self.updateGeometry()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self.setFixedHeight(theme.px(48))
        self.updateGeometry()
        self.update()

    def label_font(self) -> QFont:
        """Give the label's font."""
        return self._theme.font(16, QFont.Weight.DemiBold) if self._theme else self.font()

    def sizeHint(self) -> QSize:
        """Give room for ring and label."""
        width = QFontMetrics(self.label_font()).horizontalAdvance(self.text())
        return QSize(max(width + self._px(50), self._px(64)), self.height())

    def minimumSizeHint(self) -> QSize:
        """Never less than the whole label."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw ground, ring and label."""
        theme = self._theme
        if theme is None:
            return
        chosen, radius = self.isChecked(), theme.px(12)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("ink" if chosen else "line"), (2 if chosen else 1) * theme.line))
        painter.setBrush(theme.colour("pressed" if self.isDown() else "surface"))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), radius, radius)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("working"), theme.px(3)))
            painter.drawRoundedRect(self.rect().adjusted(5, 5, -5, -5), radius - 3, radius - 3)
        middle = QPointF(theme.px(22), self.height() / 2)
        painter.setPen(QPen(theme.colour("ink" if chosen else "muted"), theme.px(2)))
        painter.drawEllipse(middle, theme.px(8), theme.px(8))
        if chosen:
            painter.setBrush(theme.colour("ink"))
            painter.drawEllipse(middle, theme.px(4), theme.px(4))
        painter.setFont(self.label_font())
        painter.setPen(theme.colour("ink"))
        painter.drawText(QRect(theme.px(37), 0, self.width(), self.height()), LEFT, self.text())

    def _px(self, length: int) -> int:
        return self._theme.px(length) if self._theme else length


class OptionRow(QFrame):
    """The setting's name at the left, its values beside it, in as many lines as they need.

    `chosen` carries the setting and its value.
    """

    chosen = Signal(str, str)

    def __init__(self, name: str, values: tuple[str, ...]) -> None:
        """Make a chip for each value."""
        super().__init__()
        self.setObjectName(f"{name}Row")
        self._name = name
        self.label = named_label("rowLabel", wrap=True)
        self.chips = {value: OptionChip(name, value) for value in values}
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.label)
        self._lines = QGridLayout()
        self._columns = len(values)
        self._row.addLayout(self._lines)
        for place, (value, chip) in enumerate(self.chips.items()):
            self._lines.addWidget(chip, 0, place, LEFT)
            chip.clicked.connect(partial(self._choose, value))
        self._row.addStretch(1)

    def show_words(self, label: str, labels: dict[str, str]) -> None:
        """Name the setting and its values."""
        put_text(self.label, label)
        for value, text in labels.items():
            self.chips[value].set_label(text, label)
        self._arrange()

    def show_value(self, value: str) -> None:
        """Show which value is chosen; Tab goes to it, and arrows from there."""
        self.chips[value].setChecked(True)
        for chip in self.chips.values():
            chosen = chip.isChecked()
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if chosen else Qt.FocusPolicy.ClickFocus)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._row.setSpacing(theme.px(8))
        self.label.setFixedWidth(theme.px(LABEL_WIDTH))
        self.label.setFont(theme.font(16, QFont.Weight.DemiBold))
        for chip in self.chips.values():
            chip.dress(theme)
        self._lines.setSpacing(theme.px(8))
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Ask for the width of one value at least; the others go below it."""
        widest = max((chip.sizeHint().width() for chip in self.chips.values()), default=0)
        least = self.label.minimumWidth() + self._row.spacing() + widest
        return QSize(least, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the line anew."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Set as many values beside each other as there is room for."""
        chips = list(self.chips.values())
        room = self.width() - self.label.minimumWidth() - self._row.spacing()
        columns = next((count for count in range(len(chips), 1, -1) if self._width_of(count) <= room), 1)
        if columns != self._columns:
            self._columns = columns
            for place, chip in enumerate(chips):
                self._lines.addWidget(chip, *divmod(place, columns), LEFT)

    def _width_of(self, columns: int) -> int:
        widths = [chip.sizeHint().width() for chip in self.chips.values()]
        return sum(max(widths[place::columns]) + self._lines.spacing() for place in range(columns))

    def _choose(self, value: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.chosen.emit(self._name, value)
