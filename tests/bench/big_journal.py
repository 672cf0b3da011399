"""Builds a journal of ten million rows to look up: eight million orders, and two million cases of them.

A case is a pattern (`patterns.py`) with its own values in the gaps, put in by bulk SQL. Digests, links and
the seal are made by the product's own functions under the journal's key, so the whole of it is chained and
`journal verify` finds nothing; `tests/integration/test_big_journal.py` holds a small one to that, and to
what the journal itself would have written.

Two things are not as a till's. The bodies of all but the newest cases have been pruned, and the digests that
a pruned body leaves behind are drawn. In the bodies that are left the signatures are the pattern's.
"""

import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pos_cancel.adapters import chain, journal_folder, schema
from pos_cancel.adapters.case_rows import COLUMNS, numbers_of
from pos_cancel.adapters.journal import FOLDER, Journal
from pos_cancel.adapters.journal_folder import FILE
from pos_cancel.domain.shape import form_of, learn
from tests.bench.made_up_shop import PROFILE, STORIES, MadeSale, made_sale, still_open
from tests.bench.patterns import Pattern, Slots, Step, pattern_of

ORDERS, CASES, OPEN_CASES = 8_000_000, 2_000_000, 1_000
FIRST_REF = 101
# The bodies of one case in so many, the newest, have not been pruned.
UNPRUNED = 20
CACHE_VARIABLE = "POS_CANCEL_BENCH_CACHE"
BATCH = 4_000
TABLES = {"cases": len(COLUMNS) + 3, "numbers": 2, "events": 7, "fields": 6, "bodies": 6}
Leaf = tuple[str, bytes, bytes | None, str | bytes | None]


def big_home() -> Path:
    """Give the home with the big journal; it is built once and kept in the user's cache."""
    named = os.environ.get(CACHE_VARIABLE)
    parent = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    cache = Path(named) if named else Path(parent) / "pos-cancel-bench"
    home = cache / f"journal-{ORDERS}-{CASES}-{len(schema.MIGRATIONS)}"
    if not (home / "whole").exists():
        print(
            f"building {ORDERS:,} orders and {CASES:,} cases in {home}, once …", file=sys.stderr, flush=True
        )
        build(home, orders=ORDERS, cases=CASES, open_cases=OPEN_CASES)
        (home / "whole").touch()
    return home


def file_of(home: Path) -> Path:
    """Give the journal's file."""
    return home / FOLDER / FILE


def build(home: Path, *, orders: int, cases: int, open_cases: int) -> None:
    """Build a journal; each case is about one of the orders, and the newest `open_cases` are open."""
    # What is left of a build that was interrupted is no journal.
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    with Journal.open(home) as journal:
        name = journal.id
    with _bulk(file_of(home)) as connection:
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, 'CNY', ?, 'paid')", _orders(orders))
        connection.execute("INSERT INTO forms VALUES (?, ?, ?, ?, ?)", _form(orders))
        writer = _Writer(connection, journal_folder.read_key(home / FOLDER), name)
        ended, open_now = [pattern_of(story) for story in STORIES], pattern_of(still_open)
        for count in range(cases):
            left = cases - count
            pattern = ended[count % len(ended)] if left > open_cases else open_now
            sale = made_sale(sale_of(count, orders, cases))
            writer.write(pattern, sale, with_bodies=left * UNPRUNED <= cases)
        writer.end()


def sale_of(case: int, orders: int, cases: int) -> int:
    """Give the sale that a case is about."""
    return case * orders // cases


@contextmanager
def _bulk(file: Path) -> Iterator[sqlite3.Connection]:
    """Write in one piece without a log, and make the indexes at the end."""
    indexes = {kind: sql for kind, sql in schema.form().items() if kind.startswith("index ")}
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-400000"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        for kind in indexes:
            connection.execute(f"DROP {kind}")
        yield connection
        for sql in indexes.values():
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode=WAL")


def _orders(count: int) -> Iterator[tuple[str, str, str, int, int]]:
    for sale in map(made_sale, range(count)):
        yield PROFILE.name, sale.number, sale.number[::-1], sale.amount_minor, sale.sold_micros


def _form(orders: int) -> tuple[str, str, int, int, str]:
    """Give what the orders have taught: all have one form, and the first and the last share least."""
    number = made_sale(0).number
    form = learn({}, (number, made_sale(orders - 1).number))[form_of(number)]
    return PROFILE.name, form_of(number), orders, form.length, form.beginning


class _Writer:
    """Writes cases as `Journal.write` does, many at a time."""

    def __init__(self, connection: sqlite3.Connection, key: bytes, name: str) -> None:
        self._connection = connection
        self._key = key
        self._prefix = schema.prefix_of(name)
        self._cases = 0
        self._seq = 0
        self._chain = chain.start(key, name)
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in TABLES}

    def write(self, pattern: Pattern, sale: MadeSale, *, with_bodies: bool) -> None:
        """Write a case with its events, its numbers and its row."""
        case_id = blake2b(self._cases.to_bytes(8, "big"), digest_size=16).hexdigest()
        slots = pattern.slots(sale, case_id, f"{self._prefix}-{FIRST_REF + self._cases}")
        self._cases += 1
        record, salt = "", b""
        for step in pattern.steps:
            record, salt = step.record.filled(slots), os.urandom(chain.SALT_BYTES)
            digest = chain.record_digest(salt, record)
            self._event(step, slots, digest, with_bodies=with_bodies)
        values = pattern.values(slots)
        self._rows["cases"].append((self._cases, *values, record, salt))
        self._rows["numbers"] += [(text, self._cases) for text in numbers_of(values)]
        if self._cases % BATCH == 0:
            self._flush()

    def _event(self, step: Step, slots: Slots, record: bytes, *, with_bodies: bool) -> None:
        self._seq += 1
        fields: list[Leaf] = list(chain.leaves((name, text.filled(slots)) for name, text in step.fields))
        bodies: list[Leaf] = [(name, os.urandom(32), None, None) for name, _ in step.bodies]
        if with_bodies:
            bodies = list(chain.leaves((name, text.filled(slots).encode()) for name, text in step.bodies))
        content = chain.content_digest([leaf[:2] for leaf in fields], [leaf[:2] for leaf in bodies])
        link = chain.Link(self._seq, slots["id"], step.name, step.at.filled(slots), content, record)
        self._chain = chain.link(self._key, self._chain, link)
        self._rows["events"].append(
            (link.seq, link.case_id, link.name, link.at, content, record, self._chain)
        )
        for table, leaves in (("fields", fields), ("bodies", bodies)):
            first = self._seq * schema.PLACES
            self._rows[table] += [(place, self._seq, *leaf) for place, leaf in enumerate(leaves, first)]

    def _flush(self) -> None:
        for table, rows in self._rows.items():
            values = ", ".join("?" * TABLES[table])
            self._connection.executemany(f"INSERT INTO {table} VALUES ({values})", rows)  # noqa: S608 - our own
            rows.clear()

    def end(self) -> None:
        """Write what is left, and seal the chain."""
        self._flush()
        head = (
            self._seq,
            self._chain,
            chain.seal(self._key, self._seq, self._chain),
            FIRST_REF - 1 + self._cases,
        )
        self._connection.execute("UPDATE head SET seq = ?, chain = ?, seal = ?, refs = ?", head)
