"""Print the scoreboard, or the lines of it that are named: python -m tests.bench [lookup …]."""

import sys
from collections.abc import Callable, Iterable, Mapping

from tests.bench.figures import Figure, exchange_figures, flush_figure, signing_figures
from tests.bench.lookup_figures import lookup_figures, typo_figure
from tests.bench.pending_figures import pending_figures
from tests.bench.scan_figures import scan_figures
from tests.bench.start_figures import start_figures

FIGURES: Mapping[str, Callable[[], Iterable[Figure]]] = {
    "signing": signing_figures,
    "exchange": exchange_figures,
    "flushes": lambda: [flush_figure()],
    "lookup": lookup_figures,
    "typos": lambda: [typo_figure()],
    "pending": pending_figures,
    "scans": scan_figures,
    "start": start_figures,
}


def main(names: list[str]) -> None:
    """Measure one after the other; every line is printed as soon as it is known."""
    print(f"{'#':<3}{'figure':<62}{'measured':<34}{'reference':<70}goal", flush=True)
    for name in names or FIGURES:
        for figure in FIGURES[name]():
            line = (
                f"{figure.number:<3}{figure.what:<62}{figure.measured:<34}{figure.reference:<70}{figure.goal}"
            )
            print(line.rstrip(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
