"""The power goes at any moment of a till's day; what was acknowledged is on the disk that is left."""

import random

import pytest

from tests.crash.modelled_disk import Cut, Disk, Make, Open, Operation, Remove, Rename, Sync, Write
from tests.crash.programme import Json, Record, needs_held_calls, work
from tests.proofs import WORKERS

ROOT, A, B = "/r", "/r/a", "/r/b"
UNFLUSHED = ("journal.db-wal", "journal.db", "/journal.key", ".new", "/home", "/profiles")
CUTS, MANY = 5_000, 1_000_000
# A process remembers every disk it has seen.
AT_ONCE = 25_000


def jobs(cuts: int, share: int, seed: int) -> list[Json]:
    """Share the cuts; each job records a day of its own."""
    return [{"cuts": share, "seed": seed + number} for number in range(-(-cuts // share))]


def finish(done: list[Json], record_property: Record) -> None:
    """Fail with what was found."""
    record_property("points", sum(each["cuts"] for each in done))
    broken = [found for each in done for found in each["broken"]]
    assert not broken, "\n\n".join(broken[:5])


@needs_held_calls()
@pytest.mark.programme("5,000 power cuts")
@pytest.mark.timeout(300)
def test_a_power_cut_takes_nothing_that_was_acknowledged(seed: int, record_property: Record) -> None:
    done = work("tests.crash.power_cuts", jobs(CUTS, CUTS // WORKERS, seed))
    finish(done, record_property)


@needs_held_calls()
@pytest.mark.prove
@pytest.mark.programme("a million power cuts")
@pytest.mark.timeout(8 * 3600)
def test_a_million_power_cuts_take_nothing(seed: int, record_property: Record) -> None:
    todo, done = jobs(MANY, AT_ONCE, seed), []
    for first in range(0, len(todo), WORKERS):
        done += work("tests.crash.power_cuts", todo[first : first + WORKERS])
    finish(done, record_property)


@needs_held_calls()
@pytest.mark.timeout(300)
def test_a_till_that_forgot_to_flush_would_be_found_out(seed: int) -> None:
    """The same day without the flushes of one file or folder: what makes the programme worth its time."""
    todo = [
        {"cuts": 600, "seed": seed + number, "unflushed": UNFLUSHED[number::WORKERS]}
        for number in range(WORKERS)
    ]
    done = work("tests.crash.power_cuts", todo)
    assert len(done) == len(UNFLUSHED)
    assert [each["unflushed"] for each in done if not each["broken"]] == []


def after(*steps: Operation) -> Disk:
    disk = Disk(ROOT)
    for step in steps:
        disk.do(step)
    return disk


def disks(disk: Disk, rng: random.Random) -> list[dict[str, bytes]]:
    return [disk.after_cut(rng) for _ in range(200)]


def test_the_disk_keeps_what_was_flushed_and_may_lose_the_rest(rng: random.Random) -> None:
    disk = Disk(ROOT)
    for step in (
        Open(A, empties=False),
        Write(A, 0, b"old" * 400),
        Sync(A),
        Sync(ROOT),
        Write(A, 0, b"new" * 400),
    ):
        disk.do(step)
    found = {each["a"] for each in disks(disk, rng)}
    assert {b"old" * 400, b"new" * 400} < found
    assert all(len(each) == 1200 for each in found)
    assert any(each[:512] != each[512:1024] and each[:3] != each[-3:] for each in found)
    disk.do(Sync(A))
    assert disks(disk, rng) == [{"a": b"new" * 400}] * 200


def test_a_longer_file_may_have_its_length_before_its_bytes(rng: random.Random) -> None:
    disk = Disk(ROOT)
    for step in (
        Open(A, empties=False),
        Sync(ROOT),
        Write(A, 0, b"1" * 1024),
        Cut(A, 700),
        Write(A, 700, b"2" * 600),
    ):
        disk.do(step)
    found = {each["a"] for each in disks(disk, rng)}
    assert {b"", b"1" * 700 + b"2" * 600} < found
    assert any(b"\0" in each for each in found)


def test_names_are_safe_once_their_folder_is(rng: random.Random) -> None:
    disk = after(Make("/r/f"), Open("/r/f/x", empties=False), Write("/r/f/x", 0, b"x"), Sync("/r/f/x"))
    assert {frozenset(each.items()) for each in disks(disk, rng)} == {frozenset(), frozenset({("f/x", b"x")})}
    disk.do(Sync("/r/f"))
    assert {} in disks(disk, rng)
    disk.do(Sync(ROOT))
    assert disks(disk, rng) == [{"f/x": b"x"}] * 200


def test_a_rename_is_never_half_there(rng: random.Random) -> None:
    disk = Disk(ROOT)
    for step in (
        Open(A, empties=False),
        Open(B, empties=False),
        Write(A, 0, b"a"),
        Sync(A),
        Sync(ROOT),
        Rename(A, B),
    ):
        disk.do(step)
    assert {frozenset(each.items()) for each in disks(disk, rng)} == {
        frozenset({("a", b"a"), ("b", b"")}),
        frozenset({("b", b"a")}),
    }
    disk.do(Remove(B))
    disk.do(Sync(ROOT))
    assert disks(disk, rng) == [{}] * 200
