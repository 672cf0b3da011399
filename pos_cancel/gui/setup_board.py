"""The frame of the assistant: a line at the top, the page in the middle, the buttons below."""

from PySide6.QtCore import QRect, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pos_cancel.gui.choice_view import ChoiceView
from pos_cancel.gui.key_taker import KeyTaker
from pos_cancel.gui.labels import StepLine, named_label, put_text, put_tone
from pos_cancel.gui.message_box import MessageBox
from pos_cancel.gui.public_paper import PublicPaper
from pos_cancel.gui.setup_form import SetupForm
from pos_cancel.gui.setup_screen import SetupScreen
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton, show_labelled

# The buttons in the order they stand, each with its key; the first two are in the line at the top.
BUTTONS = {
    "language": "F10",
    "theme": "F12",
    "back": "Esc",
    "paste": "F5",
    "open": "F6",
    "certificate": "F6",
    "copy": "F5",
    "save_file": "F6",
    "square": "F7",
    "show": "F7",
    "bits": "F8",
    "anyway": "F8",
    "leave": "F8",
    "next": "Enter",
}
TOP = ("language", "theme")
HEADLINES = (30, 26, 22)
# Margin, gap, and height of the place for a key: a page with much on it gives way step by step.
DENSITIES = ((20, 12, 120), (12, 8, 96), (8, 6, 80), (4, 4, 80))
BARE_MARGIN = 6


