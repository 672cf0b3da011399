"""The real window in a process of its own, the hands in front of it, and the dialogue of the desktop."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration.cli.command_line import Till
from tests.integration.keyring_desk import KeyringDesk
from tests.unit.spoken_cases import ROOT

Moment = dict[str, Any]
# The promise is 100 ms; a machine that has more to do than processors may take three times as long, and
# keeps a program that does nothing from running as well.
PROMISE_S, SLACK = 0.1, 3
PATIENCE_S = 60.0
# An unsent case waits for 6 s instead of 60.
PACE = "0.1"
RIGHT, WRONG = "right horse", "wrong horse"
SCRIPT = Path(__file__).with_name("window_program.py")
IDLE = (
    "import sys, threading, time\n"
    "over = threading.Event()\n"
    "threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()\n"
    "longest, last = 0.0, time.monotonic()\n"
    "while not over.is_set():\n"
    "    time.sleep(0.005); now = time.monotonic(); longest = max(longest, now - last); last = now\n"
    "print(longest)\n"
)

Session = tuple[KeyringDesk, Till]


def copied(prepared: Path, tmp_path: Path) -> Path:
    """Give a session's folder of its own."""
    folder = tmp_path / "session"
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("keyring", "*.lock"))
    for place in ("home", "run"):
        (folder / place).chmod(0o700)
    return folder


class Window:
    """A window in a process of its own, and what it told."""

    def __init__(self, till: Till) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT)],
            env=till.env | {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._idle = subprocess.Popen(
            [sys.executable, "-c", IDLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.moments: list[Moment] = []
        self._news = threading.Condition()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            with self._news:
                self.moments.append(json.loads(line))
                self._news.notify_all()

    def do(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(" ".join(words) + "\n")
        self._process.stdin.flush()

    def sees(self, wanted: Callable[[Moment], bool], since: int = 0) -> Moment:
        """Wait for a moment that is as wanted."""
        ends_at = time.monotonic() + PATIENCE_S
        with self._news:
            while True:
                for moment in self.moments[since:]:
                    if wanted(moment):
                        return moment
                assert self._process.poll() is None, "the window ended"
                assert self._news.wait(ends_at - time.monotonic()), self.moments[-3:]

    def sees_state(self, *states: str, since: int = 0) -> Moment:
        return self.sees(lambda moment: moment.get("state") in states, since)

    def scan(self, number: str) -> Moment:
        """Scan a number; gives the decision that is asked for."""
        since = len(self.moments)
        self.do("scan", number)
        return self.sees(lambda moment: moment["stage"] == "Deciding", since)

    def cancel(self, number: str) -> Moment:
        """Scan and confirm, answering whatever is asked; gives the decision that was confirmed."""
        decision = self.scan(number)
        self.confirm(decision, number)
        return decision

    def confirm(self, asked: Moment, number: str = "") -> None:
        """Answer what is asked and confirm."""
        for name in asked["asked"]:
            self.do("answer", name, number if name == "again" else "Mei Lin")
        self.do("confirm")

    def end(self) -> tuple[float, float]:
        """Close it; gives its longest gap and that of a program that did nothing meanwhile, in seconds."""
        self.do("gap")
        gap_s = self.sees(lambda moment: moment["stage"] == "gap")["gap_s"]
        self.do("quit")
        assert self._process.wait(PATIENCE_S) == 0
        idle_s, _ = self._idle.communicate("", PATIENCE_S)
        return gap_s, float(idle_s)

    def kill(self) -> None:
        for process in (self._process, self._idle):
            process.kill()
        self._listener.join()
        for process in (self._process, self._idle):
            # Closes its pipes.
            with process:
                pass


@contextmanager
def window_of(till: Till, story: str) -> Iterator[Window]:
    window = Window(till)
    try:
        window.sees(lambda moment: moment["stage"] == "begun")
        yield window
        gap_s, idle_s = window.end()
    finally:
        window.kill()
    print(
        f"{story}: longest gap {gap_s * 1000:.0f} ms; of a program that does nothing {idle_s * 1000:.0f} ms"
    )
    assert gap_s <= SLACK * (PROMISE_S + idle_s)


class Prompt:
    """The desktop's own dialogue, and the hands in front of it."""

    def __init__(self, display: str) -> None:
        self._environment = os.environ | {"DISPLAY": display}
        found = self._xdotool("search", "--sync", "--onlyvisible", "--name", "Unlock").split()
        self._place = found[-1]

    def _xdotool(self, *words: str) -> str:
        return subprocess.run(
            ["xdotool", *words],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE_S,
        ).stdout

    @property
    def is_shown(self) -> bool:
        return bool(self._xdotool("getwindowname", self._place))

    def press(self, key: str, text: str = "") -> None:
        self._xdotool("windowfocus", "--sync", self._place)
        if text:
            self._xdotool("type", "--delay", "0", text)
        self._xdotool("key", key)
