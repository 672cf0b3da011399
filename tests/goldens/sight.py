"""What is wrong with a card that is shown: texts that are clipped, overlap, are missing or show no glyph."""

from collections.abc import Iterator
from dataclasses import fields
from itertools import combinations

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage, QRawFont
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget

from pos_cancel.gui.labels import StepLine
from pos_cancel.gui.main_window import MainWindow
from tests.goldens.grid import pixels
from tests.gui.measure import clipped

# These parts of a face are drawn, or spoken by another part.
NOT_WRITTEN = frozenset({"tone", "icon", "steps"})
BYTES_OF_A_PIXEL = 4
# Joins and breaks of a line take no glyph.
UNSEEN = frozenset("\n\u00a0\u2060 ")


class Letters:
    """Knows which letters the bundled fonts have."""

    def __init__(self, fonts: tuple[str, ...]) -> None:
        self._fonts = [QRawFont(path, 18.0) for path in fonts]
        self._known: dict[str, bool] = dict.fromkeys(UNSEEN, True)

    def missing(self, text: str) -> str:
        """Give the letters of a text that no bundled font has."""
        return "".join(sorted({letter for letter in text if not self._has(letter)}))

    def _has(self, letter: str) -> bool:
        if letter not in self._known:
            self._known[letter] = any(font.supportsCharacter(ord(letter)) for font in self._fonts)
        return self._known[letter]


def troubles(window: MainWindow, image: QImage, letters: Letters) -> list[str]:
    """Name everything that a person could not read."""
    return [
        *clipped(window),
        *_overlapping(window),
        *_missing(window),
        *_blank(window, image),
        *_without_glyph(window, letters),
    ]


def written(window: MainWindow) -> Iterator[tuple[QWidget, str]]:
    """Give every part that is shown with a text, and the text."""
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text():
            yield label, label.text()
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            yield button, button.text()
    for line in window.findChildren(StepLine):
        if line.isVisible():
            yield line, "".join(label for label, _ in line._steps)  # noqa: SLF001 - there is no other way to its words


def place_of(part: QWidget, window: QWidget) -> QRect:
    """Give where a part stands in the window."""
    return QRect(part.mapTo(window, QPoint(0, 0)), part.size())


def _overlapping(window: MainWindow) -> Iterator[str]:
    placed = [(part, text, place_of(part, window)) for part, text in written(window)]
    for (part, text, place), (other, other_text, other_place) in combinations(placed, 2):
        if place.intersects(other_place) and not (part.isAncestorOf(other) or other.isAncestorOf(part)):
            yield f"{part.objectName()} {text!r} lies over {other.objectName()} {other_text!r}"
    for part, text, place in placed:
        if not window.rect().contains(place):
            yield f"{part.objectName()} {text!r} stands out of the window"
        elif part.visibleRegion().boundingRect() != part.rect():
            yield f"{part.objectName()} {text!r} is cut by what it stands in"


def _missing(window: MainWindow) -> Iterator[str]:
    screen = window.screen_shown
    if screen is None:
        yield "nothing is shown"
        return
    face = {each.name: getattr(screen.face, each.name) for each in fields(screen.face)}
    wanted = [text for name, text in face.items() if name not in NOT_WRITTEN]
    wanted = ["\n".join(text) if isinstance(text, tuple) else text for text in wanted]
    shown = {text for _, text in written(window)}
    for text in (*wanted, screen.amount, screen.sale_line, *screen.buttons.values()):
        if text and text not in shown:
            yield f"{text!r} is not on the screen"


def _blank(window: MainWindow, image: QImage) -> Iterator[str]:
    for part, text in written(window):
        raw = pixels(image, place_of(part, window))
        if raw == raw[:BYTES_OF_A_PIXEL] * (len(raw) // BYTES_OF_A_PIXEL):
            yield f"{part.objectName()} {text!r} is drawn in the colour of its ground"


def _without_glyph(window: MainWindow, letters: Letters) -> Iterator[str]:
    for part, text in written(window):
        if missing := letters.missing(text):
            yield f"{part.objectName()}: no bundled font has {missing!r} of {text!r}"
