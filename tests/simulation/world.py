"""One simulated till with its gateways and people, driven by one seed.

The faults end at a drawn moment; from then on all must settle, and what did not is a violation.
"""

import random
import shutil
from collections import deque
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from pos_cancel.domain.case import WORKED, Case
from pos_cancel.domain.schedule import UNKNOWN_DAY
from pos_cancel.engine.lookup import Lookup, Submitted
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.gateways.http import Exchange
from tests.invariants import ends_by_clock, need
from tests.simulation import shop
from tests.simulation.agenda import Agenda
from tests.simulation.books import Sale
from tests.simulation.climate import Climate, drawn
from tests.simulation.customers import Customer, draw_customer
from tests.simulation.people import People
from tests.simulation.process import Process
from tests.simulation.till_parts import SimulatedClock
from tests.simulation.troubles import Troubles
from tests.simulation.wire import Flight, Wire, read_fields
from tests.simulation.witness import Witness

ZONE = ZoneInfo("Asia/Hong_Kong")
LOG_LINES = 100_000
# Nothing that a run of this size has to do takes so many steps.
MOST_STEPS = 3_000
# Settled or with a person two hours after the deadline; an hour more shows that it stays so.
AFTER_DEADLINE = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run is made of beside its seed.

    `climate` None is drawn from the seed, `without` takes kinds of fault out of it, `only` are the customers
    that come, by place, None for all. `hours` ends a run early, before all had to settle: for faults
    that show at once.
    """

    customers: int = 60
    climate: Climate | None = None
    without: Collection[str] = ()
    only: Collection[int] | None = None
    gateways: tuple[str, ...] = shop.GATEWAYS
    hours: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What a run did."""

    cancels: int = 0
    exchanges: int = 0
    steps: int = 0
    checks: int = 0
    lives: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        """Add up two runs."""
        return Tally(
            cancels=self.cancels + other.cancels,
            exchanges=self.exchanges + other.exchanges,
            steps=self.steps + other.steps,
            checks=self.checks + other.checks,
            lives=self.lives + other.lives,
        )


