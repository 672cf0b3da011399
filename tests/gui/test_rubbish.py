"""What a window leaves behind is collected in its own thread, and a window goes when it is told to."""

import gc
import threading
import weakref

from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from pos_cancel.gui import rubbish
from pos_cancel.gui.rubbish import Collector, collected_here, destroy


class Loop(QObject):
    """An object that holds itself, as parts of a window hold each other."""

    def __init__(self) -> None:
        super().__init__()
        self.whole = self


def make_rubbish(count: int) -> list[list[object]]:
    made = []
    for _ in range(count):
        ring: list[object] = []
        ring.append(ring)
        made.append(ring)
    return made


def test_other_threads_collect_nothing_while_the_window_lives(qtbot: QtBot) -> None:
    gone_in: list[int] = []
    gc.enable()
    with collected_here():
        assert not gc.isenabled()
        loop = Loop()
        weakref.finalize(loop, lambda: gone_in.append(threading.get_ident()))
        del loop
        busy = threading.Thread(target=make_rubbish, args=(20_000,))
        busy.start()
        busy.join(20)
        assert gone_in == []
        Collector().collect()
        gc.collect()
    assert gone_in == [threading.get_ident()]
    assert gc.isenabled()


def test_rubbish_is_collected_by_and_by(qtbot: QtBot) -> None:
    old = rubbish.TURN_MS
    rubbish.TURN_MS = 5
    try:
        with collected_here():
            loop = Loop()
            gone = weakref.ref(loop)
            del loop
            kept = make_rubbish(5_000)
            qtbot.waitUntil(lambda: gone() is None, timeout=20_000)
            assert len(kept) == 5_000
            # What stays for good is set aside, and rubbish is found all the same.
            qtbot.waitUntil(lambda: gc.get_freeze_count() > 5_000, timeout=20_000)
            loop = Loop()
            gone = weakref.ref(loop)
            del loop
            kept += make_rubbish(5_000)
            qtbot.waitUntil(lambda: gone() is None, timeout=20_000)
        assert gc.get_freeze_count() == 0
    finally:
        rubbish.TURN_MS = old


def test_a_window_goes_with_all_its_parts_whoever_holds_them(qtbot: QtBot) -> None:
    window, label = QWidget(), QLabel("kept")
    QVBoxLayout(window).addWidget(label)
    assert window.thread() is QThread.currentThread()
    destroy(window)
    assert not isValid(window)
    assert not isValid(label)
    destroy(window)
