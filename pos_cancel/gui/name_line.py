"""One setting that is written: its name, and a line that takes no scan for an answer."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from pos_cancel.gui.labels import named_label, put_text, put_tone
from pos_cancel.gui.option_row import LABEL_WIDTH
from pos_cancel.gui.scan_field import ENDS, key_time_ms
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton
from pos_cancel.gui.wedge import Wedge

LONGEST_NAME = 60
LONGEST_FOLDER = 300


class NameLine(QLineEdit):
    """A line that a person writes with any keyboard; `said` carries a text that is another one than before.

    It is said with Enter and when the line is left. What a scanner puts into it is taken out again, and
    `scanned` tells of it.
    """

    said = Signal(str)
    scanned = Signal()

    def __init__(self, name: str, time_ms: Callable[[QKeyEvent], int] = key_time_ms) -> None:
        """Make it empty."""
        super().__init__()
        self.setObjectName(f"{name}Line")
        self._before = ""
        self._time_ms = time_ms
        self._wedge = Wedge()
        self.editingFinished.connect(self.say)

    def show_text(self, text: str) -> None:
        """Show what is known, unless a person is writing something else just now."""
        if text != self._before:
            self._before = text
            self.setText(text)
            self.setCursorPosition(0)

    @Slot()
    def say(self) -> None:
        """Say what was written, if it is new."""
        text = self.text().strip()
        if text != self._before:
            self._before = text
            self.said.emit(text)

    def event(self, event: QEvent) -> bool:
        """Take out what a scanner sent that ends with Tab."""
        if not isinstance(event, QKeyEvent) or event.type() is not QEvent.Type.KeyPress:
            return super().event(event)
        ended = event.key() == Qt.Key.Key_Tab and self._takes_out(event)
        return ended or super().event(event)

    def _takes_out(self, event: QKeyEvent) -> bool:
        run = self._wedge.ended(self._time_ms(event))
        if run:
            self.setText(self.text().replace(run, "", 1))
            event.accept()
            self.scanned.emit()
        return bool(run)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Tell a scan from a person."""
        if event.key() in ENDS:
            if self._takes_out(event):
                return
        elif not event.text().isprintable():
            self._wedge.broken()
        elif event.text():
            # What has no text, like the Shift before a capital, belongs to the scan.
            self._wedge.character(event.text(), self._time_ms(event))
        super().keyPressEvent(event)


class NameField(QFrame):
    """A name that is asked for: its label above its line."""

    def __init__(self, name: str, time_ms: Callable[[QKeyEvent], int] = key_time_ms) -> None:
        """Make the line."""
        super().__init__()
        self.setObjectName("nameBox")
        self.label = named_label("questionLabel")
        self.line = NameLine(name, time_ms)
        self.line.setMaxLength(LONGEST_NAME)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addWidget(self.label)
        self._column.addWidget(self.line)

    def show_words(self, label: str) -> None:
        """Say what is asked for."""
        put_text(self.label, label)
        self.line.setAccessibleName(label)

    def judge(self, *, right: bool) -> None:
        """Show whether it is a name."""
        put_tone(self.line, "done" if right else "")

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._column.setSpacing(theme.px(2))
        self.line.setFixedHeight(theme.px(48))
        self.line.setFont(theme.font(18))
        margin = theme.px(12)
        self.line.setTextMargins(margin, 0, margin, 0)


class NameRow(QFrame):
    """The setting's name at the left, its line beside it, and a button where something can be chosen.

    `said` carries the setting and the text.
    """

    said = Signal(str, str)

    def __init__(self, name: str, button: TillButton | None = None) -> None:
        """Make the line."""
        super().__init__()
        self.setObjectName(f"{name}Row")
        self._name = name
        self.label = named_label("rowLabel", wrap=True)
        self.line = NameLine(name)
        self.line.setMaxLength(LONGEST_NAME if button is None else LONGEST_FOLDER)
        self.line.said.connect(self._pass_on)
        self._button = button
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.label)
        self._row.addWidget(self.line, 1)
        if button is not None:
            self._row.addWidget(button)

    def show_words(self, label: str, example: str = "") -> None:
        """Name the setting."""
        put_text(self.label, label)
        self.line.setAccessibleName(label)
        self.line.setPlaceholderText(example)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._row.setSpacing(theme.px(8))
        self.label.setFixedWidth(theme.px(LABEL_WIDTH))
        self.label.setFont(theme.font(16, QFont.Weight.DemiBold))
        self.line.setFixedHeight(theme.px(48))
        self.line.setFont(theme.font(18))
        margin = theme.px(12)
        self.line.setTextMargins(margin, 0, margin, 0)
        if self._button is not None:
            self._button.dress(theme)

    @Slot(str)
    def _pass_on(self, text: str) -> None:
        self.said.emit(self._name, text)
