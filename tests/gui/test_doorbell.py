"""A second start brings the first window to the front and ends; what a killed window left does no harm."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from pos_cancel.gui.doorbell import LONGEST_PATH, Doorbell, door_of, ring
from tests.unit.spoken_cases import ROOT

RING = "import sys; from pos_cancel.gui.doorbell import ring; sys.exit(0 if ring(sys.argv[1]) else 3)"


@pytest.fixture
def door() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="door-") as folder:
        yield door_of(Path(folder))


def rings(door: str) -> "subprocess.Popen[bytes]":
    """A second start, as far as the door."""
    return subprocess.Popen([sys.executable, "-c", RING, door], cwd=ROOT)


def test_a_second_start_brings_the_first_window_forward(qtbot: QtBot, door: str) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    bell = Doorbell(door, window)
    guest = rings(door)
    qtbot.waitUntil(lambda: not window.isMinimized(), timeout=20_000)
    assert guest.wait(20) == 0
    bell.close()
    assert not ring(door)


def test_nobody_answers_where_no_window_is(door: str) -> None:
    assert not ring(door)


def test_what_a_killed_window_left_does_no_harm(qtbot: QtBot, door: str) -> None:
    script = "import socket, sys, os; s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", script, door], check=False).returncode == 9
    assert Path(door).exists()
    assert not ring(door)
    window = QWidget()
    qtbot.addWidget(window)
    window.showMinimized()
    bell = Doorbell(door, window)
    guest = rings(door)
    qtbot.waitUntil(lambda: not window.isMinimized(), timeout=20_000)
    assert guest.wait(20) == 0
    bell.close()


def test_a_door_is_never_too_long_for_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/1000")
    first, second = tmp_path / ("a" * 90), tmp_path / ("b" * 90)
    assert len(os.fsencode(door_of(first))) <= LONGEST_PATH
    assert door_of(first) != door_of(second)
    monkeypatch.setattr(sys, "platform", "win32")
    assert os.sep not in door_of(first)
