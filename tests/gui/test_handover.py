"""Shift end and closing: the list, what the customer is told, the name, and who hears of it (R15)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from pos_cancel.domain.case import State
from pos_cancel.domain.errors import JournalError
from pos_cancel.gui import handover_page
from pos_cancel.gui.handover_page import HandoverPage
from pos_cancel.gui.stages import Deciding
from pos_cancel.presenters.faults import fault_words
from tests.gui.at_the_till import hold, let_go, scan, stage_of
from tests.gui.conftest import MakeMenu
from tests.gui.menu_till import MenuTill
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import FULL_CASE, NOW, pending

Key = Qt.Key
LATER = NOW + timedelta(hours=2)
UNSURE = "“We asked Alipay to cancel and do not know the result yet. We keep checking: K7-204.”"
UNSENT = replace(FULL_CASE, id="2", ref="K7-205", state=State.NOT_SENT, deadline=LATER)


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk(cases=(pending(), UNSENT))


def page(menu: MenuTill) -> HandoverPage:
    found = menu.page
    assert isinstance(found, HandoverPage)
    return found


def test_the_list_says_how_each_stands_and_what_the_customer_is_told(
    make_menu: MakeMenu, desk: ScriptedDesk
) -> None:
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1, Key.Key_F6)
    shown = [(row.word.text(), row.amount.text(), row.tell.text()) for row in page(menu).rows]
    assert shown == [
        (
            "Working · K7-204",
            "¥128.00",
            f"Customer asks? {UNSURE}",
        ),
        (
            "Not sent · K7-205",
            "¥128.00",
            "Customer asks? “Nothing was cancelled. The sale stands as it was.”",
        ),
    ]
    assert page(menu).until.text() == "2 open. This till should stay on until 19:00."


def test_a_shift_is_handed_over_by_name(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1, Key.Key_F6)
    button = page(menu).panel.buttons["confirm"]
    assert not button.isEnabled()
    menu.press(Key.Key_F8, Key.Key_F8)
    page(menu).name.line.setText("Mei Lin")
    menu.press(Key.Key_F8, Key.Key_F8)
    assert desk.handed == ["Mei Lin"]
    assert menu.window.isVisible()
    assert menu.told() == "Handed over to Mei Lin at 15:32. It stands in the records."
    assert page(menu).name.line.text() == ""


def test_the_window_closes_only_with_a_name(make_menu: MakeMenu, desk: ScriptedDesk, qtbot: QtBot) -> None:
    menu = make_menu(desk=desk)
    scan(menu.window)
    before = stage_of(menu.window)
    assert isinstance(before, Deciding)
    assert not menu.window.close()
    assert page(menu).headline.text() == "There are open cases"
    assert not menu.view.tabs["screen"].isVisible()
    menu.press(Key.Key_F3)
    assert menu.view.name == "shift"
    menu.press(Key.Key_Escape)
    assert stage_of(menu.window) == before
    assert menu.window.board.isVisible()
    menu.window.close()
    menu.window.close()
    page(menu).name.line.setText("Mei Lin")
    hold(page(menu).panel.buttons["confirm"])
    qtbot.waitUntil(lambda: not menu.window.isVisible(), timeout=2_000)
    assert desk.handed == ["Mei Lin"]


def test_a_short_press_hands_nothing_over(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk, hold_ms=10_000)
    menu.press(Key.Key_F1, Key.Key_F6)
    page(menu).name.line.setText("Mei Lin")
    hold(page(menu).panel.buttons["confirm"])
    let_go(page(menu).panel.buttons["confirm"])
    scan(menu.window)
    menu.press(Key.Key_F8)
    page(menu).name.line.setFocus()
    menu.press(Key.Key_X, Key.Key_F8)
    assert not desk.handed
    assert page(menu).name.line.text() == "Mei Linx"


def test_what_settles_meanwhile_leaves_the_list(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1, Key.Key_F6)
    desk.tell(replace(pending(), state=State.REFUNDED))
    assert [row.word.text() for row in page(menu).rows] == ["Not sent · K7-205"]
    desk.tell(replace(UNSENT, state=State.WITHDRAWN))
    assert page(menu).headline.text() == "Nothing is open. The next shift has nothing to watch."
    assert not page(menu).panel.buttons["confirm"].isVisible()


def test_nothing_open_any_more_lets_the_window_close_without_a_name(
    make_menu: MakeMenu, desk: ScriptedDesk
) -> None:
    menu = make_menu(desk=desk)
    menu.window.close()
    desk.tell(replace(pending(), state=State.REFUNDED))
    desk.tell(replace(UNSENT, state=State.WITHDRAWN))
    menu.press(Key.Key_F8, Key.Key_F8)
    assert not menu.window.isVisible()


def test_a_scanner_confirms_nothing(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1, Key.Key_F6)
    page(menu).name.line.setText("Mei Lin")
    for part in (page(menu).panel.buttons["confirm"], page(menu).panel.buttons["back"], page(menu).name.line):
        part.setFocus()
        scan(menu.window)
        menu.press(Key.Key_Return)
        scan(menu.window, end=Key.Key_Enter)
        if menu.host.view is None:
            # A person's Enter, a moment after the scan's, goes back.
            menu.press(Key.Key_F1, Key.Key_F6)
            page(menu).name.line.setText("Mei Lin")
    assert not desk.handed


# --- Said when it is written down, and not before.
FULL = JournalError(
    "the journal could not be written: disk full", code="journal_full", way_on="Make room on the disk."
)


def ask(menu: MenuTill, *, closes: bool) -> None:
    if closes:
        menu.window.close()
    else:
        menu.press(Key.Key_F1, Key.Key_F6)
    page(menu).name.line.setText("Mei Lin")
    menu.press(Key.Key_F8, Key.Key_F8)


def test_nothing_is_said_before_it_is_written_down(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    desk.holds = True
    ask(menu, closes=False)
    assert menu.told() == "Writing it down …"
    menu.press(Key.Key_F8, Key.Key_F8)
    assert desk.handed == ["Mei Lin"]
    desk.let_go()
    assert menu.told().startswith("Handed over to Mei Lin")
    menu.window.show_language("zh_CN")
    assert menu.told().endswith("已交给Mei Lin，已记录。")


def test_what_could_not_be_written_is_told_and_asked_again(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    desk.hand_over_error = FULL
    ask(menu, closes=False)
    assert menu.told() == fault_words(FULL, menu.window.words)[0]
    assert page(menu).name.line.text() == "Mei Lin"
    desk.hand_over_error = None
    menu.press(Key.Key_F8, Key.Key_F8)
    assert menu.told().startswith("Handed over to Mei Lin")
    assert desk.handed == ["Mei Lin", "Mei Lin"]


def test_a_window_closes_when_it_is_written_down(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    desk.holds = True
    ask(menu, closes=True)
    assert menu.window.isVisible()
    desk.let_go()
    assert not menu.window.isVisible()


def test_a_full_disk_does_not_keep_anybody_at_the_till(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    desk.hand_over_error = FULL
    ask(menu, closes=True)
    assert menu.window.isVisible()
    assert page(menu).message.labels["WayOn"].text() == menu.window.words.text("handover.unwritten")
    menu.press(Key.Key_F8, Key.Key_F8)
    assert not menu.window.isVisible()
    assert desk.handed == ["Mei Lin"]


def test_a_journal_that_does_not_answer_keeps_nobody_either(
    make_menu: MakeMenu, desk: ScriptedDesk, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handover_page, "PATIENCE_MS", 200)
    menu = make_menu(desk=desk)
    desk.holds = True
    ask(menu, closes=True)
    qtbot.waitUntil(page(menu).panel.buttons["confirm"].isEnabled, timeout=5_000)
    menu.press(Key.Key_F8, Key.Key_F8)
    assert not menu.window.isVisible()


def test_going_back_while_it_is_written_leaves_the_window_open(
    make_menu: MakeMenu, desk: ScriptedDesk
) -> None:
    menu = make_menu(desk=desk)
    desk.holds = True
    ask(menu, closes=True)
    menu.press(Key.Key_Escape)
    desk.let_go()
    assert menu.window.isVisible()


def test_a_late_answer_closes_nothing_that_was_not_confirmed(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    desk.holds = True
    ask(menu, closes=True)
    menu.press(Key.Key_Escape)
    menu.window.close()
    desk.let_go()
    assert menu.window.isVisible()


def test_a_shift_that_is_being_handed_over_closes_no_window(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    desk.holds = True
    ask(menu, closes=False)
    menu.press(Key.Key_Escape)
    menu.window.close()
    desk.let_go()
    assert menu.window.isVisible()