class Sheet(QFrame):
    """The page; `resized` tells that it has another size."""

    resized = Signal()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell of it."""
        super().resizeEvent(event)
        self.resized.emit()


class SetupBoard(QFrame):
    """All parts of any page; those without anything to show take no room."""

    def __init__(self) -> None:
        """Build all parts, empty."""
        super().__init__()
        self.setObjectName("setupView")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = named_label("setupTitle")
        self.steps = StepLine()
        self.steps.setObjectName("setupSteps")
        self.headline = named_label("setupHeadline", wrap=True)
        self.sentence = named_label("setupSentence", wrap=True)
        self.facts = named_label("setupFacts", wrap=True)
        self.busy = named_label("setupBusy", wrap=True)
        self.icon = QLabel()
        self.icon.setObjectName("setupIcon")
        self.choices = ChoiceView()
        self.form = SetupForm()
        self.taker = KeyTaker()
        self.paper = PublicPaper()
        self.message = MessageBox()
        self.buttons = {name: self._button(name) for name in BUTTONS}
        self._theme: Theme | None = None
        self._tone, self._icon_name, self._is_bare = "", "", False
        self._arrange()

    @staticmethod
    def _button(name: str) -> TillButton:
        small = name in TOP
        button = TillButton(f"setup_{name}", BUTTONS[name], primary=name == "next", small=small)
        if not small:
            button.hide()
        return button

    def _arrange(self) -> None:
        self._frame = QVBoxLayout(self)
        self._top = QHBoxLayout()
        self._top.addWidget(self.title)
        self._top.addStretch(1)
        self._top.addWidget(self.steps)
        self._top.addStretch(1)
        for name in TOP:
            self._top.addWidget(self.buttons[name])
        self._frame.addLayout(self._top)
        self._frame.addWidget(self._make_card(), 1)
        self._frame.addWidget(self._make_panel())

    def _make_card(self) -> QFrame:
        self.card = Sheet()
        self.card.resized.connect(self._fit)
        self.card.setObjectName("setupCard")
        self.card.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._column = QVBoxLayout(self.card)
        self._head = QHBoxLayout()
        self._head.addWidget(self.icon)
        self._head.addWidget(self.headline, 1)
        self._column.addLayout(self._head)
        parts = (self.sentence, self.choices, self.taker, self.form, self.facts, self.message)
        for part in parts:
            self._column.addWidget(part)
        self._column.addWidget(self.paper, 1)
        # Where no paper takes the room, it stays empty below the rest.
        self._rest = QWidget()
        self._rest.setObjectName("setupRest")
        self._column.addWidget(self._rest, 1)
        return self.card

    def _make_panel(self) -> QFrame:
        self._panel = QFrame()
        self._panel.setObjectName("setupPanel")
        self._row = QHBoxLayout(self._panel)
        for name, button in self.buttons.items():
            if name not in TOP:
                self._row.addWidget(button)
            if name == "back":
                self._row.addWidget(self.busy, 1)
                self._row.addStretch(0)
        return self._panel

    def paint_screen(self, screen: SetupScreen, *, anew: bool) -> None:
        """Paint a page; `anew` puts into the fields what is known of them."""
        self._tone, self._icon_name = screen.tone, screen.icon
        self._is_bare = not screen.headline
        put_text(self.title, screen.title)
        self.steps.show_steps(screen.steps)
        put_text(self.headline, screen.headline)
        # What a page says is read out where it has nothing else to go to.
        self.setAccessibleName(" ".join(filter(None, (screen.title, screen.headline, screen.sentence))))
        for part in (self.card, self.sentence):
            put_tone(part, screen.tone)
        put_text(self.sentence, screen.sentence)
        put_text(self.facts, "\n".join(screen.facts))
        put_text(self.busy, screen.busy)
        self.choices.show_choices(screen.choices, screen.chosen)
        self.form.ask(screen.entries, anew=anew)
        self.taker.show_taking(screen.taking)
        self.paper.show_paper(screen.paper)
        self._rest.setVisible(screen.paper is None)
        self.message.show_message(screen.message)
        acts = {name: button for name, button in self.buttons.items() if name not in TOP}
        show_labelled(acts, screen.buttons)
        self.buttons["next"].setEnabled(not screen.busy)
        self._fit()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        edge = theme.px(20)
        self._frame.setContentsMargins(edge, 0, edge, edge)
        self._frame.setSpacing(theme.px(10))
        self._top.setContentsMargins(0, theme.px(4), 0, 0)
        self._top.setSpacing(theme.px(12))
        self._head.setSpacing(theme.px(12))
        self._panel.setFixedHeight(theme.px(84))
        self._row.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        self._row.setSpacing(theme.px(12))
        self.title.setFont(theme.font(15, QFont.Weight.Bold))
        for label in (self.sentence, self.facts):
            label.setFont(theme.font(18))
        self.busy.setFont(theme.font(18, QFont.Weight.Bold))
        for part in (self.steps, self.choices, self.form, self.taker, self.paper, self.message):
            part.dress(theme)
        for button in self.buttons.values():
            button.dress(theme)
        self._fit()

    def _set(self, theme: Theme, margin: int, gap: int, taker: int) -> None:
        across, down = theme.px(28), theme.px(margin)
        self._column.setContentsMargins(across, down, across, down)
        self._column.setSpacing(theme.px(gap))
        self.taker.setMinimumHeight(theme.px(taker))

    def needed_height(self) -> int:
        """Give the height that the page needs at this width."""
        # What was measured before a text changed is remembered until its part says so.
        for part in (self.headline, self.sentence, self.facts, self.message):
            part.updateGeometry()
        self._column.invalidate()
        return self._column.totalHeightForWidth(self.card.width())

    @Slot()
    def _fit(self) -> None:
        theme = self._theme
        if theme is None:
            return
        self.icon.setVisible(bool(self._icon_name))
        if self._icon_name:
            tone = self._tone or "muted"
            self.icon.setPixmap(theme.icon(self._icon_name, tone, 40, self.devicePixelRatioF()))
        self._fit_headline(theme)
        for margin, gap, taker in DENSITIES:
            # A code that has the page to itself gets all of it.
            self._set(theme, BARE_MARGIN if self._is_bare else margin, gap, taker)
            if self.needed_height() <= self.card.height():
                return

    def _fit_headline(self, theme: Theme) -> None:
        room = self.width() - 2 * theme.px(48)
        for size in HEADLINES:
            font = theme.font(size, QFont.Weight.Bold)
            self.headline.setFont(font)
            flags = Qt.TextFlag.TextWordWrap
            rect = QFontMetrics(font).boundingRect(QRect(0, 0, room, 10_000), flags, self.headline.text())
            if rect.height() < 2 * QFontMetrics(font).lineSpacing():
                return
