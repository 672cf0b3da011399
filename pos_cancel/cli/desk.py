"""The engine for the length of one command: asks it, waits for a case, and leaves it in an honest state."""

import contextlib
import queue
import signal
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from types import FrameType
from typing import TYPE_CHECKING, TypeVar

from pos_cancel.cli.faults import Interrupted
from pos_cancel.domain.case import WORKED, Case, State
from pos_cancel.domain.errors import IllegalEvent, LocalError, PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.worklist import KEY_CODES

if TYPE_CHECKING:
    from pos_cancel.adapters.runner import Runner
    from pos_cancel.engine.engine import Engine

# A look is bounded by the key's wait and two exchanges; beyond that the program is at fault.
LONGEST_LOOK_S = 120.0
POLL_S = 0.25
# Even a command that does not wait lets its first try begin.
FIRST_TRY_S = 2.0
# The owner takes a free right to send at its next turn.
LEASE_S = 1.5
LANDING_S = 2.0
MOST_DUE = 10_000
SIGNALS = (signal.SIGINT, signal.SIGTERM)
SILENT = LocalError(
    "The engine of this till does not answer.", "Look whether the case is there: pos-cancel pending"
)

T = TypeVar("T")


class Desk:
    """A runner as a command uses it: blocking, with the two signals that end a program kept in hand."""

    def __init__(self, runner: "Runner") -> None:
        self._runner = runner
        self._news: queue.SimpleQueue[Case] = queue.SimpleQueue()
        self._before: dict[int, object] = {}
        self._seen: tuple[object, ...] = ()
        self._own = ""
        # While set, a signal waits: what was begun is finished and told first.
        self._held = False
        self._signal = 0
        self.told: dict[str, Case] = {}
        # Called with the case that is waited for whenever it has moved.
        self.watcher: Callable[[Case], None] = _nobody

    def open(self) -> None:
        """Start looking; nothing is sent yet. Raises `JournalError`."""
        self._runner.listen(self._hear)
        self._runner.start(sends=False)
        self._before = {number: signal.signal(number, self._interrupt) for number in SIGNALS}

    def close(self) -> None:
        """Let go of the journal. What is still on the wire is found again at the next start."""
        self._held = True
        if not self._signal:
            self._land()
        self._runner.stop()
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]

    def _land(self) -> None:
        """Give the answers of other commands' cases a moment to come, for they are on this wire."""
        end = time.monotonic() + LANDING_S
        while self._runner.sends and time.monotonic() < end and self.ask(partial(_is_flying, self._own)):
            self.pause(POLL_S)

    def _interrupt(self, number: int, _: FrameType | None) -> None:
        self._signal = number
        if not self._held:
            self._held = True
            raise Interrupted(number)

    def start_sending(self) -> None:
        """Work the due cases from now on, unless another process on this till does."""
        self._runner.start_sending()

    def take_over(self) -> bool:
        """Start sending and wait a moment for the right to; False where another process has it."""
        self._runner.start_sending()
        end = time.monotonic() + LEASE_S
        while not self._runner.sends and time.monotonic() < end:
            time.sleep(0.01)
        return self._runner.sends

    def due(self, within_s: float) -> list[str]:
        """Give the cases that are due within a time, by id."""
        until = datetime.now(UTC) + timedelta(seconds=within_s)
        return [case.id for case in self.ask(lambda engine: engine.journal.due(until, MOST_DUE))]

    def work(self, longest_s: float) -> None:
        """Let cases be worked until nothing is on the wire and nothing more falls due within the time."""
        end = time.monotonic() + longest_s
        with contextlib.suppress(Interrupted):
            while (left_s := end - time.monotonic()) > 0 and self.ask(partial(_has_work, left_s)):
                self.pause(left_s)
        self._held = True

    @property
    def sends(self) -> bool:
        """Whether this process is the one that sends."""
        return self._runner.sends

    def ask(self, act: "Callable[[Engine], T]") -> T:
        """Run something on the engine's thread. Raises what it raises."""
        box: queue.SimpleQueue[T | PosCancelError] = queue.SimpleQueue()
        self._runner.call(act, box.put)
        return _opened(box)

    def look_up(self, number: SaleNumber, profile: Profile) -> Lookup:
        """Ask the gateway for a sale."""
        box: queue.SimpleQueue[Lookup | PosCancelError] = queue.SimpleQueue()
        self._runner.look_up(number, profile.name, box.put)
        return _opened(box)

    def submit(self, request: CancelRequest) -> Submitted:
        """Open a durable case, or give the one that answers for the number; then `settle` it or tell it."""
        self._held = True
        return self.ask(lambda engine: engine.submit(request))

    def case(self, case_id: str) -> Case:
        """Give a case as the journal has it, whichever process works it."""
        return self.ask(lambda engine: engine.case(case_id))

    def act(self, case_id: str, action: str, by: str = "", reason: str = "") -> Case:
        """Do what a person asks with a case."""
        self._held = True
        return self.ask(lambda engine: engine.act(case_id, action, by, reason))

    def settle(self, case: Case, wait_s: float, profile: Profile | None) -> Case:
        """Wait until the case is settled, nothing of it falls due within the wait, or a signal comes.

        Gives the case as it stands then: one of which every try is proved unsent is `not_sent` (R4).
        """
        self._own = case.id
        try:
            self._let_signals()
            case = self._waited(case, wait_s, profile)
        except Interrupted:
            case = self.case(case.id)
        self._held = True
        return self._given_up(case)

    def _let_signals(self) -> None:
        self._held = False
        if self._signal:
            raise Interrupted(self._signal)

    def _waited(self, case: Case, wait_s: float, profile: Profile | None) -> Case:
        start = time.monotonic()
        end = start + wait_s
        case = self._wait(case, end, _may_change)
        case = self._wait(case, max(end, start + FIRST_TRY_S), _is_untried)
        if profile is not None:
            case = self._wait(case, end + profile.timeouts.total_s, _is_proving)
        return case

    def _wait(self, case: Case, end: float, goes_on: Callable[[Case, float], bool]) -> Case:
        while (left_s := end - time.monotonic()) > 0 and goes_on(case, left_s):
            self.pause(left_s)
            case = self.case(case.id)
            self._show(case)
        return case

    def _show(self, case: Case) -> None:
        seen = (case.id, case.state, case.variant, case.tries, case.in_flight is None, case.retry_reason)
        if seen != self._seen:
            self._seen = seen
            self.watcher(case)

    def pause(self, longest_s: float) -> None:
        """Wait for news of any case; the journal is read now and then, for another process may send."""
        with contextlib.suppress(queue.Empty):
            self._news.get(timeout=min(POLL_S, longest_s))

    def _given_up(self, case: Case) -> Case:
        if case.state is not State.SENDING or case.in_flight is not None or case.may_have_left:
            return case
        try:
            return self.act(case.id, "gave_up")
        except IllegalEvent:
            # A try began in between: then it is that try's answer that counts.
            return self.case(case.id)

    def _hear(self, case: Case) -> None:
        self.told[case.id] = case
        self._news.put(case)


