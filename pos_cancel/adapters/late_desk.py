"""A desk for the window that can be used at once: the engine's libraries load behind the first paint."""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import LocalError, PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.listing import Listing
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted

if TYPE_CHECKING:
    from pos_cancel.adapters.runner import Runner
    from pos_cancel.engine.suggest import Suggestion

LOG = logging.getLogger(__name__)
NOT_OPEN = LocalError("This till could not be opened.", "See: pos-cancel doctor")


class LateDesk:
    """Queues what is asked until the runner has been made, then hands it on in order."""

    def __init__(self, make: "Callable[[], Runner]", profiles: Mapping[str, Profile]) -> None:
        self._profiles = profiles
        self._make = make
        self._lock = threading.Lock()
        self._runner: Runner | None = None
        self._broken: PosCancelError | None = None
        self._waiting: list[tuple[Callable[[Runner], None], Callable[[PosCancelError], None]]] = []
        self._faults: list[Callable[[PosCancelError], None]] = []
        self._starter = threading.Thread(target=self._start, name="pos-cancel starter", daemon=True)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The accounts of this till as they are now."""
        return tuple(self._profiles.values())

    def start(self) -> None:
        """Begin to load; called once the window is painted."""
        self._starter.start()

    def _start(self) -> None:
        try:
            runner = self._make()
            runner.start()
        except PosCancelError as error:
            self._fail(error)
            return
        except Exception:  # the window must stay and say so
            LOG.exception("the engine could not be started")
            self._fail(NOT_OPEN)
            return
        with self._lock:
            self._runner = runner
            waiting, self._waiting = self._waiting, []
            for job, _ in waiting:
                job(runner)

    def _fail(self, error: PosCancelError) -> None:
        with self._lock:
            self._broken = error
            waiting, self._waiting = self._waiting, []
            listeners = tuple(self._faults)
        for listener in listeners:
            listener(error)
        for _, refuse in waiting:
            refuse(error)

    def _do(self, job: "Callable[[Runner], None]", refuse: Callable[[PosCancelError], None]) -> None:
        """Hand the job on, keep it for later, or refuse it where there will never be a runner."""
        with self._lock:
            broken = self._broken
            if self._runner is not None:
                job(self._runner)
            elif broken is None:
                self._waiting.append((job, refuse))
        if broken is not None:
            refuse(broken)

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        """See `Runner.look_up`."""

        def refuse(error: PosCancelError) -> None:
            done(Lookup(profile=profile, number=number, at=datetime.now(UTC), trouble=error.code))

        self._do(lambda runner: runner.look_up(number, profile, done), refuse)

    def suggest(
        self, text: str, preferred: str, done: "Callable[[Suggestion | PosCancelError], None]"
    ) -> None:
        """See `Runner.suggest`."""
        self._do(lambda runner: runner.suggest(text, preferred, done), done)

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        """See `Runner.submit`."""
        self._do(lambda runner: runner.submit(request, done), done)

    def act(
        self, case_id: str, action: str, by: str, reason: str, done: Callable[[Case | PosCancelError], None]
    ) -> None:
        """See `Runner.act`."""
        self._do(lambda runner: runner.act(case_id, action, by, reason, done), done)

    def open_cases(self, done: Callable[[Listing], None]) -> None:
        """See `Runner.open_cases`."""
        self._do(lambda runner: runner.open_cases(done), lambda _: done(Listing()))

    def read_cases(self, case_ids: Sequence[str], done: Callable[[tuple[Case, ...]], None]) -> None:
        """See `Runner.read_cases`."""
        self._do(lambda runner: runner.read_cases(case_ids, done), lambda _: done(()))

    def listen(self, listener: Callable[[Case], None]) -> None:
        """See `Runner.listen`."""
        self._do(lambda runner: runner.listen(listener), _nobody)

    def listen_faults(self, listener: Callable[[PosCancelError], None]) -> None:
        """Call the listener with what is wrong with this till, opening it included."""
        with self._lock:
            broken = self._broken
            self._faults.append(listener)
        if broken is not None:
            listener(broken)
        self._do(lambda runner: runner.listen_faults(listener), _nobody)

    def hand_over(self, name: str, done: Callable[[list[Case] | PosCancelError], None]) -> None:
        """See `Runner.hand_over`."""
        self._do(lambda runner: runner.hand_over(name, done), done)

    def stop(self) -> None:
        """Stop the runner, if it ever started."""
        if self._starter.is_alive():
            self._starter.join()
        with self._lock:
            if self._runner is not None:
                self._runner.stop()


def _nobody(_: PosCancelError) -> None:
    """Who only listens is told through `listen_faults`."""
