"""The seconds in which a confirmed cancel can be taken back: no case is opened before they are over."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_cancel.gui.flow import Flow
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.scan_field import Entry
from pos_cancel.gui.screens import View, look_card
from pos_cancel.gui.stages import Counting, Deciding, Inviting, Looking, Showing, Stage
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.news import Cue
from tests.gui.at_the_till import OTHER_SCAN, SCAN, decided, press, scan, stage_of
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk, StoppedClock
from tests.unit.spoken_cases import PAID_SALE, PROFILE, SHOP, look_at, pending, words_of

F8, ESC = Qt.Key.Key_F8, Qt.Key.Key_Escape


def counting(make_window: MakeWindow, desk: ScriptedDesk, **changes: object) -> MainWindow:
    window = make_window(desk, take_back_s=3, **changes)
    scan(window)
    press(window, F8, F8)
    assert isinstance(stage_of(window), Counting)
    return window


def headline(window: MainWindow) -> str:
    screen = window.screen_shown
    assert screen is not None
    return screen.face.headline


def pass_seconds(window: MainWindow, count: int) -> None:
    for _ in range(count):
        window.flow.count()


def test_it_counts_down_and_then_opens_the_case_once(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = counting(make_window, desk)
    told = [headline(window)]
    for _ in range(2):
        window.flow.count()
        told.append(headline(window))
    assert told == ["Cancelling in 3 …", "Cancelling in 2 …", "Cancelling in 1 …"]
    assert not desk.requests
    pass_seconds(window, 4)
    assert [request.number.text for request in desk.requests] == [SCAN]
    assert isinstance(stage_of(window), Showing)
    assert window.cues.toast.isHidden()


def test_the_seconds_pass_by_themselves(make_window: MakeWindow, qtbot: QtBot) -> None:
    desk = ScriptedDesk()
    window = make_window(desk, take_back_s=1)
    scan(window)
    press(window, F8, F8)
    qtbot.waitUntil(lambda: len(desk.requests) == 1, timeout=5_000)


@pytest.mark.parametrize("by", ["key", "button"])
def test_it_can_be_taken_back(make_window: MakeWindow, by: str) -> None:
    desk = ScriptedDesk()
    window = counting(make_window, desk)
    window.flow.count()
    button = window.board.sale.buttons["back"]
    assert button.accessibleName() == "Take it back (Esc)"
    if by == "key":
        press(window, ESC)
    else:
        button.click()
    assert isinstance(stage_of(window), Deciding)
    pass_seconds(window, 5)
    assert not desk.requests
    assert window.cues.toast.accessibleName().startswith("Not sent. Taken back …4821.")
    press(window, F8, F8)
    assert headline(window) == "Cancelling in 3 …"


def test_a_scan_takes_it_back_and_is_looked_up(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = counting(make_window, desk)
    scan(window, OTHER_SCAN)
    pass_seconds(window, 5)
    assert not desk.requests
    assert decided(window).lookup.number.text == OTHER_SCAN
    assert "…4821" in window.cues.toast.accessibleName()
    window.cues.toast.click()
    assert decided(window).lookup.number.text == SCAN
    assert window.cues.toast.isHidden()


def test_a_scan_that_is_no_number_takes_it_back_too(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = counting(make_window, desk)
    scan(window, "1" * 70)
    pass_seconds(window, 5)
    assert isinstance(stage_of(window), Deciding)
    assert not desk.requests


def test_neither_enter_nor_the_confirm_key_hurries_it(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = counting(make_window, desk)
    press(window, Qt.Key.Key_Return, F8, F8, Qt.Key.Key_Space, Qt.Key.Key_Tab)
    assert isinstance(stage_of(window), Counting)
    assert not desk.requests


@pytest.mark.parametrize("event", [QEvent.Type.WindowDeactivate, QEvent.Type.Hide])
def test_a_window_that_is_left_sends_nothing(make_window: MakeWindow, event: QEvent.Type) -> None:
    desk = ScriptedDesk()
    window = counting(make_window, desk)
    QApplication.sendEvent(window, QEvent(event))
    pass_seconds(window, 5)
    assert isinstance(stage_of(window), Deciding)
    assert not desk.requests


@pytest.mark.parametrize("at_once", [True, False])
def test_a_window_that_is_closed_opens_no_case(make_window: MakeWindow, at_once: bool) -> None:
    desk = ScriptedDesk(cases=(pending(),))
    window = counting(make_window, desk)
    if at_once:
        window.end_at_once()
    else:
        assert not window.close()
    pass_seconds(window, 5)
    assert not desk.requests


@pytest.mark.parametrize("key", [Qt.Key.Key_F3, Qt.Key.Key_F11])
def test_whatever_else_is_begun_ends_it(make_window: MakeWindow, key: Qt.Key) -> None:
    desk = ScriptedDesk(cases=(pending(),), profiles=(PROFILE, replace(PROFILE, name="other")))
    window = counting(make_window, desk)
    press(window, key)
    pass_seconds(window, 5)
    assert isinstance(stage_of(window), Showing | Inviting)
    assert not desk.requests
    assert not window.cues.toast.isHidden()


def test_a_look_that_shows_something_else_ends_it(qapp: QApplication, clock: StoppedClock) -> None:
    worker = Worker(ScriptedDesk())
    flow = Flow(worker, clock, take_back_s=3)
    flow.enter(Entry(SCAN, scanned=True))
    decision = flow.stage
    assert isinstance(decision, Deciding)
    stages: list[Stage] = []
    flow.changed.connect(lambda: stages.append(flow.stage))
    view = View(words=words_of("en"), now=clock(), zone=SHOP, profiles={PROFILE.name: PROFILE})
    flow.confirm(look_card(decision, view), {})
    same = decision.lookup
    worker.looked_up.emit(replace(same, at=same.at + timedelta(seconds=1)))
    assert [type(stage) for stage in stages] == [Counting]
    refunded = look_at(replace(PAID_SALE, refunded=PAID_SALE.amount), number=same.number)
    worker.looked_up.emit(refunded)
    assert stages[-1] == replace(decision, lookup=refunded)


def test_the_look_is_fresh_when_the_seconds_are_over(make_window: MakeWindow, clock: StoppedClock) -> None:
    desk = ScriptedDesk()
    window = make_window(desk, take_back_s=5)
    scan(window)
    clock.pass_s(57)
    desk.holds = True
    press(window, F8, F8)
    assert isinstance(stage_of(window), Looking)
    assert not desk.requests


def test_with_none_nothing_changes(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk)
    scan(window)
    press(window, F8, F8)
    assert len(desk.requests) == 1


def test_what_was_taken_back_is_heard(make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    window = counting(make_window, ScriptedDesk())
    heard: list[Cue] = []
    monkeypatch.setattr(window.cues.chime, "play", heard.append)
    press(window, ESC)
    assert heard == [Cue.ACT]
