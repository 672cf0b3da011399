"""What a person fills in, in place on the card: no dialog stands between the sale and the decision."""

from collections.abc import Callable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from pos_cancel.gui.labels import named_label, put_text, put_tone
from pos_cancel.gui.scan_field import Entry, WedgeField, key_time_ms
from pos_cancel.gui.screen import Question
from pos_cancel.gui.theme import Theme

NAMES = ("amount", "again", "manager", "reason")


class QuestionField(QFrame):
    """One question: its label, its line, and a word on what was written."""

    def __init__(self, name: str, time_ms: Callable[[QKeyEvent], int]) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("questionField")
        self.line = WedgeField(f"{name}Field", time_ms)
        self.label = named_label("questionLabel", wrap=True)
        self.sign = named_label("questionSign", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.label, self.line, self.sign):
            self._column.addWidget(part)
        self._column.addStretch(1)
        self.hide()

    def ask(self, question: Question) -> None:
        """Show the question."""
        put_text(self.label, question.label)
        self.line.setAccessibleName(question.label)
        self.line.setPlaceholderText(question.example)
        self.show()

    def judge(self, complaint: str, *, right: bool) -> None:
        """Show that the answer is right, or what is wrong with it; "" complains of nothing yet."""
        put_text(self.sign, complaint)
        put_tone(self.line, "done" if right else "")

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self.line.setFixedHeight(theme.touch())
        margin = theme.px(12)
        self.line.setTextMargins(margin, 0, margin, 0)

    def tighten(self, theme: Theme, *, tight: bool) -> None:
        """Set label, line and word closer together, or as loosely as they should be."""
        self._column.setSpacing(theme.px(1 if tight else 4))
        # Or the row around it would go on with the height that it knew.
        self.updateGeometry()


class QuestionView(QFrame):
    """The questions of the moment, side by side.

    A scan into any of them is a scan (`scanned`), never an answer. `changed` tells that something was
    written, `entered` of a person's Enter, `touched` of every key.
    """

    scanned = Signal(object)
    changed = Signal()
    entered = Signal()
    touched = Signal()

    def __init__(self, time_ms: Callable[[QKeyEvent], int] = key_time_ms) -> None:
        """Build all fields, hidden."""
        super().__init__()
        self.setObjectName("questionBox")
        self._fields = {name: QuestionField(name, time_ms) for name in NAMES}
        self._asked: tuple[str, ...] = ()
        self._row = QHBoxLayout(self)
        for part in self._fields.values():
            self._row.addWidget(part, 1)
            part.line.scanned.connect(self._pass_on)
            part.line.textChanged.connect(self.changed)
            part.line.touched.connect(self.touched)
            part.line.typed.connect(self._pass_enter)
        self.hide()

    def ask(self, questions: tuple[Question, ...], *, anew: bool) -> None:
        """Show these questions and no others; `anew` empties them."""
        self._asked = tuple(question.name for question in questions)
        for name, part in self._fields.items():
            if anew or name not in self._asked:
                part.line.clear()
            part.setVisible(name in self._asked)
        for question in questions:
            self._fields[question.name].ask(question)
        self.setVisible(bool(questions))

    def take_focus(self) -> bool:
        """Go to the first question; False when there is none."""
        if self._asked:
            self._fields[self._asked[0]].line.setFocus()
        return bool(self._asked)

    def has_focus(self) -> bool:
        """Tell whether a person is writing an answer."""
        return any(self._fields[name].line.hasFocus() for name in self._asked)

    @Slot()
    def next_field(self) -> None:
        """Go to the next question that has no answer yet."""
        for name in self._asked:
            if not self._fields[name].line.text().strip():
                self._fields[name].line.setFocus()
                return

    def write(self, name: str, text: str) -> None:
        """Put a text into a field, as if a person had written it."""
        self._fields[name].line.setText(text)

    def complaint(self, name: str) -> str:
        """Give what is said to be wrong with an answer."""
        return self._fields[name].sign.text()

    def answers(self) -> dict[str, str]:
        """Give what was written, by the name of the question."""
        return {name: self._fields[name].line.text().strip() for name in self._asked}

    def judge(self, complaints: dict[str, str], *, aloud: bool) -> None:
        """Mark what is answered; say what is wrong with the rest when asked to (`aloud`)."""
        for name in self._asked:
            part = self._fields[name]
            said = complaints.get(name, "") if aloud and part.line.text() else ""
            part.judge(said, right=name not in complaints)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._row.setSpacing(theme.px(16))
        for part in self._fields.values():
            part.dress(theme)
        self.tighten(theme, tight=False)

    def tighten(self, theme: Theme, *, tight: bool) -> None:
        """Give up the air around the questions, or take it again; the lines keep their height."""
        margin, edge = theme.px(14), theme.px(4 if tight else 10)
        self._row.setContentsMargins(margin, edge, margin, edge)
        for part in self._fields.values():
            part.tighten(theme, tight=tight)

    @Slot(object)
    def _pass_enter(self, _entry: Entry) -> None:
        self.entered.emit()

    @Slot(object)
    def _pass_on(self, entry: Entry) -> None:
        self.scanned.emit(entry)