class World:
    """One run."""

    def __init__(self, seed: int, plan: Plan, home: Path) -> None:
        self.home = home
        self.rng = random.Random(seed)
        drawn_climate = drawn(self.rng, plan.without)
        self.climate = plan.climate or drawn_climate
        # Some begin within the hour before the window ends, at midnight in Beijing.
        near_end = self.rng.random() < 0.3
        self.agenda = Agenda(self.rng.uniform(54_000, 57_600) if near_end else self.rng.uniform(0, 86_400))
        self.lines: deque[tuple[float, tuple[object, ...]]] = deque(maxlen=LOG_LINES)
        self.profiles = {name: shop.profile_of(name) for name in plan.gateways}
        self.profile_names = plan.gateways
        self.gateways = shop.gateways()
        self.words, self.zone = shop.words(), ZONE
        self.keys = {name: shop.keys_of(name) for name in self.profiles}
        self.troubles = Troubles(self)
        self.clock = SimulatedClock(self)
        self.wire = Wire(self)
        self.people = People(self)
        self.witness = Witness(self)
        self.window: Process | None = None
        self.processes: list[Process] = []
        self.steps = 0
        self._end_s = self.agenda.now_s + 3600 * plan.hours if plan.hours else float("inf")
        self._most_steps = MOST_STEPS * (plan.customers + 10)
        self._ids = self._lives = self._cancels = self._exchanges = 0
        self._sales: dict[tuple[str, str], Sale] = {}
        self._customers: dict[str, Customer] = {}
        self._plan_customers(plan)

    @property
    def is_faulty(self) -> bool:
        """Whether faults still come."""
        return self.troubles.is_faulty

    def note(self, *words: object) -> None:
        """Write a line of the run's log."""
        self.lines.append((self.agenda.now_s, words))

    def log_text(self) -> str:
        """Give the log as text."""
        return "\n".join(
            f"{timedelta(seconds=round(at_s, 3))} {' '.join(str(word) for word in words if word)}"
            for at_s, words in self.lines
        )

    def need(self, holds: object, told: str) -> None:
        """Hold something that is sound whatever happens."""
        self.witness.hold(lambda: need(holds, "sound", told))

    def new_id(self) -> str:
        """Give the next id of a case."""
        self._ids += 1
        return f"case-{self._ids}"

    def sale_of(self, case: Case) -> Sale:
        """Give the sale a case is about."""
        return self._sales[case.profile, case.number]

    def cancels_end(self, case: Case) -> datetime:
        """Give the end of the cancels of a case, as far as the till can know it (R4)."""
        if ends_by_clock(case):
            return max(case.stop_at, case.opened_at)
        return max(case.deadline or case.opened_at + UNKNOWN_DAY, case.opened_at)

    def holders(self) -> list[str]:
        """Give the living processes that believe to have the right to send."""
        return [each.name for each in self.processes if each.alive and each.runner and each.runner.sends]

    def opened(self, got: Submitted, customer: Customer, look: Lookup | None) -> None:
        """Take note of a case that answers for a customer's wish."""
        self._cancels += got.is_new
        self._customers[got.case.id] = customer
        if got.is_new:
            self.witness.opened(got.case, look)

    def depart(self, process: Process, dispatch: Dispatch, then: Callable[[Exchange], None]) -> None:
        """Let a request leave the till."""
        self._exchanges += 1
        question = dispatch.question
        customer = self._customers.get(dispatch.case_id)
        flight = Flight(
            process=process,
            dispatch=dispatch,
            then=then,
            departure=self.witness.departs(process, dispatch, read_fields(dispatch)),
            sale=self._sales[question.profile.name, question.number.text],
            rng=customer.rng if customer else self.rng,
            left_s=self.agenda.now_s,
        )
        self.wire.send(flight)

    def _start_window(self) -> None:
        self.window = self._make_process("window", sends=True)
        self.window.start()

    def start_command(self) -> Process | None:
        """Start a second process on the same journal; None where it cannot open it."""
        command = self._make_process("command", sends=False)
        return command if command.start() else None

    def _make_process(self, kind: str, *, sends: bool) -> Process:
        self._lives += 1
        made = Process(self, f"{kind}-{self._lives}", self.rng, sends=sends)
        self.processes = [each for each in self.processes if each.alive] + [made]
        return made

    def ended(self, process: Process) -> None:
        """See a process end: another one takes its right over, a window is started again."""
        if process is self.window:
            self.window = None
            self.agenda.after(self.rng.expovariate(1 / 60), self._start_window)
        for other in self.processes:
            if other.alive:
                self.agenda.after(self.rng.uniform(0, 1), other.wake)

    def wake_all(self) -> None:
        """Let every process look around."""
        for process in self.processes:
            process.wake()

    def _plan_customers(self, plan: Plan) -> None:
        span_s = plan.customers * self.rng.choice((1.0, 10.0, 60.0))
        for place in range(plan.customers):
            rng = random.Random(self.rng.getrandbits(64))
            at_s = rng.uniform(0, span_s)
            if plan.only is None or place in plan.only:
                self.agenda.after(at_s, partial(self._come, place, rng))
        self.troubles.plan(span_s)

    def _come(self, place: int, rng: random.Random) -> None:
        customer = draw_customer(self, place, rng)
        for number in (customer.sale.number, customer.sale.trade_no):
            self._sales[customer.profile, number] = customer.sale
        self.people.arrive(customer)

    @property
    def tally(self) -> Tally:
        """What was done so far."""
        return Tally(
            cancels=self._cancels,
            exchanges=self._exchanges,
            steps=self.steps,
            checks=self.witness.checks,
            lives=self._lives,
        )

    def run(self) -> Tally:
        """Run to the end. Raises `Violation`."""
        self._start_window()
        while self.agenda.step():
            self.steps += 1
            self.witness.settle_accounts()
            need(self.steps < self._most_steps, "in time", f"no end after {self.steps} steps")
            if self.agenda.now_s > self._end_s:
                break
            if not self.is_faulty and self.steps % 50 == 0 and self._is_over():
                break
        self.witness.finish()
        return self.tally

    def _is_over(self) -> bool:
        worked = [case for case in self.witness.open_cases() if case.state in WORKED and not case.stopped]
        if not worked:
            return self.window is not None
        return self.clock.now() > max(map(self.cancels_end, worked)) + AFTER_DEADLINE

    def close(self) -> None:
        """Let go of everything."""
        for process in self.processes:
            process.end("stops", cleanly=False)
        self.witness.close()


@contextmanager
def a_world(seed: int, plan: Plan) -> Iterator[World]:
    """Give a world with a home of its own, which goes at the end."""
    base = shop.empty_home()
    home = base / f"run-{random.getrandbits(64):016x}"
    shutil.copytree(base / "journal", home / "journal")
    world = World(seed, plan, home)
    try:
        yield world
    finally:
        world.close()
        shutil.rmtree(home, ignore_errors=True)
