"""Who wants to hear of cases and faults; one who breaks keeps nothing from the others."""

import logging
from collections.abc import Callable, Iterable

from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import LocalError, PosCancelError

LOG = logging.getLogger(__name__)
PROGRAM_FAULT = LocalError("A fault of the program stopped this.", "Try again; if it stays so, see its logs.")
Fault = Callable[[PosCancelError], None]


class Listeners:
    """Added from any thread, told on the owner's."""

    def __init__(self) -> None:
        self._cases: list[Callable[[Case], None]] = []
        self._faults: list[Fault] = []

    def add(self, listener: Callable[[Case], None]) -> None:
        """Call the listener with every case that changes."""
        self._cases.append(listener)

    def add_for_faults(self, listener: Fault) -> None:
        """Call the listener with every fault of this till."""
        self._faults.append(listener)

    def tell(self, cases: Iterable[Case]) -> None:
        """Tell of cases that changed."""
        for case in cases:
            for listener in tuple(self._cases):
                try:
                    listener(case)
                except Exception:  # the till must go on working its other cases
                    LOG.exception("a listener broke")

    def tell_fault(self, error: PosCancelError) -> None:
        """Tell what is wrong with this till."""
        for listener in tuple(self._faults):
            try:
                listener(error)
            except Exception:  # as above
                LOG.exception("a listener broke")
