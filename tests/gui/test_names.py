"""Every part that hands can reach has a name for tests and for people, and Enter reaches none."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLabel, QLineEdit, QWidget

from pos_cancel.domain.case import State
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.stages import Leaving
from tests.gui.at_the_till import SCAN, press, scan
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import FULL_CASE, PROFILE, pending

INTERACTIVE = (QAbstractButton, QLineEdit, QAbstractItemView)


def reachable(window: MainWindow) -> list[QWidget]:
    """Give what is shown and can be pressed, written into or chosen from."""
    parts: list[QWidget] = []
    for kind in INTERACTIVE:
        parts += [part for part in window.findChildren(kind) if part.isVisible()]
    return parts


def check(window: MainWindow) -> None:
    for part in reachable(window):
        assert part.objectName(), part
        assert part.accessibleName(), part.objectName()
        if isinstance(part, QAbstractButton):
            assert part.focusPolicy() is Qt.FocusPolicy.NoFocus, part.objectName()
    names = [part.objectName() for part in reachable(window)]
    assert len(names) == len(set(names))
    for label in window.findChildren(QLabel):
        # An accessible name would hide what the label says.
        assert not label.accessibleName()


def test_everything_is_named_at_every_moment(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(cases=(pending(),), profiles=(PROFILE, replace(PROFILE, name="other")))
    window = make_window(desk, offers=(("1-REFUND", "refund"),))
    check(window)
    scan(window)
    check(window)
    press(window, Qt.Key.Key_F8, Qt.Key.Key_F8)
    check(window)
    for state, action in ((State.CALL_SUPPORT, "end"), (State.NOT_SENT, "withdraw")):
        window.flow.show_case(replace(FULL_CASE, state=state))
        check(window)
        window.press(action)
        check(window)
    window.flow.leave(Leaving((pending(),), 1, pending().deadline))
    check(window)
    window.resize(820, 600)
    check(window)


def test_no_key_of_a_scanner_reaches_a_button(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    decision = window.flow.stage
    for button in window.findChildren(QAbstractButton):
        for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_Tab):
            QTest.keyClick(button, key)
    assert window.flow.stage == decision
    assert not desk.requests
    assert desk.looked == [SCAN]
