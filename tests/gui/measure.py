"""Measures what is shown: which texts there are, and which need more room than they have."""

from collections.abc import Iterator

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from pos_cancel.gui.answer_view import WRAP as ANSWER_WRAP
from pos_cancel.gui.answer_view import AnswerButton
from pos_cancel.gui.card_view import CardView
from pos_cancel.gui.choice_view import ChoiceRow
from pos_cancel.gui.labels import ShortenedLabel, StepLine
from pos_cancel.gui.till_button import WRAP, TillButton

Flags = Qt.TextFlag | Qt.AlignmentFlag
ENDLESS = 10_000


def labels(root: QWidget) -> set[str]:
    """Give the texts of all labels that are shown."""
    return {label.text() for label in root.findChildren(QLabel) if label.isVisible() and label.text()}


def clipped(root: QWidget) -> Iterator[str]:
    """Name everything that needs more room than it has, or stands out of what it is in.

    A `ShortenedLabel` shortens itself on purpose, and so does not count.
    """
    yield from _texts(root)
    yield from _rows(root)
    for line in root.findChildren(QLineEdit):
        wanted = QFontMetrics(line.font()).horizontalAdvance(line.placeholderText())
        if line.isVisible() and wanted > line.width() - 4:
            yield f"{line.objectName()}: {line.placeholderText()!r} needs {wanted}, has {line.width()}"
    for card in root.findChildren(CardView):
        if card.isVisible() and card.needed_height() > card.height():
            yield f"the card needs {card.needed_height()}, has {card.height()}"
    for steps in root.findChildren(StepLine):
        if steps.isVisible() and steps.needed_width() > steps.width():
            yield f"{steps.objectName()} needs {steps.needed_width()}, has {steps.width()}"
    yield from outside(root)


def _texts(root: QWidget) -> Iterator[str]:
    for label in root.findChildren(QLabel):
        if label.isVisible() and label.text() and not isinstance(label, ShortenedLabel):
            flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
            yield from too_large(label, label.contentsRect(), label.font(), flags, label.text())
    for button in root.findChildren(TillButton):
        if button.isVisible():
            text = button.drawn_text()
            yield from too_large(button, button.label_rect(), button.label_font(), WRAP, text, slack=0)


def _rows(root: QWidget) -> Iterator[str]:
    for answer in root.findChildren(AnswerButton):
        if answer.isVisible():
            yield from too_large(answer, answer.label_rect(), answer.label_font(), ANSWER_WRAP, answer.text())
    for row in root.findChildren(ChoiceRow):
        wanted = row.heightForWidth(row.width())
        if row.isVisible() and wanted > row.height():
            yield f"{row.objectName()}: {row.choice.line!r} needs {wanted}, has {row.height()}"
        for strong in (True, False):
            text = row.choice.title if strong else row.choice.line
            longest = max(text.split() or [""], key=len)
            wanted = QFontMetrics(row.text_font(strong=strong)).horizontalAdvance(longest)
            if row.isVisible() and wanted > row.text_room(row.width()):
                yield f"{row.objectName()}: {longest!r} needs {wanted}, has {row.text_room(row.width())}"


def too_large(
    part: QWidget, room: QRect, font: QFont, flags: Flags, text: str, *, slack: int = 1
) -> Iterator[str]:
    """Say it if the text does not fit into the room."""
    rect = QFontMetrics(font).boundingRect(QRect(0, 0, room.width(), ENDLESS), flags, text)
    if rect.height() > room.height() + slack or rect.width() > room.width() + slack:
        yield f"{part.objectName()}: {text!r} needs {rect.size().toTuple()}, has {room.size().toTuple()}"


def outside(root: QWidget) -> Iterator[str]:
    """Name every part that stands out of its parent."""
    for part in root.findChildren(QWidget):
        parent = part.parentWidget()
        if part.isVisible() and parent is not None and not parent.rect().contains(part.geometry()):
            yield f"{part.objectName() or part} stands out of {parent.objectName() or parent}"
