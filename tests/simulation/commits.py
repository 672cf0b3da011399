"""What became durable, in its order: each commit is held against those before it, as it happens."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from pos_cancel.domain.case import Case
from pos_cancel.domain.events import Answered, WindowClosed
from pos_cancel.domain.outcome import Signature
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.ports import Entry
from tests import invariants

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.world import World

Check = Callable[[], None]
# An answer is written again a second after the disk refused it.
LATEST_WRITE_S = 3.0


class Commits:
    """What was committed, remembered, so that not every check has to read the file."""

    def __init__(self, world: "World", hold: Callable[[Check], None]) -> None:
        self._world = world
        self._hold = hold
        self.cases: dict[str, Case] = {}
        self.count = 0
        self._last: dict[str, Entry] = {}
        self._written_s: dict[str, float] = {}
        self._of_sale: dict[tuple[str, str], list[str]] = {}
        self._heard: dict[str, tuple[float, Process]] = {}

    def get(self, case_id: str) -> Case | None:
        """Give a case."""
        return self.cases.get(case_id)

    def entries(self, case_id: str) -> Sequence[Entry]:
        """Give the last event of a case."""
        return [self._last[case_id]]

    def written_s(self, case_id: str) -> float:
        """Give when the case was first durable, by the true clock."""
        return self._written_s.get(case_id, 0.0)

    def committed(self, draft: Sequence[tuple[Case, Entry]]) -> None:
        """Take note of what is durable from now on."""
        self.count += 1
        latest = {case.id: case for case, _ in draft}
        for case, entry in draft:
            if case.id not in self._written_s:
                self._begins(latest[case.id], entry)
            elif entry.name == Answered.name:
                self._heard.pop(case.id, None)
                self._world.witness.taken(case.id)
            elif entry.name == WindowClosed.name and not self._world.climate.rate("wrong_date"):
                self._hold(partial(invariants.check_window, case, self._world.agenda.now))
            self._last[case.id] = entry
        self.cases |= latest

    def _begins(self, case: Case, entry: Entry) -> None:
        self._written_s[case.id] = self._world.agenda.now_s
        siblings = self._of_sale.setdefault((case.profile, case.number), [])
        if siblings and entry.name == "prepared":
            earlier = [self.cases[each] for each in siblings]
            self._hold(partial(invariants.check_opened, case, earlier))
        siblings.append(case.id)

    def hears(self, case_id: str, process: "Process") -> None:
        """Note that an answer came, which is to be written."""
        self._heard.pop(case_id, None)
        self._heard[case_id] = self._world.agenda.now_s, process

    def wait_for_answers(self) -> None:
        """Hold what was heard a while ago and is not written."""
        troubles = self._world.troubles
        while self._heard and not troubles.disk_is_full:
            case_id, (heard_s, process) = next(iter(self._heard.items()))
            if self._world.agenda.now_s - max(heard_s, troubles.disk_free_s) <= LATEST_WRITE_S:
                return
            del self._heard[case_id]
            lost = process.alive
            self._hold(partial(invariants.need, not lost, "heard", f"{case_id}: its answer"))


def refund_seen(look: Lookup | None) -> bool:
    """Tell whether a verified look showed that money went back."""
    if look is None or look.reading is None or look.reading.signature is not Signature.VERIFIED:
        return False
    refunded = look.sale.refunded if look.sale else None
    return refunded is not None and refunded.minor > 0
