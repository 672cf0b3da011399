"""A minute, or as long as one chooses, of a cashier's day on the running product: nothing grows."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS_VARIABLE = "POS_CANCEL_SOAK_SECONDS"
A_MINUTE, AN_HOUR = 60.0, 3600.0
# Between the end of the day and that of the program.
WAY_HOME_S = 120.0
LEAST_CASES_A_MINUTE = 30
Note = Callable[[str, object], None]


def soak(seconds: float, record_property: Note) -> None:
    # Neither the coverage nor the debugger of the tests may be what grows.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.soak", "--seconds", str(seconds)],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        timeout=seconds + WAY_HOME_S,
    )
    print(done.stdout)
    assert done.stdout, done.stderr[-4000:]
    told = json.loads(done.stdout.splitlines()[-1])
    record_property("points", told["cases"])
    assert (told["faults"], done.returncode) == ([], 0), done.stdout + done.stderr[-4000:]
    assert told["cases"] >= LEAST_CASES_A_MINUTE * seconds / 60
    assert {"refunded", "closed", "use_refund", "already_refunded"} <= told["outcomes"].keys()


@pytest.mark.timeout(0)
@pytest.mark.programme("soak, one minute")
def test_a_minute_of_a_cashiers_day_leaves_nothing_behind(record_property: Note) -> None:
    soak(A_MINUTE, record_property)


@pytest.mark.prove
@pytest.mark.timeout(0)
@pytest.mark.programme("soak, an hour")
def test_a_long_day_leaves_nothing_behind(record_property: Note) -> None:
    soak(float(os.environ.get(SECONDS_VARIABLE, AN_HOUR)), record_property)
