"""Figure 4 and the typo guard: finding a sale among ten million, and the one that was meant."""

import hashlib
import os
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pos_cancel.adapters import schema
from pos_cancel.adapters.case_rows import micros
from pos_cancel.adapters.journal import FOLDER, Journal
from pos_cancel.adapters.journal_folder import FILE
from tests.bench.figures import Figure
from tests.bench.typo_corpus import SEED, run_corpus

ROWS = 10_000_000
PROFILE = "bench"
FIRST_SALE = datetime(2026, 1, 1, tzinfo=UTC)
CACHE_VARIABLE = "POS_CANCEL_BENCH_CACHE"
WARM_LOOKUPS, COLD_LOOKUPS, SLOW_LOOKUPS = 2_000, 100, 3
TAIL = 6
SLIPS = 10_000


def typo_figure() -> Figure:
    """Of 10,000 slips: how often the receipt that was meant is offered; how often a good number is odd."""
    tally = run_corpus(SLIPS)
    told = f"{tally.offered_share:.1%} / {tally.odd_share:.2%}"
    apart = f"{tally.cases} slips, {tally.another_sale} more were other sales; seed {SEED}"
    return Figure("T", "typo guard: offered in three / good marked odd", told, apart, "≥ 95 % / < 1 %")


def tail_figure() -> Figure:
    """4: the last six digits among ten million sales, warm and cold, against LIKE."""
    home = big_home()
    chance = random.Random(SEED)
    warm = _times(home, [_digits(chance) for _ in range(WARM_LOOKUPS)])
    cold = [_cold_time(home, _digits(chance)) for _ in range(COLD_LOOKUPS)]
    slow = statistics.median(_like_time(home, _digits(chance)) for _ in range(SLOW_LOOKUPS))
    told = f"{_p99(warm) * 1000:.2f} / {_p99(cold) * 1000:.1f} ms"
    what = f"last {TAIL} digits of {ROWS // 1_000_000} million sales, p99 warm / cold"
    return Figure("4", what, told, f"LIKE {slow * 1000:,.0f} ms", "≤ 0.2 / ≤ 5 ms")


def big_home() -> Path:
    """Give a home whose journal has ten million sales; it is built once and kept in a temporary folder."""
    named = os.environ.get(CACHE_VARIABLE)
    cache = Path(named) if named else Path(tempfile.gettempdir()) / "pos-cancel-bench"
    home = cache / f"sales-{ROWS}-{len(schema.MIGRATIONS)}"
    if not (home / "whole").exists():
        print(f"building {ROWS:,} sales in {home}, once …", flush=True)
        _build(home)
        (home / "whole").touch()
    return home


def _build(home: Path) -> None:
    # What is left of a build that was interrupted is no journal.
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    Journal.open(home).close()
    indexes = [sql for sql in schema.form().values() if sql.startswith("CREATE INDEX orders_")]
    with closing(sqlite3.connect(_file(home), isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("PRAGMA cache_size=-200000")
        connection.execute("BEGIN")
        for sql in indexes:
            connection.execute(f"DROP INDEX {sql.split()[2]}")
        connection.executemany("INSERT INTO orders VALUES (?, ?, ?, ?, 'CNY', ?, 'paid')", _sales())
        for sql in indexes:
            connection.execute(sql)
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _file(home: Path) -> Path:
    return home / FOLDER / FILE


def _sales() -> Iterator[tuple[str, str, str, int, int]]:
    """Write sales in the order of their numbers, as the table is kept: day, running number, six digits."""
    for count in range(ROWS):
        mixed = int.from_bytes(hashlib.blake2b(count.to_bytes(8, "big"), digest_size=4).digest(), "big")
        at = FIRST_SALE + timedelta(seconds=count * 3)
        number = f"{at:%Y%m%d}{count:08d}{mixed % 10**TAIL:06d}"
        yield PROFILE, number, number[::-1], 100 + mixed % 50_000, micros(at)


def _digits(chance: random.Random) -> str:
    return f"{chance.randrange(10**TAIL):06d}"


def _times(home: Path, tails: list[str]) -> list[float]:
    with Journal.open(home) as journal:
        for tail in tails:
            _find(journal, tail)
        return [_timed(lambda tail=tail: _find(journal, tail)) for tail in tails]  # type: ignore[misc]


def _cold_time(home: Path, tail: str) -> float:
    """Look once with nothing of the file in memory."""
    with _file(home).open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with Journal.open(home) as journal:
        return _timed(lambda: _find(journal, tail))


def _like_time(home: Path, tail: str) -> float:
    sql = "SELECT number, amount_minor, sold_at FROM orders WHERE number LIKE ?"
    with closing(sqlite3.connect(_file(home))) as connection:
        return _timed(lambda: connection.execute(sql, (f"%{tail}",)).fetchall())


def _find(journal: Journal, tail: str) -> int:
    return len(journal.by_tail(tail)) + len(journal.orders_by_tail(tail))


def _timed(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _p99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]
