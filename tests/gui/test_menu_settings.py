"""The settings in the window: each change holds at once, is on the disk, and a refusal loses nothing."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from pos_cancel.adapters.settings import Settings
from pos_cancel.gui.stages import Deciding
from tests.gui.at_the_till import scan, stage_of, tap
from tests.gui.conftest import MakeMenu
from tests.gui.menu_till import MenuTill, OfficeDesk, ScriptedOffice, real_office, saved

Key = Qt.Key


def chip(menu: MenuTill, name: str) -> QAbstractButton:
    found = menu.view.findChild(QAbstractButton, f"{name}Option")
    assert isinstance(found, QAbstractButton), name
    return found


def write(menu: MenuTill, name: str, text: str) -> None:
    line = menu.view.pages["till"].names[name].line  # type: ignore[attr-defined]
    line.setFocus()
    line.setText(text)
    menu.press(Key.Key_Return)


def test_f1_opens_the_menu_and_esc_goes_back_to_what_was_in_hand(make_menu: MakeMenu) -> None:
    menu = make_menu()
    scan(menu.window)
    before = stage_of(menu.window)
    assert isinstance(before, Deciding)
    menu.press(Key.Key_F1)
    assert menu.view.isVisible()
    assert menu.window.board.isHidden()
    # What is typed now is not for the till behind.
    menu.press(Key.Key_F8, Key.Key_F8, Key.Key_F9)
    menu.press(Key.Key_Escape)
    assert menu.host.view is None
    assert menu.window.board.isVisible()
    assert stage_of(menu.window) == before
    menu.press(Key.Key_F1, Key.Key_F1)
    assert menu.host.view is None


def test_the_header_leads_there_too(make_menu: MakeMenu) -> None:
    menu = make_menu(sets_up=True)
    button = menu.window.board.header.buttons["menu"]
    assert button.text() == "Menu"
    assert menu.window.board.header.buttons["setup"].isHidden()
    tap(button)
    assert menu.view.name == "accounts"


def test_every_choice_holds_at_once_and_is_on_the_disk(make_menu: MakeMenu, tmp_path: Path) -> None:
    office, desk = real_office(tmp_path)
    menu = make_menu(desk, settings=Settings())
    told: list[Settings] = []
    menu.host.settled.connect(told.append)
    menu.press(Key.Key_F1, Key.Key_F3)
    for name in ("language_zh_CN", "theme_high_contrast", "text_size_large", "sounds_off", "take_back_s_3"):
        tap(chip(menu, name))
    wanted = Settings(language="zh_CN", theme="high_contrast", text_size="large", sounds=False, take_back_s=3)
    assert saved(office) == wanted
    assert told[-1] == wanted
    assert menu.window.words.language == "zh_CN"
    assert (menu.window.theme.name, menu.window.theme.zoom) == ("high_contrast", 1.1)
    assert menu.page.panel.hint.text() == "已保存。"
    tap(chip(menu, "language_system"))
    tap(chip(menu, "sounds_on"))
    assert saved(office) == Settings(theme="high_contrast", text_size="large", take_back_s=3)
    assert menu.window.words.language == "en"


def test_names_are_kept_when_their_line_is_left(make_menu: MakeMenu, tmp_path: Path) -> None:
    office, desk = real_office(tmp_path)
    menu = make_menu(desk, settings=Settings())
    menu.press(Key.Key_F1, Key.Key_F4)
    write(menu, "till", "Till 7")
    write(menu, "operator", " 陈 ")
    assert saved(office) == Settings(till="Till 7", operator="陈")
    assert menu.window.till.name == "Till 7"
    assert menu.window.flow.operator == "陈"
    line = menu.view.pages["till"].names["till"].line  # type: ignore[attr-defined]
    line.setText("")
    # Esc goes back, and what was written holds all the same.
    menu.press(Key.Key_Escape)
    assert saved(office).till == ""
    assert menu.window.till.name == "Counter"


def test_a_scan_is_no_name(make_menu: MakeMenu) -> None:
    menu = make_menu()
    menu.press(Key.Key_F1, Key.Key_F4)
    scan(menu.window)
    assert menu.host.flow.settings.till == "Till 2"
    assert menu.view.pages["till"].names["till"].line.text() == "Till 2"  # type: ignore[attr-defined]


def test_a_folder_that_is_not_there_is_told_and_can_be_put_right(make_menu: MakeMenu, tmp_path: Path) -> None:
    office, desk = real_office(tmp_path)
    menu = make_menu(desk, settings=Settings())
    menu.press(Key.Key_F1, Key.Key_F4)
    write(menu, "watch_folder", str(tmp_path / "none"))
    assert menu.told() == "There is no such folder."
    assert menu.view.pages["till"].names["watch_folder"].line.text() == str(tmp_path / "none")  # type: ignore[attr-defined]
    write(menu, "till", "Till 7")
    assert not menu.told()
    assert saved(office) == Settings(till="Till 7")
    write(menu, "watch_folder", str(tmp_path))
    assert saved(office).watch_folder == str(tmp_path)


def test_a_folder_can_be_chosen(make_menu: MakeMenu, tmp_path: Path) -> None:
    office, desk = real_office(tmp_path)
    menu = make_menu(desk, settings=Settings())
    menu.press(Key.Key_F1, Key.Key_F4, Key.Key_F7)
    dialog = menu.view.findChild(QFileDialog, "folderDialog")
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path))
    dialog.reject()
    assert saved(office).watch_folder == str(tmp_path)


def test_the_key_store_that_cannot_be_used_is_not_taken(
    make_menu: MakeMenu, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    office, desk = real_office(tmp_path)
    menu = make_menu(desk, settings=Settings())
    menu.press(Key.Key_F1, Key.Key_F4)
    tap(chip(menu, "key_store_sealed"))
    assert menu.told() == "The system gave this program no key to open the sealed store with."
    assert chip(menu, "key_store_keyring").isChecked()
    assert saved(office) == Settings()


def test_a_disk_that_cannot_be_written_loses_nothing(make_menu: MakeMenu, tmp_path: Path) -> None:
    office, desk = real_office(tmp_path)
    menu = make_menu(desk, settings=Settings())
    obstacle = office.home.path / "settings.toml.new"
    obstacle.mkdir()
    menu.press(Key.Key_F1, Key.Key_F3)
    tap(chip(menu, "theme_dark"))
    assert "cannot be written" in menu.told()
    assert menu.window.theme.name == "dark"
    assert chip(menu, "theme_dark").isChecked()
    assert saved(office) == Settings()
    obstacle.rmdir()
    tap(chip(menu, "text_size_large"))
    assert not menu.told()
    assert saved(office) == Settings(theme="dark", text_size="large")


def test_changes_that_follow_fast_are_all_kept(make_menu: MakeMenu) -> None:
    office = ScriptedOffice()
    desk = OfficeDesk(office, holds=True)
    menu = make_menu(desk)
    menu.press(Key.Key_F1, Key.Key_F3)
    tap(chip(menu, "theme_dark"))
    tap(chip(menu, "sounds_off"))
    tap(chip(menu, "theme_light"))
    desk.let_go()
    assert office.kept == {"theme": "light", "sounds": False}
    assert menu.host.flow.saved


def test_keys_of_the_header_are_kept_as_well(make_menu: MakeMenu, tmp_path: Path) -> None:
    office, desk = real_office(tmp_path)
    menu = make_menu(desk, settings=Settings(language="en", theme="light"))
    menu.press(Key.Key_F10, Key.Key_F12)
    assert saved(office) == Settings(language="zh_CN", theme="dark")
    menu.press(Key.Key_F1, Key.Key_F3, Key.Key_F12)
    assert saved(office).theme == "high_contrast"
    assert chip(menu, "theme_high_contrast").isChecked()


def test_in_training_only_what_the_window_can_do_alone_is_there(make_menu: MakeMenu) -> None:
    menu = make_menu(training=True)
    menu.host = None  # type: ignore[assignment]
    from tests.gui.menu_till import menu_till

    alone = menu_till(menu.window, menu.window._worker, menu.window.theme._looks, None, Settings())  # noqa: SLF001
    alone.host.open()
    assert list(alone.view.pages) == ["screen", "shift"]
    tap(chip(alone, "theme_dark"))
    assert alone.window.theme.name == "dark"
