"""Every mistake is told in words before anything is stored: the key ring is not even asked."""

from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QApplication

from pos_cancel.gui.setup_state import Page
from tests.gui.conftest import StartTill
from tests.gui.setup_till import FirstStart, Key, to_keys
from tests.unit.brought_keys import OTHER, pem, public

LANGUAGES = ("en", "zh_CN")
NOWHERE = "http://127.0.0.1:9"
PASSWORD = "open sesame"
SECRET = "0123456789abcdefghijklmnopqrstuv"


SHORT = """\
-----BEGIN RSA PRIVATE KEY-----
MIIBPAIBAAJBALSVn+dRq9gGr0BK27XVBWmeCaZ5Wfb8lleIdJNOA9ZwGMlZ39yo
JpR+pWbqLTLH/Y0zZW+96BJxinfbv0Xn2DkCAwEAAQJBAIpUW0r8uuAeLrzXGvps
lVrUXpwRNSMHVbrzoij8h+AIcOuGS9ZBtBjEdEHM6zE2EMz+u8XIonT8vB0rM2lX
iqECIQDX9jUQfcWAl/4JqrAYniWkVORPqKgFJh3kUMr28+90hQIhANYQXwSQk4Od
Ln4bQNZOW6kcpvQ4k1xpxBCT2XN5QE0lAiEAoLM901Kzp7fyOkFAHmF4AyuEZN5M
gOBXN/ECxvbHxX0CIQCNPQYEdAPwnf/0ErVH8TGHNjFuB/oqyloj+flKuGDVxQIg
ATB2e1ryJ7R1/EgKS4oYk014zwacqaQaixGPLlDTEiI=
-----END RSA PRIVATE KEY-----
"""
EC = ec.generate_private_key(ec.SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
# What a person brings as our private key, and the words for it.
AS_PRIVATE: dict[str, Callable[[], str]] = {
    "key_is_public": public,
    "key_short": lambda: SHORT,
    "key_not_private": lambda: "2019090422001436530558497325",
    "key_damaged": lambda: pem().replace("M", "!", 9),
    "key_not_rsa": EC.decode,
    "key_too_large": lambda: "x" * 70_000,
}
AS_THEIRS: dict[str, Callable[[], str]] = {
    "key_is_private": pem,
    "key_own": public,
    "key_not_public": lambda: "hello",
}


@pytest.fixture(params=LANGUAGES)
def start(request: pytest.FixtureRequest, start_till: StartTill) -> FirstStart:
    return start_till(language=request.param)


def says(start: FirstStart, topic: str, **known: object) -> None:
    """Check what is said, and that nothing was stored."""
    start.wait(lambda: start.state.notice is not None and not start.state.busy)
    assert start.told() == start.window.words.text(f"error.{topic}.sentence", **known)
    assert not start.backend.calls
    assert not list(start.shop.home.profiles_dir.iterdir())


def test_ids_and_addresses(start: FirstStart) -> None:
    start.enter(Page.GATEWAY)
    start.enter(Page.PLACE)
    start.press(Key.Key_6)
    start.enter(Page.ADDRESS)
    start.write("ftp://gateway")
    start.press(Key.Key_Return)
    says(start, "address")
    start.press(Key.Key_Escape, Key.Key_1)
    start.enter(Page.ACCOUNT)
    start.write("208862188700123")
    start.press(Key.Key_Return)
    assert start.focused.objectName() == "currencyEntry"
    start.write("H1D")
    start.press(Key.Key_Return)
    says(start, "id_length", count=15)
    start.view.form.fields["id"].line.setFocus()
    start.write("4")
    assert start.view.screen_shown is not None
    assert start.view.screen_shown.message is None, "whoever corrects a mistake hears no more of it"
    start.press(Key.Key_Return)
    says(start, "currency")
    start.view.form.fields["id"].line.clear()
    start.write("1088621887001234")
    start.press(Key.Key_Return)
    says(start, "id_partner")


def test_a_partner_id_where_a_client_id_belongs(start: FirstStart) -> None:
    start.enter(Page.GATEWAY)
    start.press(Key.Key_4)
    start.enter(Page.PLACE)
    start.enter(Page.ACCOUNT)
    start.write("2088621887001234")
    start.press(Key.Key_Return)
    says(start, "id_is_partner")
    start.view.form.fields["id"].line.clear()
    start.press(Key.Key_Return)
    says(start, "id_client")


def test_what_is_no_private_key_of_ours(start: FirstStart) -> None:
    to_keys(start, NOWHERE)
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.press(Key.Key_Return)
    says(start, "key_nothing")
    for topic, text in AS_PRIVATE.items():
        start.paste(text())
        says(start, topic, bits=512)
        assert QGuiApplication.clipboard().text() == ""
        assert start.state.half is None
        start.press(Key.Key_Return)
        says(start, "key_nothing")


def test_a_locked_key_asks_for_its_password(start: FirstStart) -> None:
    to_keys(start, NOWHERE)
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.paste(pem(password=PASSWORD))
    says(start, "key_encrypted")
    assert start.focused.objectName() == "passwordEntry"
    start.write("shut")
    start.press(Key.Key_Return)
    says(start, "key_password")
    start.view.form.fields["password"].line.clear()
    start.paste(PASSWORD)
    assert QGuiApplication.clipboard().text() == ""
    start.press(Key.Key_Return)
    start.wait(lambda: start.state.half is not None)
    assert PASSWORD not in str(start.state)
    start.enter(Page.COMPARE)
    start.paste(public(OTHER))
    says(start, "key_halves")
    start.enter(Page.THEIRS)
    start.press(Key.Key_Return)
    says(start, "key_nothing")
    for topic, text in AS_THEIRS.items():
        start.paste(text())
        says(start, topic)


def test_a_shared_secret_of_the_wrong_length(start: FirstStart) -> None:
    to_keys(start, NOWHERE)
    start.press(Key.Key_4)
    start.enter(Page.MD5)
    start.paste(SECRET[1:])
    count = start.view.form.fields["md5"].count.text()
    assert count == start.window.words.text("setup.md5.count", count=31)
    start.press(Key.Key_Return)
    says(start, "md5_length", count=31)
    start.view.form.fields["md5"].line.clear()
    start.write(SECRET.upper())
    start.press(Key.Key_Return)
    says(start, "md5_characters")


def test_files_are_dropped_and_opened(start: FirstStart, tmp_path: Path) -> None:
    key, wrong = tmp_path / "key.pem", tmp_path / "missing.pem"
    key.write_text(pem())
    to_keys(start, NOWHERE)
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.view.flow.take_file("private", wrong)
    says(start, "file")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(key))])
    copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    none = Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(start.view.taker, QDragEnterEvent(QPoint(5, 5), copy, data, left, none))
    QApplication.sendEvent(start.view.taker, QDropEvent(QPointF(5, 5), copy, data, left, none))
    start.wait(lambda: start.state.half is not None)
    assert start.view.screen_shown is not None
    assert start.view.screen_shown.taking is not None
    assert start.view.screen_shown.taking.seen


def test_a_profile_file_that_is_none(start: FirstStart, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("name = ")
    start.press(Key.Key_3)
    start.view.flow.take_file("profile", file)
    start.rests()
    assert start.state.notice is not None
    assert start.state.page is Page.WELCOME
    assert start.told().startswith(
        {"en": "This profile file", "zh_CN": "这个账户配置文件"}[start.window.words.language]
    )
    assert "notes.txt" in start.told()
    assert not start.backend.calls
