"""The hand-over list on paper: where it goes is asked, another thread writes it, and the page tells."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Slot

from pos_cancel.domain.sheet import Sheet
from pos_cancel.gui.file_choice import choose_file
from pos_cancel.gui.handover_page import HandoverPage
from pos_cancel.gui.setup_errands import Errands
from pos_cancel.gui.setup_worker import SetupDesk, SetupWorker


class Printer(Protocol):
    """What writes a sheet down, on the desk's thread."""

    def write(self, sheet: Sheet, path: Path) -> Path:
        """Write it into a file."""


class HandoverPaper(QObject):
    """Gives a page its paper."""

    def __init__(self, page: HandoverPage, desk: SetupDesk) -> None:
        """Wait until the list is wished for."""
        super().__init__(page)
        self._page = page
        self._errands = Errands(SetupWorker(desk, self))
        page.paper_wished.connect(self._ask)
        page.offer_paper()

    @Slot()
    def _ask(self) -> None:
        choose_file(self._page, self._page.words, "save_handover", self._chosen)

    def _chosen(self, path: str) -> None:
        self._page.tell_paper(None)
        job: Callable[[Printer], Path] = partial(_write, self._page.sheet(), Path(path))
        self._errands.send(job, self._page.tell_paper)


# Runs on the desk's thread.
def _write(sheet: Sheet, path: Path, printer: Printer) -> Path:
    return printer.write(sheet, path)
