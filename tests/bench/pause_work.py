"""The window over a journal with pending cases, and ten cancels in it. Argument: the home. Prints JSON.

Told are the longest times, in milliseconds, in which its event loop did nothing else: until all cases are
listed, and during the cancels.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtTest import QTest

from pos_cancel.adapters.late_desk import LateDesk
from pos_cancel.domain.case import State
from pos_cancel.gui.application import application
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.rubbish import SETTLED_TURN, TURN_MS, collected_here
from pos_cancel.gui.stages import Deciding, Showing
from pos_cancel.gui.theme import Theme
from pos_cancel.gui.till import Till
from pos_cancel.gui.worker import Worker
from tests.bench.made_up_shop import PROFILE
from tests.bench.pending_till import ShortLine, pending_till
from tests.gui.conftest import product_looks, product_words
from tests.unit.spoken_cases import SHOP

CANCELS, PATIENCE_S = 10, 60.0


class Pulse(QObject):
    """Beats in the window's thread, and knows the longest time without a beat."""

    def __init__(self) -> None:
        super().__init__()
        self.longest_ms = 0.0
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=1, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    @Slot()
    def beat(self) -> None:
        now = time.perf_counter()
        self.longest_ms, self._last = max(self.longest_ms, (now - self._last) * 1000), now

    def told(self) -> float:
        """Give the longest time since it was last told."""
        longest, self.longest_ms = self.longest_ms, 0.0
        return longest


def wait(holds: Callable[[], object], least_s: float = 0.0) -> None:
    """Let the event loop run until it holds, and no shorter than that."""
    start = time.perf_counter()
    while time.perf_counter() - start < least_s or not holds():
        if time.perf_counter() - start > PATIENCE_S:
            raise AssertionError("it never held")
        QTest.qWait(5)


def cancel(window: MainWindow, number: str) -> None:
    """Scan, confirm, and wait for the refund."""
    QTest.keyClicks(window.board.scan.field, number)
    QTest.keyClick(window.board.scan.field, Qt.Key.Key_Return)
    wait(lambda: isinstance(window.flow.stage, Deciding))
    answers = {"amount": "128.00", "again": number, "manager": "Mei Lin"}
    for question in window.screen_shown.questions if window.screen_shown else ():
        window.board.questions.write(question.name, answers[question.name])
    for _ in range(2):
        QTest.keyClick(window, Qt.Key.Key_F8)

    def is_done() -> bool:
        stage = window.flow.stage
        return isinstance(stage, Showing) and stage.case.state is State.REFUNDED

    # The card takes its time to come in.
    wait(is_done, least_s=0.3)


def main() -> int:
    """Open the window, wait for the list, cancel."""
    looks = product_looks()
    app = application(looks)
    till = Till(
        words=product_words(), language="en", zone=SHOP, clock=lambda: datetime.now(UTC), name="Till 2"
    )
    with pending_till(Path(sys.argv[1]), ShortLine()) as runner, collected_here():
        desk = LateDesk(lambda: runner, {PROFILE.name: PROFILE})
        worker = Worker(desk)
        window = MainWindow(worker, till, Theme(looks, "light"))
        worker.list_cases()
        window.resize(1024, 600)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        pulse = Pulse()
        desk.start()
        wait(lambda: True, least_s=TURN_MS / 1000 * (SETTLED_TURN + 1))
        listing_ms = pulse.told()
        for count in range(CANCELS):
            cancel(window, f"NEW-{count}")
        print(json.dumps({"listing_ms": listing_ms, "cancels_ms": pulse.told()}))
        window.end_at_once()
        desk.stop()
        del app
    return 0


if __name__ == "__main__":
    sys.exit(main())
