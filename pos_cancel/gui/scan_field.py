"""Fields that know a scanner from fingers, and the panel with the one that is always ready."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QSizePolicy

from pos_cancel.gui.theme import Theme
from pos_cancel.gui.wedge import Wedge

ENDS = frozenset({Qt.Key.Key_Return, Qt.Key.Key_Enter})
# A barcode may hold anything; what is longer than this is cut by the field and refused by its rules.
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """What was put into the field and whether a scanner did it; paste counts as typed."""

    text: str
    scanned: bool


def key_time_ms(event: QKeyEvent) -> int:
    """Give the time of a key press as the system stamped it, however late it is handled."""
    return event.timestamp()


class WedgeField(QLineEdit):
    """A line that tells scans apart.

    `scanned` carries the `Entry` of a scan, whichever field it went into; `typed` that of a person's
    Enter. `touched` is emitted at every key that a scanner could send, so that
    nothing armed survives a scan.
    """

    scanned = Signal(object)
    typed = Signal(object)
    touched = Signal()

    def __init__(self, name: str, time_ms: Callable[[QKeyEvent], int] = key_time_ms) -> None:
        """Make the field; input methods are off because they reorder fast scans."""
        super().__init__()
        self.setObjectName(name)
        self.setMaxLength(LONGEST_TEXT)
        self.setAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled, False)
        self._time_ms = time_ms
        self._wedge = Wedge()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Sort the key: an end, a character, a paste, or anything else."""
        if event.text():
            self.touched.emit()
        if event.key() in ENDS or event.key() == Qt.Key.Key_Tab:
            self._end(event)
            return
        if event.matches(QKeySequence.StandardKey.Paste) or not event.text().isprintable():
            self._wedge.broken()
        elif event.text():
            self._wedge.character(event.text(), self._time_ms(event))
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """Count what comes from an on-screen keyboard as typed."""
        self.touched.emit()
        self._wedge.broken()
        super().inputMethodEvent(event)

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Keep Tab, which some scanners send at the end."""
        return False

    def _end(self, event: QKeyEvent) -> None:
        run = self._wedge.ended(self._time_ms(event))
        text = self.text()
        if run:
            self.setText(text.removesuffix(run))
            self.scanned.emit(Entry(run, scanned=True))
        elif event.key() in ENDS:
            self.typed.emit(Entry(text, scanned=False))
        event.accept()


class ScanField(QFrame):
    """The panel at the top: a barcode sign, the field, and its key."""

    entered = Signal(object)
    touched = Signal()

    def __init__(self, time_ms: Callable[[QKeyEvent], int] = key_time_ms) -> None:
        """Build the panel."""
        super().__init__()
        self.setObjectName("scanPanel")
        self.field = WedgeField("scanField", time_ms)
        self._sign = QLabel()
        self._sign.setObjectName("scanSign")
        self._key = QLabel("F2")
        self._key.setObjectName("scanKey")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._sign)
        self._row.addWidget(self.field, 1)
        self._row.addWidget(self._key)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.field.scanned.connect(self._took)
        self.field.typed.connect(self._took)
        self.field.touched.connect(self.touched)

    def set_texts(self, invitation: str, accessible: str) -> None:
        """Say what the field is for."""
        self.field.setPlaceholderText(invitation)
        self.field.setAccessibleName(accessible)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self.setFixedHeight(theme.touch(50))
        self._row.setContentsMargins(theme.px(20), 0, theme.px(18), 0)
        self._row.setSpacing(theme.px(14))
        self._sign.setPixmap(theme.icon("barcode", "muted", 28, self.devicePixelRatioF()))

    def take_focus(self) -> None:
        """Be ready for the next scan."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def forward(self, event: QKeyEvent) -> None:
        """Take a key that was pressed while nothing had the focus."""
        self.take_focus()
        self.field.keyPressEvent(event)

    @Slot(object)
    def _took(self, entry: Entry) -> None:
        self.field.clear()
        self.entered.emit(entry)
