"""Starts the window and ends it. Nothing but Qt is imported before the first paint."""

import signal
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import partial

from PySide6.QtCore import QLocale, QObject, QSocketNotifier, Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from pos_cancel.gui.doorbell import Doorbell, ring
from pos_cancel.gui.dresser import SYSTEM, Dresser, theme_name
from pos_cancel.gui.drill_host import DrillHost, practice
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.menu_host import Menu, MenuHost
from pos_cancel.gui.rubbish import collected_here, destroy
from pos_cancel.gui.setup_host import Assistant, SetupHost
from pos_cancel.gui.theme import ZOOMS, Looks, Theme, load_fonts
from pos_cancel.gui.till import Till
from pos_cancel.gui.worker import Desk, Worker
from pos_cancel.presenters.wording import Wording

NAME = "pos-cancel"
START_SIZE = (1024, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How the window begins: language and theme ("" and "system" follow the system), till, operator.

    `offers` are numbers to try on the training gateway: (number, name of its story). `door` is where second
    starts ring: if a window answers there, that one comes to the front and this one does not open. `sounds`
    turns the cues on, whose tones are `sound_files`; `take_back_s` is as in `Till`. `account` is the one to
    begin with.
    """

    language: str = ""
    theme: str = SYSTEM
    till: str = ""
    operator: str = ""
    training: bool = False
    offers: tuple[tuple[str, str], ...] = ()
    door: str = ""
    sounds: bool = True
    sound_files: Mapping[str, str] = field(default_factory=dict)
    take_back_s: int = 0
    text_size: str = "normal"
    account: str = ""


def utc_now() -> datetime:
    """Give the time in UTC."""
    return datetime.now(UTC)


def run(
    desk: Desk,
    looks: Looks,
    words: Mapping[str, Wording],
    start: Start,
    *,
    zone: tzinfo,
    painted: Callable[[], None] | None = None,
    assistant: Assistant | None = None,
    menu: Menu | None = None,
) -> int:
    """Show the window until it is closed; gives the exit code.

    `words` are the languages by their tag, in the order the button goes round. `painted` is called once
    after the first paint: what is heavy may load then. `assistant` sets accounts up, and opens by itself
    where there is none yet. `menu` has the settings, the check and the shift's end. SIGTERM and SIGINT end it
    without a question.
    """
    app = application(looks)
    if start.door and ring(start.door):
        return 0
    worker = Worker(desk)
    till = replace(till_of(words, start, zone), sets_up=assistant is not None)
    window = MainWindow(worker, till, Theme(looks, theme_name(start.theme), zoom=ZOOMS[start.text_size]))
    window.flow.take_account(start.account)
    dresser = Dresser(window, looks, start.theme)
    if menu is not None:
        MenuHost(window, worker, menu, dresser, partial(language_of, words=words))
    if painted is not None:
        window.painted.connect(painted, Qt.ConnectionType.QueuedConnection)
    worker.list_cases()
    if assistant is not None:
        SetupHost(window, assistant).open_if_needed(worker.profiles)
    if start.training:
        DrillHost(window, practice(window))
    window.resize(*START_SIZE)
    window.show()
    with collected_here(), _heard_at(start.door, window), _ended_by_signals(window):
        code = app.exec()
    window.cues.chime.close()
    desk.stop()
    destroy(window)
    return code


def application(looks: Looks) -> QApplication:
    """Give the application with the product's fonts; there is one in a process."""
    running = QApplication.instance()
    app = running if isinstance(running, QApplication) else QApplication([NAME])
    app.setApplicationName(NAME)
    app.setStyle("Fusion")
    families = load_fonts(looks.fonts)
    font = QFont(app.font())
    if families:
        font.setFamilies(families)
    font.setPixelSize(18)
    app.setFont(font)
    return app


def till_of(words: Mapping[str, Wording], start: Start, zone: tzinfo) -> Till:
    """Give what the window is told about its till."""
    return Till(
        words=words,
        language=language_of(start.language, words),
        zone=zone,
        clock=utc_now,
        name=start.till,
        operator=start.operator,
        offers=start.offers,
        training=start.training,
        sounds=start.sounds,
        sound_files=start.sound_files,
        take_back_s=start.take_back_s,
    )


def language_of(wish: str, words: Mapping[str, Wording]) -> str:
    """Give the language that a wish means, the system's for a wish that there are no words for."""
    system = QLocale.system()
    traditional = system.script() is QLocale.Script.TraditionalChineseScript
    chinese = "zh_TW" if traditional else "zh_CN"
    spoken = chinese if system.language() is QLocale.Language.Chinese else system.name()[:2]
    return next((tag for tag in (wish, spoken) if tag in words), next(iter(words)))


class _Ender(QObject):
    """Closes the window when a signal has woken the event loop."""

    def __init__(self, window: MainWindow, wake: socket.socket) -> None:
        super().__init__(window)
        self._window = window
        self._wake = wake
        self._notifier = QSocketNotifier(wake.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)

    @Slot()
    def _woken(self) -> None:
        self._wake.recv(64)
        self._window.end_at_once()

    def let_go(self) -> None:
        self._notifier.setEnabled(False)


@contextmanager
def _heard_at(door: str, window: MainWindow) -> Iterator[None]:
    """Let second starts bring this window to the front."""
    bell = Doorbell(door, window) if door else None
    yield
    if bell is not None:
        bell.close()


@contextmanager
def _ended_by_signals(window: MainWindow) -> Iterator[None]:
    # Python runs its handlers only between bytecodes, and Qt's loop is none of them: the byte that a
    # signal writes to a socket wakes it.
    reader, writer = socket.socketpair()
    for end in (reader, writer):
        end.setblocking(False)
    ender = _Ender(window, reader)
    names = (signal.SIGINT, signal.SIGTERM)
    before = {name: signal.signal(name, _nothing) for name in names}
    wakeup = signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(wakeup)
        for name, handler in before.items():
            signal.signal(name, handler)
        ender.let_go()
        reader.close()
        writer.close()


def _nothing(_number: int, _frame: object) -> None:
    """Let the wake-up socket do the work."""
