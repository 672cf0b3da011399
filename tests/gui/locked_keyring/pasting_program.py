"""The real window at its first start, into whose assistant a key is pasted: `python pasting_program.py FILE`.

FILE is a private key, and is read, put into the clipboard and pasted as a person would. With a password on
stdin it is typed where the assistant asks for it. `taken` on stdout means that the assistant has the key.
"""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from pos_cancel import bootstrap
from pos_cancel.adapters.process_guard import guard
from pos_cancel.gui import application
from pos_cancel.gui.entrance import Entrance
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.setup_host import SetupHost
from pos_cancel.gui.setup_state import Page
from tests.gui.drill_till import Fingers
from tests.gui.setup_till import FirstStart, Key, to_keys

PATIENCE_S = 60.0
TURN_MS = 10


def wait(holds: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends_at, "the assistant did not come so far"
        loop = QEventLoop()
        QTimer.singleShot(TURN_MS, loop.quit)
        loop.exec()


def paste_key() -> None:
    window = next(each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow))
    host = window.findChild(SetupHost)
    assert host is not None
    nothing = cast("Any", None)
    start = FirstStart(window, host, nothing, nothing, nothing, wait)
    start.view.rest_focus()
    to_keys(start, "https://127.0.0.1:9/gateway.do")
    start.press(Key.Key_2)
    start.enter(Page.BRING)
    start.paste(Path(sys.argv[1]).read_text())
    start.rests()
    if start.state.locked:
        start.write(os.read(sys.stdin.fileno(), 100).decode().rstrip())
        start.press(Key.Key_Return)
    wait(lambda: start.state.half is not None)
    assert QGuiApplication.clipboard().text() == ""
    print("taken", flush=True)


def main() -> int:
    guard()
    made = application.till_of
    # Keys as a person presses them: what comes at once is a scanner's, and no answer.
    application.till_of = lambda *said: replace(made(*said), key_time_ms=Fingers())
    app = QApplication(sys.argv[:1])
    QTimer.singleShot(500, paste_key)
    code = Entrance().show(bootstrap.open_shop())
    del app
    return code


if __name__ == "__main__":
    sys.exit(main())
