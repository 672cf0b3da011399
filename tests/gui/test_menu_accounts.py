"""The accounts in the window: which there are, their test, the one to begin with, and their end."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from pos_cancel.domain.errors import InvalidInput, KeyStoreError
from pos_cancel.domain.profile import ProfileKind
from pos_cancel.engine.probe import Proof, Verdict
from tests.gui.conftest import MakeMenu
from tests.gui.menu_till import MenuTill, OfficeDesk, ScriptedOffice
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import PROFILE

Key = Qt.Key
OTHER = replace(
    PROFILE, name="shop-2", account="Counter 2", gateway="antom", kind=ProfileKind.TEST, merchant_id="C123"
)


@pytest.fixture
def desk() -> ScriptedDesk:
    return ScriptedDesk(profiles=(PROFILE, OTHER))


def rows(menu: MenuTill) -> list[tuple[str, str]]:
    found = menu.view.pages["accounts"].choices.rows  # type: ignore[attr-defined]
    return [(row.choice.title, row.choice.line) for row in found]


def labels(menu: MenuTill) -> set[str]:
    return {button.text() for button in menu.page.panel.buttons.values() if button.isVisible()}


def test_the_accounts_are_listed_with_gateway_and_kind(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1)
    assert rows(menu) == [
        ("Alipay in-store · opens first", "Alipay in-store · real money · 2088000000000000"),
        ("Counter 2", "Antom · test gateway · C123"),
    ]
    assert labels(menu) == {"Back to the till", "Remove", "Add account", "Test the keys"}


def test_the_keys_of_the_chosen_account_are_tested(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    office = ScriptedOffice()
    menu = make_menu(office, desk=desk)
    menu.press(Key.Key_F1, Key.Key_Down, Key.Key_F9)
    assert office.asked == ["test shop-2"]
    assert menu.told() == "Everything fits."
    office.proof = Proof(Verdict.OUR_KEY)
    menu.press(Key.Key_F9)
    assert menu.told() == "The gateway does not accept our key."
    menu.press(Key.Key_Up)
    assert not menu.told()
    office.error = KeyStoreError("The key ring is locked.", "Unlock it.")
    menu.press(Key.Key_F9)
    assert menu.told() == "The key ring is locked."


def test_a_test_that_takes_its_time_says_so(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    slow = OfficeDesk(ScriptedOffice(), holds=True)
    menu = make_menu(slow, desk=desk)
    menu.press(Key.Key_F1, Key.Key_F9)
    menu.host.flow._waited(2)  # noqa: SLF001 - two seconds pass
    assert menu.page.panel.busy.text() == "Asking the gateway … 2 s"
    menu.press(Key.Key_F9, Key.Key_F7)
    slow.let_go()
    assert menu.told() == "Everything fits."


def test_another_account_can_open_first(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    office = ScriptedOffice()
    menu = make_menu(office, desk=desk)
    menu.press(Key.Key_F1, Key.Key_Down, Key.Key_F8)
    assert office.kept == {"default_profile": "shop-2"}
    assert rows(menu)[1][0] == "Counter 2 · opens first"
    assert menu.window.flow.profile == OTHER


def test_an_account_goes_only_after_a_deliberate_act(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    office = ScriptedOffice()
    menu = make_menu(office, desk=desk)
    menu.press(Key.Key_F1, Key.Key_F7)
    assert menu.told() == "Remove Alipay in-store from this till?"
    menu.press(Key.Key_F8, Key.Key_Escape, Key.Key_F7, Key.Key_F8)
    assert not office.asked
    desk.profiles = (OTHER,)
    menu.press(Key.Key_F8)
    assert office.asked == ["remove shop-1"]
    assert menu.told() == "Alipay in-store is removed."
    assert [title for title, _ in rows(menu)] == ["Counter 2"]
    assert menu.window.flow.profile == OTHER


def test_the_last_account_can_go_too(make_menu: MakeMenu) -> None:
    desk = ScriptedDesk()
    menu = make_menu(desk=desk)
    menu.press(Key.Key_F1, Key.Key_F7)
    desk.profiles = ()
    menu.press(Key.Key_F8, Key.Key_F8)
    assert menu.window.flow.profile is None
    assert labels(menu) == {"Back to the till", "Add account"}
    menu.press(Key.Key_F9, Key.Key_F7, Key.Key_F8, Key.Key_Escape)
    screen = menu.window.screen_shown
    assert screen is not None
    assert screen.topic == "setup"


def test_an_account_with_open_cases_stays(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    office = ScriptedOffice(error=InvalidInput("x", topic="profile_held", refs="K7-204"))
    menu = make_menu(office, desk=desk)
    menu.press(Key.Key_F1, Key.Key_F7, Key.Key_F8, Key.Key_F8)
    assert menu.told() == "This account still has open cases: K7-204."
    assert len(rows(menu)) == 2


def test_another_one_is_added_through_the_assistant(make_menu: MakeMenu, desk: ScriptedDesk) -> None:
    menu = make_menu(desk=desk)
    wished: list[bool] = []
    menu.window.setup_wished.connect(lambda: wished.append(True))
    menu.press(Key.Key_F1, Key.Key_F11)
    assert wished
    assert menu.host.view is None
