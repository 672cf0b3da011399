"""One process of the product inside the simulation: the real runner, engine, journal and lease.

Only its threads are missing: the world calls it, and it may die at every step it takes.
"""

import random
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from pos_cancel.adapters.clock import ClockWatch
from pos_cancel.adapters.database import FULL
from pos_cancel.adapters.lease import SenderLease
from pos_cancel.adapters.runner import LEAST_TURN_S, TURN_S, Parts, Runner
from pos_cancel.domain.errors import JournalError
from pos_cancel.engine.clock_check import REMEMBERED
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.looker import Looker
from pos_cancel.gateways.http import Exchange, HttpReply
from tests.invariants import Proof
from tests.simulation.till_parts import (
    Crash,
    NoTransport,
    SimulatedClock,
    SimulatedExchanges,
    SimulatedJournal,
    SimulatedKeys,
    SimulatedPool,
)

if TYPE_CHECKING:
    from tests.simulation.wire import Flight
    from tests.simulation.world import World

# From here on nothing is due so soon that tidying would be in its way.
QUIET_S = 5.0
# A Date has no parts of a second.
FRESH = timedelta(seconds=2)
# So many of the quiet moments are used for tidying.
TIDY = 0.05


class SimulatedRunner(Runner):
    """The real runner without its threads."""

    def __init__(self, process: "Process") -> None:
        world = process.world
        super().__init__(process.make, NoTransport(), SenderLease(world.home), world.profiles)
        self._process = process
        self._pool = SimulatedPool(process)
        exchanges = SimulatedExchanges(self._pool, self._later, self._tell)
        exchanges.process = process
        self._exchanges = exchanges
        clock = SimulatedClock(world)
        self._clock_watch = ClockWatch(lambda: clock.now().timestamp(), clock.monotonic)
        self._parts: Parts | None = None

    def open(self, *, sends: bool) -> None:
        """Begin as a started thread does."""
        if sends:
            self._may_send.set()
            self._reviving.widen()
        self._parts = self._make()
        if sends:
            self.turn()

    def turn(self) -> float:
        """Do all that is to be done now; gives the seconds after which there may be more."""
        parts = self._parts
        if parts is None:
            return TURN_S
        self._drain(parts)
        works = self._work(parts)
        while works and not self._inbox.empty():
            self._drain(parts)
            works = self._work(parts)
        wait_s = self._wait_s(parts) if works else TURN_S
        if wait_s > QUIET_S and (self._reviving.keyless or self._process.rng.random() < TIDY):
            self._dirty = True
            self._rest(parts)
            wait_s = self._wait_s(parts)
        return max(wait_s, LEAST_TURN_S)

    def _take_lease(self, parts: Parts) -> None:
        super()._take_lease(parts)
        if self._holds_lease:
            self._process.world.witness.took_over(self._process)

    def _wait_s(self, parts: Parts) -> float:
        if not self._holds_lease or self._pool.room <= 0:
            return float("inf")
        due = parts.engine.journal.next_due()
        return float("inf") if due is None else parts.engine.until(due)

    def end(self, *, cleanly: bool) -> None:
        """Let go of everything, as a stopped thread does, or as the system does for a dead one."""
        if cleanly and self._parts is not None:
            self._drain(self._parts)
        self._lease.release()
        if self._parts is not None:
            self._parts.close()
        self._parts = None


