"""Real key events on a real X server: nothing is confirmed by a scanner, nothing is sent twice."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.at_the_till import OTHER_SCAN, SCAN
from tests.unit.spoken_cases import ROOT

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool"
    ),
]
PATIENCE_S = 20.0
# So long nothing more may happen after the last expected line.
QUIET_S = 0.4
SCRIPT = Path(__file__).with_name("window_script.py")


class Till:
    """A window in a process, the hands in front of it, and what its desk wrote down."""

    def __init__(self, display: str, log: Path) -> None:
        self.log = log
        self.environment = os.environ | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONPATH": str(ROOT),
        }
        self.process = subprocess.Popen([sys.executable, str(SCRIPT), str(log)], env=self.environment)
        self.wait_for("painted")
        found = self._xdotool("search", "--sync", "--name", "Cancel a payment").split()
        self._xdotool("windowfocus", "--sync", found[-1])

    def lines(self) -> list[str]:
        return self.log.read_text(encoding="utf-8").splitlines() if self.log.exists() else []

    def wait_for(self, line: str) -> None:
        ends_at = time.monotonic() + PATIENCE_S
        while line not in self.lines():
            assert self.process.poll() is None, "the window ended"
            assert time.monotonic() < ends_at, f"no {line!r} in {self.lines()}"
            time.sleep(0.02)

    def scan(self, number: str) -> None:
        self._xdotool("type", "--delay", "0", number)
        self._xdotool("key", "Return")

    def press(self, *keys: str) -> None:
        self._xdotool("key", *keys)

    def submitted(self) -> list[str]:
        time.sleep(QUIET_S)
        return [line for line in self.lines() if line.startswith("submit")]

    def looked(self) -> list[str]:
        return [line for line in self.lines() if line.startswith("look")]

    def _xdotool(self, *arguments: str) -> str:
        run = subprocess.run(
            ["xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        )
        return run.stdout


@pytest.fixture
def till(display: str, tmp_path: Path) -> Iterator[Till]:
    at_work = Till(display, tmp_path / "desk.log")
    yield at_work
    at_work.process.kill()
    at_work.process.wait(PATIENCE_S)


def test_scans_look_up_and_only_the_named_key_twice_submits(till: Till) -> None:
    till.scan(SCAN)
    till.wait_for(f"look {SCAN}")
    till.press("Return", "Return")
    till.press("Return", "space", "Tab", "KP_Enter")
    assert till.looked() == [f"look {SCAN}"]
    assert till.submitted() == []

    till.press("F8")
    till.scan(OTHER_SCAN)
    till.wait_for(f"look {OTHER_SCAN}")
    till.press("F8")
    assert till.submitted() == []

    till.press("Escape")
    till.scan(SCAN)
    till.press("F8", "F8")
    till.wait_for(f"submit {SCAN}")
    till.press("F8", "F8")
    till.press("Return", "Return")
    assert till.submitted() == [f"submit {SCAN}"]

    # The case is pending now: the next scan only looks.
    till.scan(OTHER_SCAN)
    till.press("Return")
    assert till.submitted() == [f"submit {SCAN}"]
    assert till.looked()[-1] == f"look {OTHER_SCAN}"


def test_a_termination_signal_ends_it_cleanly_with_cases_open(till: Till) -> None:
    till.scan(SCAN)
    till.wait_for(f"look {SCAN}")
    till.press("F8", "F8")
    till.wait_for(f"submit {SCAN}")
    till.process.send_signal(signal.SIGTERM)
    assert till.process.wait(PATIENCE_S) == 0
    assert till.lines()[-1] == "stop"
