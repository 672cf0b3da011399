"""What the window says when a slot breaks or Qt complains: where and what of, never a key."""

import subprocess
import sys

import pytest

from tests.unit.key_forms import PEM
from tests.unit.spoken_cases import ROOT

START = """
import sys
from PySide6.QtCore import QObject, QTimer, Signal, Slot, qInstallMessageHandler, qWarning
from PySide6.QtWidgets import QApplication
from pos_cancel.adapters.last_words import install
from pos_cancel.gui.application import said_by_qt
install()
qInstallMessageHandler(said_by_qt)
app = QApplication([])
secret = sys.stdin.read()
class Button(QObject):
    pressed = Signal(str)
    @Slot(str)
    def break_at_it(self, given): raise ValueError(given)
button = Button()
button.pressed.connect(button.break_at_it)
QTimer.singleShot(0, app.quit)
"""
ENDS = {
    "a slot": ("button.pressed.emit(secret); app.exec()", "break_at_it"),
    "a slot of a timer": ("QTimer.singleShot(0, lambda: int(secret)); app.exec()", "ValueError"),
    "a complaint": ("qWarning(f'cannot paste {secret} here')", "cannot paste"),
}


@pytest.mark.parametrize("end", ENDS)
def test_neither_a_slot_nor_qt_shows_a_key(end: str) -> None:
    act, shown = ENDS[end]
    done = subprocess.run(
        [sys.executable, "-c", START + act], input=PEM, cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert shown in done.stderr
    for line in PEM.splitlines()[1:-1]:
        assert line not in done.stdout + done.stderr
