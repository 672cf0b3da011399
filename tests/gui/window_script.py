"""The window on a desk that writes down what it is asked: started by tests on a display of their own.

Arguments: the log file, "all" for a till with a menu, the assistant and the drill, and "unwatched" for one
that tells of nothing but its desk. Every line of the log is one event; `painted` is the first. What a number
ends with says what the desk does about it (`Ending`).
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QLabel

from pos_cancel.adapters.settings import Settings
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.gui.application import Start, run
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.menu_host import Menu
from pos_cancel.gui.setup_host import Assistant
from pos_cancel.gui.stages import Deciding, Looking, Showing, Stage
from pos_cancel.presenters.connection import LEAST_LOST, Connection
from tests.gui.conftest import product_looks, product_words
from tests.gui.menu_till import OfficeDesk, ScriptedOffice
from tests.gui.scripted_desk import OPENED, ScriptedDesk
from tests.unit.spoken_cases import PAID_SALE, SHOP, look_at, pending

# The look, or the submission, is never answered; the case is final at once; another case ends beside it; the
# decision can be taken back for a while; the connection has been down for minutes.
WAITS, HANGS, DONE, TOAST, COUNTS, LOST = "-WAITS", "-HANGS", "-DONE", "-TOAST", "-COUNTS", "-LOST"
TAKE_BACK_S = 5
TOLD = ("menu.scanned", "setup.scanned", "drill.scanned")
BESIDE = ("toast", "noticeStrip", "menuView", "setupView", "drillView")
ENDS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}


class LoggingDesk(ScriptedDesk):
    """Writes a line for each look, each submission, and the end."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log
        self._told = 0
        self.lose: Callable[[], None] = lambda: None

    def write(self, line: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        self.write(f"look {number.text}")
        if number.text.endswith(WAITS):
            return
        done(replace(look_at(PAID_SALE), number=number, profile=profile, at=datetime.now(UTC)))
        if number.text.endswith(TOAST):
            self._told += 1
            beside = pending(id=f"beside-{self._told}", ref=f"K7-{self._told}")
            self.tell(beside)
            self.tell(replace(beside, state=State.REFUNDED))

        if number.text.endswith(LOST):
            self.lose()

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        number = request.number.text
        self.write(f"submit {number}")
        if number.endswith(HANGS):
            return
        soon = datetime.now(UTC) + timedelta(seconds=30)
        state = State.REFUNDED if number.endswith(DONE) else State.RETRY_PENDING
        case = replace(OPENED, id=number, number=number, state=state, next_try_at=soon)
        done(Submitted(case, is_new=True))
        self.tell(case)

    def tell(self, case: Case) -> None:
        super().tell(case)
        self.write(f"case {case.state}")

    def stop(self) -> None:
        self.write("stop")


class Watcher(QObject):
    """Writes down what the window shows: every new moment, and what came of each run of keys.

    `end TEXT told|silent gap=MS` is written after its Enter, with the longest time between two keys as the
    server stamped them, and what lay beside the card when the first key came.
    """

    def __init__(self, window: MainWindow, desk: LoggingDesk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._sentences = {words.text(key) for words in window.till.words.values() for key in TOLD}
        self._stage = self._run = ""
        self._seen: list[str] = []
        self._last_ms = self._gap_ms = 0
        window.flow.changed.connect(self._moved)
        QApplication.instance().installEventFilter(self)  # type: ignore[union-attr]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        if event.type() is QEvent.Type.KeyPress and isinstance(watched, QWindow):
            assert isinstance(event, QKeyEvent)
            self._hear(event)
        return super().eventFilter(watched, event)

    def _hear(self, event: QKeyEvent) -> None:
        if event.text() and event.text().isprintable():
            if not self._run:
                self._seen, self._gap_ms, self._last_ms = self._beside(), 0, event.timestamp()
            self._run += event.text()
        if self._run and event.text():
            self._gap_ms, self._last_ms = (
                max(self._gap_ms, event.timestamp() - self._last_ms),
                event.timestamp(),
            )
        if event.key() in ENDS:
            told = f"gap={self._gap_ms} {' '.join(self._seen)}".strip()
            QTimer.singleShot(0, partial(self._ended, self._run, told))
        if not event.text().isprintable():
            self._run = ""

    def _moved(self) -> None:
        stage = self._window.flow.stage
        self._window.flow.take_back_s = TAKE_BACK_S if _number(stage).endswith(COUNTS) else 0
        now = f"stage {type(stage).__name__} {_number(stage)}".strip()
        if now != self._stage:
            self._stage = now
            self._desk.write(now)

    def _ended(self, run: str, seen: str) -> None:
        labels = (label for label in self._window.findChildren(QLabel) if label.isVisible())
        told = any(label.text() in self._sentences for label in labels)
        self._desk.write(f"end {run or '-'} {'told' if told else 'silent'} {seen}")

    def _beside(self) -> list[str]:
        return [name for name in BESIDE if self._shows(name)]

    def _shows(self, name: str) -> bool:
        found = self._window.findChild(QObject, name)
        return found is not None and bool(found.property("visible"))


def _number(stage: Stage) -> str:
    match stage:
        case Looking(number=number):
            return number.text
        case Deciding(lookup=look):
            return look.number.text
        case Showing(case=case):
            return case.number
        case _:
            return ""


def lose_connection(window: MainWindow) -> None:
    """Have the banner say that all of the last minutes was lost."""
    now = datetime.now(UTC)
    window.cues.connection = Connection(LEAST_LOST, now - timedelta(minutes=5), now)
    window.tick()


def main() -> int:
    whole = "all" in sys.argv[2:]
    desk = LoggingDesk(Path(sys.argv[1]))

    def painted() -> None:
        (window,) = (each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
        if "unwatched" not in sys.argv[2:]:
            Watcher(window, desk)
        desk.lose = partial(lose_connection, window)
        desk.write("painted")

    start = Start(language="en", theme="light", till="Till 2", training=whole, sounds=False)
    return run(
        desk,
        product_looks(),
        product_words(),
        start,
        zone=SHOP,
        painted=painted,
        assistant=Assistant(OfficeDesk(None, holds=True), lambda _: None) if whole else None,
        menu=Menu(desk=OfficeDesk(ScriptedOffice()), settings=Settings(language="en", theme="light"))
        if whole
        else None,
    )


if __name__ == "__main__":
    sys.exit(main())
