"""A window in a process of its own on an X server, and the hands in front of it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.gui.x_hands import XHands
from tests.unit.spoken_cases import ROOT

PATIENCE_S = 20.0
# So long nothing more may happen after the last expected line.
QUIET_S = 0.4
SCRIPT = Path(__file__).with_name("window_script.py")


class DisplayTill:
    """The window, and what its desk wrote down (`window_script.py`)."""

    def __init__(self, display: str, hands: XHands, *command: str) -> None:
        self.hands = hands
        self._log = Path(command[1])
        environment = os.environ | {"DISPLAY": display, "QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
        self.process = subprocess.Popen([sys.executable, *command], env=environment)
        try:
            self._begin(environment)
        except BaseException:
            self.end()
            raise

    def _begin(self, environment: dict[str, str]) -> None:
        self.wait_for("painted")
        search = ["xdotool", "search", "--sync", "--name", "Cancel a payment"]
        found = subprocess.run(search, env=environment, capture_output=True, check=True, timeout=PATIENCE_S)
        self.hands.focus(int(found.stdout.split()[-1]))

    def lines(self) -> list[str]:
        return self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []

    def wait_for(self, line: str, since: int = 0) -> list[str]:
        """Wait for a line, or for one that begins with it and a blank; gives all lines since then."""
        ends_at = time.monotonic() + PATIENCE_S
        while True:
            lines = self.lines()[since:]
            if any(each == line or each.startswith(f"{line} ") for each in lines):
                return lines
            assert self.process.poll() is None, "the window ended"
            assert time.monotonic() < ends_at, f"no {line!r} in {lines[-20:]}"
            time.sleep(0.004)

    def scan(self, number: str, gap_ms: int = 0, end: tuple[str, ...] = ("Return",)) -> None:
        self.hands.scan(number, gap_ms, end)

    def decide(self, number: str) -> None:
        """Scan a sale and wait until its decision is asked for: a key before that would be for nothing."""
        self.scan(number)
        self.wait_for(f"stage Deciding {number}")

    def press(self, *keys: str) -> None:
        self.hands.press(*keys)

    def submitted(self) -> list[str]:
        time.sleep(QUIET_S)
        return [line for line in self.lines() if line.startswith("submit")]

    def looked(self) -> list[str]:
        return [line for line in self.lines() if line.startswith("look")]

    def end(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)


@contextmanager
def display_till(display: str, folder: Path, *options: str, script: Path = SCRIPT) -> Iterator[DisplayTill]:
    """Open the window; its log lies in the folder."""
    with XHands(display) as hands:
        till = DisplayTill(display, hands, str(script), str(folder / f"{script.stem}.log"), *options)
        try:
            yield till
        finally:
            till.end()
