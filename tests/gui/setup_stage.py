"""The assistant for tests: on a set-up that works at once, or on none at all."""

from collections.abc import Callable
from dataclasses import fields
from typing import TypeVar

from PySide6.QtWidgets import QApplication

from pos_cancel.adapters.setup import Setup
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.gui.setup_flow import SetupFlow
from pos_cancel.gui.setup_state import State
from pos_cancel.gui.setup_view import SetupView
from pos_cancel.gui.setup_worker import SetupWorker
from pos_cancel.gui.theme import Theme
from pos_cancel.presenters.wording import Wording

T = TypeVar("T")


class NoDesk:
    """A desk at which nothing is ever done."""

    def __init__(self) -> None:
        self.asked = 0
        self.stopped = False

    def ask(self, job: object, done: object) -> None:
        self.asked += 1

    def stop(self) -> None:
        self.stopped = True


class InlineDesk:
    """Does every job at once, on the thread that asks."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.stopped = False

    def ask(self, job: Callable[[Setup], T], done: Callable[[T | PosCancelError], None]) -> None:
        try:
            done(job(self.setup))
        except PosCancelError as error:
            done(error)

    def stop(self) -> None:
        self.stopped = True
        self.setup.forget()


def still_view(words: Wording, theme: Theme) -> SetupView:
    """An assistant that waits for a state to show."""
    flow = SetupFlow(SetupWorker(NoDesk()), first=True)
    view = SetupView(flow, words, theme)
    flow.setParent(view)
    return view


def show_state(view: SetupView, state: State) -> None:
    """Show a state, as if everything before it had happened."""
    view.flow.hand.set(**{each.name: getattr(state, each.name) for each in fields(state)})
    for _ in range(3):
        QApplication.sendPostedEvents()
