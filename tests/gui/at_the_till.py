"""What hands do at the till, for tests."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.stages import Deciding, Stage

SCAN = "2026112122001400821234564821"
OTHER_SCAN = "2026112122001400821234560007"


def stage_of(window: MainWindow) -> Stage:
    """Give the moment in hand."""
    return window.flow.stage


def decided(window: MainWindow) -> Deciding:
    """Give the decision that is asked for now."""
    stage = window.flow.stage
    assert isinstance(stage, Deciding), stage
    return stage


def focused(window: MainWindow) -> QWidget:
    """Give the widget that keys go to."""
    return QApplication.focusWidget() or window


def scan(window: MainWindow, number: str = SCAN, end: Qt.Key = Qt.Key.Key_Return) -> None:
    """Scan: all keys at once, into whatever has the focus."""
    QTest.keyClicks(focused(window), number)
    QTest.keyClick(focused(window), end)


def press(window: MainWindow, *keys: Qt.Key) -> None:
    """Press keys one after the other."""
    for key in keys:
        QTest.keyClick(focused(window), key)


def hold(button: QWidget) -> None:
    """Put a finger on the button."""
    QTest.mousePress(button, Qt.MouseButton.LeftButton, pos=_middle(button))


def let_go(button: QWidget) -> None:
    """Take the finger off."""
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton, pos=_middle(button))


def tap(button: QWidget) -> None:
    """Touch it shortly."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, pos=_middle(button))


def _middle(widget: QWidget) -> QPoint:
    return widget.rect().center()
