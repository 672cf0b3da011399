"""A cashier who scans, looks, cancels, and waits until nothing moves, or only in the background."""

import queue
import time
from typing import Any

from pos_cancel.adapters.runner import Runner
from pos_cancel.domain.case import WORKED, Case
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted

LONGEST_S = 30.0


class Cashier:
    """Asks a runner and waits; all sales are of one account."""

    def __init__(self, runner: Runner, profile: Profile) -> None:
        self.runner = runner
        self.profile = profile

    def look_up(self, number: str) -> Lookup:
        box: queue.SimpleQueue[Lookup] = queue.SimpleQueue()
        scanned = parse(number, gateway=self.profile.gateway)
        self.runner.look_up(scanned, self.profile.name, box.put)
        return box.get(timeout=LONGEST_S)

    def submit(self, look: Lookup) -> Case:
        box: queue.SimpleQueue[Submitted | PosCancelError] = queue.SimpleQueue()
        wish = CancelRequest(
            profile=self.profile.name, number=look.number, lookup=look, known_order=look.known_order
        )
        self.runner.submit(wish, box.put)
        found = box.get(timeout=LONGEST_S)
        assert isinstance(found, Submitted), found
        assert found.is_new
        return found.case

    def case(self, case_id: str) -> Case:
        box: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.runner.call(lambda engine: engine.case(case_id), box.put)
        found = box.get(timeout=LONGEST_S)
        assert isinstance(found, Case), found
        return found

    def tell(self, number: str) -> tuple[Lookup, Case]:
        """Do as a cashier does, and wait until nothing moves, or only in the background."""
        look = self.look_up(number)
        case = self.submit(look)
        ends_at = time.monotonic() + LONGEST_S
        while case.state in WORKED and case.rounds < 2:
            assert time.monotonic() < ends_at, f"{number} is still {case.state}"
            time.sleep(0.05)
            case = self.case(case.id)
        return look, case
