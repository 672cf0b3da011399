"""The work whose flushes `figures.flush_figure` counts: python -m tests.bench.work WHAT TIMES."""

import sys

from pos_cancel.domain.identifiers import parse
from pos_cancel.engine.lookup import CancelRequest
from tests.bench.figures import default_commits
from tests.bench.till import open_till


def main(what: str, times: int) -> None:
    """Do it so many times."""
    if what == "default":
        default_commits(times)
        return
    with open_till() as till:
        for number in range(times):
            if what == "cancels":
                till.cancel(f"W-{number}-REFUND")
            else:
                profile = till.shop.profile().name
                till.parts.engine.submit(CancelRequest(profile=profile, number=parse(f"W-{number}")))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
