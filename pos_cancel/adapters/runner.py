"""The owner thread of engine and journal, the sender pool and the timers. No Qt (design.md §1).

One thread owns the engine; a few sender threads do nothing but bytes out, bytes in, so a hung gateway
never delays the next customer. All public methods may be called from any thread and return at once;
`done` and listeners are called on the owner thread, so they must be quick.
"""

import logging
import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from pos_cancel.adapters.looks import Looks
from pos_cancel.adapters.sender_pool import SenderPool
from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import JournalError, LocalError, PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.engine import Dispatch, Engine
from pos_cancel.engine.looker import Looker
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.engine.ports import Transport
from pos_cancel.gateways.http import Exchange

LOG = logging.getLogger(__name__)
SENDERS = 6
# So many senders stay free of background work: the customer at the till comes first.
RESERVED = 3
TURN_S = 1.0
# Stopped for want of a key on this till, so it goes on when the keyring gives one.
KEY_CODES = frozenset({"S-01", "S-02"})
LEAST_TURN_S = 0.02

T = TypeVar("T")
Fault = Callable[[PosCancelError], None]


class Lease(Protocol):
    """The right to send for one journal; dies with its process."""

    def acquire(self) -> bool:
        """Take the right if nobody has it; tells whether this process has it now."""

    def release(self) -> None:
        """Give the right back."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the owner thread works with; made on that thread, for SQLite wants one."""

    engine: Engine
    looker: Looker
    idle: Callable[[], object]
    close: Callable[[], None]


class Runner:
    """Works the cases of one journal until it is stopped."""

    def __init__(
        self, make: Callable[[], Parts], transport: Transport, lease: Lease, profiles: Mapping[str, Profile]
    ) -> None:
        self.profiles = tuple(profiles.values())
        self._make = make
        self._pool = SenderPool(transport, SENDERS)
        self._lease = lease
        self._inbox: queue.SimpleQueue[Callable[[Parts], None]] = queue.SimpleQueue()
        self._outbox: queue.SimpleQueue[tuple[Dispatch, Callable[[Exchange], None]] | None] = (
            queue.SimpleQueue()
        )
        self._listeners: list[Callable[[Case], None]] = []
        self._fault_listeners: list[Fault] = []
        self._stopping = threading.Event()
        self._may_send = threading.Event()
        self._ready = threading.Event()
        self._broken: PosCancelError | None = None
        self._holds_lease = False
        self._dirty = False
        self._silent: set[str] = set()
        self._keyless: set[str] = set()
        self._owner = threading.Thread(target=self._run, name="pos-cancel owner", daemon=True)

    # --- for people: called from any thread ---------------------------------------------------------

    def start(self, *, sends: bool = True) -> None:
        """Open the journal and begin to work. Raises what opening raised (`JournalError`).

        Without `sends` sales are looked up and no case is worked, until `start_sending`.
        """
        if sends:
            self._may_send.set()
        self._owner.start()
        self._pool.start()
        self._ready.wait()
        if self._broken is not None:
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
        self._listeners.append(listener)

    def listen_faults(self, listener: Fault) -> None:
        """Call the listener with every fault of this till (journal full, read-only)."""
        self._fault_listeners.append(listener)

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

    def open_cases(self, done: Callable[[tuple[Case, ...]], None]) -> None:
        """Give the open cases, earliest deadline first."""
        self._inbox.put(lambda parts: done(tuple(parts.engine.journal.open_cases())))

    def key_loaded(self, profile: str) -> None:
        """The key store has something new to say of a profile: what was stopped goes on."""
        self.setup_changed(profile)

    def setup_changed(self, profile: str) -> None:
        """Let what was stopped for want of a key or an address go on."""
        self._inbox.put(lambda parts: self._tell_all(parts.engine.setup_changed(profile)))

    def call(self, act: Callable[[Engine], T], done: Callable[[T | PosCancelError], None]) -> None:
        """Run `act` on the owner thread and hand on what it gives or raises."""
        self._inbox.put(lambda parts: self._call(parts, act, done))

    # --- the owner thread ---------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            parts = self._make()
        except PosCancelError as error:
            self._broken = error
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
        works = True
        if not self._holds_lease and self._may_send.is_set():
            works = self._guard(lambda: self._take_lease(parts))
        if self._holds_lease:
            works = self._guard(lambda: self._begin(parts)) and works
        try:
            job = self._inbox.get(timeout=self._patience_s(parts) if works else TURN_S)
        except queue.Empty:
            self._rest(parts)
            return
        self._dirty = True
        self._guard(lambda: job(parts))
        self._drain(parts)

    def _rest(self, parts: Parts) -> None:
        """Nothing is due: tidy the journal, and see whether a missing key has come back."""
        if self._dirty:
            self._dirty = False
            self._guard(parts.idle)
        for profile in tuple(self._keyless):
            self._guard(partial(self._revive, parts, profile))

    def _revive(self, parts: Parts, profile: str) -> None:
        moved = parts.engine.setup_changed(profile)
        if moved:
            self._keyless.discard(profile)
            self._tell_all(moved)

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
            self._tell_fault(error)
        except Exception:  # the till must go on working its other cases
            LOG.exception("a fault of the program")
            self._tell_fault(PROGRAM_FAULT)
        else:
            return True
        return False

    def _tell_fault(self, error: PosCancelError) -> None:
        for listener in self._fault_listeners:
            listener(error)

    def _tell(self, case: Case) -> None:
        if case.stopped and case.setup_code in KEY_CODES:
            self._keyless.add(case.profile)
        for listener in self._listeners:
            listener(case)

    def _tell_all(self, cases: list[Case]) -> None:
        for case in cases:
            self._tell(case)

    def _take_lease(self, parts: Parts) -> None:
        if self._lease.acquire():
            self._holds_lease = True
            self._tell_all(parts.engine.recover())
            for profile in self.profiles:
                self._tell_all(parts.engine.setup_changed(profile.name))
                self._tell_all(parts.engine.hurry(profile.name))

    def _begin(self, parts: Parts) -> None:
        room = self._pool.room
        for dispatch in parts.engine.begin(room, max(room - RESERVED, 0)):
            self._tell(parts.engine.case(dispatch.case_id))
            self._pool.post(dispatch, partial(self._came_back, dispatch))

    def _came_back(self, dispatch: Dispatch, exchange: Exchange) -> None:
        self._inbox.put(lambda parts: self._finish(parts, dispatch, exchange))

    def _finish(self, parts: Parts, dispatch: Dispatch, exchange: Exchange) -> None:
        try:
            case = parts.engine.finish(dispatch, exchange)
        except JournalError:
            # The answer is worth more than the time: keep it until the journal takes it.
            again = threading.Timer(TURN_S, self._came_back, (dispatch, exchange))
            again.daemon = True
            again.start()
            raise
        self._pool.landed()
        self._tell(case)
        self._note_network(parts, dispatch.question.profile.name, exchange)

    def _note_network(self, parts: Parts, profile: str, exchange: Exchange) -> None:
        if exchange.reply is None:
            self._silent.add(profile)
        elif profile in self._silent:
            self._silent.discard(profile)
            self._tell_all(parts.engine.hurry(profile))

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
            self._tell(result)


def _nothing(_: Parts) -> None:
    """Only wake the owner."""
