"""Figures 6 and 7: how soon the whole product is painted, and its memory, beside a window of four widgets."""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pos_cancel.adapters.journal import FOLDER
from pos_cancel.adapters.lease import SenderLease
from tests.bench.big_journal import big_home
from tests.bench.figures import Figure
from tests.bench.scan_figures import SIZE, x_server
from tests.bench.till import gateway_process, shop_of
from tests.gui.x_hands import XHands
from tests.unit.spoken_cases import ROOT

STARTS = 15
PATIENCE_S, GLANCE_S = 60.0, 0.0002
# What is heavy is loaded after the first paint; then the memory is as it stays.
LOADED_S = 10.0
BARE = Path(__file__).with_name("bare_window.py")
NOTHING = bytes(3)


def start_figures() -> Iterator[Figure]:
    """6 and 7: the whole product as it is started by hand, on a home with an account."""
    if shutil.which("Xvfb") is None:
        yield Figure("6", "spawn to first paint; memory", "not measured: no Xvfb", "", "≤ 1.3; ≤ 2.0")
        return
    with tempfile.TemporaryDirectory() as folder, gateway_process(Path(folder) / "handed") as handed:
        home = Path(folder) / "home"
        shop_of(home, handed, "acquire")
        product = (sys.executable, "-m", "pos_cancel", "--home", str(home))
        bare = (sys.executable, str(BARE), str(Path(folder) / "bare.log"))
        with x_server() as display:
            yield _start_figure(display, product, bare)
            with _big_journal_in(home):
                yield _memory_figure(display, product, bare)


def _start_figure(display: str, product: Sequence[str], bare: Sequence[str]) -> Figure:
    times: dict[Sequence[str], list[float]] = {product: [], bare: []}
    for turn in range(STARTS + 1):
        for command, found in times.items():
            with _started(display, command) as (_, seconds):
                # The first one reads the libraries from the disk.
                if turn:
                    found.append(seconds * 1000)
    ours, least = (statistics.median(found) for found in times.values())
    return Figure(
        "6",
        "spawn to first paint, whole product, to a four-widget window",
        f"{ours / least:.2f} ({ours:.0f} ms)",
        f"four widgets 1.00 ({least:.0f} ms)",
        "≤ 1.3",
    )


def _memory_figure(display: str, product: Sequence[str], bare: Sequence[str]) -> Figure:
    sizes_mib = []
    for command in (product, bare):
        with _started(display, command) as (process, _):
            time.sleep(LOADED_S)
            sizes_mib.append(_rss_mib(process.pid))
    ours, least = sizes_mib
    return Figure(
        "7",
        "memory with a journal of ten million rows, to a four-widget window",
        f"{ours / least:.2f} ({ours:.0f} MiB)",
        f"four widgets 1.00 ({least:.0f} MiB)",
        "≤ 2.0",
    )


@contextmanager
def _started(display: str, command: Sequence[str]) -> Iterator[tuple["subprocess.Popen[bytes]", float]]:
    """Start a program; gives it, and the seconds until something of it was on the screen."""
    environment = os.environ | {
        "DISPLAY": display,
        "QT_QPA_PLATFORM": "xcb",
        "PYTHONPATH": str(ROOT),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
    }
    with XHands(display) as eyes:
        _wait_until(eyes, painted=False)
        start = time.perf_counter()
        with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
            _wait_until(eyes, painted=True)
            seconds = time.perf_counter() - start
            try:
                yield process, seconds
            finally:
                process.terminate()
                process.wait(PATIENCE_S)


def _wait_until(eyes: XHands, *, painted: bool) -> None:
    ends_at = time.perf_counter() + PATIENCE_S
    while (eyes.pixels(SIZE[0] // 2, SIZE[1] // 2)[:3] != NOTHING) is not painted:
        if time.perf_counter() > ends_at:
            raise AssertionError("nothing was painted" if painted else "the window stays")
        time.sleep(GLANCE_S)


@contextmanager
def _big_journal_in(home: Path) -> Iterator[None]:
    """Let the home have the big journal, and see that nothing is sent from it or written into it."""
    lease = SenderLease(home)
    if not lease.acquire():
        raise AssertionError("the big journal is in use")
    shutil.rmtree(home / FOLDER, ignore_errors=True)
    (home / FOLDER).symlink_to(big_home() / FOLDER, target_is_directory=True)
    try:
        yield
    finally:
        lease.release()


def _rss_mib(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    (size,) = (line.split()[1] for line in lines if line.startswith("VmRSS:"))
    return int(size) / 1024
