"""The parts of the product as the simulation joins them: real, but for clock, keys, disk and wire."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pos_cancel.adapters.exchanges import AGAIN_S, Exchanges
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.runner import SENDERS
from pos_cancel.adapters.sender_pool import SenderPool
from pos_cancel.domain.case import Case
from pos_cancel.domain.profile import Profile, Timeouts
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.engine.ports import Entry, KeyTrouble
from pos_cancel.gateways.http import Exchange, HttpRequest
from pos_cancel.gateways.signing import Keys

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.world import World


class Crash(BaseException):
    """The process dies here; nothing of it catches this."""


class SimulatedClock:
    """The till's own clock, which may be wrong."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def now(self) -> datetime:
        """Give the time as the till believes it to be."""
        return self._world.agenda.now + timedelta(seconds=self._world.troubles.skew_s)

    def monotonic(self) -> float:
        """Give seconds that only go forward."""
        return self._world.agenda.now_s


class SimulatedKeys:
    """A key store with its bad hours, account by account."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def peek(self, profile: Profile) -> Keys | KeyTrouble:
        """Give the keys, or why there are none now."""
        return self._world.troubles.locked.get(profile.name) or self._world.keys[profile.name]

    def accepted(self, profile: Profile, keys: Keys) -> None:
        """Note which of two keys was taken: there is one."""

    def forget(self) -> None:
        """Drop what is cached: nothing is."""


class SimulatedJournal(Journal):
    """The real journal; the process may die, and the disk be full, at every step of it."""

    process: "Process"
    draft: list[tuple[Case, Entry]]
    _due: tuple[int, datetime | None] = (-1, None)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Be durable together or not at all."""
        self.process.touch_disk("begin")
        self.draft = []
        with super().transaction():
            yield
            self.process.touch_disk("commit")
        self.process.world.witness.durable.committed(self.draft)
        self.process.step("committed")

    def write(self, case: Case, entry: Entry) -> None:
        """Write, if there is room."""
        self.process.touch_disk("write")
        super().write(case, entry)
        self.draft.append((case, entry))

    def next_due(self) -> datetime | None:
        """Read it again only when somebody has committed since: a till looks much more often than that."""
        commits = self.process.world.witness.durable.count
        if self._due[0] != commits:
            self._due = commits, super().next_due()
        return self._due[1]

    def sync_off(self) -> None:
        """Leave the flushes out: power cuts are another programme's, and memory has none."""
        self._database.run("PRAGMA synchronous=OFF")


class NoTransport:
    """Nothing is sent by threads here."""

    def send(self, request: HttpRequest, profile: Profile, timeouts: Timeouts) -> Exchange:
        """Refuse to."""
        raise AssertionError("the world sends")

    def close(self) -> None:
        """Have nothing to close."""


class SimulatedPool(SenderPool):
    """Hands to the world what the owner posts."""

    def __init__(self, process: "Process") -> None:
        super().__init__(NoTransport(), SENDERS)
        self._process = process

    def post(self, dispatch: Dispatch, then: Callable[[Exchange], None]) -> None:
        """Send."""
        self._process.step("post")
        self._busy += 1
        self._process.world.depart(self._process, dispatch, then)
        self._process.step("posted")


class SimulatedExchanges(Exchanges):
    """The real exchanges; what has to be tried again is tried in virtual time."""

    process: "Process"

    def _again(self, job: Callable[[], None]) -> None:
        self.process.after(AGAIN_S, lambda: self._later(job))
