"""A scan while something else stands in the place of the till is told so, and presses nothing."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from pos_cancel.gui.setup_state import Page
from tests.gui.at_the_till import scan
from tests.gui.conftest import MakeMenu, StartTill
from tests.gui.drill_till import Fingers
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import pending, words_of

Key = Qt.Key
NUMBER = "2026112122001"


def test_in_the_assistant_it_chooses_no_row_and_goes_nowhere(start_till: StartTill) -> None:
    start = start_till()
    start.enter(Page.GATEWAY)
    before = start.view.choices.name
    start.scan(NUMBER)
    assert start.state.page is Page.GATEWAY
    assert start.view.choices.name == before
    assert start.told() == words_of("en").text("setup.scanned")
    # A second end is the scanner's as well.
    start.fingers.gap_ms = 60
    start.press(Key.Key_Return)
    assert start.state.page is Page.GATEWAY
    start.fingers.gap_ms = 300
    start.enter(Page.PLACE)
    assert start.told() != words_of("en").text("setup.scanned")


def test_in_a_line_of_the_assistant_it_only_fills(start_till: StartTill) -> None:
    start = start_till()
    start.enter(Page.GATEWAY)
    start.enter(Page.PLACE)
    start.press(Key.Key_Up)
    start.enter(Page.ADDRESS)
    start.scan("https://gateway.example")
    assert start.state.page is Page.ADDRESS
    assert start.view.form.said()["address"] == "https://gateway.example"
    start.enter(Page.ACCOUNT)


def test_in_a_line_of_the_menu_capitals_belong_to_it(make_menu: MakeMenu) -> None:
    fingers = Fingers()
    menu = make_menu(desk=ScriptedDesk(cases=(pending(),)), key_time_ms=fingers)
    menu.press(Key.Key_F1, Key.Key_F6)
    line = menu.focused
    fingers.gap_ms = 5
    for character in "R-1001-REFUND":
        if character.isupper():
            # As an X server sends it: the Shift comes as a key of its own, without a text.
            shift = QKeyEvent(
                QKeyEvent.Type.KeyPress, Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier, "", False, 1
            )
            QApplication.sendEvent(line, shift)
        menu.press(Key(ord(character)))
    scan(menu.window, "")
    assert line.property("text") == ""
    assert menu.told() == words_of("en").text("menu.scanned")


def test_in_the_menu_a_digit_sent_twice_at_once_belongs_to_it(make_menu: MakeMenu) -> None:
    fingers = Fingers()
    menu = make_menu(key_time_ms=fingers)
    menu.press(Key.Key_F1)
    menu.page.panel.buttons["test"].setFocus()
    fingers.gap_ms = 0
    for place in range(10):
        # Qt takes the same key within a millisecond for one that is held down.
        key = QKeyEvent(QKeyEvent.Type.KeyPress, Key.Key_1, Qt.KeyboardModifier.NoModifier, "1", place > 0, 1)
        QApplication.sendEvent(menu.focused, key)
    menu.press(Key.Key_Return)
    assert menu.told() == words_of("en").text("menu.scanned")
