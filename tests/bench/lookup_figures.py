"""Figure 4 and the typo guard: finding a sale among ten million, and the one that was meant.

The journal of ten million rows is built by `big_journal.py` and kept. Warm is what a till finds that has
looked before; cold is the first look with nothing of the file in memory.
"""

import os
import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.schedule import BEIJING
from tests.bench.big_journal import CASES, OPEN_CASES, ORDERS, big_home, file_of, sale_of
from tests.bench.figures import Figure
from tests.bench.made_up_shop import PROFILE, made_sale
from tests.bench.typo_corpus import SEED, run_corpus

SLIPS = 10_000
WARM, COLD, SLOW = 1_000, 100, 3
TAIL, SHORT_TAIL = 6, 4
# Rows that one number finds: orders and cases.
ROWS = f"{(ORDERS + CASES) // 1_000_000} million rows"
Look = Callable[[Journal], object]
T = TypeVar("T")
HOW = "p50 p99 warm / cold"
# Of the 99th percentiles.
GOAL = "≤ 0.2 / ≤ 5 ms"
LIKE = (
    "SELECT number FROM orders WHERE number LIKE :end UNION ALL "
    "SELECT number FROM cases WHERE number LIKE :end OR trade_no LIKE :end"
)


@dataclass(frozen=True, slots=True)
class Task:
    """One way to look: `draw` makes a look for a sale that is drawn; `times` is for warm and cold ones."""

    number: str
    what: str
    draw: Callable[[random.Random], Look]
    goal: str = ""
    times: tuple[int, int] = (WARM, COLD)


def typo_figure() -> Figure:
    """Of 10,000 slips: how often the receipt that was meant is offered; how often a good number is odd."""
    tally = run_corpus(SLIPS)
    told = f"{tally.offered_share:.1%} / {tally.odd_share:.2%}"
    apart = f"{tally.cases} slips, {tally.another_sale} more were other sales; seed {SEED}"
    return Figure("T", "typo guard: offered in three / good marked odd", told, apart, "≥ 95 % / < 1 %")


def lookup_figures() -> Iterator[Figure]:
    """4: looking sales up in ten million rows, p50 and p99, warm and cold; the last digits against LIKE."""
    home = big_home()
    for task in TASKS:
        chance = random.Random(SEED)
        warm, cold = _warm(home, task, chance), _cold(home, task, chance)
        told = f"{_spread(warm)} / {_spread(cold)} ms"
        reference = f"LIKE {_like_s(home, chance) * 1000:,.0f} ms" if task.goal else ""
        yield Figure(task.number, f"{task.what}, {HOW}", told, reference, task.goal)
    yield Figure("4o", f"opening that journal, {HOW}", _opening(home), "", "")


def _tail_of(length: int) -> Callable[[random.Random], Look]:
    def draw(chance: random.Random) -> Look:
        end = f"{chance.randrange(10**length):0{length}d}"
        return lambda journal: (journal.by_tail(end), journal.orders_by_tail(end))

    return draw


def _number(chance: random.Random) -> Look:
    number = made_sale(chance.randrange(ORDERS)).number
    return lambda journal: journal.of_number(number) or journal.known_order(PROFILE.name, number)


def _amount(chance: random.Random) -> Look:
    sale = made_sale(chance.randrange(ORDERS))
    start = sale.sold_at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    day = (sale.amount_minor, "CNY", start, start + timedelta(days=1))
    return lambda journal: (journal.amount_on(*day), journal.orders_amount_on(*day))


def _history(chance: random.Random) -> Look:
    end = made_sale(sale_of(chance.randrange(CASES), ORDERS, CASES)).number[-TAIL:]
    return lambda journal: journal.history(text=end)


def _pending(_: random.Random) -> Look:
    return lambda journal: (journal.open_cases(), journal.watching())


TASKS = (
    Task("4", f"last {TAIL} digits of {ROWS}", _tail_of(TAIL), GOAL),
    Task("4s", f"last {SHORT_TAIL} digits, the newest 100 of each", _tail_of(SHORT_TAIL), times=(100, 20)),
    Task("4n", "one whole number", _number),
    Task("4a", "amount and day", _amount),
    Task("4h", f"history --number, {TAIL} digits", _history),
    Task("4p", f"pending, {OPEN_CASES:,} open cases", _pending, times=(20, 5)),
)


def _warm(home: Path, task: Task, chance: random.Random) -> list[float]:
    looks = [task.draw(chance) for _ in range(task.times[0])]
    with Journal.open(home) as journal:
        for look in looks:
            look(journal)
        return [_timed(look, journal) for look in looks]


def _cold(home: Path, task: Task, chance: random.Random) -> list[float]:
    times = []
    for _ in range(task.times[1]):
        look = task.draw(chance)
        _forget(file_of(home))
        with Journal.open(home) as journal:
            times.append(_timed(look, journal))
    return times


def _forget(file: Path) -> None:
    """Let the machine drop the file from its memory."""
    with file.open("rb") as opened:
        os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _opening(home: Path) -> str:
    warm = [_timed(_open_and_close, home) for _ in range(COLD)]
    cold = []
    for _ in range(COLD):
        _forget(file_of(home))
        cold.append(_timed(_open_and_close, home))
    return f"{_spread(warm)} / {_spread(cold)} ms"


def _open_and_close(home: Path) -> None:
    Journal.open(home).close()


def _like_s(home: Path, chance: random.Random) -> float:
    with closing(sqlite3.connect(file_of(home))) as connection:
        ends = [{"end": f"%{chance.randrange(10**TAIL):0{TAIL}d}"} for _ in range(SLOW)]
        return statistics.median(
            _timed(lambda end: connection.execute(LIKE, end).fetchall(), e) for e in ends
        )


def _timed(act: Callable[[T], object], on: T) -> float:
    start = time.perf_counter()
    act(on)
    return time.perf_counter() - start


def _spread(times: list[float]) -> str:
    """Give median and 99th percentile in milliseconds."""
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2] * 1000:.2f} {ordered[int(len(ordered) * 0.99)] * 1000:.2f}"