def _nobody(_: Case) -> None:
    """Show nothing."""


def _may_change(case: Case, left_s: float) -> bool:
    """Tell whether the case can still move within the time that is left."""
    if case.state not in WORKED or case.stopped:
        return False
    if case.in_flight is not None or case.next_try_at is None:
        return True
    return case.next_try_at <= datetime.now(UTC) + timedelta(seconds=left_s)


def _is_untried(case: Case, _: float) -> bool:
    tried = case.tries or case.in_flight is not None or case.unsent_from is not None
    return case.state is State.SENDING and not tried


def _is_proving(case: Case, _: float) -> bool:
    """Tell whether a try is on its way that may be proved unsent, as all before it were."""
    return case.state is State.SENDING and case.in_flight is not None and case.unsent_from is not None


def _is_flying(own: str, engine: "Engine") -> bool:
    return any(case.in_flight is not None and case.id != own for case in engine.journal.in_flight())


def _has_work(left_s: float, engine: "Engine") -> bool:
    if any(case.in_flight is not None for case in engine.journal.in_flight()):
        return True
    due = engine.journal.next_due()
    return (due is not None and engine.until(due) <= left_s) or _awaits_key(engine)


def _awaits_key(engine: "Engine") -> bool:
    """Tell whether a case stopped for want of a key may go on once the keyring has answered."""
    stopped = {case.profile for case in engine.journal.open_cases() if case.stopped in KEY_CODES}
    return any(engine.key_of(profile) is KeyTrouble.LOADING for profile in stopped)


def _opened(box: "queue.SimpleQueue[T | PosCancelError]") -> T:
    try:
        found = box.get(timeout=LONGEST_LOOK_S)
    except queue.Empty:
        raise SILENT from None
    if isinstance(found, PosCancelError):
        raise found
    return found
