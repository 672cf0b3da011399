"""SIGKILL before any write, sync, lock, rename, connect, send or receive of every story on all gateways."""

import pytest

from pos_cancel.sandbox import GATEWAYS, stories_of
from tests.crash.programme import Json, Record, needs_held_calls, work
from tests.proofs import WORKERS

pytestmark = needs_held_calls()

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


@pytest.mark.programme("SIGKILL at 1,000 drawn calls of the system")
@pytest.mark.timeout(600)
def test_a_killed_till_keeps_every_promise(seed: int, record_property: Record) -> None:
    done = work("tests.crash.sweep", jobs(POINTS, seed))
    finish(done, record_property)
    assert sum(bool(each["killed"]) for each in done) >= POINTS


@pytest.mark.prove
@pytest.mark.programme("SIGKILL at every call of the system")
@pytest.mark.timeout(8 * 3600)
def test_a_till_killed_anywhere_keeps_every_promise(seed: int, record_property: Record) -> None:
    finish(work("tests.crash.sweep", jobs(None, seed)), record_property)


def finish(done: list[Json], record_property: Record) -> None:
    """Fail with what was found."""
    undisturbed = [each for each in done if not each["point"]["kills"]]
    assert {(each["point"]["gateway"], each["point"]["ending"]) for each in undisturbed} == set(PAIRS)
    record_property("points", sum(len(each["killed"]) for each in done))
    broken = [f"{each['point']} {each['killed']}: {each['broken']}" for each in done if each["broken"]]
    assert not broken, "\n\n".join(broken[:5])
