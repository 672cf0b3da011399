"""Figure 5: real key events on an X server, from Enter to the first pixel of the answer, and scans lost."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Figure
from tests.gui.display_till import SCRIPT, DisplayTill, display_till

SCANS, BATCH = 10_000, 100
LOOKS = 100
WHAT = "Enter to result pixel p50 / p99, real window; scans lost"
SIZE = (1024, 600)
PATIENCE_S = 5.0
# A scanner's Enter comes within 60 ms; the line has shown the digits by then.
DIGITS_S, SETTLED_S = 0.02, 0.2
LINE_BYTES = 4 * SIZE[0]


@contextmanager
def x_server() -> Iterator[str]:
    """Give a display of its own, which the X server chooses itself."""
    reader, writer = os.pipe()
    # It would begin anew whenever the last program goes, and refuse the next one meanwhile.
    command = ["Xvfb", "-noreset", "-displayfd", str(writer), "-screen", "0", f"{SIZE[0]}x{SIZE[1]}x24"]
    with subprocess.Popen(command, pass_fds=(writer,), stderr=subprocess.DEVNULL) as server:
        os.close(writer)
        with os.fdopen(reader) as answer:
            number = answer.readline().strip()
        try:
            yield f":{number}"
        finally:
            server.terminate()


def scan_figures() -> Iterator[Figure]:
    """5: the product beside a window of four widgets, measured in the same way; then scans without a rest."""
    if shutil.which("Xvfb") is None or shutil.which("xdotool") is None:
        yield Figure("5", WHAT, "not measured: no Xvfb, no xdotool", "", "≤ 4 / ≤ 16 ms; 0")
        return
    with x_server() as display, tempfile.TemporaryDirectory() as folder:
        bare_script = Path(__file__).with_name("bare_window.py")
        with display_till(display, Path(folder), script=bare_script) as bare:
            reference = _told(_times_ms(bare))
        with display_till(display, Path(folder), "unwatched", script=SCRIPT) as till:
            measured = _told(_times_ms(till))
            lost = _lost(till)
    yield Figure(
        "5", WHAT, f"{measured}; {lost} of {SCANS:,}", f"four widgets: {reference}", "≤ 4 / ≤ 16 ms; 0"
    )


def _told(times_ms: list[float]) -> str:
    times_ms.sort()
    return f"{times_ms[len(times_ms) // 2]:.1f} / {times_ms[int(len(times_ms) * 0.99)]:.1f} ms"


def _times_ms(till: DisplayTill) -> list[float]:
    hands = till.hands
    x, y, plain = _telling_pixel(till)
    times_ms = []
    for number in range(LOOKS):
        till.press("F9")
        if not hands.sees(x, y, plain, PATIENCE_S):
            raise AssertionError("the invitation did not come back")
        time.sleep(SETTLED_S)
        hands.scan(f"T{number:09}", end=())
        time.sleep(DIGITS_S)
        start = time.perf_counter()
        hands.press("Return")
        while hands.pixels(x, y) == plain:
            if time.perf_counter() - start > PATIENCE_S:
                raise AssertionError("no answer was seen")
        times_ms.append((time.perf_counter() - start) * 1000)
    return times_ms


def _telling_pixel(till: DisplayTill) -> tuple[int, int, bytes]:
    """Find a pixel that an answer changes, and its colour before: the middle one of all that differ."""
    hands = till.hands
    hands.press("F9")
    time.sleep(4 * SETTLED_S)
    before = hands.pixels(0, 0, *SIZE)
    hands.scan("T-FIRST-SCAN")
    time.sleep(4 * SETTLED_S)
    after = hands.pixels(0, 0, *SIZE)
    pixels = range(0, len(before), 4)
    differ = [at for at in pixels if before[at : at + 4] != after[at : at + 4]]
    at = differ[len(differ) // 2]
    return at % LINE_BYTES // 4, at // LINE_BYTES, before[at : at + 4]


def _lost(till: DisplayTill) -> int:
    """Scan without a rest and count the numbers that were never looked up."""
    for number in range(SCANS):
        till.scan(f"S{number:09}")
        if number % BATCH == BATCH - 1:
            # The server keeps what the window has not read yet; it is not what is measured here.
            till.wait_for(f"look S{number:09}")
    looked = set(till.looked())
    return sum(f"look S{number:09}" not in looked for number in range(SCANS))
