"""The desk of a window that is painted before its engine: nothing that is asked is lost or left waiting."""

import logging
import queue
import threading
from pathlib import Path
from typing import Any

import pytest

from pos_cancel.adapters.late_desk import NOT_OPEN, LateDesk
from pos_cancel.adapters.runner import Runner
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import JournalError, PosCancelError
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.listing import Listing
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from tests.integration.scripted_till import PATIENCE_S, QUICK, Till, a_till, refunds, shown
from tests.unit.journals import FULL

WISH = CancelRequest(profile="till", number=parse("R-1"))


class Box:
    """What callbacks brought, in order."""

    def __init__(self) -> None:
        self.put: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def __call__(self, found: object) -> None:
        self.put.put(found)

    def get(self) -> Any:  # noqa: ANN401 - whatever was brought
        return self.put.get(timeout=PATIENCE_S)


@pytest.fixture
def till(tmp_path: Path) -> Till:
    (tmp_path / "till").mkdir()
    return a_till(
        tmp_path / "till", lambda word, number: refunds(word, number) if word == "cancel" else shown(number)
    )


def test_what_is_asked_before_the_engine_is_there_is_done_in_order(till: Till) -> None:
    may_load = threading.Event()

    def make() -> Runner:
        assert may_load.wait(PATIENCE_S)
        return till.runner

    desk = LateDesk(make, {QUICK.name: QUICK})
    assert desk.profiles == (QUICK,)
    looks, submitted, acted, listed, cases, read = Box(), Box(), Box(), Box(), Box(), Box()
    till.line.looks.add("R-1")
    desk.listen(cases)
    desk.listen_faults(cases)
    desk.start()
    desk.look_up(parse("R-1"), "till", looks)
    desk.submit(WISH, submitted)
    desk.act("nobody", "keep", "Li", "", acted)
    desk.open_cases(listed)
    desk.read_cases(["nobody"], read)
    may_load.set()
    assert isinstance(looks.get(), Lookup)
    found = submitted.get()
    assert isinstance(found, Submitted)
    assert isinstance(acted.get(), PosCancelError)
    assert isinstance(listed.get(), Listing)
    assert read.get() == ()
    told = cases.get()
    while not (isinstance(told, Case) and told.state is State.REFUNDED):
        told = cases.get()
    again = Box()
    desk.submit(WISH, again)
    handed = Box()
    desk.hand_over("Li", handed)
    assert again.get() == Submitted(told, is_new=False)
    assert handed.get() == []
    desk.stop()


def broken_desk(error: Exception) -> LateDesk:
    def make() -> Runner:
        raise error

    return LateDesk(make, {QUICK.name: QUICK})


@pytest.mark.parametrize(("error", "told"), [(FULL, FULL), (ZeroDivisionError(), NOT_OPEN)])
def test_a_till_that_cannot_be_opened_refuses_what_was_asked_and_what_will_be(
    error: Exception, told: PosCancelError, caplog: pytest.LogCaptureFixture
) -> None:
    desk, faults, submitted, looks, listed = broken_desk(error), Box(), Box(), Box(), Box()
    desk.listen_faults(faults)
    desk.listen(faults)
    desk.submit(WISH, submitted)
    with caplog.at_level(logging.CRITICAL):
        desk.start()
        assert faults.get() is told
    assert submitted.get() is told
    desk.submit(WISH, submitted)
    assert submitted.get() is told
    desk.act("case", "keep", "Li", "", submitted)
    assert submitted.get() is told
    desk.look_up(parse("R-1"), "till", looks)
    assert looks.get().trouble == told.code
    desk.open_cases(listed)
    assert listed.get() == Listing()
    desk.read_cases(["1"], listed)
    assert listed.get() == ()
    late = Box()
    desk.listen_faults(late)
    assert late.get() is told
    desk.stop()


def test_a_journal_that_cannot_be_opened_is_told(till: Till, tmp_path: Path) -> None:
    (tmp_path / "till" / "journal").write_text("a file where a folder should be")
    desk, faults = LateDesk(lambda: till.runner, {QUICK.name: QUICK}), Box()
    desk.listen_faults(faults)
    desk.start()
    assert isinstance(faults.get(), JournalError)
    desk.stop()


def test_a_window_that_closes_before_it_began_stops_nothing() -> None:
    broken_desk(FULL).stop()
