"""What tests of the window share: its looks, a clock that stands still, and a window on a scripted desk."""

import gc
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from pos_cancel.adapters.settings import Settings
from pos_cancel.gui.application import application
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.rubbish import destroy
from pos_cancel.gui.theme import Looks, Theme
from pos_cancel.gui.till import Till
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.wording import Wording
from tests.gui.menu_till import MenuTill, OfficeDesk, ScriptedOffice, menu_till
from tests.gui.scripted_desk import ScriptedDesk, StoppedClock
from tests.gui.setup_till import PATIENCE_MS, FirstStart, first_start
from tests.unit.spoken_cases import ROOT, SHOP, words_of

PATIENCE_S = 20.0
AS_SET_UP = Settings(language="en", theme="light", till="Till 2")
MakeWindow = Callable[..., MainWindow]
StartTill = Callable[..., FirstStart]
MakeMenu = Callable[..., MenuTill]


def _texts(folder: str, suffix: str) -> dict[str, str]:
    files = (ROOT / "resources" / folder).glob(f"*.{suffix}")
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def product_looks() -> Looks:
    fonts = sorted(Path(ROOT / "resources/fonts").glob("*.[ot]tf"))
    return Looks(_texts("styles", "qss"), _texts("icons", "svg"), tuple(str(font) for font in fonts))


def product_words() -> dict[str, Wording]:
    return {language: words_of(language) for language in ("en", "zh_CN", "zh_TW")}


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    """A display of its own, which the X server chooses itself."""
    reader, writer = os.pipe()
    with subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", "1024x600x24", "-nolisten", "tcp"],
        pass_fds=(writer,),
        stderr=subprocess.DEVNULL,
    ) as server:
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        yield f":{number}"
        server.terminate()
        server.wait(PATIENCE_S)


@pytest.fixture(autouse=True)
def rubbish_is_collected_here() -> Iterator[None]:
    """As the program does: no other thread ever destroys a part of a window that a test has left."""
    gc.disable()
    yield
    if QApplication.instance() is not None:
        for widget in QApplication.topLevelWidgets():
            destroy(widget)
    gc.collect()
    gc.enable()


@pytest.fixture(scope="session")
def looks() -> Looks:
    return product_looks()


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def till(clock: StoppedClock) -> Till:
    return Till(
        words=product_words(), language="en", zone=SHOP, clock=clock, name="Till 2", hold_ms=60, fade_ms=0
    )


@pytest.fixture
def make_window(qapp: QApplication, looks: Looks, till: Till) -> Iterator[MakeWindow]:
    """A window of 1024x600 that is shown and has the focus; `changes` are fields of the till."""
    application(looks)
    windows: list[MainWindow] = []

    def make(desk: ScriptedDesk | None = None, theme: str = "light", **changes: object) -> MainWindow:
        worker = Worker(desk or ScriptedDesk())
        window = MainWindow(worker, replace(till, **changes), Theme(looks, theme))  # type: ignore[arg-type]
        windows.append(window)
        worker.list_cases()
        window.resize(1024, 600)
        window.show()
        window.activateWindow()
        QTest.qWaitForWindowActive(window)
        return window

    yield make
    for window in windows:
        window.end_at_once()
        destroy(window)
    qapp.processEvents()


@pytest.fixture
def make_menu(make_window: MakeWindow, looks: Looks) -> MakeMenu:
    """A window with its menu; `changes` are fields of the till."""

    def make(
        office: object = None,
        desk: ScriptedDesk | None = None,
        settings: Settings = AS_SET_UP,
        **changes: object,
    ) -> MenuTill:
        if not isinstance(office, OfficeDesk):
            office = OfficeDesk(office or ScriptedOffice())
        window = make_window(desk, **changes)
        return menu_till(window, window._worker, looks, office, settings)  # noqa: SLF001 - there is one

    return make


@pytest.fixture
def start_till(qtbot: QtBot, looks: Looks, till: Till, tmp_path: Path) -> Iterator[StartTill]:
    """Start the program on an empty home, with a key ring in memory; `changes` are fields of the till."""
    application(looks)

    def wait(happened: Callable[[], bool]) -> None:
        qtbot.waitUntil(happened, timeout=PATIENCE_MS)

    with ExitStack() as stack:

        def start(**changes: object) -> FirstStart:
            return stack.enter_context(first_start(tmp_path, looks, till, wait, **changes))

        yield start
