"""The page of the menu that looks over the till and says what is wrong, to be read out over the telephone."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from pos_cancel import __version__
from pos_cancel.gui.act_panel import ActPanel
from pos_cancel.gui.labels import named_label, put_text, put_tone
from pos_cancel.gui.menu_flow import MenuFlow
from pos_cancel.gui.menu_page import MenuPage
from pos_cancel.gui.setup_screen import Message
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till import Till
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.findings import FindingCard, finding_of_case, present_findings
from pos_cancel.presenters.moments import shop_time_today
from pos_cancel.presenters.wording import Wording


class FindingRow(QFrame):
    """One finding: number, icon and word at the left; what is wrong and what to do beside them."""

    def __init__(self, card: FindingCard) -> None:
        """Put the words in."""
        super().__init__()
        self.setObjectName("findingRow")
        self._card = card
        self.labels = {
            name: named_label(f"finding{name}", wrap=name in {"Sentence", "WayOn"})
            for name in ("Number", "Word", "Sentence", "WayOn")
        }
        self._icon = QLabel()
        self._icon.setObjectName("findingIcon")
        self._row = QHBoxLayout(self)
        for part in (self.labels["Number"], self._icon, self.labels["Word"]):
            self._row.addWidget(part, 0, Qt.AlignmentFlag.AlignTop)
        self._texts = QVBoxLayout()
        self._texts.addWidget(self.labels["Sentence"])
        self._texts.addWidget(self.labels["WayOn"])
        self._row.addLayout(self._texts, 1)
        # Not before they stand in the row: a part that stands nowhere is shown as a window of its own.
        texts = (f"{card.number}", card.word, card.sentence, card.way_on)
        for label, text in zip(self.labels.values(), texts, strict=True):
            put_text(label, text)
        put_tone(self, card.tone.value)
        put_tone(self.labels["Word"], card.tone.value)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._row.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(10))
        self._row.setSpacing(theme.px(10))
        self._texts.setSpacing(theme.px(2))
        self.labels["Number"].setFont(theme.font(22, QFont.Weight.Bold))
        self.labels["Number"].setMinimumWidth(theme.px(26))
        self.labels["Word"].setFont(theme.font(16, QFont.Weight.Bold))
        self.labels["Word"].setMinimumWidth(theme.px(74))
        self.labels["Sentence"].setFont(theme.font(18, QFont.Weight.Bold))
        self.labels["WayOn"].setFont(theme.font(17))
        icon = theme.icon(self._card.icon, self._card.tone.value, 24, self.devicePixelRatioF())
        self._icon.setPixmap(icon)


class CheckPage(MenuPage):
    """A short reference at the top, then the findings by number, or that all is in order."""

    def __init__(self, flow: MenuFlow, till: Callable[[], Till], words: Wording) -> None:
        """Build the page; `till` gives what is known of the till now."""
        super().__init__("check", ActPanel("check", {"again": "F9"}), words)
        self._flow = flow
        self._till = till
        self._at: datetime | None = None
        self._shown: tuple[FindingCard, ...] = ()
        self._theme: Theme | None = None
        self.reference = named_label("checkReference", wrap=True)
        self.headline = named_label("checkHeadline", wrap=True)
        self.looked = named_label("rowHint", wrap=True)
        self.rows: list[FindingRow] = []
        self.area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for label in (self.reference, self.headline, self.looked):
            self.column.addWidget(label)
        self.column.addStretch(1)
        flow.changed.connect(self.show_state)
        self.show_state()

    def enter(self) -> None:
        """Look at once: whoever opens this page wants to know."""
        self.press("again")

    def press(self, name: str) -> None:
        """Take a button of the foot."""
        if name == "again":
            self._at = self._till().clock()
            self._flow.check()
        else:
            super().press(name)

    def rest_focus(self) -> None:
        """Let the arrow keys go through the findings."""
        self.area.setFocus()

    @Slot()
    def show_state(self) -> None:
        """Show reference, findings and buttons."""
        words, work, till = self.words, self._flow.work, self._till()
        when = shop_time_today(self._at or till.clock(), till.clock(), till.zone, words)
        self._say_reference(till, words)
        is_busy = work.busy == "check"
        busy = words.text("menu.busy.check") if is_busy and work.waited_s else ""
        labels = {"back": words.text("menu.back"), "again": words.text("check.again")}
        self.panel.show_buttons(labels, f"{busy} {work.waited_s} s" if busy else "")
        self.panel.buttons["again"].setEnabled(not is_busy)
        cards = self._cards(till, words)
        if cards != self._shown:
            self._shown = cards
            self._build()
        report = self._flow.report
        told = "" if report is None else words.text("check.count", count=len(cards))
        put_text(self.headline, told if cards else words.text("check.fine") if report else "")
        put_tone(self.headline, "" if cards else "done")
        put_text(self.looked, "" if report is None else self._looked(words, when))
        self.say(Message("act", "hand", *fault_words(work.error, words)) if work.error else None)

    def _say_reference(self, till: Till, words: Wording) -> None:
        moment = (self._at or till.clock()).astimezone(till.zone)
        reference = words.text(
            "check.reference", version=__version__, till=till.name or None, at=f"{moment:%Y-%m-%d %H:%M}"
        )
        put_text(self.reference, reference)

    def _looked(self, words: Wording, when: str) -> str:
        report = self._flow.report
        facts = report.facts if report is not None else {}
        profiles, cases = facts.get("profiles", []), facts.get("open", [])
        accounts = len(profiles) if isinstance(profiles, list) else 0
        still_open = len(cases) if isinstance(cases, list) else 0
        return words.text("check.looked", accounts=accounts, open=still_open, when=when)

    def _cards(self, till: Till, words: Wording) -> tuple[FindingCard, ...]:
        report = self._flow.report
        if report is None:
            return ()
        told = (finding_of_case(case, till.clock(), words, till.zone) for case in report.cases)
        return present_findings([*report.findings, *(each for each in told if each is not None)], words)

    def _build(self) -> None:
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [FindingRow(card) for card in self._shown]
        for place, row in enumerate(self.rows):
            self.column.insertWidget(2 + place, row)
            if self._theme is not None:
                row.dress(self._theme)
            row.show()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        super().dress(theme)
        self._theme = theme
        self.reference.setFont(theme.font(16, QFont.Weight.DemiBold))
        self.headline.setFont(theme.font(24, QFont.Weight.Bold))
        self.looked.setFont(theme.font(14))
        for row in self.rows:
            row.dress(theme)
