"""Scans, Enter and the one decision: nothing is confirmed by a scanner (outcomes.md R10)."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pos_cancel.gui.open_cases_model import CASE_ROLE
from pos_cancel.gui.stages import Deciding, Inviting, Looking, Showing
from tests.gui.at_the_till import (
    OTHER_SCAN,
    SCAN,
    decided,
    focused,
    hold,
    let_go,
    press,
    scan,
    stage_of,
    tap,
)
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk

RETURN, TAB, F8 = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_F8


@pytest.mark.parametrize("end", [RETURN, Qt.Key.Key_Enter, TAB])
def test_a_scan_looks_up_once_and_submits_nothing(make_window: MakeWindow, end: Qt.Key) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window, end=end)
    assert desk.looked == [SCAN]
    assert isinstance(stage_of(window), Deciding)
    assert decided(window).scanned
    assert window.board.questions.isHidden()
    assert not desk.requests


def test_double_enter_and_more_confirm_nothing(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    press(window, RETURN, RETURN, Qt.Key.Key_Space, TAB, RETURN, Qt.Key.Key_Enter)
    scan(window)
    assert not desk.requests
    assert isinstance(stage_of(window), Deciding)


def test_carriage_return_and_line_feed_are_one_end(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    QTest.keyClick(focused(window), Qt.Key.Key_J, Qt.KeyboardModifier.ControlModifier)
    assert desk.looked == [SCAN]
    assert isinstance(stage_of(window), Deciding)
    assert not window.board.scan.field.text()


def test_a_number_that_is_being_looked_up_is_not_asked_for_twice(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(holds=True)
    window = make_window(desk)
    scan(window)
    scan(window)
    assert desk.looked == [SCAN]
    scan(window, OTHER_SCAN)
    assert desk.looked == [SCAN, OTHER_SCAN]
    assert isinstance(stage_of(window), Looking)


def test_a_scan_during_a_pending_case_begins_the_next_sale(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    press(window, F8, F8)
    assert len(desk.requests) == 1
    assert isinstance(stage_of(window), Showing)
    scan(window, OTHER_SCAN)
    press(window, RETURN)
    assert desk.looked == [SCAN, OTHER_SCAN]
    assert isinstance(stage_of(window), Deciding)
    assert len(desk.requests) == 1
    assert window.cases.index(0).data(CASE_ROLE).number == SCAN


def test_holding_the_button_confirms_once(make_window: MakeWindow, qtbot: QtBot) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    button = window.board.sale.confirm
    with qtbot.waitSignal(button.confirmed, timeout=2_000):
        hold(button)
    let_go(button)
    assert [request.number.text for request in desk.requests] == [SCAN]
    assert desk.requests[0].overrides == ()
    assert isinstance(stage_of(window), Showing)


def test_a_short_touch_and_a_double_one_confirm_nothing(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk, hold_ms=60_000)
    scan(window)
    button = window.board.sale.confirm
    tap(button)
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton)
    assert not desk.requests
    assert window.board.sale.hint.text() == "Released too early. Nothing was sent."


def test_the_key_twice_confirms(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    press(window, F8)
    assert not desk.requests
    assert window.board.sale.confirm.is_armed
    press(window, F8)
    press(window, F8, F8)
    assert len(desk.requests) == 1


@pytest.mark.parametrize("between", ["scan", "other scan", "digit", "enter", "f2"])
def test_anything_between_the_two_presses_disarms(make_window: MakeWindow, between: str) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    press(window, F8)
    match between:
        case "scan":
            scan(window)
        case "other scan":
            scan(window, OTHER_SCAN)
        case "digit":
            press(window, Qt.Key.Key_1)
        case "enter":
            press(window, RETURN)
        case _:
            press(window, Qt.Key.Key_F2)
    press(window, F8)
    assert not desk.requests


def test_a_key_that_is_held_down_presses_once(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    for _ in range(3):
        repeated = QKeyEvent(
            QKeyEvent.Type.KeyPress, F8, Qt.KeyboardModifier.NoModifier, "", autorep=True, count=1
        )
        window.keyPressEvent(repeated)
    press(window, F8)
    assert not desk.requests


def test_half_a_number_in_the_field_spoils_no_scan(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    times = iter([0, 500, *range(2_000, 2_100)])
    window = make_window(desk, key_time_ms=lambda _: next(times))
    QTest.keyClicks(focused(window), "77")
    scan(window)
    assert desk.looked == [SCAN]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("", "There is no number to look for."), ("1" * 65, "65 characters"), ("   ", "no number")],
)
def test_bad_input_gets_a_sentence_and_the_field_stays_ready(
    make_window: MakeWindow, text: str, sentence: str
) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window, text)
    screen = window.screen_shown
    assert screen is not None
    assert sentence in screen.face.headline
    assert screen.face.status
    assert not desk.looked
    assert window.board.scan.field.hasFocus()
    scan(window)
    assert desk.looked == [SCAN]


def test_next_customer_puts_the_sale_away(make_window: MakeWindow) -> None:
    window = make_window()
    scan(window)
    press(window, Qt.Key.Key_F9)
    assert stage_of(window) == Inviting()
    scan(window)
    press(window, Qt.Key.Key_Escape)
    assert stage_of(window) == Inviting()
    assert window.board.scan.field.hasFocus()


def test_what_is_typed_beside_the_field_goes_into_it(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    window.board.scan.field.clearFocus()
    for character in SCAN:
        QTest.keyClicks(focused(window), character)
    press(window, RETURN)
    assert desk.looked == [SCAN]


def test_a_look_that_comes_too_late_changes_nothing(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(holds=True)
    window = make_window(desk)
    scan(window)
    press(window, Qt.Key.Key_F9)
    desk.let_go()
    assert stage_of(window) == Inviting()
