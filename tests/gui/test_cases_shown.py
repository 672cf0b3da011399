"""Cases on the card and in the list: live countdowns, actions, languages, leaving."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QObject, QPoint, Qt, QThread, Slot
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import JournalError
from pos_cancel.domain.outcome import Progress
from pos_cancel.engine.lookup import Submitted
from pos_cancel.gui.labels import StepLine
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.screen import Screen
from pos_cancel.gui.stages import Asking, Deciding, Inviting, Leaving, Showing
from pos_cancel.gui.worker import Worker
from tests.gui.at_the_till import SCAN, decided, press, scan, stage_of
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import OPENED, ScriptedDesk, StoppedClock
from tests.unit.spoken_cases import FULL_CASE, NOW, PROFILE, pending, words_of

F8 = Qt.Key.Key_F8


def shown(window: MainWindow) -> Screen:
    screen = window.screen_shown
    assert screen is not None
    return screen


def test_the_card_follows_the_case_live(make_window: MakeWindow, clock: StoppedClock) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    press(window, F8, F8)
    assert shown(window).face.tone == "working"
    waiting = replace(
        OPENED,
        state=State.RETRY_PENDING,
        number=SCAN,
        progress=Progress.SENT,
        next_try_at=NOW + timedelta(seconds=8),
    )
    desk.tell(waiting)
    face = shown(window).face
    assert face.headline == "Not sure yet. We keep trying."
    assert face.status == "Try 3 · until 17:00"
    assert face.countdown == "0:08"
    assert [done for _, done in face.steps] == [True, True, True, True, False]
    assert face.step_sentence == "The request left this till. It may have arrived."
    clock.pass_s(3)
    window.tick()
    assert shown(window).face.countdown == "0:05"
    assert window.cases.index(0).data().endswith("0:05")
    clock.pass_s(9)
    window.tick()
    assert shown(window).face.countdown == "0:00"
    desk.tell(replace(waiting, state=State.REFUNDED, next_try_at=None))
    assert shown(window).face.tone == "done"
    assert shown(window).face.headline == "Cancelled. The money is on its way back to the customer."
    assert not window.cases.rowCount()


def test_an_earlier_case_answers_for_the_press(make_window: MakeWindow) -> None:
    first = pending(id="first", ref="K7-100")
    window = make_window(ScriptedDesk(answer=Submitted(first, is_new=False)))
    scan(window)
    press(window, F8, F8)
    assert shown(window).face.ref == "K7-100"
    assert "nothing was sent" in shown(window).face.notice


def test_a_fault_keeps_the_decision_and_says_a_way_on(make_window: MakeWindow) -> None:
    fault = JournalError("The disk is full.", "Make room and try again.")
    window = make_window(ScriptedDesk(answer=fault))
    scan(window)
    press(window, F8, F8)
    assert isinstance(stage_of(window), Deciding)
    assert shown(window).face.notice == "The disk is full. Make room and try again."
    assert "confirm" in shown(window).buttons


def test_a_fault_of_the_till_is_told_at_once(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    desk.complain(JournalError("The journal is damaged.", "Call the manager."))
    assert shown(window).face.headline == "The journal is damaged."
    window.show_language("zh_CN")
    assert shown(window).face.headline == words_of("zh_CN").text("error.journal.sentence")


@pytest.mark.parametrize(
    ("case", "key", "action", "answers"),
    [
        (replace(FULL_CASE, state=State.NOT_SENT), Qt.Key.Key_F5, "send_again", {}),
        (replace(FULL_CASE, state=State.NOT_SENT), Qt.Key.Key_F4, "withdraw", {}),
        (pending(), Qt.Key.Key_F7, "keep", {"manager": "Mei Lin"}),
        (
            replace(FULL_CASE, state=State.CALL_SUPPORT),
            Qt.Key.Key_F4,
            "end",
            {"manager": "Mei Lin", "reason": "support said refunded"},
        ),
    ],
)
def test_an_action_is_confirmed_in_place(
    make_window: MakeWindow, case: Case, key: Qt.Key, action: str, answers: dict[str, str]
) -> None:
    desk = ScriptedDesk(cases=(case,))
    window = make_window(desk, operator="Lee")
    window.flow.show_case(case)
    press(window, key)
    assert stage_of(window) == Asking(case, action)
    assert not desk.acts
    if answers:
        press(window, F8, F8)
        assert not desk.acts
    for name, text in answers.items():
        window.board.questions.write(name, text)
    press(window, F8, F8)
    by = answers.get("manager", "Lee")
    assert desk.acts == [(case.id, action, by, answers.get("reason", ""))]
    assert isinstance(stage_of(window), Showing)


def test_an_action_can_be_taken_back(make_window: MakeWindow) -> None:
    case = replace(FULL_CASE, state=State.NOT_SENT)
    desk = ScriptedDesk(cases=(case,))
    window = make_window(desk)
    window.flow.show_case(case)
    press(window, Qt.Key.Key_F4, Qt.Key.Key_Escape)
    assert stage_of(window) == Showing(case)
    press(window, F8, F8)
    assert not desk.acts


def test_the_list_shows_a_case_by_tap_and_by_key(make_window: MakeWindow) -> None:
    late, soon = pending(id="a", ref="K7-1"), pending(id="b", ref="K7-2", deadline=NOW + timedelta(minutes=5))
    window = make_window(ScriptedDesk(cases=(late, soon)))
    rows = window.board.open_cases.list
    place = rows.visualRect(window.cases.index(0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(place.x(), place.y()))
    assert stage_of(window) == Showing(soon)
    press(window, Qt.Key.Key_F3)
    assert stage_of(window) == Showing(late)
    press(window, Qt.Key.Key_F3)
    assert stage_of(window) == Showing(soon)
    assert window.board.scan.field.hasFocus()


def test_the_language_changes_at_once_and_loses_nothing(make_window: MakeWindow) -> None:
    window = make_window(ScriptedDesk(cases=(pending(),)))
    window.flow.show_case(pending())
    press(window, Qt.Key.Key_F7)
    window.board.questions.write("manager", "Mei Lin")
    press(window, Qt.Key.Key_F10)
    assert shown(window).face.headline == "保留订单"
    assert window.board.questions.answers() == {"manager": "Mei Lin"}
    assert window.windowTitle() == "撤销付款"
    assert window.board.scan.field.accessibleName() == "单号"
    press(window, Qt.Key.Key_F10, Qt.Key.Key_F10)
    assert window.windowTitle() == "Cancel a payment"


def test_closing_over_open_cases_lists_them_and_asks_a_name(make_window: MakeWindow) -> None:
    case = pending()
    desk = ScriptedDesk(cases=(case,))
    window = make_window(desk)
    assert not window.close()
    assert stage_of(window) == Leaving((case,), 1, case.deadline)
    assert any(case.ref in fact for fact in shown(window).face.facts)
    assert "19:00" in shown(window).face.status
    press(window, Qt.Key.Key_Escape)
    assert stage_of(window) == Inviting()
    window.close()
    press(window, F8, F8)
    assert window.isVisible()
    window.board.questions.write("manager", "Mei Lin")
    press(window, F8, F8)
    assert desk.handed == ["Mei Lin"]
    assert not window.isVisible()


def test_without_open_cases_the_window_simply_closes(make_window: MakeWindow) -> None:
    window = make_window()
    assert window.close()


def test_a_till_without_an_account_says_so(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(profiles=())
    window = make_window(desk)
    assert shown(window).face.headline == "No account is set up on this till"
    scan(window)
    assert not desk.looked


def test_accounts_are_switched_by_hand_only(make_window: MakeWindow) -> None:
    other = replace(PROFILE, name="shop-2", account="Second shop")
    desk = ScriptedDesk(profiles=(PROFILE, other))
    window = make_window(desk)
    assert not window.board.header.buttons["account"].isHidden()
    press(window, Qt.Key.Key_F11)
    scan(window)
    assert isinstance(stage_of(window), Deciding)
    assert decided(window).lookup.profile == "shop-2"


def test_the_account_can_be_read_whether_or_not_there_are_others(make_window: MakeWindow) -> None:
    window = make_window()
    header = window.board.header
    wanted = header.account.fontMetrics().horizontalAdvance(header.account.text())
    assert header.account.text()
    assert header.account.width() >= wanted
    header.show_account("Till 2 · Second floor", switchable=True)
    window.grab()
    assert header.buttons["account"].isVisible()
    assert header.buttons["language"].width() <= header.buttons["language"].sizeHint().width()


def test_a_narrow_window_folds_the_list_to_a_badge(make_window: MakeWindow) -> None:
    window = make_window(ScriptedDesk(cases=(pending(),)))
    window.resize(820, 600)
    badge = window.board.header.buttons["open_cases"]
    assert window.board.open_cases.isHidden()
    assert badge.text() == "1 open"
    QTest.mouseClick(badge, Qt.MouseButton.LeftButton)
    assert not window.board.open_cases.isHidden()
    window.resize(1024, 600)
    assert badge.isHidden()
    assert not window.board.open_cases.isHidden()


def test_the_theme_changes_and_everything_grows_with_the_window(make_window: MakeWindow) -> None:
    window = make_window()
    steps = window.board.card.findChild(StepLine)
    assert steps is not None
    small = window.board.sale.height()
    window.resize(2048, 1200)
    assert window.board.sale.height() == 2 * small


class Receiver(QObject):
    """Remembers what came and whether that was on the window's thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.heard: list[tuple[Case, bool]] = []

    @Slot(object)
    def hear(self, case: Case) -> None:
        self.heard.append((case, QThread.currentThread() is self.thread()))


def test_what_comes_from_another_thread_arrives_on_the_windows(qtbot: QtBot) -> None:
    desk = ScriptedDesk()
    worker = Worker(desk)
    receiver = Receiver(worker)
    worker.case_changed.connect(receiver.hear)
    teller = threading.Thread(target=desk.tell, args=(OPENED,))
    teller.start()
    qtbot.waitUntil(lambda: bool(receiver.heard), timeout=2_000)
    teller.join()
    assert receiver.heard == [(OPENED, True)]
