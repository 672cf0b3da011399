"""The owner thread of engine and journal, the sender pool and the timers. No Qt (design.md §1).

One thread owns the engine; a few sender threads do nothing but bytes out, bytes in, so a hung gateway
never delays the next customer. All public methods may be called from any thread and return at once;
`done` and listeners are called on the owner thread, so they must be quick.
"""

import logging
import queue
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from pos_cancel.adapters.clock import ClockWatch
from pos_cancel.adapters.exchanges import Exchanges
from pos_cancel.adapters.listeners import PROGRAM_FAULT, Fault, Listeners
from pos_cancel.adapters.looks import Looks
from pos_cancel.adapters.reviving import Reviving
from pos_cancel.adapters.sender_pool import SenderPool
from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.listing import Listing
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.looker import Looker
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.engine.ports import Lease, Transport
from pos_cancel.engine.suggest import Suggestion, suggested
from pos_cancel.engine.worklist import hand_over

LOG = logging.getLogger(__name__)
SENDERS = 6
# So many senders stay free of background work: the customer at the till comes first.
RESERVED = 3
TURN_S = 1.0
LEAST_TURN_S = 0.02
# So many open cases are given in full with the list; the others are read when somebody looks at them.
IN_FULL = 100

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Parts:
    """What the owner thread works with; made on that thread, for SQLite wants one.

    `idle` is called when nothing is due after something was done, `tend` every second in which nothing is.
    """

    engine: Engine
    looker: Looker
    idle: Callable[[], object]
    tend: Callable[[], object]
    close: Callable[[], None]


