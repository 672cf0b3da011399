"""Slow key rings and slow lines: the window answers all the while and loses nothing."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from keyring.errors import KeyringLocked
from PySide6.QtCore import QTimer

from pos_cancel.engine.probe import Verdict
from pos_cancel.gui.setup_state import Busy, Page
from tests.gui.conftest import StartTill
from tests.gui.setup_till import FirstStart, Key, to_keys, to_test
from tests.unit.brought_keys import OTHER, pem, public

NOWHERE = "http://127.0.0.1:9"
# A person notices 0.1 s; a busy machine takes its share. What blocked here would do so for a whole deadline.
LONGEST_PAUSE_S = 0.4
BEAT_MS = 5


@pytest.fixture
def theirs() -> str:
    return public(OTHER)


@pytest.fixture
def start(start_till: StartTill) -> FirstStart:
    return start_till()


class Pulse:
    """A beat of the event loop: how long it was ever silent."""

    def __init__(self) -> None:
        self.beats = 0
        self.longest_s = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setInterval(BEAT_MS)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._last = time.perf_counter()
        self._timer.start()

    def _beat(self) -> None:
        now = time.perf_counter()
        self.longest_s = max(self.longest_s, now - self._last)
        self._last = now
        self.beats += 1

    def stop(self) -> None:
        self._timer.stop()


@contextmanager
def no_pause() -> Iterator[Pulse]:
    """Demand that the event loop went on all the time."""
    pulse = Pulse()
    pulse.start()
    yield pulse
    pulse.stop()
    assert pulse.beats
    assert pulse.longest_s < LONGEST_PAUSE_S


@contextmanager
def silent_gateway() -> Iterator[str]:
    """An address that takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def untested(start: FirstStart, theirs: str) -> None:
    """Come to the test of an account at an address where nobody is, and have it fail."""
    to_test(start, NOWHERE, pem(), theirs)
    start.press(Key.Key_Return)
    start.wait(lambda: start.state.proof is not None)
    assert start.state.proof is not None
    assert start.state.proof.verdict is Verdict.NETWORK


def test_a_line_that_says_nothing_can_be_left_and_tried_again(start: FirstStart, theirs: str) -> None:
    with silent_gateway() as address:
        to_test(start, address, pem(), theirs)
        with no_pause():
            start.press(Key.Key_Return)
            assert start.state.busy is Busy.TESTING
            start.wait(lambda: start.state.waited_s >= 2)
        assert "2 s" in start.view.busy.text()
        start.press(Key.Key_Return)
        assert start.state.busy is Busy.TESTING, "one test at a time"
        start.press(Key.Key_Escape)
        assert (start.state.page, start.state.busy, start.state.proof) == (Page.TEST, Busy.NO, None)
        start.press(Key.Key_Escape)
        start.comes_to(Page.THEIRS)
        assert start.state.theirs is not None
        start.press(Key.Key_Escape, Key.Key_Escape, Key.Key_Escape, Key.Key_Escape)
        start.comes_to(Page.ACCOUNT)
        assert start.view.form.said()["id"] == "2088621887001234"


def test_a_locked_key_ring_is_said_to_be_locked_and_goes_on_when_it_is_not(
    start: FirstStart, theirs: str
) -> None:
    untested(start, theirs)
    start.backend.raises = KeyringLocked("no")
    start.press(Key.Key_F8)
    words = start.window.words
    start.wait(lambda: start.state.notice is not None)
    assert start.told() == words.text("error.key_locked.sentence")
    assert not list(start.shop.home.profiles_dir.iterdir())
    start.backend.raises = None
    start.comes_to(Page.DONE)
    assert start.view.headline.text() == words.text("setup.done.title_untested")
    start.press(Key.Key_Return)
    assert start.window.flow.profile is not None


def test_a_key_ring_that_hangs_stops_nothing(start: FirstStart, theirs: str) -> None:
    untested(start, theirs)
    start.backend.gate.clear()
    with no_pause():
        start.press(Key.Key_F8)
        assert start.state.busy is Busy.STORING
        start.press(Key.Key_Escape)
        assert start.state.busy is Busy.STORING, "what is being stored is not left half way"
        start.wait(lambda: start.state.notice is not None)
    assert start.told() == start.window.words.text("error.key_hung.sentence")
    assert not list(start.shop.home.profiles_dir.iterdir())
    start.backend.gate.set()
    start.comes_to(Page.DONE)


def test_a_long_key_is_made_beside_the_window(start: FirstStart) -> None:
    to_keys(start, NOWHERE)
    start.press(Key.Key_F8, Key.Key_F8)
    assert start.state.bits == 4096
    with no_pause():
        start.press(Key.Key_Return)
        start.press(Key.Key_Escape)
        start.comes_to(Page.OWN)
    assert start.state.half is not None
    first = start.state.half
    assert first.key.bits == 4096
    assert len(first.text) < 740
    start.press(Key.Key_Escape)
    start.comes_to(Page.KEYS)
    start.enter(Page.OWN)
    assert start.state.half is first, "going back and on makes no other key"
    start.press(Key.Key_Escape, Key.Key_F8)
    start.enter(Page.OWN)
    assert start.state.half.key.bits == 2048


def test_an_answer_that_was_left_behind_changes_nothing(start: FirstStart, theirs: str) -> None:
    gate, done = threading.Event(), threading.Event()
    to_keys(start, NOWHERE)
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.view.flow.hand.ask(Busy.READING, lambda _: gate.wait(20), lambda _: done.set())
    start.press(Key.Key_Escape)
    assert start.state.page is Page.BRING
    gate.set()
    start.paste(pem())
    start.wait(lambda: start.state.half is not None)
    assert not done.is_set()
