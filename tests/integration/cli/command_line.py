"""The command line and the training gateway as a test drives them: real processes, real sockets."""

import contextlib
import json
import os
import pty
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
PROGRAM = (sys.executable, "-m", "pos_cancel")
CANCEL = "alipay.acquire.cancel"
PROFILE = "training-acquire"
LONGEST_S = 60.0


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON is whatever it is
        return json.loads(self.out)


@dataclass(frozen=True)
class Till:
    """A till: a home folder and the environment of its programs."""

    home: Path
    environment: Mapping[str, str] = field(repr=False)

    @property
    def env(self) -> dict[str, str]:
        return {**self.environment, "POS_CANCEL_HOME": str(self.home), "PYTHONPATH": str(ROOT)}

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, typed: str = "", env: Mapping[str, str] | None = None) -> Done:
        done = subprocess.run(
            [*PROGRAM, *arguments],
            env=self.env | dict(env or {}),
            input=typed,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return Done(done.returncode, done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:  # noqa: ANN401 - JSON is whatever it is
        return self.run(*arguments, "--json").json

    def at_terminal(self, *arguments: str, typed: str, interrupted: bool = False) -> Done:
        """Run with a person at the keyboard, who types all at once, or interrupts the first question."""
        master, slave = pty.openpty()
        process = subprocess.Popen(
            [*PROGRAM, *arguments], env=self.env, stdin=slave, stdout=subprocess.PIPE, stderr=slave, text=True
        )
        os.close(slave)
        told = b""
        with process, open(master, "r+b", buffering=0) as terminal:  # noqa: PTH123 - a descriptor, not a path
            terminal.write(typed.encode())
            if interrupted:
                while b": " not in told.rpartition(b"\n")[2]:
                    told += terminal.read(65536)
                process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=LONGEST_S)
            with contextlib.suppress(OSError):  # This is how Linux tells the end of a terminal.
                while part := terminal.read(65536):
                    told += part
        return Done(process.returncode, out, told.decode())


@dataclass(frozen=True)
class Gateway:
    """A running `pos-cancel sandbox` and the folder with what a client needs."""

    folder: Path
    ready: Mapping[str, Any]
    process: "subprocess.Popen[str]" = field(repr=False)

    def read(self, view: str = "") -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{self.ready['ledger']}{view}", timeout=10) as reply:  # noqa: S310 - http to loopback
            rows: list[dict[str, Any]] = json.load(reply)
        return rows

    def refunds(self, number: str) -> int:
        return sum(row["kind"] == "refund" and row["number"] == number for row in self.read())

    def cancels(self, number: str) -> list[dict[str, str]]:
        """The parameters of every cancel received for a number."""
        asked = [row["params"] for row in self.read("/requests") if row["service"] == CANCEL]
        return [params for params in asked if params.get("out_trade_no") == number]

    def set_up(self, till: Till) -> None:
        """Import profile and keys the way the README tells."""
        assert till.run("profile", "import", str(self.folder / "acquire.toml")).code == 0
        private, public = (self.folder / f"acquire.{name}.pem" for name in ("private", "gateway-public"))
        done = till.run(
            *("key", "import", "--profile", PROFILE),
            *("--private", str(private), "--gateway-public", str(public)),
        )
        assert done.code == 0, done.err


@contextmanager
def gateway(folder: Path, environment: Mapping[str, str], *arguments: str) -> Iterator[Gateway]:
    """Run `pos-cancel sandbox` until the end of the test."""
    till = Till(folder / "no-home", environment)
    process = till.start("sandbox", "--port", "0", "--write-profiles", str(folder), *arguments)
    assert process.stdout is not None
    with process:
        line = process.stdout.readline()
        assert line, process.stderr.read() if process.stderr else ""
        try:
            yield Gateway(folder, json.loads(line), process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)
        assert process.returncode == 0


def eventually(happened: "Any", longest_s: float = 20.0) -> None:  # noqa: ANN401 - any condition
    """Wait until a condition about another process holds."""
    end = time.monotonic() + longest_s
    while not happened():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
