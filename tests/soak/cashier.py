"""A cashier at the real window: scans, reads, presses twice, reads how it ended, next customer."""

import random
import time
import traceback
from collections import Counter
from collections.abc import Callable
from types import TracebackType

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from pos_cancel.domain.case import WORKED, State
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.screens import look_card
from pos_cancel.gui.stages import Asking, Deciding, Inviting, Showing
from tests.gui.at_the_till import press, scan

LOOK_MS = 4
# A customer is not kept longer; the case goes on by itself.
PATIENCE_S = 0.5
STUCK_S = 60.0
# One errand beside the customers in so many cases.
ERRANDS = 12
STORIES = (
    *("REFUND",) * 6,
    *("CLOSE",) * 3,
    *("NOSCAN", "BUSY", "UNKNOWN", "LOST", "LOSTSTATUS", "DROP", "WINDOW", "FEE", "GONE", "CLOSED"),
    *("BLIND", "OTHER", "FAILY", "FROZEN", "TRUNC", "HTTP500", "UNSIGNED"),
)
KEY = Qt.Key
KEYS = {"go_on": KEY.Key_F5, "confirm": KEY.Key_F8, "end": KEY.Key_F4, "next": KEY.Key_F9}


class Cashier(QObject):
    """Works until `ends_at`. `paused` is called between two customers, with the number of those served."""

    def __init__(self, seed: int, ends_at: float, paused: Callable[[int], None]) -> None:
        super().__init__()
        self.served = 0
        self.outcomes: Counter[str] = Counter()
        self.faults: list[str] = []
        self._chance = random.Random(seed)
        self._seed = seed
        self._ends_at = ends_at
        self._paused = paused
        self._window: MainWindow | None = None
        # The case that was ended last: until the engine has done it, it looks as before.
        self._put_down = ""
        self._began = time.monotonic()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(LOOK_MS)

    @Slot()
    def look(self) -> None:
        """Do the next thing, if there is one to do now."""
        window = self._window or self._find()
        if window is None:
            return
        if self.faults:
            self._end(window)
            return
        if window.flow.fault is not None or time.monotonic() - self._began > STUCK_S:
            told = window.flow.fault or f"nothing moves: {window.flow.stage}"
            self.faults.append(f"customer {self.served}: {told}")
            return
        match window.flow.stage:
            case Inviting():
                self._next_customer(window)
            case Deciding() as stage:
                self._decide(window, stage)
            case Showing() as stage:
                self._read(window, stage)
            case Asking():
                self._answer(window)

    def hear(self, _kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """Take what went wrong in a slot, the window's or one's own; to be the process's last hook."""
        self.faults.append(f"customer {self.served}: " + "".join(traceback.format_exception(error)))

    def _find(self) -> MainWindow | None:
        found = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        if found and found[0].isVisible():
            self._window = found[0]
            self._window.activateWindow()
        return self._window

    def _next_customer(self, window: MainWindow) -> None:
        self._paused(self.served)
        if time.monotonic() > self._ends_at:
            self._end(window)
            return
        self._began = time.monotonic()
        if self.served % ERRANDS == ERRANDS - 1:
            press(window, KEY.Key_F10, self._chance.choice((KEY.Key_F12, KEY.Key_F2)))
        self.served += 1
        if self.served % ERRANDS == 0 and window.cases.rowCount():
            press(window, KEY.Key_F3)
            return
        scan(window, f"SOAK-{self._seed}-{self.served}-{self._chance.choice(STORIES)}")

    def _decide(self, window: MainWindow, stage: Deciding) -> None:
        buttons = window.screen_shown.buttons if window.screen_shown else {}
        if "confirm" in buttons:
            due = look_card(stage, window.view()).amount_due
            self._answer(window, again=stage.lookup.number.text, amount=due.decimal if due else "")
        else:
            press(window, KEYS["go_on" if "go_on" in buttons else "next"])

    def _read(self, window: MainWindow, stage: Showing) -> None:
        state, waited_s = stage.case.state, time.monotonic() - self._began
        if state is State.CALL_SUPPORT and stage.case.id != self._put_down:
            self._put_down = stage.case.id
            press(window, KEYS["end"])
        elif state not in WORKED or waited_s > PATIENCE_S:
            self.outcomes[state.value] += 1
            press(window, KEYS["next"])

    def _answer(self, window: MainWindow, **known: str) -> None:
        questions = window.board.questions
        texts = {"manager": "Mei Lin", "reason": "soaked"} | known
        for name in questions.answers():
            questions.write(name, texts[name])
        press(window, KEYS["confirm"], KEYS["confirm"])

    def _end(self, window: MainWindow) -> None:
        self._timer.stop()
        window.end_at_once()
