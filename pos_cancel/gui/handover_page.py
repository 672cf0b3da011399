"""The page on which open cases are handed over by name: at shift end, and before the window closes (R15)."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.sheet import Sheet
from pos_cancel.gui.act_panel import ActPanel
from pos_cancel.gui.answers import complaints
from pos_cancel.gui.handover_row import HandoverRow
from pos_cancel.gui.labels import named_label, put_text
from pos_cancel.gui.menu_page import MenuPage
from pos_cancel.gui.name_line import NameField
from pos_cancel.gui.setup_screen import Message
from pos_cancel.gui.stages import Leaving
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till import Till
from pos_cancel.gui.till_button import TillButton
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.handover import HandoverLine, handover_lines, stay_on_line
from pos_cancel.presenters.handover_sheet import handover_sheet
from pos_cancel.presenters.moments import shop_time
from pos_cancel.presenters.wording import Wording

KEYS = {"confirm": "F8"}
PAPER_KEY = "F7"
# Who wants to close does not wait longer for a journal that does not answer.
PATIENCE_MS = 5_000


class HandoverPage(MenuPage):
    """The list, the name, and the deliberate act; `confirmed` carries the name.

    It says that the cases are handed over when that is written down, and not before. Who has to close
    although it cannot be written is told so, and may: `closes_anyway`.
    """

    confirmed = Signal(str)
    closes_anyway = Signal()
    paper_wished = Signal()

    def __init__(self, till: Callable[[], Till], left: Callable[[], Leaving], words: Wording) -> None:
        """Build the page; `till` and `left` give what is known now."""
        now = till()
        super().__init__("shift", ActPanel("shift", KEYS, "confirm", now.hold_ms), words)
        self._till = till
        self._left = left
        self.closes = False
        self._asked = self._done = self._when = ""
        self._refused: PosCancelError | None = None
        self._unwritten = False
        self._waits = QTimer(self, interval=PATIENCE_MS, singleShot=True)
        self._waits.timeout.connect(self._give_up)
        self._lines: tuple[HandoverLine, ...] = ()
        self._theme: Theme | None = None
        self.headline = named_label("handoverHeadline", wrap=True)
        self.until = named_label("handoverStatus", wrap=True)
        self.rows: list[HandoverRow] = []
        self.name = NameField("manager", now.key_time_ms)
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.paper = TillButton("shift_paperAct", PAPER_KEY, small=True)
        self.paper.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.paper.clicked.connect(self._wish_paper)
        self._has_paper = False
        self._paper: Message | None = None
        head = QHBoxLayout()
        head.addWidget(self.headline, 1)
        head.addWidget(self.paper)
        self.column.addLayout(head)
        self.column.addWidget(self.until)
        self.column.addStretch(1)
        self.panel.add_part(self.name)
        self.name.line.textChanged.connect(self._judge)
        self.name.line.textEdited.connect(self._disarm)
        self.panel.confirmed.connect(self._confirm)
        self.show_state()

    def enter(self) -> None:
        """Begin with an empty name."""
        self._asked = self._done = ""
        self._refused, self._unwritten, self._paper = None, False, None
        self._waits.stop()
        self.name.line.clear()
        self.show_state()

    def leave(self) -> None:
        """Forget a press of the key."""
        self._disarm()

    def rest_focus(self) -> None:
        """Go to the name."""
        if self.name.isVisibleTo(self):
            self.name.line.setFocus()
        else:
            self.setFocus()

    @Slot()
    def show_state(self) -> None:
        """Show list, name and buttons."""
        words, till, left = self.words, self._till(), self._left()
        now, cases = till.clock(), left.cases
        lines = handover_lines(cases, now, words, till.zone)
        if lines != self._lines:
            self._lines = lines
            self._build()
        title = "gui.quit.title" if self.closes else "handover.title" if left.count else "handover.none"
        put_text(self.headline, words.text(title))
        status = self._status(left)
        goes_on = words.text("gui.quit.goes_on") if self.closes else ""
        put_text(self.until, " ".join(part for part in (status, goes_on) if part))
        self.paper.set_label(words.text("handover.paper.button"))
        self.paper.setVisible(self._has_paper and left.count > 0)
        self.name.show_words(words.text("gui.quit.manager_label"))
        self.name.setVisible(left.count > 0)
        back = words.text("gui.quit.stay" if self.closes else "menu.back")
        act = words.text("gui.quit.leave" if self.closes else "handover.confirm")
        labels = {"back": back} | ({"confirm": act} if left.count or self.closes else {})
        self.panel.show_buttons(labels, "", words.text("gui.confirm.how") if "confirm" in labels else "")
        self.say(self._told())
        self._judge()

    def _told(self) -> Message | None:
        words = self.words
        anyway = words.text("handover.unwritten") if self.closes and self._unwritten else ""
        if self._refused is not None:
            sentence, way_on = fault_words(self._refused, words)
            return Message("act", "hand", sentence, anyway or way_on)
        if self._asked:
            return Message("working", "clock", words.text("handover.writing"), anyway)
        if self._done:
            done = words.text("handover.done", name=self._done, when=self._when)
            return Message("done", "tick", done, self._paper.sentence if self._paper else "")
        return self._paper

    def press_key(self, key: str) -> bool:
        """Take a key; the list's is not at the foot."""
        if key == PAPER_KEY and self.paper.isVisibleTo(self):
            self._wish_paper()
            return True
        return super().press_key(key)

    def offer_paper(self) -> None:
        """Offer the list as a file for paper: there is something that writes it."""
        self._has_paper = True
        self.show_state()

    @Slot()
    def _wish_paper(self) -> None:
        self.paper_wished.emit()

    def sheet(self) -> Sheet:
        """Give the list as it goes onto paper; only who has taken it over already is named."""
        till, left = self._till(), self._left()
        return handover_sheet(
            left.cases,
            till.clock(),
            self.words,
            till.zone,
            till=till.name,
            manager=self._done,
            count=left.count,
            last=left.last_deadline,
        )

    @Slot(object)
    def tell_paper(self, answer: object) -> None:
        """Say where the list is, or why it could not be written; None where it is being written."""
        words = self.words
        if isinstance(answer, PosCancelError):
            self._paper = Message("act", "hand", *fault_words(answer, words))
        elif answer is None:
            self._paper = Message("working", "clock", words.text("handover.paper.writing"), "")
        else:
            self._paper = Message("done", "tick", words.text("handover.paper.saved", file=answer))
        self.show_state()

    def _status(self, left: Leaving) -> str:
        till = self._till()
        if not left.count:
            return ""
        return stay_on_line(
            left.cases, till.clock(), self.words, till.zone, count=left.count, last=left.last_deadline
        )

    def _build(self) -> None:
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [HandoverRow(line, self.words) for line in self._lines]
        for place, row in enumerate(self.rows):
            self.column.insertWidget(2 + place, row)
            if self._theme is not None:
                row.dress(self._theme)
            row.show()

    def show_words(self, words: Wording) -> None:
        """Speak a language."""
        self._lines = ()
        super().show_words(words)

    @Slot()
    def _judge(self) -> None:
        wrong = self._complaint()
        self.name.judge(right=not wrong and self._left().count > 0)
        self.panel.buttons["confirm"].setEnabled(not wrong and not self._is_waiting)

    @property
    def _is_waiting(self) -> bool:
        return bool(self._asked) and not (self.closes and self._unwritten)

    def _complaint(self) -> str:
        if not self._left().count:
            return ""
        return complaints({"manager": self.name.line.text().strip()}, self.words).get("manager", "")

    @Slot()
    def _disarm(self) -> None:
        self.panel.disarm()

    @Slot()
    def _confirm(self) -> None:
        name = self.name.line.text().strip()
        if self._complaint() or self._is_waiting:
            return
        if self.closes and (self._unwritten or not self._left().count):
            self.closes_anyway.emit()
            return
        self._asked, self._done, self._refused = name, "", None
        self._waits.start()
        self.show_state()
        self.confirmed.emit(name)

    @Slot(str)
    def tell_written(self, name: str) -> None:
        """Say that it stands in the records."""
        till = self._till()
        self._done, self._when = name, shop_time(till.clock(), till.clock(), till.zone, self.words)
        self._end_waiting()
        self.name.line.clear()
        self.show_state()

    @Slot(object)
    def tell_refused(self, error: PosCancelError) -> None:
        """Say why it could not be written down; the name stays."""
        self._end_waiting()
        self._refused, self._unwritten = error, True
        self.show_state()

    @Slot()
    def _give_up(self) -> None:
        self._unwritten = True
        self.show_state()

    def _end_waiting(self) -> None:
        self._asked, self._refused, self._unwritten = "", None, False
        self._waits.stop()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        super().dress(theme)
        self._theme = theme
        self.headline.setFont(theme.font(26, QFont.Weight.Bold))
        self.until.setFont(theme.font(17))
        self.name.dress(theme)
        self.paper.dress(theme)
        for row in self.rows:
            row.dress(theme)
