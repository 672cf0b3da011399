"""One sentence and a way on, in a tone: never in a box over the page, always where it belongs."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout

from pos_cancel.gui.announcing import announce
from pos_cancel.gui.labels import named_label, put_text, put_tone
from pos_cancel.gui.setup_screen import Message
from pos_cancel.gui.theme import Theme


class MessageBox(QFrame):
    """An icon, a sentence, a way on, and small print; hidden where there is nothing to say."""

    def __init__(self) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("messageBox")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self._icon = QLabel()
        self._icon.setObjectName("messageIcon")
        self.labels = {
            name: named_label(f"message{name}", wrap=True) for name in ("Sentence", "WayOn", "Detail")
        }
        self._row = QHBoxLayout(self)
        self._column = QVBoxLayout()
        for label in self.labels.values():
            self._column.addWidget(label)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._row.addLayout(self._column, 1)
        self._theme: Theme | None = None
        self._message: Message | None = None
        self.hide()

    def show_message(self, message: Message | None) -> None:
        """Say this, or nothing; a screen reader says it once."""
        before, self._message = self._message, message
        self.setVisible(message is not None)
        if message is None:
            return
        for part in (self, self.labels["Sentence"]):
            put_tone(part, message.tone)
        texts = (message.sentence, message.way_on, message.detail)
        for label, text in zip(self.labels.values(), texts, strict=True):
            put_text(label, text)
        self._paint_icon()
        if message != before:
            announce(self, f"{message.sentence} {message.way_on}".strip())

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(18), theme.px(12), theme.px(18), theme.px(12))
        self._row.setSpacing(theme.px(14))
        self._column.setSpacing(theme.px(2))
        self.labels["Sentence"].setFont(theme.font(18, QFont.Weight.Bold))
        self.labels["WayOn"].setFont(theme.font(18))
        self.labels["Detail"].setFont(theme.font(14))
        self._paint_icon()

    def _paint_icon(self) -> None:
        if self._theme is not None and self._message is not None:
            icon = self._theme.icon(self._message.icon, self._message.tone, 24, self.devicePixelRatioF())
            self._icon.setPixmap(icon)
