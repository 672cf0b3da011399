"""The window with its menu, for tests: on a back office that works at once, or that keeps one waiting."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from pos_cancel.adapters.settings import Settings, load_settings
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.finding import Report
from pos_cancel.domain.sheet import Sheet
from pos_cancel.engine.probe import Proof, Verdict
from pos_cancel.gui.application import language_of
from pos_cancel.gui.dresser import Dresser
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.menu_host import Menu, MenuHost
from pos_cancel.gui.menu_page import MenuPage
from pos_cancel.gui.menu_view import MenuView
from pos_cancel.gui.theme import Looks
from pos_cancel.gui.worker import Worker
from tests.unit.back_offices import Office

T = TypeVar("T")
Key = Qt.Key


@dataclass
class ScriptedOffice:
    """A back office that does what the test wrote down, and remembers what it was asked."""

    proof: Proof = field(default_factory=lambda: Proof(Verdict.PASSED))
    report: Report = field(default_factory=Report)
    error: PosCancelError | None = None
    kept: dict[str, object] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def change(self, changes: dict[str, object]) -> None:
        self._do("change")
        self.kept |= changes

    def test(self, name: str) -> Proof:
        self._do(f"test {name}")
        return self.proof

    def remove(self, name: str) -> None:
        self._do(f"remove {name}")

    def check_up(self) -> Report:
        self._do("check")
        return self.report

    def _do(self, what: str) -> None:
        self.asked.append(what)
        if self.error is not None:
            raise self.error


@dataclass
class ScriptedPrinter:
    """Remembers what it was to write, and where."""

    error: PosCancelError | None = None
    written: list[tuple[Sheet, Path]] = field(default_factory=list)

    def write(self, sheet: Sheet, path: Path) -> Path:
        if self.error is not None:
            raise self.error
        self.written.append((sheet, path))
        return path


class OfficeDesk:
    """Does every job at once on the thread that asks; with `holds` not before `let_go`."""

    def __init__(self, office: object, *, holds: bool = False) -> None:
        self.office = office
        self.holds = holds
        self._held: list[Callable[[], None]] = []

    def ask(self, job: Callable[..., T], done: Callable[[T | PosCancelError], None]) -> None:
        work = partial(self._work, job, done)
        if self.holds:
            self._held.append(work)
        else:
            work()

    def _work(self, job: Callable[..., T], done: Callable[[T | PosCancelError], None]) -> None:
        try:
            done(job(self.office))
        except PosCancelError as error:
            done(error)

    def let_go(self) -> None:
        held, self._held = self._held, []
        for work in held:
            work()

    def stop(self) -> None:
        """Have nothing to let go of."""


@dataclass
class MenuTill:
    """The window of a till and the hands in front of it."""

    window: MainWindow
    host: MenuHost
    desk: OfficeDesk | None
    printer: OfficeDesk

    @property
    def view(self) -> MenuView:
        assert self.host.view is not None, "the menu is closed"
        return self.host.view

    @property
    def page(self) -> MenuPage:
        return self.view.page

    @property
    def focused(self) -> QWidget:
        return QApplication.focusWidget() or self.window

    def press(self, *keys: Qt.Key) -> None:
        for key in keys:
            QTest.keyClick(self.focused, key)

    def told(self) -> str:
        """Give the message at the foot of the page, "" where there is none."""
        box = self.page.message
        return box.labels["Sentence"].text() if box.isVisibleTo(self.page) else ""


def menu_till(
    window: MainWindow, worker: Worker, looks: Looks, desk: OfficeDesk | None, settings: Settings
) -> MenuTill:
    """Give a window its menu."""
    dresser = Dresser(window, looks, settings.theme)
    printer = OfficeDesk(ScriptedPrinter())
    menu = Menu(desk=desk, settings=settings, till="Counter", printer=printer)
    host = MenuHost(window, worker, menu, dresser, partial(language_of, words=window.till.words))
    return MenuTill(window, host, desk, printer)


def real_office(folder: Path) -> tuple[Office, OfficeDesk]:
    """Give a back office with a home on the disk."""
    office = Office(folder)
    return office, OfficeDesk(office.back)


def saved(office: Office) -> Settings:
    """Give what is on the disk."""
    return load_settings(office.home)
