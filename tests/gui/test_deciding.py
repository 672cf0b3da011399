"""The decision: what is asked beside the button, and what is shown before it (outcomes.md R9, R10, R16)."""

from collections.abc import Callable, Iterator
from itertools import count

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest

from pos_cancel.domain.outcome import Reason, Unknown
from pos_cancel.gui.stages import Deciding, Showing
from tests.gui.at_the_till import (
    OTHER_SCAN,
    SCAN,
    decided,
    focused,
    press,
    scan,
    stage_of,
)
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk, StoppedClock
from tests.unit.spoken_cases import FULL_CASE, PAID_SALE, look, look_at, pending

RETURN, TAB, F8 = Qt.Key.Key_Return, Qt.Key.Key_Tab, Qt.Key.Key_F8


def by_hand() -> Callable[[QKeyEvent], int]:
    """Give a clock for keys that come 200 ms apart."""
    times: Iterator[int] = count(0, 200)
    return lambda _: next(times)


def test_a_typed_number_asks_for_the_amount(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk, key_time_ms=by_hand())
    scan(window)
    assert isinstance(stage_of(window), Deciding)
    assert not decided(window).scanned
    assert not window.board.sale.confirm.isEnabled()
    QTest.keyClicks(focused(window), "12.80")
    press(window, RETURN)
    assert "not the amount" in window.board.questions.complaint("amount")
    press(window, F8, F8)
    assert not desk.requests
    focused(window).clear()  # type: ignore[attr-defined]
    QTest.keyClicks(focused(window), "128.00")
    press(window, RETURN)
    assert not desk.requests
    press(window, F8, F8)
    assert [request.overrides for request in desk.requests] == [("typed",)]


def test_paste_is_typed(make_window: MakeWindow) -> None:
    window = make_window()
    QGuiApplication.clipboard().setText(SCAN)
    QTest.keyClick(focused(window), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    press(window, RETURN)
    assert isinstance(stage_of(window), Deciding)
    assert not decided(window).scanned


def test_an_unknown_amount_asks_for_the_number_again_and_a_manager(make_window: MakeWindow) -> None:
    nothing = look(Unknown(Reason.SILENCE), trouble="silence")
    desk = ScriptedDesk(looks={SCAN: nothing})
    window = make_window(desk, key_time_ms=by_hand())
    scan(window)
    QTest.keyClicks(focused(window), SCAN[:-1] + "9")
    press(window, RETURN)
    assert "differ" in window.board.questions.complaint("again")
    window.board.questions.write("again", SCAN)
    window.board.questions.write("manager", "7")
    press(window, F8, F8)
    assert not desk.requests
    window.board.questions.write("manager", "Mei Lin")
    press(window, F8, F8)
    assert [request.approver for request in desk.requests] == ["Mei Lin"]
    assert desk.requests[0].overrides == ("typed", "amount_unknown")


def test_a_scan_into_the_amount_is_a_scan(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    QGuiApplication.clipboard().setText(SCAN)
    QTest.keyClick(focused(window), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    press(window, RETURN)
    assert window.board.questions.has_focus()
    scan(window, OTHER_SCAN)
    assert isinstance(stage_of(window), Deciding)
    assert decided(window).scanned
    assert decided(window).lookup.number.text == OTHER_SCAN


def test_an_open_case_of_the_number_is_shown_and_offers_no_second_one(make_window: MakeWindow) -> None:
    open_one = pending(number=SCAN, next_try_at=None)
    desk = ScriptedDesk(looks={SCAN: look_at(PAID_SALE, earlier=(open_one,))})
    window = make_window(desk)
    scan(window)
    assert stage_of(window) == Showing(open_one, "gui.case.duplicate")
    press(window, F8, F8, Qt.Key.Key_F5, F8, F8)
    assert not desk.requests


def test_a_done_case_is_shown_first_and_a_new_one_needs_a_manager(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(looks={SCAN: look_at(PAID_SALE, earlier=(FULL_CASE,))})
    window = make_window(desk)
    scan(window)
    assert isinstance(stage_of(window), Showing)
    press(window, F8, F8)
    assert not desk.requests
    press(window, Qt.Key.Key_F5)
    press(window, F8, F8)
    assert not desk.requests
    window.board.questions.write("manager", "Mei Lin")
    press(window, F8, F8)
    assert [(request.again, request.approver) for request in desk.requests] == [(True, "Mei Lin")]
    assert desk.requests[0].overrides == ("earlier_case",)


def test_an_old_look_is_taken_again_before_anything_is_sent(
    make_window: MakeWindow, clock: StoppedClock
) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    clock.pass_s(61)
    press(window, F8, F8)
    assert desk.looked == [SCAN, SCAN]
    assert not desk.requests
