"""Puts the drill in the place of the till's frame, on a training till, and takes it away again."""

from random import Random

from PySide6.QtCore import QObject, Slot

from pos_cancel.gui.drill_view import DrillView, Practice
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.stages import Leaving


class DrillHost(QObject):
    """Opens the drill when it is wished for. It is given nothing that could look up or send."""

    def __init__(self, window: MainWindow, practice: Practice) -> None:
        """Wait to be opened."""
        super().__init__(window)
        self._window = window
        self._practice = practice
        self.view: DrillView | None = None
        window.flow.drill_wished.connect(self.open)
        window.flow.changed.connect(self._give_way)
        window.dressed.connect(self._dress)

    @Slot()
    def open(self) -> None:
        """Show the first of ten cases."""
        if self.view is not None:
            return
        self.view = DrillView(self._practice, self._window.words, self._window.theme)
        self.view.wished.connect(self._window.press)
        self.view.left.connect(self.close)
        self._window.board.hide()
        self._window.room.addWidget(self.view)
        # The layout would show it later, and until then it could take no focus.
        self.view.show()
        self.view.rest_focus()

    @Slot()
    def close(self) -> None:
        """Bring the till back."""
        view, self.view = self.view, None
        if view is not None:
            view.hide()
            view.deleteLater()
            self._window.board.show()
            self._window.press("")

    @Slot()
    def _give_way(self) -> None:
        # Closing the window over open cases asks on the board.
        if self.view is not None and isinstance(self._window.flow.stage, Leaving):
            self.close()

    @Slot()
    def _dress(self) -> None:
        if self.view is not None:
            self.view.show_words(self._window.words)
            self.view.dress(self._window.theme)


def practice(window: MainWindow) -> Practice:
    """Give what the drill needs of a window's till, with chance of its own."""
    till = window.till
    return Practice(
        chance=Random(),  # noqa: S311 - it chooses questions, not secrets
        clock=till.clock,
        zone=till.zone,
        fade_ms=till.fade_ms,
        key_time_ms=till.key_time_ms,
    )
