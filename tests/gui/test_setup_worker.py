"""The bridge to the set-up's thread: answers come over, and the thread keeps no Qt object alive."""

import gc
import threading
import weakref
from collections.abc import Callable
from functools import partial
from typing import TypeVar, cast

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from pos_cancel.adapters.setup import Setup
from pos_cancel.adapters.setup_desk import SetupDesk
from pos_cancel.domain.errors import LocalError, PosCancelError
from pos_cancel.gui.setup_worker import Answer, SetupWorker

Done = Callable[[object], None]
T = TypeVar("T")


class Secret:
    """What a person pasted."""


class NoSetup:
    """Nothing is set up here."""

    def forget(self) -> None:
        """There is nothing to forget."""


def taken(_: Secret, __: object) -> str:
    return "taken"


class SlowDesk:
    """Keeps what was asked until the test lets it be answered, on another thread."""

    def __init__(self) -> None:
        self.asked: list[Done] = []

    def ask(self, job: Callable[[Setup], T], done: Callable[[T | PosCancelError], None]) -> None:
        self.asked.append(cast("Done", done))

    def stop(self) -> None:
        """Nothing runs here."""

    def answer(self, value: object) -> None:
        thread = threading.Thread(target=self.asked.pop(), args=(value,))
        thread.start()
        thread.join(10)
        assert not thread.is_alive()


def test_an_answer_comes_over_with_its_ticket(qtbot: QtBot) -> None:
    desk = SlowDesk()
    worker = SetupWorker(desk)
    worker.ask(7, lambda _: None)
    with qtbot.waitSignal(worker.answered) as caught:
        desk.answer("made")
    assert caught.args == [Answer(7, "made")]


@pytest.mark.parametrize("owned", [False, True])
@pytest.mark.usefixtures("qapp")
def test_an_answer_to_a_window_that_has_gone_goes_nowhere(owned: bool) -> None:
    """The thread neither emits through what is gone nor destroys it by letting go of it last."""
    desk, parent = SlowDesk(), QObject()
    worker = SetupWorker(desk, parent if owned else None)
    gone = weakref.ref(worker)
    worker.ask(1, lambda _: None)
    del worker, parent
    gc.collect()
    assert gone() is None
    desk.answer("too late")


def test_the_thread_lets_go_of_a_job_when_it_is_done() -> None:
    answers: list[object] = []
    asked: list[Secret] = [Secret()]
    heard = threading.Event()

    def done(value: object) -> None:
        answers.append(value)
        heard.set()

    def broken(_: object) -> int:
        raise LocalError("No.", "Try again.")

    desk = SetupDesk(NoSetup)
    kept = weakref.ref(asked[0])
    desk.ask(partial(taken, asked.pop()), done)
    assert heard.wait(10)
    heard.clear()
    desk.ask(broken, done)
    assert heard.wait(10)
    assert kept() is None
    assert answers[0] == "taken"
    assert isinstance(answers[1], PosCancelError)
    desk.stop()
