"""Nothing but the window itself, and the dialogues it opens, is ever a window of its own.

A part that is shown before it stands in its place is one for a moment: it flickers over the till, and takes
the keys and the next scan with it.
"""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from pos_cancel.domain.finding import Finding, Report
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.setup_host import Assistant, SetupHost
from tests.gui.at_the_till import press, scan
from tests.gui.conftest import MakeMenu, MakeWindow
from tests.gui.drill_till import drilled, go_through
from tests.gui.menu_till import OfficeDesk, ScriptedOffice
from tests.gui.scripted_desk import ScriptedDesk
from tests.gui.setup_scenes import scenes
from tests.gui.setup_stage import show_state
from tests.unit.spoken_cases import FULL_CASE, pending

Key = Qt.Key


class Porter(QObject):
    """Writes down what is shown as a window."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def eventFilter(self, receiver: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        shown = event.type() is QEvent.Type.Show and isinstance(receiver, QWidget) and receiver.isWindow()
        if shown and not isinstance(receiver, MainWindow | QDialog):
            self.seen.append(f"{type(receiver).__name__} {receiver.objectName()}")
        return False


@pytest.fixture
def porter(qapp: QApplication) -> Iterator[Porter]:
    watch = Porter()
    qapp.installEventFilter(watch)
    yield watch
    qapp.removeEventFilter(watch)
    assert watch.seen == []


def test_a_sale_and_its_outcome(make_window: MakeWindow, porter: Porter) -> None:
    window = make_window(ScriptedDesk(cases=(pending(), FULL_CASE)))
    scan(window)
    press(window, Key.Key_F8, Key.Key_F8)
    window.show_case(pending())
    for name in ("open_cases", "language", "theme", "next"):
        window.press(name)
    window.resize(800, 560)


def test_the_menu_over_open_cases(make_menu: MakeMenu, porter: Porter, qtbot: QtBot) -> None:
    office = ScriptedOffice(report=Report([Finding("journal", "", known={"detail": "3"})]))
    menu = make_menu(office, desk=ScriptedDesk(cases=(pending(),)))
    menu.press(Key.Key_F1)
    for name, tab in menu.view.tabs.items():
        tab.click()
        assert menu.view.name == name
        menu.window.show_language("zh_CN")
    menu.press(Key.Key_Escape)
    menu.window.close()
    qtbot.wait(50)
    # Whose window is taken away has no keys any more.
    assert menu.window.isActiveWindow()


def test_the_drill(make_window: MakeWindow, porter: Porter) -> None:
    _, view = drilled(make_window(training=True))
    go_through(view, missed=(1, 3))


def test_the_assistant(make_window: MakeWindow, porter: Porter) -> None:
    window = make_window(sets_up=True)
    host = SetupHost(window, Assistant(OfficeDesk(None, holds=True), lambda _: None))
    host.open(first=True)
    assert host.view is not None
    for state in scenes().values():
        show_state(host.view, state)
    window.show_language("zh_TW")
