"""What a process takes, sampled in the course of a day, and whether it grows.

Noise is dealt with in four ways. Before each sample the garbage is collected, and samples are taken only
when nothing is in hand. What the first third of the day needs to warm up (caches, the allocator's pools,
lazy imports) is left out. And nothing is judged by two samples: for the memory it is the slope of the line
of least squares, for counts it is the least of the third quarter against the least of the last, because
what is in flight comes on top of a count and a leak below it. A few mebibytes may come and go with what
threads and pictures need at most, so a slope counts only once it has led beyond them: a minute finds a
leak of some twenty KiB in a case, an hour one of a few hundred bytes.
"""

import gc
import json
import os
import statistics
import threading
import weakref
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

KIB = 1024
# A busy shop's cancels in an hour, and what its till may grow in that time.
CASES_AN_HOUR = 60
MOST_AN_HOUR = 1024 * KIB
# What comes and goes in a run of any length.
SWAY = 4 * 1024 * KIB
# So many objects of one type in 100 cases, and so many in all, may be a cache that fills up.
FEW, FEW_IN_ALL = 3.0, 16
FEW_ITEMS = 200
LEAST_SAMPLES = 12
ITEMS = "items in lists, sets and dicts"
QT_OBJECTS, THREADS, FILES = "QObjects of the window", "threads", "open files"


@dataclass(frozen=True, slots=True)
class Sample:
    """The process after so many cases."""

    cases: int
    rss: int
    counts: dict[str, int]


def sample(cases: int) -> str:
    """Look at this process; gives a line of text, which can be put where it is not counted itself."""
    gc.collect()
    counts: Counter[str] = Counter()
    items = 0
    for each in gc.get_objects():
        kind = type(each)
        if kind is weakref.ReferenceType and each() is None:
            # It holds nothing; sqlite3 sweeps up those of its old cursors by the hundred.
            continue
        counts[f"{kind.__module__}.{kind.__qualname__}"] += 1
        if isinstance(each, list | set | dict):
            items += len(each)
    counts[ITEMS] = items
    counts[QT_OBJECTS] = sum(
        1 + len(window.findChildren(QObject)) for window in QApplication.topLevelWidgets()
    )
    counts[THREADS] = threading.active_count()
    counts[FILES] = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - no object for each name
    return json.dumps([cases, _rss(), counts])


def read(text: str) -> Sample:
    """Read what `sample` gave."""
    return Sample(*json.loads(text))


def _rss() -> int:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * KIB


def growth_an_hour(samples: Sequence[Sample]) -> float:
    """Give by how many bytes the memory grows in an hour of a busy shop, after the first third."""
    return _slope(_warm(samples)) * CASES_AN_HOUR


def _warm(samples: Sequence[Sample]) -> Sequence[Sample]:
    return samples[len(samples) // 3 :]


def _slope(samples: Sequence[Sample]) -> float:
    line = statistics.linear_regression([each.cases for each in samples], [each.rss for each in samples])
    return line.slope


def growing(samples: Sequence[Sample]) -> dict[str, float]:
    """Give what grows in the second half, and by how many in 100 cases."""
    third, last = samples[len(samples) // 2 : len(samples) * 3 // 4], samples[len(samples) * 3 // 4 :]
    between = statistics.mean(each.cases for each in last) - statistics.mean(each.cases for each in third)
    names = {name for each in last for name in each.counts}
    found = {name: _least(last, name) - _least(third, name) for name in names}
    return {name: more * 100 / between for name, more in found.items() if _is_much(name, more, between)}


def _is_much(name: str, more: int, cases: float) -> bool:
    if name in {THREADS, FILES, QT_OBJECTS}:
        return more > 0
    return more * 100 / cases > FEW and more > (FEW_ITEMS if name == ITEMS else FEW_IN_ALL)


def _least(samples: Sequence[Sample], name: str) -> int:
    return min(each.counts.get(name, 0) for each in samples)


def faults(samples: Sequence[Sample]) -> list[str]:
    """Give one sentence for each thing that grows."""
    if len(samples) < LEAST_SAMPLES:
        return [f"{len(samples)} samples are too few to tell"]
    found = growing(samples)
    told = [f"{name}: {found[name]:+.1f} in 100 cases" for name in sorted(found, key=found.__getitem__)[::-1]]
    an_hour = growth_an_hour(samples)
    warm = _warm(samples)
    in_all = _slope(warm) * (warm[-1].cases - warm[0].cases)
    if an_hour >= MOST_AN_HOUR and in_all >= SWAY:
        told.insert(0, f"memory: {an_hour / KIB:+.0f} KiB in an hour of {CASES_AN_HOUR} cancels")
    return told
