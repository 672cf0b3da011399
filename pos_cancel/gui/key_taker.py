"""Where a key is brought: pasted, dropped or opened. Its text never stands in any widget."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from pos_cancel.gui.clipboard import brought_by
from pos_cancel.gui.labels import named_label, put_text, put_tone
from pos_cancel.gui.setup_screen import Taking
from pos_cancel.gui.theme import Theme


class KeyTaker(QFrame):
    """A frame that says what to do, and then what was brought. `brought` carries text or a path."""

    brought = Signal(object)

    def __init__(self) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("keyTaker")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAcceptDrops(True)
        self._icon = QLabel()
        self._icon.setObjectName("takerIcon")
        self.line = named_label("takerLine", wrap=True)
        self.hint = named_label("takerHint", wrap=True)
        self._row = QHBoxLayout(self)
        self._column = QVBoxLayout()
        self._column.addStretch(1)
        self._column.addWidget(self.line)
        self._column.addWidget(self.hint)
        self._column.addStretch(1)
        self._row.addWidget(self._icon)
        self._row.addLayout(self._column, 1)
        self._theme: Theme | None = None
        self._seen = False
        self.hide()

    def show_taking(self, taking: Taking | None) -> None:
        """Show what to do, or what there is; nothing without a taking."""
        self.setVisible(taking is not None)
        if taking is None:
            return
        self._seen = taking.seen
        put_text(self.line, taking.line)
        put_text(self.hint, taking.hint)
        put_tone(self, "done" if taking.seen else "")
        self.setAccessibleName(f"{taking.line}. {taking.hint}")
        self._paint_icon()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self._row.setContentsMargins(theme.px(22), theme.px(10), theme.px(22), theme.px(10))
        self._row.setSpacing(theme.px(18))
        self._column.setSpacing(theme.px(2))
        self.line.setFont(theme.font(18, QFont.Weight.Bold))
        self.hint.setFont(theme.font(15))
        self._paint_icon()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let a file or a text come in."""
        if brought_by(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take what was dropped."""
        found = brought_by(event.mimeData())
        if found is not None:
            event.acceptProposedAction()
            self.brought.emit(found)

    def _paint_icon(self) -> None:
        if self._theme is not None:
            name, tone = ("tick", "done") if self._seen else ("key", "muted")
            self._icon.setPixmap(self._theme.icon(name, tone, 32, self.devicePixelRatioF()))
