"""The card: one state, one headline, what to do and what not to do. It paints a `Face`, no more."""

from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QEasingCurve, QPropertyAnimation, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStyle,
    QVBoxLayout,
)

from pos_cancel.gui.labels import DOT, StepLine, laid_out_once, named_label, put_text, put_tone
from pos_cancel.gui.offer_view import OfferView
from pos_cancel.gui.question_view import QuestionView
from pos_cancel.gui.screen import Face, Screen
from pos_cancel.gui.theme import Theme

FADE_MS = 150


@dataclass(frozen=True, slots=True)
class Density:
    """How tightly the card is set, in pixels of the drawing; `runs_on` sets facts one after the other."""

    headline: int
    sentence: int
    gap: int
    margin: int
    runs_on: bool = False


# The card gives way step by step so that Do and Don't keep all their text.
DENSITIES = (
    Density(headline=34, sentence=18, gap=10, margin=24),
    Density(headline=34, sentence=18, gap=6, margin=16),
    Density(headline=28, sentence=18, gap=6, margin=16),
    Density(headline=26, sentence=16, gap=4, margin=12),
    Density(headline=22, sentence=15, gap=2, margin=10),
    Density(headline=20, sentence=14, gap=1, margin=6),
    Density(headline=20, sentence=14, gap=1, margin=6, runs_on=True),
)


