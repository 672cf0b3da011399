"""Each call of a command to its disk fails, once and for good: honest words, nothing lost, and a way on."""

import errno

import pytest

from tests.crash.programme import Json, Record, needs_held_calls, work
from tests.proofs import WORKERS

pytestmark = needs_held_calls()

MODULE = "tests.crash.disk_faults"
ERRORS = (errno.EIO, errno.ENOSPC)
NEVER = 10**6


def positions(ending: str) -> int:
    """Count the calls of a command on a disk that is well."""
    fault = {"position": NEVER, "error": errno.EIO, "for_good": False, "ending": ending}
    (done,) = work(MODULE, [{"faults": [fault]}])
    assert not done["broken"], done
    assert done["code"] == 0
    return int(done["calls"])


def finish(faults: list[Json], wanted: int, record_property: Record) -> None:
    """Run the faults and fail with what was found."""
    done = work(MODULE, [{"faults": faults[number::WORKERS]} for number in range(WORKERS)])
    failed = [each for each in done if each["failed"]]
    broken = [f"{each['fault']} {each['failed']}: {each['broken']}" for each in done if each["broken"]]
    record_property("points", len(failed))
    assert not broken, "\n\n".join(broken[:5])
    # Near its end a command makes a call more or less, as its threads meet.
    assert len({each["fault"]["position"] for each in failed}) > 0.9 * wanted


@pytest.mark.programme("each call to the disk fails, once and for good")
@pytest.mark.timeout(600)
def test_whichever_call_fails_the_till_says_so_and_goes_on(record_property: Record) -> None:
    """Once and for good in every place; a broken disk and a full one take turns."""
    count = positions("REFUND")
    faults: list[Json] = [
        {"position": place, "error": ERRORS[(place + for_good) % 2], "for_good": for_good}
        for place in range(count)
        for for_good in (False, True)
    ]
    finish(faults, count, record_property)


@pytest.mark.prove
@pytest.mark.programme("each call to the disk fails, all errors of three stories")
@pytest.mark.timeout(3 * 3600)
def test_whichever_call_fails_in_whichever_way_the_till_goes_on(record_property: Record) -> None:
    counts = {ending: positions(ending) for ending in ("REFUND", "BUSY", "LOST")}
    faults: list[Json] = [
        {"position": place, "error": error, "for_good": for_good, "ending": ending}
        for ending, count in counts.items()
        for place in range(count)
        for error in ERRORS
        for for_good in (False, True)
    ]
    finish(faults, max(counts.values()), record_property)
