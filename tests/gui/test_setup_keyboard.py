"""The assistant from the first start to the first scan, with the keyboard alone, in both languages.

What is asked is the real training gateway, over TLS.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit

from pos_cancel.domain.profile import ProfileKind
from pos_cancel.gui.setup_state import Page
from pos_cancel.gui.stages import Deciding
from pos_cancel.sandbox import Sandbox, SandboxKeys
from tests.gui.conftest import StartTill
from tests.gui.setup_till import FirstStart, Key, choices

LANGUAGES = ("en", "zh_CN")


@pytest.fixture(scope="module")
def made() -> SandboxKeys:
    return SandboxKeys.generate()


@pytest.fixture
def gateway(made: SandboxKeys) -> Iterator[Sandbox]:
    with Sandbox(keys=made, pace=0.01) as running:
        yield running


@pytest.fixture(params=LANGUAGES)
def start(request: pytest.FixtureRequest, start_till: StartTill) -> FirstStart:
    return start_till(language=request.param)


def write_address(start: FirstStart, gateway: Sandbox, folder: Path, name: str = "acquire") -> None:
    """From the gateway's page on: another address, with its own certificates."""
    ca_file = folder / "ca.pem"
    ca_file.write_bytes(gateway.ca_pem)
    start.enter(Page.PLACE)
    start.press(Key.Key_Up)
    assert choices(start.view)["other"]
    start.enter(Page.ADDRESS)
    start.write(gateway.urls[name])
    start.press(Key.Key_F6)
    dialog = start.view.findChild(QFileDialog)
    assert dialog is not None
    start.wait(dialog.isActiveWindow)
    assert isinstance(start.focused, QLineEdit), start.focused
    start.write(str(ca_file))
    start.press(Key.Key_Return)
    start.wait(lambda: start.state.certificate == str(ca_file))
    start.wait(lambda: start.focused.objectName() == "addressEntry")
    start.enter(Page.ACCOUNT)


def say_account(start: FirstStart, gateway: Sandbox) -> None:
    start.write(gateway.keys.partner)
    start.press(Key.Key_Tab)
    start.write("cny")
    start.press(Key.Key_Tab)
    start.write("Counter 1")
    start.enter(Page.KEYS)


def test_from_the_first_start_to_the_first_sale_with_keys_made_here(
    start: FirstStart, gateway: Sandbox, tmp_path: Path
) -> None:
    assert start.state.page is Page.WELCOME
    assert choices(start.view) == {"set_up": True, "try": False, "import": False}
    start.enter(Page.GATEWAY)
    write_address(start, gateway, tmp_path)
    say_account(start, gateway)
    start.enter(Page.OWN)
    start.press(Key.Key_F5)
    text = QGuiApplication.clipboard().text()
    assert text == start.view.paper.text.toPlainText()
    gateway.portal.upload("acquire", text)
    start.enter(Page.THEIRS)
    start.paste(gateway.keys.gateway_public_pem())
    start.wait(lambda: start.state.theirs is not None)
    assert QGuiApplication.clipboard().text() == ""
    start.enter(Page.TEST)
    start.enter(Page.TEST)
    assert start.state.proof is not None
    assert start.state.proof.passed, start.told()
    assert not start.backend.values
    assert not list((start.shop.home.profiles_dir).iterdir())
    start.enter(Page.DONE)
    assert start.backend.values
    assert start.shop.profiles["acquire"].kind is ProfileKind.TRAINING
    start.press(Key.Key_Return)
    assert start.host.view is None
    scans_and_sees_the_sale(start)


def scans_and_sees_the_sale(start: FirstStart) -> None:
    assert start.focused.objectName() == "scanField"
    start.scan("R-1001-REFUND")
    start.wait(lambda: isinstance(start.window.flow.stage, Deciding))
    stage = start.window.flow.stage
    assert isinstance(stage, Deciding)
    assert stage.lookup.checked, stage.lookup.trouble


def test_keys_that_there_are_are_brought_and_compared(
    start: FirstStart, gateway: Sandbox, made: SandboxKeys, tmp_path: Path
) -> None:
    gateway.portal.upload("acquire", made.accounts["antom"].gateway_public_pem())
    start.enter(Page.GATEWAY)
    write_address(start, gateway, tmp_path)
    say_account(start, gateway)
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.paste(made.merchant_private_pem())
    start.wait(lambda: start.state.half is not None)
    assert QGuiApplication.clipboard().text() == ""
    start.enter(Page.COMPARE)
    start.press(Key.Key_F7)
    start.comes_to(Page.OWN)
    gateway.portal.upload("acquire", start.view.paper.text.toPlainText())
    start.press(Key.Key_Escape)
    start.comes_to(Page.COMPARE)
    assert start.state.half is not None
    start.paste(start.state.half.pem)
    start.wait(lambda: start.state.compared)
    start.enter(Page.THEIRS)
    start.paste(gateway.keys.gateway_public_pem())
    start.wait(lambda: start.state.theirs is not None)
    start.enter(Page.TEST)
    start.enter(Page.TEST)
    start.enter(Page.DONE)
    start.press(Key.Key_Return)
    scans_and_sees_the_sale(start)


def test_the_shared_secret(start: FirstStart, gateway: Sandbox, tmp_path: Path) -> None:
    start.enter(Page.GATEWAY)
    write_address(start, gateway, tmp_path)
    say_account(start, gateway)
    start.press(Key.Key_4)
    start.enter(Page.MD5)
    start.paste(gateway.keys.md5_secret())
    assert QGuiApplication.clipboard().text() == ""
    start.enter(Page.TEST)
    start.enter(Page.TEST)
    start.enter(Page.DONE)
    start.press(Key.Key_Return)
    scans_and_sees_the_sale(start)


def test_a_second_account_is_added_later_and_another_language_loses_nothing(
    start: FirstStart, gateway: Sandbox, made: SandboxKeys, tmp_path: Path
) -> None:
    start.enter(Page.GATEWAY)
    start.press(Key.Key_Down)
    assert choices(start.view)["antom"]
    write_address(start, gateway, tmp_path, "antom")
    start.write(made.accounts["antom"].client_id)
    before = start.view.title.text()
    start.press(Key.Key_F10)
    assert start.view.title.text() != before
    assert start.view.form.said()["id"] == made.accounts["antom"].client_id
    start.press(Key.Key_F12)
    start.enter(Page.KEYS)
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.paste(made.accounts["antom"].merchant_private_pem())
    start.wait(lambda: start.state.half is not None)
    start.enter(Page.COMPARE)
    start.enter(Page.THEIRS)
    start.paste(made.accounts["antom"].gateway_public_pem())
    start.wait(lambda: start.state.theirs is not None)
    start.enter(Page.TEST)
    start.enter(Page.TEST)
    start.enter(Page.DONE)
    start.press(Key.Key_Return)
    assert start.host.view is None
    start.press(Key.Key_F4)
    assert start.state.page is Page.GATEWAY
    start.press(Key.Key_Escape)
    assert start.host.view is None
    assert start.focused.objectName() == "scanField"
