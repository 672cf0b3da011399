"""A journal with very many pending cases, written in a few seconds.

Each is a case that was asked about once, without an answer, and is due some seconds later. There are rows,
and no events behind them: the till works as with any journal, and `journal verify` would miss the history.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pos_cancel.adapters import chain, schema
from pos_cancel.adapters.case_rows import COLUMNS, numbers_of
from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.listing import micros
from tests.bench.big_journal import FIRST_REF, file_of
from tests.bench.made_up_shop import made_sale, opened_at, still_open
from tests.bench.patterns import pattern_of

PENDING = 100_000
BETWEEN = timedelta(milliseconds=1)


def build_pending(home: Path, opened: datetime, count: int = PENDING) -> None:
    """Build a journal whose pending cases were opened from then on, a millisecond apart."""
    with Journal.open(home) as journal:
        prefix = schema.prefix_of(journal.id)
    marks = ", ".join("?" * (len(COLUMNS) + 3))
    with closing(sqlite3.connect(file_of(home), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        names: list[tuple[str, int]] = []
        connection.executemany(
            f"INSERT INTO cases VALUES ({marks})",  # noqa: S608 - marks only
            _rows(prefix, opened, count, names),
        )
        connection.executemany("INSERT INTO numbers VALUES (?, ?)", names)
        connection.execute("UPDATE head SET refs = ?", (FIRST_REF - 1 + count,))
        connection.execute("COMMIT")


def _rows(
    prefix: str, opened: datetime, count: int, names: list[tuple[str, int]]
) -> Iterator[tuple[Any, ...]]:
    pattern = pattern_of(still_open)
    record = pattern.steps[-1].record
    first = micros(opened - (opened_at(made_sale(0)) - made_sale(0).sold_at))
    for place in range(count):
        sale = made_sale(place)._replace(sold_micros=first + place * (BETWEEN // timedelta(microseconds=1)))
        case_id = blake2b(place.to_bytes(8, "big"), digest_size=16).hexdigest()
        slots = pattern.slots(sale, case_id, f"{prefix}-{FIRST_REF + place}")
        values = pattern.values(slots)
        names += [(text, place + 1) for text in numbers_of(values)]
        yield place + 1, *values, record.filled(slots), os.urandom(chain.SALT_BYTES)