class AdviceBox(QFrame):
    """Do, or Don't: a label and a text that always has the room it needs."""

    def __init__(self, name: str) -> None:
        """Build it empty."""
        super().__init__()
        self.setObjectName(f"{name}Box")
        self.label = named_label(f"{name}Label")
        self.text = named_label(f"{name}Text", wrap=True)
        self._column = QVBoxLayout(self)
        self._column.addWidget(self.label)
        self._column.addWidget(self.text)
        self._column.addStretch(1)

    def show_advice(self, label: str, text: str) -> None:
        """Show the advice, or nothing."""
        put_text(self.label, label if text else "")
        put_text(self.text, text)
        self.setVisible(bool(text))

    def dress(self, theme: Theme, density: Density) -> None:
        """Put on a theme."""
        margin, edge = theme.px(16), theme.px(min(10, density.margin * 2 // 3))
        self._column.setContentsMargins(margin, edge, margin, edge)
        self._column.setSpacing(theme.px(2))
        self.text.setFont(theme.font(density.sentence))


class CardView(QFrame):
    """The card. Its parts keep their order; those without a text take no room.

    `crowded` tells that even at its tightest it has not the room it needs.
    """

    crowded = Signal()

    def __init__(self, questions: QuestionView, offers: OfferView, fade_ms: int = FADE_MS) -> None:
        """Build all parts, empty; the questions and the offers of the moment stand on the card."""
        super().__init__()
        self.setObjectName("card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        self._questions = questions
        self._offers = offers
        self._icon = QLabel()
        self._icon.setObjectName("toneIcon")
        self._word = named_label("toneWord")
        self._ref = named_label("caseRef")
        self._headline = named_label("headline", wrap=True)
        self._status = named_label("statusLine", wrap=True)
        self._countdown_label = named_label("countdownLabel")
        self._countdown = named_label("countdown")
        self._steps = StepLine()
        self._lines = {
            name: named_label(name, wrap=True)
            for name in ("stepSentence", "facts", "cautions", "notice", "managerLine")
        }
        self._do = AdviceBox("do")
        self._dont = AdviceBox("dont")
        self._fade_ms = fade_ms
        self._fading = self._made_fading()
        self._theme: Theme | None = None
        self._set_for: tuple[Theme, Density] | None = None
        self._face = Face(headline="")
        self._topic = ""
        self._arrange()

    def _arrange(self) -> None:
        self._column = QVBoxLayout(self)
        self._top = QHBoxLayout()
        self._top.addWidget(self._icon)
        self._top.addWidget(self._word)
        self._top.addStretch(1)
        self._top.addWidget(self._ref)
        self._tries = QHBoxLayout()
        self._tries.addWidget(self._status)
        self._tries.addWidget(self._countdown_label)
        self._tries.addWidget(self._countdown)
        self._tries.addStretch(1)
        self._advice = QHBoxLayout()
        self._advice.addWidget(self._do, 1)
        self._advice.addWidget(self._dont, 1)
        self._column.addLayout(self._top)
        self._column.addWidget(self._headline)
        self._column.addLayout(self._tries)
        self._column.addWidget(self._steps)
        for line in self._lines.values():
            self._column.addWidget(line)
        self._column.addStretch(1)
        self._column.addWidget(self._offers)
        self._column.addWidget(self._questions)
        self._column.addLayout(self._advice)

    def show_screen(self, screen: Screen) -> None:
        """Paint the face; a new topic comes in with a short fade."""
        face, is_new = screen.face, screen.topic != self._topic or screen.face.tone != self._face.tone
        self._face, self._topic = face, screen.topic
        with laid_out_once(self):
            self._put(face)
        self._paint_icon()
        self.fit()
        if is_new:
            self._fade()

    def _put(self, face: Face) -> None:
        put_tone(self, face.tone)
        for label, text in (
            (self._word, face.word),
            (self._ref, face.ref),
            (self._headline, face.headline),
            (self._status, face.status),
            (self._countdown_label, face.countdown_label),
            (self._countdown, face.countdown),
        ):
            put_text(label, text)
        # What lies on the card is coloured by its tone too, and looks at the style sheet only when told.
        for part in (self._word, self._ref, self._do, self._dont, self._questions):
            put_tone(part, face.tone)
        texts = (
            face.step_sentence,
            "\n".join(face.facts),
            "\n".join(face.cautions),
            face.notice,
            face.manager,
        )
        for line, text in zip(self._lines.values(), texts, strict=True):
            put_text(line, text)
        self._steps.show_steps(face.steps)
        self._do.show_advice(face.do_label, face.do)
        self._dont.show_advice(face.dont_label, face.dont)

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme, self._set_for = theme, None
        self._top.setSpacing(theme.px(9))
        self._tries.setSpacing(theme.px(8))
        self._advice.setSpacing(theme.px(12))
        self._countdown.setFont(theme.font(26, QFont.Weight.Bold))
        self._steps.dress(theme)
        self._questions.dress(theme)
        self._offers.dress(theme)
        self._paint_icon()
        self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Set the text anew for the room there is."""
        super().resizeEvent(event)
        self.fit()

    def fit(self) -> None:
        """Set the card as loosely as its room allows."""
        if self._theme is None:
            return
        for density in DENSITIES:
            self._set(self._theme, density)
            if self.needed_height() <= self.height():
                return
        self.crowded.emit()

    def least_height(self) -> int:
        """Give the height below which something would be cut, however tightly it is set."""
        if self._theme is None:
            return 0
        self._set(self._theme, DENSITIES[-1])
        return self.needed_height()

    def needed_height(self) -> int:
        """Give the height that all parts need at this width."""
        for box in (self._do, self._dont, self._questions):
            box.updateGeometry()
        for layout in (self._top, self._tries, self._advice, self._column):
            layout.invalidate()
        return self._column.totalHeightForWidth(self.width())

    def _set(self, theme: Theme, density: Density) -> None:
        if self._set_for != (theme, density):
            self._set_for = (theme, density)
            self._set_parts(theme, density)
        put_text(self._lines["facts"], (DOT if density.runs_on else "\n").join(self._face.facts))
        self._headline.setFont(self._headline_font(theme, density.headline))
        self._widen_status(theme)

    def _set_parts(self, theme: Theme, density: Density) -> None:
        margin = theme.px(density.margin)
        self._column.setContentsMargins(theme.px(28), margin, theme.px(28), margin)
        self._column.setSpacing(theme.px(density.gap))
        for part in (self._questions, self._offers):
            part.tighten(theme, tight=density.runs_on)
        for label in (self._status, self._countdown_label, self._lines["facts"], self._lines["notice"]):
            label.setFont(theme.font(density.sentence))
        self._lines["cautions"].setFont(theme.font(min(16, density.sentence), QFont.Weight.DemiBold))
        for box in (self._do, self._dont):
            box.dress(theme, density)

    def _headline_font(self, theme: Theme, size: int) -> QFont:
        # A little smaller is better than a last line of one word.
        usual, smaller = (theme.font(px, QFont.Weight.Bold) for px in (size, size * 7 // 8))
        return (
            smaller
            if self._headline_height(theme, smaller) * 4 < self._headline_height(theme, usual) * 3
            else usual
        )

    def _headline_height(self, theme: Theme, font: QFont) -> int:
        room = QRect(0, 0, self.width() - 2 * theme.px(28), 10_000)
        return QFontMetrics(font).boundingRect(room, Qt.TextFlag.TextWordWrap, self._headline.text()).height()

    def _widen_status(self, theme: Theme) -> None:
        # A wrapping label in a row would break long before it has to.
        beside = sum(
            label.sizeHint().width() + theme.px(8)
            for label in (self._countdown_label, self._countdown)
            if not label.isHidden()
        )
        room = self.width() - 2 * theme.px(28) - beside
        line = QFontMetrics(self._status.font()).horizontalAdvance(self._status.text()) + 2
        self._status.setFixedWidth(max(0, min(line, room)))

    def _paint_icon(self) -> None:
        if self._theme is None:
            return
        tone = self._face.tone or "muted"
        self._icon.setPixmap(self._theme.icon(self._face.icon, tone, 24, self.devicePixelRatioF()))

    def _fade(self) -> None:
        wished = self.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, self)
        if not self._fade_ms or not wished or not self.isVisible():
            return
        self._fading.stop()
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        self._fading.setTargetObject(effect)
        self._fading.start()

    def _made_fading(self) -> QPropertyAnimation:
        # One for all moments: the card is its parent, so that one made for each would stay with it for ever.
        fading = QPropertyAnimation(self)
        fading.setPropertyName(QByteArray(b"opacity"))
        fading.setDuration(self._fade_ms)
        fading.setStartValue(0.35)
        fading.setEndValue(1.0)
        fading.setEasingCurve(QEasingCurve.Type.OutCubic)
        fading.finished.connect(self._faded)
        return fading

    @Slot()
    def _faded(self) -> None:
        # An effect left in place would draw every later frame twice.
        self.setGraphicsEffect(None)  # type: ignore[arg-type]
