"""The menu by keyboard alone: everything is reached with Tab, named, and drawn where the keys go."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from tests.gui.at_the_till import scan
from tests.gui.conftest import MakeMenu
from tests.gui.drill_till import Fingers
from tests.gui.menu_till import MenuTill, ScriptedOffice
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import pending, words_of

Key = Qt.Key
PAGES = {
    "accounts": Key.Key_F2,
    "screen": Key.Key_F3,
    "till": Key.Key_F4,
    "check": Key.Key_F5,
    "shift": Key.Key_F6,
}
INTERACTIVE = (QAbstractButton, QLineEdit)


def parts(menu: MenuTill) -> list[QWidget]:
    found: list[QWidget] = []
    for kind in INTERACTIVE:
        found += [part for part in menu.view.findChildren(kind) if part.isVisible()]
    return found


def walked(menu: MenuTill) -> set[str]:
    """Give what has the focus one after the other; arrows go through the values of a setting."""
    seen: set[str] = set()
    for _ in range(24):
        menu.press(Key.Key_Tab)
        seen.add(menu.focused.objectName())
    return seen


@pytest.mark.parametrize("page", PAGES)
def test_tab_reaches_everything(make_menu: MakeMenu, page: str) -> None:
    menu = make_menu(desk=ScriptedDesk(cases=(pending(),)))
    menu.press(Key.Key_F1, PAGES[page])
    if page == "shift":
        menu.page.name.line.setText("Mei Lin")  # type: ignore[attr-defined]
    seen = walked(menu)
    for part in parts(menu):
        is_other_value = isinstance(part, QAbstractButton) and part.isCheckable() and not part.isChecked()
        assert part.objectName() in seen or is_other_value, part.objectName()
        assert part.objectName()
        assert part.accessibleName(), part.objectName()
    names = [part.objectName() for part in parts(menu)]
    assert len(names) == len(set(names))
    for label in menu.view.findChildren(QLabel):
        assert not label.accessibleName()


def test_arrows_and_space_choose(make_menu: MakeMenu) -> None:
    menu = make_menu()
    menu.press(Key.Key_F1, Key.Key_F3)
    assert menu.focused.objectName() == "language_enOption"
    menu.press(Key.Key_Right)
    assert menu.focused.objectName() == "language_zh_CNOption"
    menu.press(Key.Key_Space)
    assert menu.window.words.language == "zh_CN"


def test_the_focus_is_seen(make_menu: MakeMenu) -> None:
    menu = make_menu()
    menu.press(Key.Key_F1, Key.Key_F3)
    for part in [part for part in parts(menu) if part.focusPolicy() is Qt.FocusPolicy.StrongFocus]:
        menu.view.setFocus()
        QApplication.processEvents()
        without = part.grab().toImage()
        part.setFocus()
        QApplication.processEvents()
        assert part.grab().toImage() != without, part.objectName()


def test_enter_presses_what_has_the_focus_and_a_scan_does_not(make_menu: MakeMenu) -> None:
    office, fingers = ScriptedOffice(), Fingers()
    menu = make_menu(office, key_time_ms=fingers)
    menu.press(Key.Key_F1)
    menu.page.panel.buttons["test"].setFocus()
    fingers.gap_ms = 5
    scan(menu.window)
    # Some scanners send their end twice.
    menu.press(Key.Key_Return)
    assert not office.asked
    assert menu.told() == words_of("en").text("menu.scanned")
    fingers.gap_ms = 300
    menu.press(Key.Key_Return)
    assert office.asked == ["test shop-1"]
    menu.press(Key.Key_Space)
    assert office.asked == ["test shop-1"] * 2
