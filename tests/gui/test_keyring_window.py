"""The real window while a real keyring is locked, held, killed: it always answers, and ends honestly."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.command_line import Gateway, Till, gateway
from tests.integration.keyring_desk import KeyringDesk, keyring_desk, until
from tests.unit.spoken_cases import ROOT

Moment = dict[str, Any]
# The promise is 100 ms; a machine that has more to do than processors may take three times as long, and
# keeps a program that does nothing from running as well.
PROMISE_S, SLACK = 0.1, 3
PATIENCE_S = 60.0
# An unsent case waits for 6 s instead of 60.
PACE = "0.1"
RIGHT, WRONG = "right horse", "wrong horse"
SCRIPT = Path(__file__).with_name("keyring_window.py")
IDLE = (
    "import sys, threading, time\n"
    "over = threading.Event()\n"
    "threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()\n"
    "longest, last = 0.0, time.monotonic()\n"
    "while not over.is_set():\n"
    "    time.sleep(0.005); now = time.monotonic(); longest = max(longest, now - last); last = now\n"
    "print(longest)\n"
)

pytestmark = [pytest.mark.daemon, pytest.mark.timeout(300)]


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
        for name in decision["asked"]:
            self.do("answer", name, number if name == "again" else "Mei Lin")
        self.do("confirm")
        return decision

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
    assert gap_s <= PROMISE_S * SLACK + idle_s


@pytest.fixture(scope="module")
def running_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("gateway")
    with (
        keyring_desk(tmp_path_factory.mktemp("none")) as desk,
        gateway(folder, desk.environment, "--pace", PACE) as found,
    ):
        yield found


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory, running_gateway: Gateway) -> Path:
    """A session whose keyring holds the key, and a till that is set up; each test takes a copy."""
    folder = tmp_path_factory.mktemp("prepared")
    with keyring_desk(folder) as desk:
        desk.start(RIGHT)
        running_gateway.set_up(Till(folder / "till", desk.environment))
    return folder


Session = tuple[KeyringDesk, Till]


@pytest.fixture
def session(prepared: Path, tmp_path: Path) -> Iterator[Session]:
    """A session of its own, without a daemon yet."""
    folder = tmp_path / "session"
    shutil.copytree(prepared, folder, ignore=shutil.ignore_patterns("keyring", "*.lock"))
    for place in ("home", "run"):
        (folder / place).chmod(0o700)
    with keyring_desk(folder) as desk:
        yield desk, Till(folder / "till", desk.environment)


def test_a_fresh_keyring_says_that_there_is_no_key_and_takes_one(
    session: Session, tmp_path: Path, running_gateway: Gateway
) -> None:
    desk, till = session
    shutil.rmtree(Path(desk.environment["XDG_DATA_HOME"]))
    desk.start(RIGHT)
    with window_of(till, "fresh") as window:
        assert window.cancel("R-1-REFUND")["trouble"] == "key_missing"
        ended = window.sees_state("setup_problem")
        assert (ended["tries"], ended["setup_code"]) == (0, "S-01")
        running_gateway.set_up(till)
        assert window.cancel("R-2-REFUND")["sale"]
        window.sees_state("refunded")


def test_locked_and_then_unlocked_while_the_window_waits(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.lock()
    with window_of(till, "locked, then unlocked") as window:
        assert window.cancel("R-3-REFUND")["trouble"] == "key_locked"
        waiting = window.sees_state("sending")
        assert waiting["tries"] == 0
        time.sleep(1.5)
        assert window.moments[-1]["state"] == "sending"
        desk.unlock(RIGHT)
        window.sees_state("refunded")


def test_locked_under_a_window_that_has_its_key(session: Session) -> None:
    """The look was taken with a key in memory; the lock drops it, and the cancel waits."""
    desk, till = session
    desk.start(RIGHT)
    with window_of(till, "locked in between") as window:
        # The lock is listened for once the till has had a second of rest.
        assert window.scan("R-4-REFUND")["sale"]
        time.sleep(3.0)
        desk.lock()
        time.sleep(0.5)
        window.do("confirm")
        assert window.sees_state("sending", "refunded")["state"] == "sending"
        time.sleep(1.0)
        assert window.moments[-1]["state"] == "sending"
        desk.unlock(RIGHT)
        window.sees_state("refunded")


def test_a_daemon_that_is_held_in_the_middle(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.hold()
    with window_of(till, "held, then let go") as window:
        assert window.cancel("R-5-REFUND")["trouble"] == "key_hung"
        assert window.sees_state("sending")["tries"] == 0
        time.sleep(1.0)
        desk.go_on()
        window.sees_state("refunded")


def test_a_daemon_that_never_goes_on(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.hold()
    with window_of(till, "held for good") as window:
        window.cancel("R-6-REFUND")
        ended = window.sees_state("not_sent", "refunded")
        assert (ended["state"], ended["tries"]) == ("not_sent", 0)
        assert "Not sent" in ended["headline"]
        desk.go_on()


def test_a_daemon_that_is_killed_while_a_case_waits(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.lock()
    with window_of(till, "killed while waiting") as window:
        window.cancel("R-7-REFUND")
        window.sees_state("sending")
        desk.kill()
        ended = window.sees_state("setup_problem", "not_sent")
        assert (ended["tries"], ended["setup_code"]) == (0, "S-02")
        desk.start(RIGHT)
        # What was found a moment ago still counts for a second.
        until(lambda: bool(window.scan("R-8-REFUND")["sale"]), "a look with the key")
        window.do("confirm")
        window.sees_state("refunded")


def test_a_daemon_that_is_killed_under_a_window_that_has_its_key(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    with window_of(till, "killed with the key in memory") as window:
        assert window.scan("R-9-REFUND")["sale"]
        desk.kill()
        window.do("confirm")
        window.sees_state("refunded")


def test_a_wrong_password_at_the_login(session: Session) -> None:
    """The daemon runs and its keyring stays locked; the case is not sent, and is sent when it is right."""
    desk, till = session
    desk.start(WRONG)
    with window_of(till, "wrong password") as window:
        assert window.cancel("R-10-REFUND")["trouble"] == "key_locked"
        ended = window.sees_state("not_sent", "refunded")
        assert (ended["state"], ended["tries"]) == ("not_sent", 0)
        desk.kill()
        desk.start(RIGHT)
        since = len(window.moments)
        window.do("press", "send_again")
        asked = window.sees(lambda moment: moment["stage"] == "Asking", since)
        for name in asked["asked"]:
            window.do("answer", name, "Mei Lin")
        window.do("confirm")
        window.sees_state("refunded")
