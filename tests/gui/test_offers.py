"""Numbers to tap: a tap is a scan, in the language of the window, and what is gone takes no room."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from pos_cancel.gui.stages import Deciding
from tests.gui.at_the_till import decided, stage_of
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk


def test_offers_are_scanned_by_a_tap(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(
        desk, offers=(("20261121-REFUND", "refund"), ("20261121-LOST", "lost")), training=True
    )
    first = window.board.offers.findChildren(type(window.board.sale.buttons["next"]))[0]
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert desk.looked == ["20261121-REFUND"]
    assert isinstance(stage_of(window), Deciding)
    assert decided(window).scanned
    assert not window.board.strip.isHidden()


def test_offers_that_are_gone_take_no_room(make_window: MakeWindow) -> None:
    window = make_window(
        offers=(("1-REFUND", "refund"), ("1-LOST", "lost"), ("1-CLOSE", "close")), training=True
    )
    offers = window.board.offers
    three = offers.sizeHint().height()
    offers.show_offers((("1-REFUND", "paid"),), as_scan=True)
    # At once: the card is set for what is there now, long before Qt has taken the others away.
    assert offers.sizeHint().height() < three


def test_offers_speak_the_language_of_the_window(make_window: MakeWindow) -> None:
    window = make_window(offers=(("1-REFUND", "refund"),), training=True)
    shown = window.screen_shown
    assert shown is not None
    assert shown.offers == (("1-REFUND", window.words.text("gui.try.refund")),)
    window.press("language")
    shown = window.screen_shown
    assert shown is not None
    assert shown.offers == (("1-REFUND", window.till.words["zh_CN"].text("gui.try.refund")),)
