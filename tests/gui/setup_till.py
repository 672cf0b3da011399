"""A real till at its first start: home, key ring in memory, engine, and the training gateway over TLS."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from pos_cancel import bootstrap
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.late_desk import LateDesk
from pos_cancel.adapters.live_profiles import LiveProfiles
from pos_cancel.adapters.settings import Settings, open_home
from pos_cancel.adapters.setup_desk import SetupDesk
from pos_cancel.adapters.shop import Shop
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.rubbish import destroy
from pos_cancel.gui.setup_host import Assistant, SetupHost, Trained
from pos_cancel.gui.setup_state import Page, State
from pos_cancel.gui.setup_view import SetupView
from pos_cancel.gui.theme import Looks, Theme
from pos_cancel.gui.till import Till
from pos_cancel.gui.worker import Worker
from tests.fake_keyring import FakeKeyring
from tests.gui.drill_till import Fingers

PATIENCE_MS = 20_000
Key = Qt.Key


@dataclass
class FirstStart:
    """The window of a till without an account, and the hands in front of it."""

    window: MainWindow
    host: SetupHost
    backend: FakeKeyring
    shop: Shop
    desk: LateDesk
    wait: Callable[[Callable[[], bool]], None]
    trainings: list[Trained] = field(default_factory=list)
    fingers: Fingers = field(default_factory=Fingers)

    @property
    def view(self) -> SetupView:
        assert self.host.view is not None, "the assistant is closed"
        return self.host.view

    @property
    def state(self) -> State:
        return self.view.flow.state

    @property
    def focused(self) -> QWidget:
        return QApplication.focusWidget() or self.view

    def press(self, *keys: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            QTest.keyClick(self.focused, key, modifier)

    def write(self, text: str) -> None:
        QTest.keyClicks(self.focused, text)

    def scan(self, number: str) -> None:
        """Scan, into whatever has the keys."""
        self.fingers.gap_ms = 5
        self.write(number)
        self.press(Key.Key_Return)
        self.fingers.gap_ms = 300

    def paste(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)
        self.press(Key.Key_V, modifier=Qt.KeyboardModifier.ControlModifier)

    def comes_to(self, page: Page) -> None:
        """Wait for a page, with nothing under way."""
        self.wait(lambda: self.state.page is page and not self.state.busy)

    def rests(self) -> None:
        """Wait until nothing is under way."""
        self.wait(lambda: not self.state.busy)

    def enter(self, page: Page) -> None:
        """Press Enter and wait for the page that it leads to."""
        self.press(Key.Key_Return)
        self.comes_to(page)

    def told(self) -> str:
        """Give what stands in the message on the page, or in its headline where the page is the message."""
        self.rests()
        screen = self.view.screen_shown
        assert screen is not None
        return screen.message.sentence if screen.message else screen.headline


@contextmanager
def first_start(
    folder: Path,
    looks: Looks,
    till: Till,
    wait: Callable[[Callable[[], bool]], None],
    **changes: object,
) -> Iterator[FirstStart]:
    """Start the program on an empty home."""
    home, backend = open_home(str(folder / "home")), FakeKeyring()
    keys = KeyringStore(backend=backend, deadline_s=0.5, retry_s=0.02)
    shop = Shop(
        home=home, profiles=LiveProfiles(home), settings=Settings(), get_keys=lambda: keys, zone=till.zone
    )
    desk = LateDesk(partial(bootstrap.make_runner, shop), shop.profiles)
    worker = Worker(desk)
    fingers = Fingers()
    till = replace(till, key_time_ms=fingers)
    window = MainWindow(worker, replace(till, sets_up=True, **changes), Theme(looks, "light"))  # type: ignore[arg-type]
    setup_desk = SetupDesk(partial(bootstrap.make_setup, shop))
    trainings: list[Trained] = []
    host = SetupHost(window, Assistant(setup_desk, trainings.append))
    start = FirstStart(window, host, backend, shop, desk, wait, trainings, fingers)
    if not worker.profiles:
        host.open(first=True)
    window.resize(1024, 600)
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    if host.view is not None:
        host.view.rest_focus()
    desk.start()
    yield start
    backend.gate.set()
    window.end_at_once()
    setup_desk.stop()
    desk.stop()
    destroy(window)


def to_keys(start: FirstStart, address: str) -> None:
    """Go from the first page to where the keys come from."""
    start.enter(Page.GATEWAY)
    start.enter(Page.PLACE)
    start.press(Key.Key_Up)
    start.enter(Page.ADDRESS)
    start.write(address)
    start.enter(Page.ACCOUNT)
    start.write("2088621887001234")
    start.press(Key.Key_Tab)
    start.write("CNY")
    start.enter(Page.KEYS)


def to_test(start: FirstStart, address: str, private: str, theirs: str) -> None:
    """Go on with these keys to the test."""
    to_keys(start, address)
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.paste(private)
    start.wait(lambda: start.state.half is not None)
    start.enter(Page.COMPARE)
    start.enter(Page.THEIRS)
    start.paste(theirs)
    start.wait(lambda: start.state.theirs is not None)
    start.enter(Page.TEST)


def choices(view: SetupView) -> Mapping[str, bool]:
    """Give the rows of the page, and which one is chosen."""
    return {row.choice.name: row.isChecked() for row in view.choices.rows}
