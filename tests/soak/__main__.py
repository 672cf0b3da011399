"""A cashier's day on the running product: python -m tests.soak --seconds N [--seed N].

The window is opened as the command line opens it, over a journal on this disk, keys in memory, and a training
gateway in a process of its own whose delays are a fiftieth. Ends with 1 if anything grows (`gauge.py`) or
the cashier meets a fault; the last line is the result as JSON.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pos_cancel.gui.entrance import Entrance
from tests.bench.till import gateway_process, shop_of
from tests.soak import gauge
from tests.soak.cashier import Cashier

PACE = 0.02
SAMPLES = 120
LEAST_BETWEEN_S = 1.0
COLUMNS = 8


def main(seconds: float, seed: int) -> int:
    """Work for so long and tell how it went."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication(["soak"])
    with tempfile.TemporaryDirectory(prefix="pos-cancel-soak-") as name:
        folder = Path(name)
        file = folder / "samples"
        file.touch()
        with gateway_process(folder / "handed", "--pace", str(PACE)) as handed:
            cashier = Cashier(seed, time.monotonic() + seconds, _sampler(file, seconds))
            sys.excepthook = cashier.hear
            Entrance().show(shop_of(folder / "home", handed, "acquire"), training=True)
            app.processEvents()
        taken = [gauge.read(line) for line in file.read_text().splitlines()]
    _print(taken)
    found = [*cashier.faults, *gauge.faults(taken)]
    for fault in found:
        print(fault)
    an_hour = gauge.growth_an_hour(taken) / gauge.KIB if len(taken) >= gauge.LEAST_SAMPLES else None
    told = {"cases": cashier.served, "outcomes": cashier.outcomes, "kib_an_hour": an_hour, "faults": found}
    print(json.dumps(told))
    return 1 if found else 0


def _sampler(file: Path, seconds: float) -> Callable[[int], None]:
    """Give what is called between two customers; samples go to a file, for in memory they would grow."""
    started, between_s, taken = time.monotonic(), max(seconds / SAMPLES, LEAST_BETWEEN_S), 0

    def paused(cases: int) -> None:
        nonlocal taken
        if time.monotonic() - started >= (taken + 1) * between_s:
            taken += 1
            with file.open("a") as opened:
                opened.write(gauge.sample(cases) + "\n")

    return paused


def _print(taken: list[gauge.Sample]) -> None:
    shown = taken[:: max(len(taken) // COLUMNS, 1)]
    rows = {"cases": [each.cases for each in shown], "memory, KiB": [each.rss // gauge.KIB for each in shown]}
    for name in (gauge.ITEMS, gauge.QT_OBJECTS, gauge.THREADS, gauge.FILES):
        rows[name] = [each.counts[name] for each in shown]
    for name, values in rows.items():
        print(f"{name:<32}" + "".join(f"{value:>9,}" for value in values))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    sys.exit(main(given.seconds, given.seed))