class Process:
    """A window or a command on the till: it starts, takes turns, stops or dies."""

    def __init__(self, world: "World", name: str, rng: random.Random, *, sends: bool) -> None:
        self.world = world
        self.name = name
        self.rng = rng
        self.sends = sends
        self.alive = False
        self.started_s = 0.0
        self._fresh: deque[bool] = deque(maxlen=REMEMBERED - 1)
        self._planned_s = float("inf")
        self._left = self._draw_life()
        self.runner: SimulatedRunner | None = None

    def note_date(self, reply: HttpReply) -> None:
        """Remember whether a reply's Date tells the true time, as the product remembers its skew."""
        told = dict(reply.headers).get("Date")
        if told is not None:
            self._fresh.append(abs(parsedate_to_datetime(told) - self.world.agenda.now) < FRESH)

    @property
    def hears_fresh_replies(self) -> bool:
        """Whether the next reply, if it is an old one, will stand out among those before it."""
        return not self._fresh or any(self._fresh)

    def _draw_life(self) -> float:
        rate = self.world.climate.rate("crash") if self.world.is_faulty else 0.0
        return self.rng.expovariate(rate / 60) if rate else float("inf")

    def make(self) -> Parts:
        """Join the parts, as the product's bootstrap does."""
        world = self.world
        journal = SimulatedJournal.open(world.home)
        journal.process = self
        journal.sync_off()
        clock, keys = SimulatedClock(world), SimulatedKeys(world)
        engine = Engine(
            journal=journal,
            gateways=world.gateways,
            profiles=world.profiles,
            keys=keys,
            clock=clock,
            new_id=world.new_id,
            chance=self.rng.random,
        )
        looker = Looker(engine, keys, clock)
        return Parts(
            engine=engine, looker=looker, idle=journal.checkpoint, tend=lambda: None, close=journal.close
        )

    def start(self) -> bool:
        """Start; False where the journal cannot be opened now."""
        self.runner = SimulatedRunner(self)
        self.runner.listen(lambda case: self.world.witness.told(self, case))
        self.runner.listen_faults(lambda error: self.world.witness.fault(self, error))
        self.alive = True
        self.started_s = self.world.agenda.now_s
        self.world.note("starts", self.name)
        return self.do(lambda runner: runner.open(sends=self.sends))

    def do(self, job: Callable[[SimulatedRunner], object]) -> bool:
        """Let the process do something and take its turn; False if it died of it, or was dead."""
        runner = self.runner
        if runner is None or not self.alive:
            return False
        try:
            job(runner)
            wait_s = runner.turn()
        except Crash:
            self.end("dies", cleanly=False)
            return False
        except JournalError:
            self.end("cannot open", cleanly=False)
            return False
        self._plan(wait_s)
        self.world.witness.settle_accounts()
        return True

    def _plan(self, wait_s: float) -> None:
        due_s = self.world.agenda.now_s + wait_s
        if wait_s == float("inf") or self._planned_s <= due_s:
            return
        self._planned_s = due_s

        def look() -> None:
            if self._planned_s == due_s:
                self._planned_s = float("inf")
                self.wake()

        self.world.agenda.after(wait_s, look)

    def wake(self) -> None:
        """Take a turn."""
        self.do(lambda _: None)

    def after(self, delay_s: float, job: Callable[[], None]) -> None:
        """Do something later, if the process still lives then."""
        self.world.agenda.after(delay_s, lambda: self.do(lambda _: job()))

    def hear(self, flight: "Flight", exchange: Exchange, proof: Proof, busy_s: float) -> None:
        """Take in what came back of an exchange, if anybody is there to hear it."""
        if not self.alive:
            return
        self.world.witness.lands(flight, exchange, proof, busy_s)
        self.do(lambda _: flight.then(exchange))

    def end(self, how: str, *, cleanly: bool) -> None:
        """Stop or die."""
        if self.alive and self.runner is not None:
            self.alive = False
            self._planned_s = float("inf")
            self.world.note(how, self.name)
            try:
                self.runner.end(cleanly=cleanly)
            except Crash:
                self.runner.end(cleanly=False)
            self.world.ended(self)

    def step(self, where: str) -> None:
        """Come one step further in life."""
        self._left -= 1
        if self._left < 0 and self.world.is_faulty:
            self._left = self._draw_life()
            self.world.note("crash at", self.name, where)
            raise Crash

    def touch_disk(self, where: str) -> None:
        """Need the disk, which may be full."""
        self.step(where)
        if self.world.troubles.disk_is_full and self.rng.random() < 0.7:
            raise JournalError(*FULL)
