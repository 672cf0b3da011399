"""A first day at the till, as a new cashier would spend it, with a picture of every step.

python -m tests.gui.walkthrough [FOLDER]

Drives the program itself, from its first start on an empty home into the training gateway, by the keys of
a keyboard and a scanner. Nothing is made up and nothing is hurried: it takes as long as it takes.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from os import environ
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from pos_cancel.adapters.settings import HOME_VARIABLE
from pos_cancel.cli.main import run
from pos_cancel.domain.case import State
from pos_cancel.gui.application import application
from pos_cancel.gui.entrance import Entrance
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.setup_view import SetupView
from pos_cancel.gui.stages import Deciding, Inviting, Showing
from tests.goldens.grid import stand_still
from tests.goldens.palette import save
from tests.gui.at_the_till import press, scan
from tests.gui.conftest import product_looks

FOLDER = Path(__file__).parents[1] / "goldens" / "walkthrough"
REFUND, LOST, NEXT = "R-1001-REFUND", "R-1002-LOST", "R-1003-CLOSE"
POLL_MS = 20
# After what was waited for, the rest of the window comes to rest: the fade of the card takes 150 ms.
REST_S = 0.6
PATIENCE_S = 90.0
Key = Qt.Key
Reached = Callable[[], bool]


class Cashier(QObject):
    """Does one step after the other while the program runs, each as soon as the one before it is seen."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self._steps = self._day()
        self._reached: Reached = bool
        self._since = 0.0
        self._seen_at: float | None = None
        self.error = ""
        self.pictures: list[Path] = []
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)

    def begin(self) -> None:
        """Begin to look; the program starts next."""
        self._go_on()
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        now = time.monotonic()
        if self._seen_at is None:
            with suppress(LookupError):
                if self._reached():
                    self._seen_at = now
        elif now - self._seen_at > REST_S:
            self._go_on()
            return
        if now - self._since > PATIENCE_S:
            self._give_up(f"After {len(self.pictures)} pictures nothing more came.")

    def _go_on(self) -> None:
        self._since, self._seen_at = time.monotonic(), None
        try:
            self._reached = next(self._steps)
        except StopIteration:
            self._timer.stop()
        except (AssertionError, LookupError) as error:
            self._give_up(str(error))

    def _give_up(self, why: str) -> None:
        self.error = why
        self._timer.stop()
        QApplication.exit(1)

    @property
    def window(self) -> MainWindow:
        """The window that is shown; `LookupError` while there is none."""
        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        return next((each for each in shown if each.isVisible()), None) or _none()

    def _shoot(self, name: str) -> None:
        path = self._folder / f"{len(self.pictures) + 1:02}-{name}.png"
        save(self.window.grab().toImage(), path)
        self.pictures.append(path)

    def _day(self) -> Iterator[Reached]:
        yield from self._first_start()
        yield from self._a_refund()
        yield from self._a_lost_answer()
        self.window.end_at_once()

    def _first_start(self) -> Iterator[Reached]:
        yield lambda: bool(self.window.findChildren(SetupView))
        self._shoot("first-start")
        press(self.window, Key.Key_2)
        yield lambda: True
        self._shoot("training")
        press(self.window, Key.Key_Return)
        yield lambda: not self.window.findChildren(SetupView) and self._is(Inviting)
        assert self.window.screen_shown is not None
        assert self.window.screen_shown.offers, "Nothing to try is offered."
        self._shoot("invitation")

    def _a_refund(self) -> Iterator[Reached]:
        scan(self.window, REFUND)
        yield lambda: self._is(Deciding)
        self._shoot("sale")
        press(self.window, Key.Key_F8)
        yield lambda: self.window.board.sale.confirm.is_armed
        self._shoot("sure")
        press(self.window, Key.Key_F8)
        yield lambda: self._shows(State.REFUNDED)
        self._shoot("refunded")
        press(self.window, Key.Key_F9)
        yield lambda: self._is(Inviting)

    def _a_lost_answer(self) -> Iterator[Reached]:
        scan(self.window, LOST)
        yield lambda: self._is(Deciding)
        press(self.window, Key.Key_F8, Key.Key_F8)
        yield lambda: self._shows(State.SENDING)
        self._shoot("asking")
        yield lambda: self._shows(State.RETRY_PENDING)
        self._shoot("not-sure")
        scan(self.window, NEXT)
        yield lambda: self._is(Deciding)
        self._shoot("next-customer")
        yield lambda: self.window.cases.rowCount() == 0
        self._shoot("settled")
        press(self.window, Key.Key_Escape)
        yield lambda: self._is(Inviting)

    def _is(self, kind: type[object]) -> bool:
        return isinstance(self.window.flow.stage, kind)

    def _shows(self, state: State) -> bool:
        stage = self.window.flow.stage
        return isinstance(stage, Showing) and stage.case.state is state


def _none() -> MainWindow:
    raise LookupError("There is no window.")


def walk_through(folder: Path) -> list[Path]:
    """Spend the day; gives the pictures."""
    stand_still()
    application(product_looks()).setCursorFlashTime(0)
    for old in folder.glob("*.png"):
        old.unlink()
    cashier = Cashier(folder)
    with tempfile.TemporaryDirectory(prefix="pos-cancel-first-day-") as home:
        environ[HOME_VARIABLE] = str(Path(home) / "home")
        cashier.begin()
        code = run([], Entrance())
    if code or cashier.error:
        raise SystemExit(cashier.error or f"The program ended with {code}.")
    return cashier.pictures


def main() -> int:
    """Write the pictures and say how large they are."""
    pictures = walk_through(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
    for path in pictures:
        print(f"{path.name} {path.stat().st_size}")
    print(f"{sum(path.stat().st_size for path in pictures) // 1000} kB in all")
    return 0


if __name__ == "__main__":
    sys.exit(main())
