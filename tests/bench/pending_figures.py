"""Figure 8: a till with 100,000 pending cases, none of them due, or all."""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from queue import SimpleQueue

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.identifiers import parse
from pos_cancel.engine.lookup import CancelRequest
from tests.bench.figures import Figure
from tests.bench.made_up_shop import PROFILE
from tests.bench.many_pending import PENDING, build_pending
from tests.bench.pending_till import ShortLine, pending_till

RESTS_S = 20.0
Submit = Callable[[CancelRequest, Callable[[object], None]], None]
SENDERS, STARTS, SERVED = 6, 20, 20
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def pending_figures() -> Iterator[Figure]:
    """8: idle, first due after a restart, all listed; then with all of them due, and the next customer."""
    what = f"{PENDING:,} pending"
    with _home(datetime.now(UTC) + DAY) as home, _home_of_few() as few:
        idle, bare = _rested(home), _rested(few)
        pauses, few_pauses = _pauses(home), _pauses(few)
    with _home(datetime.now(UTC) - HOUR) as home:
        due_ms = statistics.median(_first_due_ms(home) for _ in range(STARTS))
        answered, hung = _served_ms(home, hangs=False), _served_ms(home, hangs=True)
    told = f"{idle['share']:.3%} / {due_ms:.1f} ms / {idle['listed_s']:.2f} s"
    reference = f"one pending: {bare['share']:.3%}, {bare['listed_s']:.2f} s"
    yield Figure(
        "8", f"{what}: idle CPU / first due / start to list", told, reference, "≤ 0.02 % / ≤ 5 ms / ≤ 1.5 s"
    )
    yield Figure(
        "8p",
        f"{what}: longest pause of the window, listing / ten cancels",
        "{listing_ms:.0f} / {cancels_ms:.0f} ms".format(**pauses),
        "one pending: {listing_ms:.0f} / {cancels_ms:.0f} ms".format(**few_pauses),
        "≤ 16 ms in a cancel",
    )
    told = f"{answered:.0f} / {hung:.0f} ms"
    yield Figure("8n", f"{what}, all due: next cancel, gateway answers / hangs", told, "", "≤ 1 s")
    ratio = idle["rss_mib"] / bare["rss_mib"]
    told = f"{ratio:.2f} ({idle['rss_mib']:.0f} MiB)"
    yield Figure(
        "8m", f"{what}: memory without window", told, f"one pending 1.00 ({bare['rss_mib']:.0f} MiB)", ""
    )


@contextmanager
def _home(opened: datetime, count: int = PENDING) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        build_pending(Path(folder), opened, count)
        yield Path(folder)


@contextmanager
def _home_of_few() -> Iterator[Path]:
    with _home(datetime.now(UTC) + DAY, 1) as home:
        yield home


def _rested(home: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.pending_work", str(home), str(RESTS_S)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _pauses(home: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.bench.pause_work", str(home)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _first_due_ms(home: Path) -> float:
    with Journal.open(home) as journal:
        start = time.perf_counter()
        assert len(journal.due(datetime.now(UTC), SENDERS)) == SENDERS
        return (time.perf_counter() - start) * 1000


def _served_ms(home: Path, *, hangs: bool) -> float:
    """Give the slowest of some cancels, one after the other."""
    with pending_till(home, ShortLine(hangs=hangs)) as runner:
        told: SimpleQueue[Case] = SimpleQueue()
        runner.listen(told.put)
        runner.start()
        return max(_one_ms(runner.submit, told, f"NEW-{hangs}-{count}") for count in range(SERVED))


def _one_ms(submit: Submit, told: "SimpleQueue[Case]", number: str) -> float:
    start = time.perf_counter()
    submit(CancelRequest(profile=PROFILE.name, number=parse(number)), lambda _: None)
    while True:
        case = told.get(timeout=60)
        if case.number == number and case.state is State.REFUNDED:
            return (time.perf_counter() - start) * 1000
