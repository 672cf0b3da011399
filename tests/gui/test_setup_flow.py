"""From page to page: going back, leaving, files, copies, and what the window does with it all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from pos_cancel.domain.errors import InvalidInput
from pos_cancel.gui import clipboard
from pos_cancel.gui.application import application
from pos_cancel.gui.setup_flow import SetupFlow
from pos_cancel.gui.setup_state import Page
from pos_cancel.gui.setup_view import SetupView
from pos_cancel.gui.setup_worker import SetupWorker
from pos_cancel.gui.theme import Looks, Theme
from tests.gui.conftest import StartTill
from tests.gui.setup_stage import InlineDesk
from tests.gui.setup_till import FirstStart, Key, choices
from tests.unit.accounts import KeptKeys, ScriptedLine, new_setup
from tests.unit.brought_keys import OTHER, pem, public
from tests.unit.gateway_answers import turned_away
from tests.unit.spoken_cases import words_of

ID = "2088621887001234"
MD5_FILE = (
    'name = "office"\nkind = "live"\ngateway = "acquire"\npartner = "2088621887001234"\n'
    'endpoint = "https://globalmapi.alipay.com/gateway.do"\nsign_type = "{sign_type}"\n'
)


class Bench:
    """An assistant that works at once, opened for another account."""

    def __init__(self, folder: Path, looks: Looks, *, first: bool = False) -> None:
        self.keeper = KeptKeys()
        self.line = ScriptedLine([turned_away("ILLEGAL_SIGN")])
        self.desk = InlineDesk(new_setup(folder / "home", self.keeper, self.line))
        self.flow = SetupFlow(SetupWorker(self.desk), first=first)
        self.view = SetupView(self.flow, words_of("en"), Theme(looks, "light"))
        self.finished: list[object] = []
        self.files: list[str] = []
        self.flow.finished.connect(self.finished.append)
        self.flow.file_wished.connect(self.files.append)
        self.view.resize(1024, 600)
        self.view.show()

    def at(self, page: Page) -> bool:
        return self.flow.state.page is page

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.view, key)

    def to_keys(self) -> None:
        self.press(Key.Key_Return, Key.Key_Return)
        self.view.form.fields["id"].line.setText(ID)
        self.view.form.fields["currency"].line.setText("CNY")
        self.press(Key.Key_Return)
        assert self.at(Page.KEYS), self.flow.state.notice


@pytest.fixture
def bench(qapp: QApplication, tmp_path: Path, looks: Looks) -> Iterator[Bench]:
    application(looks)
    found = Bench(tmp_path, looks)
    yield found
    found.view.close()


def test_esc_leaves_from_the_first_page(bench: Bench) -> None:
    bench.press(Key.Key_Escape)
    assert (bench.finished, bench.desk.stopped) == ([None], True)


def test_a_key_made_here_is_not_forgotten_without_a_question(bench: Bench) -> None:
    bench.to_keys()
    bench.press(Key.Key_Return)
    assert bench.at(Page.OWN)
    bench.press(*[Key.Key_Escape] * 5)
    assert bench.at(Page.LEAVE)
    assert not bench.finished
    bench.press(Key.Key_Return)
    assert bench.at(Page.GATEWAY)
    assert bench.flow.state.half is not None
    bench.press(Key.Key_Escape, Key.Key_F8)
    assert bench.finished == [None]
    assert bench.desk.setup.draft.keys.private is None


def test_our_public_key_is_copied_shown_and_saved(bench: Bench, tmp_path: Path) -> None:
    bench.to_keys()
    bench.press(Key.Key_Return, Key.Key_F5)
    half = bench.flow.state.half
    assert half is not None
    assert QGuiApplication.clipboard().text() == half.text
    assert bench.view.message.labels["Sentence"].text() == words_of("en").text("setup.own.copied")
    bench.press(Key.Key_F7)
    assert bench.view.paper.text.isHidden()
    bench.press(Key.Key_Escape)
    assert not bench.view.paper.text.isHidden()
    bench.press(Key.Key_F6)
    assert bench.files == ["save_file"]
    for name, content in (("ours.txt", half.text), ("ours.pem", half.pem)):
        bench.flow.take_file("save_file", tmp_path / name)
        assert (tmp_path / name).read_text() == content + "\n"
        assert name in bench.view.message.labels["Sentence"].text()
    QGuiApplication.clipboard().setText(public(OTHER))
    bench.press(Key.Key_V)
    assert bench.flow.state.half is half


def test_another_gateway_begins_anew_and_keeps_its_choice(bench: Bench) -> None:
    bench.to_keys()
    bench.press(*[Key.Key_Escape] * 3)
    assert bench.at(Page.GATEWAY)
    bench.press(Key.Key_2, Key.Key_Return)
    assert choices(bench.view).keys() == {"na", "sea", "eu", "us", "other"}
    bench.press(Key.Key_Return)
    assert bench.view.form.said() == {"id": "", "key_version": "", "name": ""}


def test_a_row_is_chosen_by_finger_arrow_or_number(bench: Bench) -> None:
    row = bench.view.choices.rows[2]
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    assert bench.flow.state.chosen[Page.GATEWAY] == "apo"
    bench.press(Key.Key_Down, Key.Key_Down)
    assert bench.view.choices.name == "acquire"
    bench.press(Key.Key_Up, Key.Key_9)
    assert bench.view.choices.name == "acqp"


def test_a_test_that_fails_is_told_and_can_be_passed_over(bench: Bench) -> None:
    bench.to_keys()
    bench.press(Key.Key_2, Key.Key_Return)
    bench.flow.take(pem().encode())
    bench.press(Key.Key_Return, Key.Key_Return)
    bench.flow.take(public(OTHER).encode())
    bench.press(Key.Key_Return, Key.Key_Return)
    words = words_of("en")
    assert bench.view.headline.text() == words.text("setup.verdict.our_key.sentence")
    assert "ILLEGAL_SIGN" in bench.view.facts.text()
    bench.press(Key.Key_Return)
    assert len(bench.line.asked) == 2
    assert not bench.keeper.kept
    bench.press(Key.Key_F8)
    assert bench.at(Page.DONE)
    assert bench.keeper.kept
    bench.press(Key.Key_Escape)
    assert bench.at(Page.DONE)
    bench.press(Key.Key_Return)
    assert [getattr(each, "name", None) for each in bench.finished] == ["acquire"]


@pytest.mark.parametrize(("sign_type", "page"), [("RSA2", Page.KEYS), ("MD5", Page.MD5)])
def test_an_imported_profile_wants_only_its_keys(
    bench: Bench, tmp_path: Path, sign_type: str, page: Page
) -> None:
    file = tmp_path / "office.toml"
    file.write_text(MD5_FILE.format(sign_type=sign_type))
    bench.press(Key.Key_Return)
    bench.flow.take_file("profile", file)
    assert bench.at(page)
    if page is Page.KEYS:
        assert choices(bench.view).keys() == {"make", "bring"}
        bench.press(Key.Key_2, Key.Key_Return)
        bench.flow.take(pem().encode())
        bench.press(Key.Key_Return, Key.Key_Return)
        bench.flow.take(public(OTHER).encode())
        bench.press(Key.Key_Return)
    else:
        QGuiApplication.clipboard().setText("0123456789abcdefghijklmnopqrstuv")
        bench.press(Key.Key_F5, Key.Key_Return)
        assert QGuiApplication.clipboard().text() == ""
    assert bench.at(Page.TEST)
    bench.press(Key.Key_Return, Key.Key_F8)
    assert "office" in bench.keeper.kept


def test_another_kind_of_signature_asks_for_the_keys_again(bench: Bench) -> None:
    bench.to_keys()
    bench.press(Key.Key_2, Key.Key_Return)
    bench.flow.take(pem().encode())
    bench.press(Key.Key_Escape, Key.Key_3, Key.Key_Return)
    assert (bench.at(Page.BRING), bench.flow.state.half) == (True, None)
    assert bench.desk.setup.draft.sign_type == "RSA"


def test_what_is_copied_as_a_file_is_taken_as_a_file(bench: Bench, tmp_path: Path) -> None:
    file = tmp_path / "key.pem"
    file.write_text(pem())
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    QGuiApplication.clipboard().setMimeData(data)
    bench.to_keys()
    bench.press(Key.Key_2, Key.Key_Return, Key.Key_F5)
    assert bench.flow.state.half is not None
    bench.press(Key.Key_F6)
    assert bench.files == ["private"]


def test_a_clipboard_that_holds_something_else_by_now_is_left_alone(qapp: QApplication) -> None:
    board = QGuiApplication.clipboard()
    board.setText("copied since")
    clipboard.forget("pasted before")
    assert board.text() == "copied since"
    board.clear(QClipboard.Mode.Clipboard)
    assert clipboard.pasted() is None
    assert clipboard.brought_by(None) is None


# --- in the window


@pytest.fixture
def start(start_till: StartTill) -> FirstStart:
    return start_till()


def test_the_training_gateway_takes_the_place_of_the_window(start: FirstStart) -> None:
    start.press(Key.Key_2, Key.Key_Return)
    assert len(start.trainings) == 1
    words = start.window.words
    assert start.view.busy.text() == words.text("setup.welcome.starting")
    start.press(Key.Key_Return, Key.Key_Escape)
    assert len(start.trainings) == 1
    start.trainings[0](InvalidInput("It cannot start.", "Try again."))
    start.rests()
    assert start.told() == "It cannot start."
    start.press(Key.Key_Return)
    assert start.window.isVisible()
    start.trainings[1](None)
    assert not start.window.isVisible()


def test_a_profile_file_is_asked_for_in_the_window(start: FirstStart, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text(MD5_FILE.format(sign_type="RSA2"))
    start.press(Key.Key_3, Key.Key_Return)
    dialog = start.view.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.windowTitle() == start.window.words.text("setup.file.profile")
    dialog.fileSelected.emit(str(file))
    dialog.reject()
    start.comes_to(Page.KEYS)


def test_looks_and_language_change_and_the_till_behind_hears_no_key(start: FirstStart) -> None:
    words = start.window.words
    start.press(Key.Key_F10)
    assert start.window.words.language != words.language
    assert start.view.title.text() == start.window.words.text("setup.title")
    start.press(Key.Key_F2, Key.Key_F8, Key.Key_F11, Key.Key_A)
    assert start.window.board.scan.field.text() == ""
    start.window.resize(1600, 900)
    assert start.window.theme.scale == 1.5
    assert start.window.board.isHidden()
    start.host.open()
    assert start.state.page is Page.WELCOME
