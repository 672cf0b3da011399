"""Each call of a command to its disk fails, once and for good: honest words, nothing lost, and a way on."""

import errno

import pytest

from tests.crash.programme import WORKERS, Json, Programme, needs_held_calls

# In the proving run until its time in the daily one has been seen on a quiet machine.
pytestmark = [pytest.mark.prove, needs_held_calls()]

MODULE = "tests.crash.disk_faults"
ERRORS = (errno.EIO, errno.ENOSPC)
NEVER = 10**6


def positions(ending: str) -> int:
    """Count the calls of a command on a disk that is well."""
    fault = {"position": NEVER, "error": errno.EIO, "for_good": False, "ending": ending}
    (done,) = Programme("count").work(MODULE, [{"faults": [fault]}])
    assert not done["broken"], done
    assert done["code"] == 0
    return int(done["calls"])


def finish(programme: Programme, faults: list[Json], wanted: int, capsys: pytest.CaptureFixture[str]) -> None:
    """Run the faults, print the line and fail with what was found."""
    done = programme.work(MODULE, [{"faults": faults[number::WORKERS]} for number in range(WORKERS)])
    failed = [each for each in done if each["failed"]]
    broken = [f"{each['fault']} {each['failed']}: {each['broken']}" for each in done if each["broken"]]
    programme.close(f"{len(failed):,} faults in {wanted:,} places", broken, capsys)
    # Near its end a command makes a call more or less, as its threads meet.
    assert len({each["fault"]["position"] for each in failed}) > 0.9 * wanted


@pytest.mark.timeout(600)
def test_whichever_call_fails_the_till_says_so_and_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Once and for good in every place; a broken disk and a full one take turns."""
    programme = Programme("I/O faults")
    count = positions("REFUND")
    faults: list[Json] = [
        {"position": place, "error": ERRORS[(place + for_good) % 2], "for_good": for_good}
        for place in range(count)
        for for_good in (False, True)
    ]
    finish(programme, faults, count, capsys)


@pytest.mark.prove
@pytest.mark.timeout(3 * 3600)
def test_whichever_call_fails_in_whichever_way_the_till_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    programme = Programme("I/O faults, all errors of three stories", "packaging/run prove")
    counts = {ending: positions(ending) for ending in ("REFUND", "BUSY", "LOST")}
    faults: list[Json] = [
        {"position": place, "error": error, "for_good": for_good, "ending": ending}
        for ending, count in counts.items()
        for place in range(count)
        for error in ERRORS
        for for_good in (False, True)
    ]
    finish(programme, faults, max(counts.values()), capsys)
