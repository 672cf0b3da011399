"""Labels that the card is made of: one that shortens a long line, one that draws the five steps."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QSizePolicy, QWidget

from pos_cancel.gui.theme import Theme

DOT = " · "
# How the presenter begins a number of which it shows the end.
SHORTENED = "…"


def named_label(name: str, *, wrap: bool = False) -> QLabel:
    """Make an empty label that takes no room until it has a text."""
    label = QLabel()
    label.setObjectName(name)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    label.hide()
    return label


def put_text(label: QLabel, text: str) -> None:
    """Show the text, or hide the label if there is none. To be called once the label stands in its place."""
    if label.text() != text:
        label.setText(text)
    label.setVisible(bool(text))


@contextmanager
def laid_out_once(widget: QWidget) -> Iterator[None]:
    """Let the layouts of a widget, and of all that it lies in, rest while several of its parts change.

    Qt lays everything out anew, up to the window, for each part that is shown.
    """
    layouts: list[QLayout] = []
    place: QWidget | None = widget
    while place is not None:
        layout = place.layout()
        if layout is not None:
            layouts.append(layout)
        place = place.parentWidget()
    for layout in layouts:
        layout.setEnabled(False)
    try:
        yield
    finally:
        for layout in layouts:
            layout.setEnabled(True)


def put_tone(widget: QWidget, tone: str) -> None:
    """Set the one property the style sheet knows and let it take effect."""
    if widget.property("tone") == tone:
        return
    widget.setProperty("tone", tone)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


class ShortenedLabel(QLabel):
    """Parts joined by a middle dot, in one line or else in a line each.

    Where even that is too long, a part goes, and the last one keeps its end: people compare the end of
    a number.
    """

    def __init__(self, name: str) -> None:
        """Make an empty label."""
        super().__init__()
        self.setObjectName(name)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def shown_text(self) -> str:
        """Give the lines that fit."""
        metrics, text = QFontMetrics(self.font()), self.text()
        if metrics.horizontalAdvance(text) <= self.width():
            return text
        *before, last = text.split(DOT)
        if metrics.horizontalAdvance(last) > self.width() and SHORTENED in last:
            last = last[last.index(SHORTENED) :]
        shown = [part for part in before if metrics.horizontalAdvance(part) <= self.width()]
        return "\n".join([*shown, metrics.elidedText(last, Qt.TextElideMode.ElideLeft, self.width())])

    def minimumSizeHint(self) -> QSize:
        """Give room for the lines that are shown, at most two."""
        metrics = QFontMetrics(self.font())
        return QSize(0, metrics.lineSpacing() * min(2, self.shown_text().count("\n") + 1))

    def sizeHint(self) -> QSize:
        """Give the same room."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(
            self.rect(), Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.shown_text()
        )


class StepLine(QFrame):
    """How far it got: a word for each step, with a filled dot before each that was reached.

    Where there is no room for all of the words, only the last step that was reached has one.
    """

    def __init__(self) -> None:
        """Make an empty line."""
        super().__init__()
        self.setObjectName("steps")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._steps: tuple[tuple[str, bool], ...] = ()
        self._theme: Theme | None = None

    def dress(self, theme: Theme) -> None:
        """Put on a theme."""
        self._theme = theme
        self.setFixedHeight(self._metrics().height() + theme.px(2))
        self.update()

    def show_steps(self, steps: tuple[tuple[str, bool], ...]) -> None:
        """Show the steps, or nothing."""
        self._steps = steps
        self.setVisible(bool(steps))
        reached = [label for label, done in steps if done]
        self.setAccessibleName(", ".join(reached))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Give the width of all five."""
        return QSize(self._width_of(self._labels(whole=True)), self.height())

    def needed_width(self) -> int:
        """Give the width of what is shown."""
        return self._width_of(self._labels())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say more or less."""
        super().resizeEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw dots and words."""
        theme = self._theme
        if theme is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font(theme))
        left, radius, middle = 0, theme.px(4), self.height() / 2
        labels = self._labels()
        steps = zip(labels, (done for _, done in self._steps), self._ends(labels), strict=True)
        for label, done, end in steps:
            colour = theme.colour("working" if done else "muted")
            painter.setPen(QPen(colour, theme.px(2)))
            painter.setBrush(colour if done else Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(left + radius + 1, middle), radius, radius)
            room = QRect(left + theme.px(15), 0, end - left, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, label)
            left = end + theme.px(14)

    def _labels(self, *, whole: bool = False) -> list[str]:
        """Give the words that there is room for; with `whole` all of them."""
        labels = [label for label, _ in self._steps]
        if whole or self._width_of(labels) <= self.width():
            return labels
        reached = sum(done for _, done in self._steps)
        return [label if place == reached - 1 else "" for place, label in enumerate(labels)]

    def _width_of(self, labels: list[str]) -> int:
        return self._ends(labels)[-1] if labels and self._theme else 0

    def _ends(self, labels: list[str]) -> list[int]:
        theme, ends, left = self._theme, list[int](), 0
        if theme is None:
            return ends
        for label in labels:
            word = theme.px(15) + self._metrics().horizontalAdvance(label) if label else theme.px(8)
            ends.append(left + word)
            left = ends[-1] + theme.px(14)
        return ends

    def _metrics(self) -> QFontMetrics:
        return QFontMetrics(self._font(self._theme) if self._theme else self.font())

    @staticmethod
    def _font(theme: Theme) -> QFont:
        return theme.font(14, QFont.Weight.DemiBold)
