"""A runner over a real journal whose line to the gateway is scripted; the line itself proves rule 1."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qs

from pos_cancel.adapters.clock import SystemClock
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.lease import SenderLease
from pos_cancel.adapters.runner import Parts, Runner
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import JournalError, PosCancelError
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.profile import Profile, Schedule, Timeouts
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.looker import Looker
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.gateways.http import Exchange, HttpRequest
from tests.unit.gateway_answers import did, shows
from tests.unit.journals import CountedJournal
from tests.unit.till_stories import ACQUIRE, PROFILE
from tests.unit.world import KeyRing

T = TypeVar("T")
PATIENCE_S = 20.0
QUICK = replace(PROFILE, schedule=Schedule(pace=0.01))
Answer = Callable[[str, str], Exchange]


@dataclass
class Line:
    """Fulfils `Transport`. `answer` is asked for (service's last word, number); `lies` must stay empty."""

    home: Path
    answer: Answer
    sent: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    lies: list[str] = field(default_factory=list)
    looks: set[str] = field(default_factory=set)
    closed: bool = False

    def send(self, request: HttpRequest, profile: Profile, timeouts: Timeouts) -> Exchange:
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        number, word = fields["out_trade_no"], fields["service"].rpartition(".")[2]
        if not self._is_written(number, request.body) and number not in self.looks:
            self.lies.append(f"{word} of {number} left before the journal said so")
        self.sent.append((word, number))
        self.bodies.append(request.body)
        return self.answer(word, number)

    def close(self) -> None:
        self.closed = True

    def _is_written(self, number: str, body: bytes) -> bool:
        with Journal.open(self.home) as second:
            flying = [case for case in second.of_number(number) if case.in_flight is not None]
            entries = [second.entries(case.id)[-1] for case in flying]
        return [(entry.name, entry.bodies) for entry in entries] == [("sent", (("request", body),))]


def nothing() -> None:
    """Tend nothing."""


def refunds(word: str, number: str) -> Exchange:
    """Answer every cancel at once."""
    return did("refund", None, number)


@dataclass
class Till:
    """One process: a runner, and what it told."""

    runner: Runner
    line: Line
    keys: KeyRing
    box: "list[CountedJournal]"
    told: "queue.SimpleQueue[Case]" = field(default_factory=queue.SimpleQueue)
    heard: list[Case] = field(default_factory=list)
    faults: list[PosCancelError] = field(default_factory=list)

    @property
    def journal(self) -> CountedJournal:
        return self.box[0]

    def ask(self, act: Callable[[Engine], T]) -> T:
        box: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.runner.call(act, box.put)
        found = box.get(timeout=PATIENCE_S)
        if isinstance(found, PosCancelError):
            raise found
        return found  # type: ignore[no-any-return]

    def submit(self, number: str, **changes: object) -> Case:
        box: queue.SimpleQueue[Submitted | PosCancelError] = queue.SimpleQueue()
        wish = CancelRequest(profile="till", number=parse(number))
        self.runner.submit(replace(wish, **changes), box.put)  # type: ignore[arg-type]
        found = box.get(timeout=PATIENCE_S)
        assert isinstance(found, Submitted), found
        return found.case

    def look_up(self, number: str, profile: str = "till") -> Lookup:
        self.line.looks.add(number)
        box: queue.SimpleQueue[Lookup] = queue.SimpleQueue()
        self.runner.look_up(parse(number), profile, box.put)
        return box.get(timeout=PATIENCE_S)

    def hear(self, wanted: Callable[[Case], bool]) -> Case:
        """Wait until a case is told of that is as wanted, or give the first one that was."""
        for case in self.heard:
            if wanted(case):
                return case
        while True:
            self.heard.append(self.told.get(timeout=PATIENCE_S))
            if wanted(self.heard[-1]):
                return self.heard[-1]

    def hear_state(self, case: Case, state: State) -> Case:
        return self.hear(lambda each: each.id == case.id and each.state is state)


def a_till(
    home: Path,
    answer: Answer = refunds,
    *,
    profiles: tuple[Profile, ...] = (QUICK,),
    fault: JournalError | None = None,
) -> Till:
    """Give a till that has not been started."""
    keys, box = KeyRing(), []  # type: KeyRing, list[CountedJournal]
    known = {profile.name: profile for profile in profiles}
    ids = iter(range(1_000_000))
    process = threading.get_ident(), id(box)

    def make() -> Parts:
        journal = CountedJournal.open(home)
        journal.fault = fault
        box.append(journal)
        engine = Engine(
            journal=journal,
            gateways={"acquire": ACQUIRE},
            profiles=known,
            keys=keys,
            clock=SystemClock(),
            new_id=lambda: f"{process} {next(ids)}",
            chance=lambda: 0.5,
        )
        looker = Looker(engine, keys, SystemClock())
        return Parts(engine=engine, looker=looker, idle=journal.checkpoint, tend=nothing, close=journal.close)

    line = Line(home, answer)
    till = Till(Runner(make, line, SenderLease(home), known), line, keys, box)
    till.runner.listen(till.told.put)
    till.runner.listen_faults(till.faults.append)
    return till


@contextmanager
def running(home: Path, answer: Answer = refunds, **options: Any) -> Iterator[Till]:  # noqa: ANN401 - see a_till
    """Give a till that works; at the end nothing has left unwritten and the chain is whole."""
    home.mkdir(parents=True, exist_ok=True)
    till = a_till(home, answer, **options)
    till.runner.start()
    try:
        yield till
    finally:
        till.runner.stop()
    assert (till.line.lies, till.line.closed) == ([], True)
    with Journal.open(home) as journal:
        assert journal.verify() == []


def frozen(body: bytes) -> dict[str, list[str]]:
    """Give what may never differ between two tries."""
    return {name: value for name, value in parse_qs(body.decode()).items() if name != "sign"}


def until(holds: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait until it holds."""
    ends_at = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < ends_at, "it never came true"
        time.sleep(0.01)


class Gate:
    """Answers of the numbers that begin with HANG wait until the gate is opened."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.inside = 0
        self.most_inside = 0
        self._lock = threading.Lock()

    def __call__(self, word: str, number: str) -> Exchange:
        if number.startswith("HANG"):
            with self._lock:
                self.inside += 1
                self.most_inside = max(self.most_inside, self.inside)
            assert self.open.wait(30)
            with self._lock:
                self.inside -= 1
        return refunds(word, number)


def shown(number: str) -> Exchange:
    """Show the sale as paid."""
    return shows(at=None, out_trade_no=number)
