"""Puts the assistant in the place of the till's frame, and takes it away again when an account is there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.profile import Profile
from pos_cancel.gui.file_choice import choose_file
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.setup_flow import SetupFlow
from pos_cancel.gui.setup_view import SetupView
from pos_cancel.gui.setup_worker import SetupDesk, SetupWorker

Trained = Callable[[PosCancelError | None], None]


@dataclass(frozen=True, slots=True)
class Assistant:
    """What the window needs to set accounts up.

    `train` opens the training gateway and calls back on another thread, with None once it is ready: then
    the window closes, and whoever opened it goes on there.
    """

    desk: SetupDesk
    train: Callable[[Trained], None]


class SetupHost(QObject):
    """Opens the assistant at the first start, and later when it is wished for."""

    _trained = Signal(object)

    def __init__(self, window: MainWindow, assistant: Assistant) -> None:
        """Wait to be opened."""
        super().__init__(window)
        self._window = window
        self._assistant = assistant
        self._worker = SetupWorker(assistant.desk, self)
        self.view: SetupView | None = None
        window.setup_wished.connect(self.open)
        window.dressed.connect(self._dress)
        self._trained.connect(self._go_to_training)

    @Slot()
    def open(self, *, first: bool = False) -> None:
        """Show the assistant; `first` where the till has no account yet."""
        if self.view is not None:
            return
        flow = SetupFlow(self._worker, first=first)
        flow.finished.connect(self._close)
        flow.file_wished.connect(self._choose_file)
        flow.training_wished.connect(self._train)
        window = self._window
        self.view = SetupView(flow, window.words, window.theme, window.till.key_time_ms)
        self.view.pressed.connect(self._window.press)
        flow.setParent(self.view)
        self._window.board.hide()
        self._window.room.addWidget(self.view)
        # The layout would show it later, and until then keys would still reach the hidden scan field.
        self.view.show()
        self.view.rest_focus()

    def open_if_needed(self, accounts: Sequence[Profile]) -> None:
        """Show the assistant at the first start: there is no account yet."""
        if not accounts:
            self.open(first=True)

    @Slot()
    def _dress(self) -> None:
        if self.view is not None:
            self.view.show_words(self._window.words)
            self.view.dress(self._window.theme)

    @Slot(object)
    def _close(self, profile: Profile | None) -> None:
        view, self.view = self.view, None
        if view is not None:
            view.hide()
            view.deleteLater()
        self._window.board.show()
        if profile is not None:
            self._window.flow.take_account(profile.name)
        self._window.show_language(self._window.words.language)
        self._window.press("")

    @Slot(str)
    def _choose_file(self, purpose: str) -> None:
        if self.view is not None:
            choose_file(self.view, self._window.words, purpose, partial(self._chosen, purpose))

    def _chosen(self, purpose: str, path: str) -> None:
        if self.view is not None:
            self.view.flow.take_file(purpose, Path(path))
            self.view.rest_focus()

    @Slot()
    def _train(self) -> None:
        self._assistant.train(self._trained.emit)

    @Slot(object)
    def _go_to_training(self, error: PosCancelError | None) -> None:
        if error is None:
            self._window.end_at_once()
        elif self.view is not None:
            self.view.flow.training_failed(error)
