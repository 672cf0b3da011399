"""The frame of the drill: the strip, a line at the top, the card, and below it answers or a verdict."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from pos_cancel.gui.answer_view import AnswerView
from pos_cancel.gui.card_view import FADE_MS, CardView, Density
from pos_cancel.gui.drill_screens import DrillScreen, Verdict
from pos_cancel.gui.header_view import TrainingStrip
from pos_cancel.gui.labels import ShortenedLabel, named_label, put_text, put_tone
from pos_cancel.gui.offer_view import OfferView
from pos_cancel.gui.question_view import QuestionView
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till_button import TillButton, show_labelled

# The buttons with their keys: the first three stand in the line at the top, the last two below the result.
BUTTONS = {
    "leave": "Esc",
    "language": "F10",
    "theme": "F12",
    "next": "Enter",
    "back": "Esc",
    "again": "F5",
}
TOP = ("leave", "language", "theme")
PRIMARY = frozenset({"next", "again"})
# Size and air of the answers: they give way until the card has the share that is its own.
DENSITIES = ((18, 16), (18, 10), (17, 8), (16, 6), (15, 4))
LARGEST = 18
# The line at the top with the gaps above and below it, the one above the answers, and the edge.
BESIDE = 94
CARDS_SHARE = 0.45
# A story is all that a question's card has to tell, so it is told larger than a status.
STORY_GROWS = 6


class DrillCard(CardView):
    """The till's own card; where it tells a story, in larger letters."""

    tells = False

    def _set(self, theme: Theme, density: Density) -> None:
        super()._set(theme, density)
        if self.tells:
            self._status.setFont(theme.font(density.sentence + STORY_GROWS))
            self._widen_status(theme)


class VerdictView(QFrame):
    """Right or not quite: icon, word, what to say, and why; the button that goes on stands beside it."""

    def __init__(self, button: TillButton) -> None:
        """Build it, hidden."""
        super().__init__()
        self.setObjectName("verdictPanel")
        self._icon = QLabel()
        self._icon.setObjectName("verdictIcon")
        self._labels = {
            name: named_label(f"verdict{name.title()}", wrap=name not in {"word", "sale"})
            for name in ("word", "sale", "say", "said", "why")
        }
        self._row = QHBoxLayout(self)
        self._texts = QVBoxLayout()
        self._head = QHBoxLayout()
        self._head.addWidget(self._icon)
        self._head.addWidget(self._labels["word"])
        self._head.addWidget(self._labels["sale"])
        self._head.addStretch(1)
        self._texts.addLayout(self._head)
        for name in ("said", "say", "why"):
            self._texts.addWidget(self._labels[name])
        self._row.addLayout(self._texts, 1)
        self._row.addWidget(button, 0, Qt.AlignmentFlag.AlignBottom)
        self._theme: Theme | None = None
        self._verdict: Verdict | None = None
        self.hide()

    def show_verdict(self, verdict: Verdict | None) -> None:
        """Say this, or nothing."""
        self._verdict = verdict
        self.setVisible(verdict is not None)
        if verdict is None:
            return
        put_tone(self._labels["word"], verdict.tone)
        for name, label in self._labels.items():
            put_text(label, getattr(verdict, name))
        self._paint_icon()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        edge, down = theme.px(22), theme.px(10)
        self._row.setContentsMargins(edge, down, edge, down)
        self._row.setSpacing(theme.px(16))
        self._texts.setSpacing(theme.px(2))
        self._head.setSpacing(theme.px(8))
        self.set_size(theme, LARGEST)
        self._paint_icon()

    def set_size(self, theme: Theme, size: int) -> None:
        """Set the sentences in letters of this size, and the smaller print with them."""
        bold = QFont.Weight.Bold
        fonts = {
            "word": theme.font(18, bold),
            "say": theme.font(size, bold),
            "why": theme.font(min(16, size)),
        }
        for name, label in self._labels.items():
            label.setFont(fonts.get(name, theme.font(min(15, size - 1))))
        # What a person said is the first to give way to the right card.
        said = self._labels["said"]
        said.setVisible(bool(said.text()) and size > DENSITIES[-1][0])
        for layout in (self._texts, self._row):
            layout.invalidate()

    def _paint_icon(self) -> None:
        if self._theme is not None and self._verdict is not None:
            icon = self._theme.icon(self._verdict.icon, self._verdict.tone, 24, self.devicePixelRatioF())
            self._icon.setPixmap(icon)


