"""The real window over the till's own home, keyring and gateway, with a heart that beats in its event loop.

Started by tests with nothing but an environment. One command per line on stdin: `scan NUMBER`,
`answer QUESTION TEXT`, `confirm`, `press BUTTON`, `gap`, `quit`. Each moment is one JSON object on stdout.
"""

import json
import os
import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier, Qt, QTimer, Slot
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_cancel import bootstrap
from pos_cancel.adapters.process_guard import guard
from pos_cancel.gui.entrance import Entrance
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.stages import Deciding, Showing

BEAT_MS = 5


class Hands(QObject):
    """Does what stdin says and tells what is shown; measures how long the event loop was away."""

    def __init__(self) -> None:
        super().__init__()
        self._window: MainWindow | None = None
        self._last = time.monotonic()
        self._longest_s = 0.0
        self._heart = QTimer(self)
        self._heart.setTimerType(Qt.TimerType.PreciseTimer)
        self._heart.setInterval(BEAT_MS)
        self._heart.timeout.connect(self._beat)
        self._orders = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._orders.activated.connect(self._read)
        self._acts: dict[str, Callable[..., None]] = {
            "scan": self._scan,
            "answer": self._answer,
            "confirm": self._confirm,
            "press": self._press,
            "gap": self._tell_gap,
            "quit": self._quit,
        }

    @property
    def window(self) -> MainWindow:
        """The window, once there is one."""
        assert self._window is not None
        return self._window

    @Slot()
    def begin(self) -> None:
        """Take the window that is there now."""
        self._window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
        self._window.flow.changed.connect(self._tell)
        self._last = time.monotonic()
        self._heart.start()
        tell({"stage": "begun"})

    @Slot()
    def _beat(self) -> None:
        now = time.monotonic()
        self._longest_s = max(self._longest_s, now - self._last)
        self._last = now

    @Slot()
    def _read(self) -> None:
        for line in os.read(sys.stdin.fileno(), 65536).decode().splitlines():
            name, *given = line.split(" ", 2)
            self._acts[name](*given)

    def _scan(self, number: str) -> None:
        self.window.board.scan.take_focus()
        QTest.keyClicks(self.window.board.scan.field, number)
        QTest.keyClick(self.window.board.scan.field, Qt.Key.Key_Return)

    def _answer(self, name: str, text: str) -> None:
        self.window.board.questions.write(name, text)

    def _confirm(self) -> None:
        for _ in range(2):
            QTest.keyClick(self.window, Qt.Key.Key_F8)

    def _press(self, name: str) -> None:
        self.window.press(name)

    def _tell_gap(self) -> None:
        tell({"stage": "gap", "gap_s": self._longest_s})
        self._longest_s = 0.0

    def _quit(self) -> None:
        self.window.end_at_once()

    @Slot()
    def _tell(self) -> None:
        stage, screen = self.window.flow.stage, self.window.screen_shown
        told: dict[str, object] = {"stage": type(stage).__name__}
        if isinstance(stage, Deciding):
            told |= {"trouble": stage.lookup.trouble, "sale": stage.lookup.sale is not None}
        if isinstance(stage, Showing):
            case = stage.case
            told |= {"state": case.state.value, "tries": case.tries, "setup_code": case.setup_code}
        fault = self.window.flow.fault
        if screen is not None:
            told |= {
                "asked": [question.name for question in screen.questions],
                "headline": screen.face.headline,
                "status": screen.face.status,
                "buttons": list(screen.buttons),
            }
        tell(told | ({"fault": fault.sentence} if fault else {}))


def tell(moment: dict[str, object]) -> None:
    print(json.dumps(moment), flush=True)


def main() -> int:
    guard()
    # The window takes the application that is there; what happens first in its loop is ours.
    app = QApplication(sys.argv[:1])
    hands = Hands()
    QTimer.singleShot(0, hands.begin)
    code = Entrance().show(bootstrap.open_shop())
    del app
    return code


if __name__ == "__main__":
    sys.exit(main())
