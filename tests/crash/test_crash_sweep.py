"""SIGKILL before any write, sync, lock, rename, connect, send or receive of every story on all gateways."""

import pytest

from pos_cancel.sandbox import GATEWAYS, stories_of
from tests.crash.programme import WORKERS, Json, Programme, needs_held_calls

# In the proving run until its time in the daily one has been seen on a quiet machine.
pytestmark = [pytest.mark.prove, needs_held_calls()]

PAIRS = [(gateway, story.ending) for gateway in GATEWAYS for story in stories_of(gateway)]
POINTS = 1_000
# Of which a second kill, in the midst of recovering, meets about a third.


def jobs(points: int | None, seed: int) -> list[Json]:
    """Share the stories; every other process speaks TLS."""
    return [
        {
            "pairs": PAIRS[number::WORKERS],
            "points": None if points is None else -(-points // WORKERS),
            "seed": seed + number,
            "tls": number % 2 == 0,
        }
        for number in range(WORKERS)
    ]


@pytest.mark.timeout(600)
def test_a_killed_till_keeps_every_promise(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    programme = Programme("crash sweep, drawn points")
    done = programme.work("tests.crash.sweep", jobs(POINTS, seed))
    finish(programme, done, capsys)
    assert sum(bool(each["killed"]) for each in done) >= POINTS


@pytest.mark.prove
@pytest.mark.timeout(8 * 3600)
def test_a_till_killed_anywhere_keeps_every_promise(seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    programme = Programme("crash sweep, all points", "packaging/run prove")
    finish(programme, programme.work("tests.crash.sweep", jobs(None, seed)), capsys)


def finish(programme: Programme, done: list[Json], capsys: pytest.CaptureFixture[str]) -> None:
    """Print the line and fail with what was found."""
    undisturbed = [each for each in done if not each["point"]["kills"]]
    assert {(each["point"]["gateway"], each["point"]["ending"]) for each in undisturbed} == set(PAIRS)
    calls = sum(each["calls"] for each in undisturbed)
    killed = sum(len(each["killed"]) for each in done)
    broken = [f"{each['point']} {each['killed']}: {each['broken']}" for each in done if each["broken"]]
    programme.close(f"{killed:,} kills, {calls:,} places", broken, capsys)
