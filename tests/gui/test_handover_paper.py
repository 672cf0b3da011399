"""The hand-over list on paper: from the shift's end and before the window closes, by F7."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from pos_cancel.domain.errors import LocalError
from pos_cancel.gui.handover_page import HandoverPage
from pos_cancel.presenters.faults import fault_words
from tests.gui.at_the_till import scan, tap
from tests.gui.conftest import MakeMenu
from tests.gui.menu_till import Key, MenuTill, ScriptedPrinter
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import pending

FULL = LocalError("The disk is full.", "Make room.", topic="disk")


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk(cases=(pending(),))


def page(menu: MenuTill) -> HandoverPage:
    found = menu.page
    assert isinstance(found, HandoverPage)
    return found


def printer_of(menu: MenuTill) -> ScriptedPrinter:
    printer = menu.printer.office
    assert isinstance(printer, ScriptedPrinter)
    return printer


def dialog_of(menu: MenuTill) -> QFileDialog:
    (dialog,) = menu.window.findChildren(QFileDialog)
    return dialog


def choose(menu: MenuTill, path: Path) -> None:
    dialog = dialog_of(menu)
    dialog.fileSelected.emit(str(path))
    dialog.reject()


@pytest.mark.parametrize("closes", [False, True])
def test_the_list_goes_into_a_file(
    make_menu: MakeMenu, desk: ScriptedDesk, tmp_path: Path, closes: bool
) -> None:
    menu = make_menu(desk=desk)
    if closes:
        menu.window.close()
    else:
        menu.press(Key.Key_F1, Key.Key_F6)
    menu.press(Key.Key_F7)
    assert dialog_of(menu).acceptMode() is QFileDialog.AcceptMode.AcceptSave
    choose(menu, tmp_path / "list.pdf")
    ((sheet, path),) = printer_of(menu).written
    assert path == tmp_path / "list.pdf"
    assert [entry.head for entry in sheet.entries] == ["Working · K7-204"]
    assert sheet.under[0].startswith("Till 2 · ")
    assert sheet.foot[0].startswith("Manager: ___")
    assert menu.told() == f"The list is in {path}. Print it from there."
    assert menu.window.isVisible()
    assert not desk.handed


def test_who_took_over_stands_on_it_once_that_is_written_down(
    make_menu: MakeMenu, desk: ScriptedDesk, tmp_path: Path
) -> None:
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1, Key.Key_F6)
    page(menu).name.line.setText("Mei Lin")
    assert page(menu).sheet().foot[0].startswith("Manager: ___")
    menu.press(Key.Key_F8, Key.Key_F8)
    tap(page(menu).paper)
    choose(menu, tmp_path / "list.pdf")
    ((sheet, _),) = printer_of(menu).written
    assert sheet.foot == ("Manager: Mei Lin",)
    assert menu.told().startswith("Handed over to Mei Lin")
    assert "list.pdf" in page(menu).message.labels["WayOn"].text()


def test_it_is_told_while_it_is_written_and_when_it_cannot_be(
    make_menu: MakeMenu, desk: ScriptedDesk, tmp_path: Path
) -> None:
    menu = make_menu(desk=desk)
    menu.printer.holds = True
    printer_of(menu).error = FULL
    menu.press(Key.Key_F1, Key.Key_F6, Key.Key_F7)
    choose(menu, tmp_path / "list.pdf")
    assert menu.told() == "Making the PDF …"
    menu.printer.let_go()
    assert menu.told() == fault_words(FULL, menu.window.words)[0]


def test_nothing_open_needs_no_paper_and_a_scanner_asks_for_none(
    make_menu: MakeMenu, desk: ScriptedDesk
) -> None:
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1, Key.Key_F6)
    scan(menu.window)
    page(menu).paper.setFocus()
    scan(menu.window)
    assert not menu.window.findChildren(QFileDialog)
    empty = make_menu(desk=ScriptedDesk())
    empty.press(Key.Key_F1, Key.Key_F6, Key.Key_F7)
    assert not page(empty).paper.isVisible()
    assert not empty.window.findChildren(QFileDialog)
