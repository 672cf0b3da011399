"""The journal that `bench` looks up in, built small: whole, and what the product would have written."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pos_cancel.adapters.case_rows import COLUMNS
from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import State, replace
from pos_cancel.engine.ports import Entry
from tests.bench.big_journal import build, file_of, sale_of
from tests.bench.made_up_shop import PROFILE, STORIES, TAIL, Counter, made_sale, still_open

ORDERS, CASES = 240, 60
# By their places: one of each story, and the newest, whose bodies have not been pruned.
PLACES = (0, 15, 18, 19, CASES - 3, CASES - 2, CASES - 1)
SIGN = re.compile(rb"\bsign=[0-9a-f]{32}")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("big") / "home"
    build(folder, orders=ORDERS, cases=CASES, open_cases=1)
    return folder


def test_it_is_whole(home: Path) -> None:
    with Journal.open(home) as journal:
        assert journal.verify() == []
        assert len(journal.history()) == CASES
        assert [case.state for case in journal.open_cases()] == [State.RETRY_PENDING]
        assert (journal.forms(PROFILE.name)["d19"].count, journal.next_ref()[3:]) == (
            ORDERS,
            f"{CASES + 101}",
        )


@pytest.mark.parametrize("place", PLACES)
def test_a_case_is_what_the_journal_would_have_written(home: Path, tmp_path: Path, place: int) -> None:
    sale = made_sale(sale_of(place, ORDERS, CASES))
    with Journal.open(home) as journal:
        (made,) = journal.of_number(sale.trade_no)
        entries = journal.entries(made.id)
        assert (
            made.ref in {found.ref for found in journal.by_tail(sale.number[-TAIL:])},
            len(journal.orders_by_tail(sale.number)),
        ) == (
            True,
            1,
        )
    story = still_open if place == CASES - 1 else STORIES[place % len(STORIES)]
    with Journal.open(tmp_path) as journal:
        story(Counter(journal, sale, made.id))
        (real,) = journal.of_number(sale.number)
        wanted = [
            _as_made(entry, real.ref, made.ref, pruned=place < CASES - 3)
            for entry in journal.entries(made.id)
        ]
    assert made == replace(real, ref=made.ref)
    assert [_as_made(entry, "", "", pruned=False) for entry in entries] == wanted
    assert _row(home, made.id) == _row(tmp_path, made.id, real.ref, made.ref)


def _as_made(entry: Entry, ref: str, other: str, *, pruned: bool) -> Entry:
    """Put the other journal's reference in, and leave out the signature, which is the pattern's."""
    fields = tuple((name, other if value == ref else value) for name, value in entry.fields)
    bodies = tuple((name, SIGN.sub(b"", value)) for name, value in entry.bodies)
    return Entry(entry.name, entry.at, fields, () if pruned else bodies)


def _row(home: Path, case_id: str, ref: str = "", other: str = "") -> list[object]:
    with closing(sqlite3.connect(file_of(home))) as connection:
        sql = f"SELECT {', '.join(COLUMNS)}, record FROM cases WHERE id = ?"  # noqa: S608 - names of our own
        return [
            value.replace(ref, other) if ref and isinstance(value, str) else value
            for value in connection.execute(sql, (case_id,)).fetchone()
        ]


def test_numbers_rise_and_their_ends_look_drawn() -> None:
    numbers = [made_sale(count).number for count in range(20_000)]
    assert numbers == sorted(numbers)
    ends = {number[-TAIL:] for number in numbers}
    # Of so many that are drawn from a million, some 200 meet another.
    assert 19_600 < len(ends) < 19_900
