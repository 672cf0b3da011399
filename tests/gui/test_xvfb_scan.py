"""Real key events on a real X server: nothing is confirmed by a scanner, nothing is sent twice."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.at_the_till import OTHER_SCAN, SCAN
from tests.gui.display_till import PATIENCE_S, DisplayTill, display_till

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool"
    ),
]


@pytest.fixture
def till(display: str, tmp_path: Path) -> Iterator[DisplayTill]:
    with display_till(display, tmp_path) as at_work:
        yield at_work


def test_scans_look_up_and_only_the_named_key_twice_submits(till: DisplayTill) -> None:
    till.decide(SCAN)
    till.press("Return", "Return")
    till.press("Return", "space", "Tab", "KP_Enter")
    assert till.looked() == [f"look {SCAN}"]
    assert till.submitted() == []

    till.press("F8")
    till.decide(OTHER_SCAN)
    till.press("F8")
    assert till.submitted() == []

    till.press("Escape")
    before = len(till.lines())
    till.scan(SCAN)
    till.wait_for(f"stage Deciding {SCAN}", before)
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


def test_a_termination_signal_ends_it_cleanly_with_cases_open(till: DisplayTill) -> None:
    till.decide(SCAN)
    till.press("F8", "F8")
    till.wait_for(f"submit {SCAN}")
    till.process.send_signal(signal.SIGTERM)
    assert till.process.wait(PATIENCE_S) == 0
    assert till.lines()[-1] == "stop"
