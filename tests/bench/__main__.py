"""Print the scoreboard."""

from tests.bench.figures import exchange_figure, flush_figure, signing_figure
from tests.bench.lookup_figures import tail_figure, typo_figure


def main() -> None:
    """Measure one after the other; every line is printed as soon as it is known."""
    print(f"{'#':<3}{'figure':<52}{'measured':<24}{'reference':<70}goal", flush=True)
    for measure in (signing_figure, exchange_figure, flush_figure, tail_figure, typo_figure):
        figure = measure()
        line = f"{figure.number:<3}{figure.what:<52}{figure.measured:<24}{figure.reference:<70}{figure.goal}"
        print(line, flush=True)


if __name__ == "__main__":
    main()
