"""The drill on a training till, for tests: with chance that is known and keys that tell their time."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from pos_cancel.gui.drill_host import DrillHost, practice
from pos_cancel.gui.drill_screens import Page
from pos_cancel.gui.drill_view import DrillView
from pos_cancel.gui.main_window import MainWindow


class Fingers:
    """Times keys: each one `gap_ms` after the last, so that 5 is a scanner and 300 a person."""

    def __init__(self) -> None:
        self.gap_ms = 300
        self._at_ms = 0

    def __call__(self, _event: QKeyEvent) -> int:
        self._at_ms += self.gap_ms
        return self._at_ms


def drilled(window: MainWindow, fingers: Fingers | None = None, seed: int = 3) -> tuple[DrillHost, DrillView]:
    """Open the drill as its button does."""
    given = replace(practice(window), chance=Random(seed), key_time_ms=fingers or Fingers())
    host = DrillHost(window, given)
    window.press("drill")
    assert host.view is not None
    return host, host.view


def page_of(view: DrillView) -> Page:
    """Give which kind of page is shown."""
    return view.place.page


def right_number(view: DrillView) -> int:
    """Give the number of the right answer."""
    question = view.drill.questions[view.place.number]
    return question.answers.index(question.story.right) + 1


def answer(view: DrillView, *, right: bool) -> None:
    """Press an answer."""
    assert page_of(view) is Page.ASK
    number = right_number(view)
    view.answers.buttons[(number if right else number % 4 + 1) - 1].click()


def go_through(view: DrillView, missed: tuple[int, ...]) -> None:
    """Answer all ten, those of these places wrongly, and stand at the result."""
    for place in range(len(view.drill.questions)):
        answer(view, right=place not in missed)
        view.buttons["next"].click()


def pages(view: DrillView) -> Iterator[str]:
    """Go through every page of ten cases, all answered wrongly, and stop at each."""
    for place, question in enumerate(view.drill.questions):
        yield _settled(f"question {place} {question.story.name}")
        answer(view, right=False)
        yield _settled(f"card {place} {question.story.name}")
        view.buttons["next"].click()
    yield _settled("result")
    view.answers.buttons[0].click()
    yield _settled("again")


def _settled(name: str) -> str:
    for _ in range(3):
        QApplication.sendPostedEvents()
    return name