class Runner:
    """Works the cases of one journal until it is stopped."""

    def __init__(
        self, make: Callable[[], Parts], transport: Transport, lease: Lease, profiles: Mapping[str, Profile]
    ) -> None:
        self.profiles = profiles
        self._make = make
        self._pool = SenderPool(transport, SENDERS)
        self._lease = lease
        self._inbox: queue.SimpleQueue[Callable[[Parts], None]] = queue.SimpleQueue()
        self._listeners = Listeners()
        self._stopping = threading.Event()
        self._may_send = threading.Event()
        self._ready = threading.Event()
        self._broken: PosCancelError | None = None
        self._holds_lease = False
        self._exchanges = Exchanges(self._pool, self._later, self._tell)
        self._dirty = False
        self._clock_watch = ClockWatch()
        self._reviving = Reviving(self._later, self._tell)
        self._owner = threading.Thread(target=self._run, name="pos-cancel owner", daemon=True)

    def start(self, *, sends: bool = True) -> None:
        """Open the journal and begin to work. Raises what opening raised (`JournalError`).

        Without `sends` sales are looked up and no case is worked, until `start_sending`.
        """
        if sends:
            self._may_send.set()
            # A till that starts tries all that is stopped; a passing command only what wanted a key.
            self._reviving.widen()
        self._owner.start()
        self._pool.start()
        self._ready.wait()
        if self._broken is not None:
            self._pool.stop()
            raise self._broken

    def start_sending(self) -> None:
        """Take the right to send as soon as nobody else has it."""
        self._may_send.set()
        self.wake()

    def stop(self, wait_s: float = 5.0) -> None:
        """Finish what came back, close the journal. What is on the wire is found again by `recover`."""
        self._stopping.set()
        self.wake()
        self._owner.join(wait_s)
        self._pool.stop()

    def wake(self) -> None:
        """Let the owner look for due cases now, for example because a key has been loaded."""
        self._inbox.put(_nothing)

    @property
    def sends(self) -> bool:
        """Whether this process has the right to send."""
        return self._holds_lease

    def listen(self, listener: Callable[[Case], None]) -> None:
        """Call the listener with every case that changes."""
        self._listeners.add(listener)

    def listen_faults(self, listener: Fault) -> None:
        """Call the listener with every fault of this till (journal full, read-only)."""
        self._listeners.add_for_faults(listener)

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        """Ask the gateway for a sale; `done` gets what was learnt, `trouble` told inside."""
        self._inbox.put(
            lambda parts: Looks(parts.looker, self._pool, self._later).begin(number, profile, done)
        )

    def _later(self, job: Callable[[], None]) -> None:
        self._inbox.put(lambda _: job())

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        """Open a case; it is durable when `done` is called."""
        self.call(lambda engine: engine.submit(request), done)

    def act(
        self, case_id: str, action: str, by: str, reason: str, done: Callable[[Case | PosCancelError], None]
    ) -> None:
        """Do what a person asks with a case: send_again, withdraw, keep, end."""
        self.call(lambda engine: engine.act(case_id, action, by, reason), done)

    def suggest(self, text: str, preferred: str, done: Callable[[Suggestion | PosCancelError], None]) -> None:
        """Say which accounts a number may be of, by the journal alone."""
        self.call(lambda engine: suggested(engine.journal, text, self.profiles.values(), preferred), done)

    def open_cases(self, done: Callable[[Listing], None]) -> None:
        """List the open cases, earliest deadline first."""
        self._inbox.put(lambda parts: done(parts.engine.journal.listing(IN_FULL)))

    def read_cases(self, case_ids: Sequence[str], done: Callable[[tuple[Case, ...]], None]) -> None:
        """Give the cases with these ids."""
        self._inbox.put(lambda parts: done(tuple(parts.engine.journal.cases_of(case_ids))))

    def hand_over(self, name: str, done: Callable[[list[Case] | PosCancelError], None]) -> None:
        """Write down who answers for the open cases from now on; it is durable when `done` is called."""
        self.call(lambda engine: hand_over(engine.journal, name, datetime.now(UTC)), done)

    def key_loaded(self, profile: str) -> None:
        """The key store has something new to say of a profile: what was stopped goes on."""
        self._inbox.put(lambda parts: self._reviving.revive(parts.engine, profile))

    def call(self, act: Callable[[Engine], T], done: Callable[[T | PosCancelError], None]) -> None:
        """Run `act` on the owner thread and hand on what it gives or raises."""
        self._inbox.put(lambda parts: self._call(parts, act, done))

    def _run(self) -> None:
        try:
            parts = self._make()
        except Exception as error:  # whoever waits for the start is to hear of it
            LOG.exception("the engine could not be made")
            self._broken = error if isinstance(error, PosCancelError) else PROGRAM_FAULT
            self._ready.set()
            return
        try:
            if self._may_send.is_set():
                self._guard(lambda: self._take_lease(parts))
            self._ready.set()
            while not self._stopping.is_set():
                self._turn(parts)
            self._drain(parts)
        finally:
            self._ready.set()
            self._lease.release()
            parts.close()

    def _turn(self, parts: Parts) -> None:
        works = self._work(parts)
        try:
            job = self._inbox.get(timeout=self._patience_s(parts) if works else TURN_S)
        except queue.Empty:
            self._rest(parts)
            return
        self._dirty = True
        self._guard(lambda: job(parts))
        self._drain(parts)

    def _work(self, parts: Parts) -> bool:
        """Take the right to send if it is free, and let leave what is due; False after a fault."""
        wants = self._may_send.is_set() and not self._holds_lease
        works = not wants or self._guard(lambda: self._take_lease(parts))
        if self._holds_lease:
            if self._clock_watch.went_back():
                self._hurry_all(parts)
            works = self._guard(lambda: self._begin(parts)) and works
        return works

    def _rest(self, parts: Parts) -> None:
        """Nothing is due: tidy the journal, and see whether a missing key has come back."""
        if self._dirty:
            self._dirty = False
            self._guard(parts.idle)
        self._guard(parts.tend)
        for profile in self._reviving.keyless:
            self._guard(partial(self._reviving.revive, parts.engine, profile))

    def _patience_s(self, parts: Parts) -> float:
        if not self._holds_lease or self._pool.room <= 0:
            return TURN_S
        try:
            due = parts.engine.journal.next_due()
        except PosCancelError:
            return TURN_S
        if due is None:
            return TURN_S
        return min(max(parts.engine.until(due), LEAST_TURN_S), TURN_S)

    def _drain(self, parts: Parts) -> None:
        while True:
            try:
                job = self._inbox.get_nowait()
            except queue.Empty:
                return
            self._guard(partial(job, parts))

    def _guard(self, job: Callable[[], object]) -> bool:
        """Run one job and tell whether it went well; a fault is told, and never ends the thread."""
        try:
            job()
        except PosCancelError as error:
            LOG.warning("%s: %s", error.code, error.sentence)
            self._listeners.tell_fault(error)
        except Exception:  # the till must go on working its other cases
            LOG.exception("a fault of the program")
            self._listeners.tell_fault(PROGRAM_FAULT)
        else:
            return True
        return False

    def _tell(self, cases: Iterable[Case]) -> None:
        for case in cases:
            self._reviving.note(case)
            self._listeners.tell([case])

    def _take_lease(self, parts: Parts) -> None:
        if not self._lease.acquire():
            return
        # What a stop left must be honest before anything is sent; if that fails, the next turn tries again.
        self._tell(parts.engine.recover())
        self._holds_lease = True
        for profile in self.profiles.values():
            self._guard(partial(self._reviving.revive, parts.engine, profile.name))
        self._hurry_all(parts)

    def _hurry_all(self, parts: Parts) -> None:
        for profile in self.profiles.values():
            self._guard(partial(self._reviving.hurry, parts.engine, profile.name))

    def _begin(self, parts: Parts) -> None:
        room = self._pool.room
        leaving = parts.engine.begin(room, max(room - RESERVED, 0))
        self._exchanges.send(parts.engine, leaving)
        self._tell(parts.engine.moved)
        self._tell([parts.engine.case(dispatch.case_id) for dispatch in leaving])

    def _call(
        self, parts: Parts, act: Callable[[Engine], T], done: Callable[[T | PosCancelError], None]
    ) -> None:
        try:
            result = act(parts.engine)
        except PosCancelError as error:
            done(error)
            return
        except Exception:
            done(PROGRAM_FAULT)
            raise
        done(result)
        if isinstance(result, Case):
            self._tell([result])


def _nothing(_: object) -> None:
    """Do nothing: to wake the owner, or because there is nobody to tell."""
