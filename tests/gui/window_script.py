"""The window on a desk that writes down what it is asked: started by tests on a display of their own.

Arguments: the log file. Every line of it is one event; `painted` is the first.
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.gui.application import Start, run
from tests.gui.conftest import product_looks, product_words
from tests.gui.scripted_desk import OPENED, ScriptedDesk
from tests.unit.spoken_cases import PAID_SALE, SHOP, look_at


class LoggingDesk(ScriptedDesk):
    """Writes a line for each look, each submission, and the end."""

    def __init__(self, log: Path) -> None:
        super().__init__()
        self._log = log

    def write(self, line: str) -> None:
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"{line}\n")

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        self.write(f"look {number.text}")
        done(replace(look_at(PAID_SALE), number=number, profile=profile, at=datetime.now(UTC)))

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        self.write(f"submit {request.number.text}")
        soon = datetime.now(UTC) + timedelta(seconds=30)
        case = replace(OPENED, number=request.number.text, state=State.RETRY_PENDING, next_try_at=soon)
        done(Submitted(case, is_new=True))
        self.tell(case)

    def tell(self, case: Case) -> None:
        super().tell(case)
        self.write(f"case {case.state}")

    def stop(self) -> None:
        self.write("stop")


def main() -> int:
    desk = LoggingDesk(Path(sys.argv[1]))
    start = Start(language="en", theme="light", till="Till 2")
    return run(
        desk, product_looks(), product_words(), start, zone=SHOP, painted=lambda: desk.write("painted")
    )


if __name__ == "__main__":
    sys.exit(main())
