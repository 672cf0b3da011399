"""The lines to write on a page of the assistant: the first over the whole width, the others in a row."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFont, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from pos_cancel.gui.clipboard import forget
from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.setup_screen import Entry
from pos_cancel.gui.theme import Theme

NAMES = ("id", "currency", "key_version", "name", "address", "password", "md5")
WIDE = frozenset({"id", "address", "password", "md5"})
# These may stay empty.
FREE = frozenset({"name", "key_version"})
LONGEST_TEXT = 300


class SecretLine(QLineEdit):
    """A line whose text is not shown, cannot be copied out, and is cleared from the clipboard once pasted."""

    def __init__(self) -> None:
        """Make it empty."""
        super().__init__()
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.setInputMethodHints(Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a paste as `take` does."""
        if event.matches(QKeySequence.StandardKey.Paste):
            self.take()
        else:
            super().keyPressEvent(event)

    def take(self) -> None:
        """Paste what lies in the clipboard, and clear it there."""
        text = QGuiApplication.clipboard().text()
        self.insert(text.strip())
        self.textEdited.emit(self.text())
        forget(text)


class FormField(QFrame):
    """One line with its label, and for a secret how many characters it has."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("formField")
        self.line: QLineEdit = SecretLine() if name in {"password", "md5"} else QLineEdit()
        self.line.setObjectName(f"{name}Entry")
        self.line.setMaxLength(LONGEST_TEXT)
        self.label = named_label("formLabel")
        self.count = named_label("formCount")
        self._counted = ""
        top = QHBoxLayout()
        top.addWidget(self.label, 1)
        top.addWidget(self.count)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.addLayout(top)
        self._column.addWidget(self.line)
        self.line.textChanged.connect(self._count)
        self.line.textEdited.connect(self.changed)
        self.hide()

    def show_entry(self, entry: Entry) -> None:
        """Show what is asked for."""
        put_text(self.label, entry.label)
        self._counted = entry.counted
        self.line.setAccessibleName(entry.label)
        self.line.setPlaceholderText(entry.example)
        self._count()
        self.show()

    @Slot()
    def _count(self) -> None:
        text = self.line.text()
        put_text(self.count, self._counted.replace("{count}", str(len(text))) if text else "")

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self.line.setFixedHeight(theme.px(48))
        self.line.setFont(theme.font(20))
        margin = theme.px(12)
        self.line.setTextMargins(margin, 0, margin, 0)
        self._column.setSpacing(theme.px(4))
        for label in (self.label, self.count):
            label.setFont(theme.font(15, QFont.Weight.DemiBold))


class SetupForm(QWidget):
    """All lines that any page asks for; those of the page are shown. `changed` tells of every key."""

    changed = Signal()

    def __init__(self) -> None:
        """Build all lines, hidden."""
        super().__init__()
        self.setObjectName("setupForm")
        self.fields = {name: FormField(name) for name in NAMES}
        self._asked: tuple[str, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._rest = QHBoxLayout()
        for name, part in self.fields.items():
            if name in WIDE:
                self._column.addWidget(part)
            else:
                self._rest.addWidget(part, 2 if name == "name" else 1)
            part.changed.connect(self.changed)
        self._column.addLayout(self._rest)
        self.hide()

    def ask(self, entries: tuple[Entry, ...], *, anew: bool) -> None:
        """Ask for these and nothing else; `anew` puts in what is known of them."""
        self._asked = tuple(entry.name for entry in entries)
        for name, part in self.fields.items():
            if name not in self._asked:
                part.line.clear()
                part.hide()
        for entry in entries:
            part = self.fields[entry.name]
            if anew:
                part.line.setText(entry.text)
            part.show_entry(entry)
        self.setVisible(bool(entries))

    def said(self) -> dict[str, str]:
        """Give what was written, by name."""
        return {name: self.fields[name].line.text() for name in self._asked}

    def take_focus(self) -> bool:
        """Go to the first line that is still empty, else to the first; False when there is none."""
        if not self._asked:
            return False
        empty = (name for name in self._asked if not self.fields[name].line.text())
        line = self.fields[next(empty, self._asked[0])].line
        line.setFocus()
        return True

    def paste(self) -> bool:
        """Paste into the secret line of the page; False where it has none."""
        lines = [self.fields[name].line for name in self._asked]
        secret = next((line for line in lines if isinstance(line, SecretLine)), None)
        if secret is not None:
            secret.clear()
            secret.take()
        return secret is not None

    def go_on(self) -> bool:
        """Go from a line that was written to one that still has to be; False when there is none."""
        lines = {name: self.fields[name].line for name in self._asked}
        if any(line.hasFocus() and not line.text() for line in lines.values()):
            return False
        missing = next((line for name, line in lines.items() if not line.text() and name not in FREE), None)
        if missing is not None:
            missing.setFocus()
        return missing is not None

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._column.setSpacing(theme.px(12))
        self._rest.setSpacing(theme.px(16))
        for part in self.fields.values():
            part.dress(theme)
