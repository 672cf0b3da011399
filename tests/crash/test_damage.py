"""A journal with a flipped bit: named by `journal verify`, never repaired in silence, and a way on."""

import contextlib
import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.lease import SenderLease
from pos_cancel.adapters.orders import Order
from pos_cancel.domain.errors import JournalError
from tests.crash.programme import Record
from tests.integration.cli.command_line import Till
from tests.integration.journal_cases import NOON, keep, make_case, make_entry

FLIPS, LOG_FLIPS = 600, 300
# SQLite's header keeps the number of our form there. With a lower one a journal is an older release's, which
# is brought up to date.
VERSION = range(60, 64)
# Shapes of numbers are hints, and a request is answered or it is not: no promise hangs on either.
UNPROMISED = frozenset({"forms", "requests"})
Dump = dict[str, list[str]]


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A home whose journal has cases with events, and orders of the POS."""
    home = tmp_path / "filled"
    with Journal.open(home) as journal:
        fill(journal, range(12))
        orders = (Order(profile="shop", number=f"R-{n}77", amount_minor=n, time=NOON) for n in range(20))
        journal.add_orders(orders)
    return home


def fill(journal: Journal, counts: Iterable[int]) -> None:
    for count in counts:
        keep(journal, make_case(count))
        keep(journal, make_case(count, tries=1), entry=make_entry("sent"))


def dump(home: Path) -> Dump:
    """Everything that the journal says, table by table."""
    with contextlib.closing(sqlite3.connect(home / "journal" / "journal.db")) as plain:
        plain.text_factory = bytes
        tables = plain.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        names = sorted(name.decode() for (name,) in tables)
        rows = {name: plain.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608
        return {name: sorted(map(repr, found)) for name, found in rows.items()}


def flipped(content: bytes, place: int, bit: int) -> bytes:
    spoilt = bytearray(content)
    spoilt[place] ^= 1 << bit
    return bytes(spoilt)


def verdict(home: Path, whole: Dump) -> str:
    """What becomes of a spoilt journal: refused, named, or what it says is what it said before."""
    try:
        with Journal.open(home) as journal:
            findings = journal.verify()
    except JournalError as error:
        return "refused" if error.way_on else "missed without a way on"
    if findings:
        return "named"
    found = dump(home)
    lost = [name for name in whole if found.get(name) != whole[name] and name not in UNPROMISED]
    return f"missed in {lost}" if lost else "without effect"


def spoilt(
    home: Path, name: str, places: Iterable[tuple[int, int]], work: Path
) -> Iterator[tuple[str, Path]]:
    """Give the verdict for a copy with each of these bits flipped."""
    content = (home / "journal" / name).read_bytes()
    reference = work / "reference"
    shutil.copytree(home, reference)
    with Journal.open(reference):
        whole = dump(reference)
    for place, bit in places:
        copy = work / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(home, copy)
        (copy / "journal" / name).write_bytes(flipped(content, place, bit))
        yield verdict(copy, whole), copy


def finish(seen: Counter[str], record_property: Record) -> None:
    record_property("points", seen.total())
    assert not [name for name in seen if name.startswith("missed")], seen
    assert seen["refused"]


@pytest.mark.programme("flipped bits in a journal and its log")
@pytest.mark.timeout(300)
def test_a_flipped_bit_is_named_or_refused_or_means_nothing(
    filled: Path, tmp_path: Path, rng: random.Random, record_property: Record
) -> None:
    seen = Counter[str]()
    size = (filled / "journal" / "journal.db").stat().st_size
    places = [(rng.randrange(size), rng.randrange(8)) for _ in range(FLIPS)]
    for (place, bit), (told, copy) in zip(
        places, spoilt(filled, "journal.db", places, tmp_path), strict=True
    ):
        seen[told] += 1
        whole = (filled / "journal" / "journal.db").read_bytes()
        if place in VERSION:
            continue
        assert (copy / "journal" / "journal.db").read_bytes() == flipped(whole, place, bit)
    finish(seen, record_property)
    assert seen["named"]


@pytest.mark.prove
@pytest.mark.programme("a flipped bit in each byte of a journal")
@pytest.mark.timeout(4 * 3600)
def test_no_flipped_byte_of_a_journal_goes_unnoticed(
    filled: Path, tmp_path: Path, rng: random.Random, record_property: Record
) -> None:
    size = (filled / "journal" / "journal.db").stat().st_size
    places = ((place, rng.randrange(8)) for place in range(size))
    seen = Counter(told for told, _ in spoilt(filled, "journal.db", places, tmp_path))
    finish(seen, record_property)


@pytest.fixture(params=["first", "begun anew"])
def stopped(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A home as a kill leaves it: what was acknowledged last stands in the log alone."""
    home, left = tmp_path / "running", tmp_path / "stopped"
    with Journal.open(home) as journal:
        journal.checkpoint()
        fill(journal, range(12))
        if request.param == "begun anew":
            journal.checkpoint()
            fill(journal, range(12, 20))
        shutil.copytree(home, left)
    return left