class DrillBoard(QWidget):
    """All parts of any page; `pressed` carries the name of a button."""

    pressed = Signal(str)

    def __init__(self, fade_ms: int = FADE_MS) -> None:
        """Build all parts, empty."""
        super().__init__()
        self.setObjectName("drillView")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.strip = TrainingStrip()
        self.mark = named_label("drillMark")
        self.title = ShortenedLabel("drillTitle")
        self.ask = named_label("drillAsk", wrap=True)
        self.answers = AnswerView()
        # The card's own questions and offers stay empty here.
        self.card = DrillCard(QuestionView(), OfferView(), fade_ms)
        self.card.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.buttons = {name: self._button(name) for name in BUTTONS}
        self.verdict = VerdictView(self.buttons["next"])
        self._theme: Theme | None = None
        self._screen: DrillScreen | None = None
        self._arrange()

    def _button(self, name: str) -> TillButton:
        small = name in TOP
        button = TillButton(f"drill_{name}", BUTTONS[name], primary=name in PRIMARY, small=small)
        button.clicked.connect(partial(self._press, name))
        return button

    def _arrange(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.strip)
        self._frame = QVBoxLayout()
        self._top = QHBoxLayout()
        self._top.addWidget(self.mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._top.addWidget(self.title, 1)
        for name in TOP:
            self._top.addWidget(self.buttons[name])
        self._frame.addLayout(self._top)
        self._frame.addWidget(self.card, 1)
        self._lower = QWidget()
        self._lower.setObjectName("drillLower")
        self._column = QVBoxLayout(self._lower)
        self._column.setContentsMargins(0, 0, 0, 0)
        for part in (self.ask, self.answers, self.verdict):
            self._column.addWidget(part)
        self._ends = QHBoxLayout()
        self._ends.addStretch(1)
        for name in ("back", "again"):
            self._ends.addWidget(self.buttons[name])
        self._column.addLayout(self._ends)
        self._lower.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._frame.addWidget(self._lower)
        whole.addLayout(self._frame, 1)

    def paint_screen(self, screen: DrillScreen) -> None:
        """Paint a page."""
        self._screen = screen
        self.strip.show_word(screen.strip)
        put_text(self.mark, screen.mark)
        self.title.setText(screen.title)
        put_text(self.ask, screen.ask)
        self.answers.show_rows(screen.rows)
        self.verdict.show_verdict(screen.verdict)
        acts = {name: self.buttons[name] for name in ("leave", "next", "back", "again")}
        show_labelled(acts, screen.buttons)
        self.card.setAccessibleName(screen.aloud)
        self.card.tells = bool(screen.ask)
        self.card.show_screen(screen.card)
        self._fit()

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        edge = theme.px(20)
        self._frame.setContentsMargins(edge, 0, edge, edge)
        self._frame.setSpacing(theme.px(12))
        self._top.setContentsMargins(0, theme.px(2), 0, 0)
        self._top.setSpacing(theme.px(12))
        self._column.setSpacing(theme.px(8))
        self._ends.setSpacing(theme.px(12))
        self.ask.setFont(theme.font(18, QFont.Weight.Bold))
        for part in (self.strip, self.card, self.verdict):
            part.dress(theme)
        for button in self.buttons.values():
            button.dress(theme)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the answers anew for the room there is."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        theme = self._theme
        if theme is None or self._screen is None:
            return
        room = self.height() - self.strip.height() - theme.px(BESIDE)
        for size, pad in DENSITIES:
            self.answers.dress(theme, size, pad)
            self.verdict.set_size(theme, size)
            needed = self._set_lower(theme)
            share = room * CARDS_SHARE if self._screen.rows else 0
            if max(self.card.needed_height(), share) <= room - needed:
                return

    def _set_lower(self, theme: Theme) -> int:
        """Give what stands below the card the height it needs, and the card the rest."""
        for part in (self.ask, self.answers, self.verdict):
            part.updateGeometry()
        self._column.invalidate()
        needed = max(0, self._column.totalHeightForWidth(self.width() - 2 * theme.px(20)))
        self._lower.setFixedHeight(needed)
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.card.fit()
        return needed

    def _press(self, name: str, _checked: bool = False) -> None:  # noqa: FBT002 - Qt hands over whether it is checked
        self.pressed.emit(name)
