"""The check in the window: numbered, in words, done behind the window, and done again when asked."""

from dataclasses import replace

from PySide6.QtCore import Qt

from pos_cancel import __version__
from pos_cancel.domain.case import State
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.finding import Finding, Report
from tests.gui.conftest import MakeMenu
from tests.gui.menu_till import MenuTill, OfficeDesk, ScriptedOffice
from tests.unit.spoken_cases import FULL_CASE

Key = Qt.Key
UNSENT = replace(FULL_CASE, state=State.NOT_SENT)


def told(menu: MenuTill) -> list[tuple[str, ...]]:
    return [tuple(label.text() for label in row.labels.values()) for row in menu.page.rows]  # type: ignore[attr-defined]


def test_what_is_wrong_is_told_by_number(make_menu: MakeMenu) -> None:
    report = Report(facts={"profiles": ["shop-1"], "open": ["K7-204"]}, cases=[UNSENT])
    report.findings = [Finding("key_missing", "x", about="Counter 2")]
    menu = make_menu(ScriptedOffice(report=report))
    menu.press(Key.Key_F1, Key.Key_F5)
    assert told(menu) == [
        (
            "1",
            "Call",
            "Counter 2: Not all keys of this account are on this till.",
            "Have the keys imported, or remove the account and add it again. Then test its keys.",
        ),
        (
            "2",
            "Act",
            "K7-204: Not sent. This cancel did not happen.",
            'Check the network, then press "Send again".',
        ),
    ]
    page = menu.page
    assert page.reference.text() == f"pos-cancel {__version__} · Till 2 · 2026-11-21 15:32"  # type: ignore[attr-defined]
    assert page.headline.text() == "To do: 2"  # type: ignore[attr-defined]
    menu.press(Key.Key_F10)
    assert told(menu)[0][1] == "找店长"


def test_that_all_is_in_order_is_said_and_what_was_looked_at(make_menu: MakeMenu) -> None:
    office = ScriptedOffice(report=Report(facts={"profiles": ["a", "b"], "open": []}))
    menu = make_menu(office)
    menu.press(Key.Key_F1, Key.Key_F5)
    assert not told(menu)
    assert menu.page.headline.text() == "All that was looked at is in order."  # type: ignore[attr-defined]
    assert "Accounts: 2. Open cases: 0." in menu.page.looked.text()  # type: ignore[attr-defined]
    menu.press(Key.Key_F9)
    assert office.asked == ["check", "check"]


def test_a_check_that_takes_its_time_shows_it(make_menu: MakeMenu) -> None:
    slow = OfficeDesk(ScriptedOffice(), holds=True)
    menu = make_menu(slow)
    menu.press(Key.Key_F1, Key.Key_F5)
    assert not menu.page.panel.busy.isVisible()
    menu.host.flow._waited(2)  # noqa: SLF001 - two seconds pass
    assert menu.page.panel.busy.text() == "Looking over the till … 2 s"
    assert not menu.page.panel.buttons["again"].isEnabled()
    slow.let_go()
    assert menu.page.panel.buttons["again"].isEnabled()


def test_a_check_that_breaks_is_told(make_menu: MakeMenu) -> None:
    menu = make_menu(ScriptedOffice(error=LocalError("The disk is gone.", "Call the manager.")))
    menu.press(Key.Key_F1, Key.Key_F5)
    assert menu.told() == "The disk is gone."
