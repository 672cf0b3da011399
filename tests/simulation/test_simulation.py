"""A till with all its faults, in virtual time: what the product promises holds at every step of every seed.

A seed that breaks something is repeated exactly by the command that the failure names.
"""

import re
from collections.abc import Callable

import pytest

from tests.proofs import WORKERS
from tests.simulation.programme import run

Record = Callable[[str, object], None]
DONE = re.compile(r"seeds from \d+: (\d+) cancels")
SECONDS = 30
MANY = 10**7
# From these the seeds are counted up, so that a run never comes near the end of the numbers.
SEEDS = 10**9


def simulate(*arguments: str) -> int:
    """Let the simulation run; gives how many cancels there were, all of them right."""
    done = run("tests.simulation", "--workers", str(WORKERS), *arguments)
    told = DONE.search(done.stdout)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-4000:]}"
    assert told is not None, done.stdout
    print(done.stdout)
    return int(told[1])


@pytest.mark.programme("simulation")
@pytest.mark.timeout(300)
def test_every_promise_holds_whatever_happens(record_property: Record) -> None:
    """The same seeds every day, as many as the time allows; the proving run draws others."""
    cancels = simulate("--seed", "1", "--seconds", str(SECONDS))
    record_property("points", cancels)
    assert cancels > 0


@pytest.mark.prove
@pytest.mark.programme("simulation, ten million cancels")
@pytest.mark.timeout(0)
def test_every_promise_holds_in_ten_million_cancels(seed: int, record_property: Record) -> None:
    cancels = simulate("--seed", str(seed % SEEDS), "--cancels", str(MANY))
    record_property("points", cancels)
    assert cancels >= MANY


@pytest.mark.programme("simulation")
def test_one_seed_gives_the_same_log_twice(seed: int, record_property: Record) -> None:
    """Whatever order Python gives to sets; otherwise no failure could be repeated."""
    arguments = ("--seed", str(seed % SEEDS), "--log", "--customers", "20")
    logs = [run("tests.simulation", *arguments, PYTHONHASHSEED=salt).stdout for salt in ("1", "2")]
    record_property("points", 0)
    assert "leaves" in logs[0]
    assert logs[0] == logs[1]