@pytest.mark.programme("flipped bits in a journal and its log")
def test_a_log_that_lost_acknowledged_transactions_is_refused(
    stopped: Path, tmp_path: Path, rng: random.Random, record_property: Record
) -> None:
    """SQLite itself would take the first spoilt frame for the log's end and say nothing."""
    seen = Counter[str]()
    log = (stopped / "journal" / "journal.db-wal").read_bytes()
    begin = last_transactions(log)
    # The last ones may look as if the power had gone while they were written, before anybody was told.
    places = [(rng.randrange(begin), rng.randrange(8)) for _ in range(LOG_FLIPS)]
    places += [(place, bit) for place in range(32) for bit in range(8)]
    for told, copy in spoilt(stopped, "journal.db-wal", places, tmp_path):
        seen[told] += 1
        if told == "refused":
            assert (copy / "journal" / "journal.db-wal").stat().st_size == len(log)
    finish(seen, record_property)


def last_transactions(log: bytes) -> int:
    """Where the last two transactions of a log begin."""
    page = int.from_bytes(log[8:12], "big")
    ends = [
        place + 24 + page
        for place in range(32, len(log), 24 + page)
        if log[place + 8 : place + 16] == log[16:24] and log[place + 4 : place + 8] != bytes(4)
    ]
    return ends[-3]


def test_a_log_without_its_index_is_read_as_it_is(stopped: Path) -> None:
    (stopped / "journal" / "journal.db-shm").unlink()
    with Journal.open(stopped) as journal:
        assert journal.verify() == []


# --- The way on.
@pytest.fixture
def till(filled: Path) -> Till:
    return Till(filled, os.environ)


def spoil_event(home: Path) -> None:
    file = home / "journal" / "journal.db"
    content = file.read_bytes()
    place = content.index("陈".encode())
    file.write_bytes(flipped(content, place, 0))


def spoil_header(home: Path) -> None:
    file = home / "journal" / "journal.db"
    file.write_bytes(os.urandom(4096) + file.read_bytes()[4096:])


@pytest.mark.parametrize("spoil", [spoil_event, spoil_header])
def test_a_till_goes_on_with_a_fresh_journal_and_keeps_the_old_one(
    till: Till, spoil: Callable[[Path], None]
) -> None:
    spoil(till.home)
    before = (till.home / "journal" / "journal.db").read_bytes()
    assert till.run("journal", "verify").code == 5
    done = till.run("journal", "fresh", "--json")
    assert done.code == 0, done
    kept = Path(done.json["kept"])
    assert (kept / "journal.db").read_bytes() == before
    lost = done.json["open_cases"]
    assert lost is None if spoil is spoil_header else len(lost) == 12
    assert till.json("journal", "verify") == {"ok": True, "findings": []}
    with Journal.open(till.home) as journal:
        keep(journal, make_case(1))
        assert len(journal.open_cases()) == 1


def test_a_whole_journal_stays_in_use(till: Till) -> None:
    done = till.run("journal", "fresh")
    assert (done.code, done.out) == (2, "")
    assert [path.name for path in till.home.glob("journal*")] == ["journal"]


def test_no_journal_is_changed_under_a_running_till(till: Till) -> None:
    spoil_event(till.home)
    lease = SenderLease(till.home)
    assert lease.acquire()
    done = till.run("journal", "fresh")
    lease.release()
    assert (done.code, done.out) == (5, "")
    assert "Another pos_cancel" in done.err
    assert [path.name for path in till.home.glob("journal*")] == ["journal"]


def test_a_newer_journal_is_not_put_aside(till: Till) -> None:
    with contextlib.closing(sqlite3.connect(till.home / "journal" / "journal.db")) as plain:
        plain.execute("PRAGMA user_version = 99")
    done = till.run("journal", "fresh")
    assert (done.code, done.out) == (5, "")
    assert "newer" in done.err
    assert [path.name for path in till.home.glob("journal*")] == ["journal"]
