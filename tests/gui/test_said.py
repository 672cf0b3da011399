"""What a screen reader says by itself: each moment once, and never what is on a page behind another."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from pos_cancel.domain.case import State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.engine.lookup import CancelRequest, Submitted
from pos_cancel.gui import announcing
from pos_cancel.gui.message_box import MessageBox
from pos_cancel.gui.setup_screen import Message
from pos_cancel.gui.stages import Counting, Deciding, Submitting
from tests.gui.at_the_till import press, scan, stage_of, tap
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import pending

F8 = Qt.Key.Key_F8
FIRST, SECOND = pending(id="1", ref="K7-201"), pending(id="2", ref="K7-202")
DECIDE = (
    "Decide. Cancel this sale? ¥128.00 goes back to the customer in full."
    " Cancel the payment ¥128.00 · …4821 (F8)."
)
NOT_SURE = (
    "Working. Not sure yet. We keep trying. Try 3 · until 17:00. Do: Keep goods and receipt."
    " You may serve the next customer. Don't: Do not take payment again. No refund: not in cash, not in"
    " the portal."
)
REFUNDED = (
    "Done. Cancelled. The money is on its way back to the customer. Settled 15:32 · we check until 15:52."
    " Do: Hand over the slip. Don't: No cash, no second refund."
)
AGAIN = "Press F8 once more to confirm."


class Said(list[tuple[object, str]]):
    """Which part said what."""

    def news(self) -> list[str]:
        """Give what was said since this was last asked."""
        told = [sentence for _, sentence in self]
        self.clear()
        return told


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Said:
    told = Said()

    def hear(event: QAccessibleEvent) -> None:
        if hasattr(event, "message"):
            told.append((event.object(), event.message()))

    monkeypatch.setattr(QAccessible, "isActive", lambda: True)
    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    return told


class SilentDesk(ScriptedDesk):
    """Never answers a submission."""

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        self.requests.append(request)


def test_a_moment_is_said_once(make_window: MakeWindow, said: Said) -> None:
    window = make_window(SilentDesk())
    said.clear()
    scan(window)
    assert said.news()[-1] == DECIDE
    window.tick()
    press(window, F8)
    window.tick()
    assert said == [(window.board.sale.confirm, AGAIN)]
    said.clear()
    press(window, F8)
    window.tick()
    assert isinstance(stage_of(window), Submitting)
    assert said.news() == []


def test_what_comes_of_a_case_is_said(make_window: MakeWindow, said: Said) -> None:
    desk = ScriptedDesk(cases=(FIRST, SECOND))
    window = make_window(desk)
    said.clear()
    window.flow.show_case(SECOND)
    assert said.news() == [NOT_SURE]
    # Another try is no news.
    desk.tell(replace(SECOND, tries=SECOND.tries + 1))
    assert said.news() == []
    desk.tell(replace(FIRST, state=State.REFUNDED))
    desk.tell(replace(SECOND, state=State.REFUNDED))
    assert [part for part, _ in said] == [window.cues.toast, window.board.card]
    assert said.news() == [
        window.cues.toast.accessibleName(),
        REFUNDED,
    ]


def test_seconds_that_count_down_are_said_once(make_window: MakeWindow, said: Said) -> None:
    window = make_window(SilentDesk(), take_back_s=3)
    scan(window)
    press(window, F8)
    said.clear()
    press(window, F8)
    window.flow.count()
    assert isinstance(stage_of(window), Counting)
    assert said.news() == ["Wait. Cancelling in 3 … Nothing has been sent yet. Press Esc to take it back."]


def test_behind_another_page_nothing_is_said(make_window: MakeWindow, said: Said) -> None:
    window = make_window(ScriptedDesk(cases=(FIRST,)))
    said.clear()
    window.board.hide()
    window.flow.show_case(FIRST)
    assert said.news() == []
    window.board.show()
    window.tick()
    assert ["Not sure yet." in sentence for sentence in said.news()] == [True]


def test_a_reader_that_presses_the_button_presses_its_key(make_window: MakeWindow, said: Said) -> None:
    desk = SilentDesk()
    window = make_window(desk)
    scan(window)
    said.clear()
    confirm: QAbstractButton = window.board.sale.confirm
    # A finger has to hold it.
    tap(confirm)
    assert said.news() == ["Released too early. Nothing was sent."]
    confirm.click()
    assert said.news() == [AGAIN]
    tap(confirm)
    assert isinstance(stage_of(window), Deciding)
    assert not desk.requests
    scan(window)
    confirm.click()
    confirm.click()
    assert len(desk.requests) == 1


def test_a_message_is_said_once(qapp: QWidget, said: Said) -> None:
    box = MessageBox()
    message = Message("act", "hand", "The file is empty.", "Choose another one.")
    box.show_message(message)
    box.show_message(message)
    assert said.news() == ["The file is empty. Choose another one."]
    box.show_message(None)
    assert said.news() == []


def test_where_nothing_can_be_announced_an_alert_is_sent(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window()
    monkeypatch.delattr("PySide6.QtGui.QAccessibleAnnouncementEvent")
    assert announcing.announcement(window, "x").type() is QAccessible.Event.Alert
