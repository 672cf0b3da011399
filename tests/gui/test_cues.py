"""What is told beside the case in hand: sounds, the strip over the header, the strip over the card."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_cancel.domain.case import Ask, State
from pos_cancel.domain.errors import JournalError
from pos_cancel.domain.outcome import NotSent, Reading, Reason, Signature
from pos_cancel.gui.cues import TOAST_S
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.scan_field import Entry
from pos_cancel.gui.stages import Deciding, Inviting, Showing
from pos_cancel.presenters.connection import Connection
from pos_cancel.presenters.news import Cue
from tests.gui.at_the_till import SCAN, focused, press, scan, stage_of, tap
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import OPENED, ScriptedDesk, StoppedClock
from tests.gui.test_fit import FULLEST, LOOKS, clipped, settle
from tests.unit.spoken_cases import CELLS, FULL_CASE, NOW, look, pending

F8 = Qt.Key.Key_F8
FIRST, SECOND = pending(id="1", ref="K7-201"), pending(id="2", ref="K7-202")
LOST = look(reading=Reading(outcome=NotSent(Reason.DNS)), trouble="dns")
BEFORE_MIDNIGHT = datetime(2026, 11, 21, 15, 40, tzinfo=UTC)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    told: list[str] = []
    monkeypatch.setattr("pos_cancel.gui.chime.Chime.play", lambda _chime, cue: told.append(Cue(cue).value))
    return told


def places(window: MainWindow) -> dict[str, QRect]:
    board = window.board
    parts: tuple[QWidget, ...] = (board.header, board.scan, board.card, board.sale, board.open_cases)
    return {part.objectName(): QRect(part.mapTo(window, QPoint(0, 0)), part.size()) for part in parts}


def test_a_case_that_ends_elsewhere_is_told_and_nothing_moves(
    make_window: MakeWindow, heard: list[str]
) -> None:
    desk = ScriptedDesk(cases=(FIRST, SECOND))
    window = make_window(desk)
    scan(window)
    before, focus = places(window), focused(window)
    desk.tell(replace(FIRST, state=State.REFUNDED))
    toast = window.cues.toast
    assert toast.isVisible()
    assert toast.accessibleName() == "Done. K7-201 · ¥128.00. Cancelled, the money is on its way back"
    assert heard == ["background"]
    assert isinstance(stage_of(window), Deciding)
    assert focused(window) is focus
    settle(window)
    assert places(window) == before
    for _ in range(TOAST_S):
        window.cues.count()
    assert toast.isHidden()


def test_a_tap_on_it_shows_the_case_and_a_key_does_not(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(cases=(FIRST,))
    window = make_window(desk)
    ended = replace(FIRST, state=State.USE_REFUND)
    desk.tell(ended)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(window.cues.toast, key)
    assert isinstance(stage_of(window), Inviting)
    tap(window.cues.toast)
    assert stage_of(window) == Showing(ended)
    assert window.cues.toast.isHidden()
    assert window.board.scan.field.hasFocus()


def test_several_ends_make_one_strip(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(cases=(FIRST, SECOND))
    window = make_window(desk)
    desk.tell(replace(FIRST, state=State.CALL_SUPPORT))
    desk.tell(replace(SECOND, state=State.REFUNDED))
    said = window.cues.toast.accessibleName()
    assert said == "Call. K7-201 · ¥128.00. Call the manager · 1 more ended"
    window.show_language("zh_CN")
    assert window.cues.toast.accessibleName().startswith("找店长. K7-201")
    window.flow.show_case(replace(FIRST, state=State.CALL_SUPPORT))
    assert window.cues.toast.isHidden()


@pytest.mark.parametrize(
    ("state", "sound"),
    [(State.REFUNDED, "done"), (State.USE_REFUND, "act"), (State.CALL_SUPPORT, "call")],
)
def test_the_case_in_hand_sounds_and_needs_no_strip(
    make_window: MakeWindow, heard: list[str], state: State, sound: str
) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    press(window, F8, F8)
    desk.tell(replace(OPENED, number=SCAN, state=state))
    desk.tell(replace(OPENED, number=SCAN, state=state, watched=1))
    assert heard == [sound]
    assert window.cues.toast.isHidden()


def test_a_payment_after_the_cancel_is_told_once(make_window: MakeWindow, heard: list[str]) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    late = replace(FULL_CASE, id="late", state=State.PAID_LATE)
    desk.tell(late)
    desk.tell(replace(late, watched=1))
    assert heard == ["background"]
    assert window.cues.toast.isVisible()


def test_what_is_not_taken_and_what_is_wrong_are_heard_once(
    make_window: MakeWindow, heard: list[str]
) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window, "1" * 70)
    window.tick()
    assert heard == ["not_taken"]
    desk.complain(JournalError("The disk is full.", "Make room."))
    window.tick()
    assert heard == ["not_taken", "act"]


def test_behind_another_page_the_strip_waits(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(cases=(FIRST,))
    window = make_window(desk)
    window.flow.show_case(FIRST)
    window.board.hide()
    desk.tell(replace(FIRST, state=State.REFUNDED))
    for _ in range(3 * TOAST_S):
        window.cues.count()
    window.board.show()
    assert window.cues.toast.isVisible()


def shown_notice(window: MainWindow) -> str:
    notice = window.board.notice.notice
    assert window.board.notice.isVisible() is (notice is not None)
    return "" if notice is None else notice.sentence


def test_lost_looks_raise_the_banner_and_a_verified_answer_takes_it_away(
    make_window: MakeWindow, clock: StoppedClock
) -> None:
    numbers = [SCAN[:-1] + str(end) for end in range(5)]
    desk = ScriptedDesk(looks={number: replace(LOST) for number in numbers[:4]})
    window = make_window(desk)
    before = places(window)
    for number in numbers[:4]:
        scan(window, number)
        clock.pass_s(25)
    window.tick()
    assert shown_notice(window) == "No answer for 1 min. It is the connection, not you."
    settle(window)
    assert {name for name, place in places(window).items() if place != before[name]} == {"card"}
    scan(window, numbers[4])
    assert not shown_notice(window)


def test_lost_tries_of_cases_raise_it_too(make_window: MakeWindow, clock: StoppedClock) -> None:
    desk = ScriptedDesk(cases=(FIRST,))
    window = make_window(desk)
    for _ in range(4):
        desk.tell(replace(FIRST, in_flight=Ask.CANCEL))
        desk.tell(replace(FIRST, retry_reason="silence"))
        clock.pass_s(30)
    window.tick()
    assert shown_notice(window).startswith("No answer for 2 min.")
    desk.tell(replace(FIRST, in_flight=Ask.CANCEL))
    desk.tell(replace(FIRST, state=State.REFUNDED, signature=Signature.VERIFIED))
    assert not shown_notice(window)


def test_the_days_end_is_told_and_can_be_put_away(make_window: MakeWindow, clock: StoppedClock) -> None:
    window = make_window(ScriptedDesk(cases=(pending(deadline=BEFORE_MIDNIGHT + timedelta(minutes=20)),)))
    assert not shown_notice(window)
    clock.now = BEFORE_MIDNIGHT
    window.tick()
    assert shown_notice(window) == "Today's sales can be cancelled until 17:00 · Beijing Sat 21 Nov 24:00."
    focus = focused(window)
    tap(window.board.notice.buttons["seen"])
    assert not shown_notice(window)
    assert focused(window) is focus
    clock.pass_s(660)
    window.tick()
    assert shown_notice(window)
    clock.pass_s(600)
    window.tick()
    assert not shown_notice(window)


def test_the_way_to_the_list_stands_where_the_list_does_not(
    make_window: MakeWindow, clock: StoppedClock
) -> None:
    window = make_window(ScriptedDesk(cases=(pending(deadline=BEFORE_MIDNIGHT + timedelta(minutes=20)),)))
    clock.now = BEFORE_MIDNIGHT
    window.tick()
    way = window.board.notice.buttons["way"]
    assert way.isHidden()
    window.resize(820, 600)
    settle(window)
    assert way.isVisible()
    tap(way)
    assert window.board.open_cases.isVisible()
    window.board.put_list_away()
    window.resize(1024, 600)
    window.show_list()
    assert isinstance(stage_of(window), Showing)


@pytest.mark.parametrize("size", [(1024, 600), (800, 560)])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_every_state_fits_below_the_banner(
    make_window: MakeWindow, language: str, size: tuple[int, int]
) -> None:
    window = make_window(ScriptedDesk(cases=(pending(),)), language=language, training=True, sets_up=True)
    window.resize(*size)
    window.cues.connection = Connection(9, NOW - timedelta(minutes=12), NOW)
    found = []
    for state, variant in CELLS[::2]:
        window.flow.show_case(replace(FULLEST, state=state, variant=variant))
        settle(window)
        assert window.board.notice.isVisible()
        found += [f"{state.value} {variant}: {what}" for what in clipped(window)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", [(1024, 600), (800, 560)])
@pytest.mark.parametrize("scanned", [True, False])
@pytest.mark.parametrize("name", LOOKS)
def test_the_banner_says_less_where_a_decision_needs_the_room(
    make_window: MakeWindow, name: str, scanned: bool, size: tuple[int, int]
) -> None:
    window = make_window(ScriptedDesk(looks={SCAN: LOOKS[name]}), training=True)
    window.resize(*size)
    window.flow.enter(Entry(SCAN, scanned))
    window.press("go_on")
    window.cues.connection = Connection(9, NOW - timedelta(minutes=12), NOW)
    window.tick()
    settle(window)
    assert window.board.notice.notice is not None
    assert not list(clipped(window))
    window.flow.next_customer()
    settle(window)
    assert window.board.notice.isVisible()


def test_the_strip_covers_no_button_but_the_accounts(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(cases=(FIRST,))
    window = make_window(desk)
    window.resize(800, 560)
    desk.tell(replace(FIRST, state=State.REFUNDED))
    settle(window)
    window.cues.count()
    toast = window.cues.toast
    for button in window.findChildren(QAbstractButton):
        if button.isVisible() and button is not toast and button.objectName() != "accountButton":
            place = QRect(button.mapTo(window.board, QPoint(0, 0)), button.size())
            assert not place.intersects(toast.geometry()), button.objectName()
