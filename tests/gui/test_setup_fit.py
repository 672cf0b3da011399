"""Nothing of the assistant is clipped: every page and mistake, in every language, at every size."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QPlainTextEdit, QWidget

from pos_cancel.gui.application import application
from pos_cancel.gui.choice_view import ChoiceRow
from pos_cancel.gui.main_window import SMALLEST
from pos_cancel.gui.setup_state import Page
from pos_cancel.gui.setup_view import SetupView
from pos_cancel.gui.theme import Looks, Theme, scale_for
from pos_cancel.gui.till_button import WRAP, TillButton
from pos_cancel.presenters.wording import Wording
from tests.gui.setup_scenes import scenes
from tests.gui.setup_stage import show_state, still_view
from tests.unit.spoken_cases import words_of

LANGUAGES = ("en", "zh_CN", "zh_TW")
SIZES = {"smallest": QSize(*SMALLEST), "till": QSize(1024, 600), "200 %": QSize(2048, 1200)}


def dressed(words: Wording, looks: Looks, size: QSize) -> SetupView:
    theme = Theme(looks, "light").resized(scale_for(size))
    view = still_view(words, theme)
    view.setStyleSheet(theme.style())
    view.resize(size)
    view.dress(theme)
    view.show()
    return view


def clipped(view: SetupView) -> Iterator[str]:
    """Name everything that needs more room than it has, or stands out of what it is in."""
    for label in view.findChildren(QLabel):
        if label.isVisible() and label.text():
            flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
            yield from too_large(label, label.contentsRect(), label.font(), flags, label.text())
    for button in view.findChildren(TillButton):
        if button.isVisible():
            label_text = button.drawn_text()
            yield from too_large(button, button.label_rect(), button.label_font(), WRAP, label_text)
    for row in view.findChildren(ChoiceRow):
        wanted = max(row.text_size(strong=strong).width() for strong in (True, False))
        if row.isVisible() and wanted > row.width() - row.text_left() - row.height() // 2:
            yield f"{row.objectName()}: {row.choice.line!r} needs {wanted}"
    for line in view.findChildren(QLineEdit):
        wanted = QFontMetrics(line.font()).horizontalAdvance(line.placeholderText())
        if line.isVisible() and wanted > line.width() - 24:
            yield f"{line.objectName()}: {line.placeholderText()!r} needs {wanted}, has {line.width()}"
    if view.needed_height() > view.card.height():
        yield f"the card needs {view.needed_height()}, has {view.card.height()}"
    yield from outside(view)


def too_large(
    part: QWidget, room: QRect, font: QFont, flags: Qt.TextFlag | Qt.AlignmentFlag, text: str
) -> Iterator[str]:
    rect = QFontMetrics(font).boundingRect(QRect(0, 0, room.width(), 10_000), flags, text)
    if rect.height() > room.height() + 1 or rect.width() > room.width() + 1:
        yield f"{part.objectName()}: {text!r} needs {rect.size()}, has {room.size()}"


def outside(view: SetupView) -> Iterator[str]:
    for part in view.findChildren(QWidget):
        if part.isVisible() and part.parentWidget() is not None:
            place = QRect(part.mapTo(view, part.rect().topLeft()), part.size())
            if not view.rect().contains(place):
                yield f"{part.objectName() or part} stands out of the page"


@pytest.mark.parametrize(
    ("language", "size"), [*((language, size) for language in LANGUAGES for size in SIZES), ("qps", "till")]
)
def test_every_page_and_mistake_fits(qapp: QApplication, looks: Looks, language: str, size: str) -> None:
    application(looks)
    view = dressed(words_of(language), looks, SIZES[size])
    found = []
    for name, state in scenes().items():
        show_state(view, state)
        QApplication.processEvents()
        found += [f"{name} {what}" for what in clipped(view)]
    view.close()
    assert not found, "\n".join(found)


def test_a_code_can_be_read_by_a_phone_at_every_length(qapp: QApplication, looks: Looks) -> None:
    application(looks)
    view = dressed(words_of("en"), looks, SIZES["till"])
    for name, least in (("07-qr-code", 4), ("07-qr-code-4096", 3), ("07-our-public-key", 2)):
        show_state(view, scenes()[name])
        QApplication.processEvents()
        assert view.paper.code.square_px >= least, name
    view.close()


def test_everything_that_hands_reach_has_a_name(qapp: QApplication, looks: Looks) -> None:
    application(looks)
    view = dressed(words_of("en"), looks, SIZES["till"])
    for name, state in scenes().items():
        show_state(view, state)
        parts = [
            part
            for kind in (QAbstractButton, QLineEdit, QPlainTextEdit)
            for part in view.findChildren(kind)
            if part.isVisible()
        ]
        names = [part.objectName() for part in parts]
        assert len(set(names)) == len(names), name
        for part in (*parts, *([view.taker] if view.taker.isVisible() else [])):
            assert part.objectName(), (name, part)
            assert part.accessibleName(), (name, part.objectName())
    view.close()


def test_keys_are_shown_once_on_every_page(qapp: QApplication, looks: Looks) -> None:
    application(looks)
    view = dressed(words_of("en"), looks, SIZES["till"])
    for name, state in scenes().items():
        show_state(view, state)
        keys = [button.key for button in view.buttons.values() if button.isVisible()]
        assert len(set(keys)) == len(keys), name
        assert "Enter" in keys
        if state.page not in {Page.WELCOME, Page.DONE, Page.LEAVE}:
            assert "Esc" in keys, name
    view.close()
