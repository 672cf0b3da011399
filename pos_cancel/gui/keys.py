"""Which key does what: the named keys of the till, and everything else for the scan field."""

from typing import TYPE_CHECKING

from PySide6.QtGui import QKeyEvent, QKeySequence

from pos_cancel.gui.sale_view import KEYS
from pos_cancel.gui.stages import Showing

if TYPE_CHECKING:
    from pos_cancel.gui.main_window import MainWindow

ALL_KEYS = (*KEYS.items(), ("setup", "F4"), ("language", "F10"), ("account", "F11"), ("theme", "F12"))


def take_key(window: "MainWindow", event: QKeyEvent) -> None:
    """Do what a key stands for; any key but that of the confirm button disarms it."""
    board = window.board
    key = QKeySequence(event.key()).toString()
    named = [name for name, known in ALL_KEYS if known == key]
    if key != KEYS["confirm"]:
        board.sale.confirm.disarm()
    if event.isAutoRepeat():
        return
    if key == KEYS["confirm"]:
        window.check_aloud()
        board.sale.confirm.press_key()
    elif key == "F2":
        board.scan.take_focus()
    elif key == "F3":
        shown = window.flow.stage
        board.open_cases.choose_after(shown.case.id if isinstance(shown, Showing) else "")
    elif named:
        for name in named:
            window.press(name)
    elif event.text() and not board.scan.field.hasFocus() and not board.questions.has_focus():
        board.scan.forward(event)
