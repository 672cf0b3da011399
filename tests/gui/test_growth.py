"""What a moment needs goes with it: nothing of the window grows from customer to customer."""

import pytest
from PySide6.QtCore import QObject, QPropertyAnimation, Qt
from pytestqt.qtbot import QtBot

from pos_cancel.gui.theme import Looks, Theme
from tests.gui.at_the_till import press, scan
from tests.gui.conftest import MakeWindow

CUSTOMERS = 5


def test_a_window_has_as_many_objects_after_many_customers_as_after_one(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(fade_ms=20)

    def serve() -> list[QObject]:
        scan(window)
        press(window, Qt.Key.Key_F8, Qt.Key.Key_F8, Qt.Key.Key_F9)
        (fading,) = window.board.card.findChildren(QPropertyAnimation)
        qtbot.waitUntil(lambda: fading.state() is QPropertyAnimation.State.Stopped)
        return window.findChildren(QObject)

    before = len(serve())
    assert [len(serve()) for _ in range(CUSTOMERS)] == [before] * CUSTOMERS
    assert window.board.card.graphicsEffect() is None


@pytest.mark.parametrize("name", ["light", "dark"])
def test_an_icon_is_drawn_once(qtbot: QtBot, looks: Looks, name: str) -> None:
    theme = Theme(looks, name)
    icon = theme.icon("receipt", "act", 24)
    # Qt keeps a copy of each picture it has painted, by this key.
    assert theme.icon("receipt", "act", 24).cacheKey() == icon.cacheKey()
    assert theme.icon("receipt", "act", 30).cacheKey() != icon.cacheKey()
    assert theme.icon("receipt", "muted", 24).toImage() != icon.toImage()
