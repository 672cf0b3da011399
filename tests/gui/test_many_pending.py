"""A till with 100,000 pending cases, all of them due: it starts, serves the next customer, and is shown."""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import pytest
from PySide6.QtCore import QObject, QTimer, Slot
from pytestqt.qtbot import QtBot

from pos_cancel.adapters.late_desk import LateDesk
from pos_cancel.adapters.runner import Runner
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.listing import Listing
from pos_cancel.engine.lookup import CancelRequest
from pos_cancel.gui.open_cases_model import CASE_ROLE
from tests.bench.made_up_shop import PROFILE
from tests.bench.many_pending import PENDING, build_pending
from tests.bench.pending_till import ShortLine, pending_till
from tests.gui.conftest import MakeWindow

# The promises, and how much slower a shared machine may be.
LISTED_S, SERVED_S, GAP_S, SLACK = 1.0, 1.0, 0.1, 3
PATIENCE_MS = 30_000
pytestmark = [pytest.mark.alone, pytest.mark.programme("100,000 pending cases")]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pending")
    build_pending(folder, datetime.now(UTC) - timedelta(hours=1))
    return folder


class Pulse(QObject):
    """Beats in the window's thread, and knows the longest time without a beat."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_s = 0.0
        self._last = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.beat)
        self._timer.start(2)

    @Slot()
    def beat(self) -> None:
        now = time.monotonic()
        self.longest_s, self._last = max(self.longest_s, now - self._last), now


def listed_after(runner: Runner) -> tuple[Listing, float]:
    box: SimpleQueue[Listing] = SimpleQueue()
    start = time.monotonic()
    runner.start()
    runner.open_cases(box.put)
    return box.get(timeout=PATIENCE_MS / 1000), time.monotonic() - start


def served_after(runner: Runner, number: str) -> float:
    done: SimpleQueue[Case] = SimpleQueue()
    runner.listen(done.put)
    start = time.monotonic()
    runner.submit(CancelRequest(profile=PROFILE.name, number=parse(number)), lambda _: None)
    while True:
        case = done.get(timeout=PATIENCE_MS / 1000)
        if case.number == number and case.state is State.REFUNDED:
            return time.monotonic() - start


@pytest.mark.parametrize("hangs", [True, False], ids=["gateway hangs", "gateway answers"])
def test_all_are_listed_at_once_and_the_next_customer_is_served(home: Path, *, hangs: bool) -> None:
    line = ShortLine(hangs=hangs)
    with pending_till(home, line) as runner:
        listing, listed_s = listed_after(runner)
        served_s = max(served_after(runner, f"NEW-{hangs}-{count}") for count in range(5))
    print(f"listed after {listed_s:.3f} s, served after {served_s:.3f} s, {line.sent} sent")
    assert len(listing.places) >= PENDING - 10_000
    assert listed_s < LISTED_S * SLACK
    assert served_s < SERVED_S * SLACK


@pytest.fixture
def desk(home: Path) -> Iterator[LateDesk]:
    with pending_till(home, ShortLine()) as runner:
        late = LateDesk(lambda: runner, {PROFILE.name: PROFILE})
        yield late
        late.stop()


def test_the_window_shows_and_scrolls_them_without_a_pause(
    make_window: MakeWindow, desk: LateDesk, qtbot: QtBot
) -> None:
    window = make_window(desk)
    pulse = Pulse()
    desk.start()

    def wait(holds: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE_MS)

    wait(lambda: window.cases.rowCount() > PENDING // 2)
    rows = window.board.open_cases.list
    bar = rows.verticalScrollBar()
    for step in range(1, 11):
        bar.setValue(bar.maximum() * step // 10)
        seen = rows.indexAt(rows.rect().center())
        wait(partial(seen.data, CASE_ROLE))
        window.tick()
    window.press("language")
    wait(lambda: window.flow.online)
    print(f"longest pause {pulse.longest_s * 1000:.0f} ms")
    assert pulse.longest_s < GAP_S * SLACK
