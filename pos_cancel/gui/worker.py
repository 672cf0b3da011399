"""The only bridge between the window and the engine.

The engine's owner calls back on its own thread. `Worker` lives on the window's thread; what it emits
from a callback is queued by Qt and arrives there, so no view ever meets another thread.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal, Slot

from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.listing import Listing
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted

if TYPE_CHECKING:
    # Loads the engine's neighbours, which the window must not wait for.
    from pos_cancel.engine.suggest import Suggestion


class Desk(Protocol):
    """What the window needs of the engine. Nothing here blocks; callbacks come on another thread."""

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The merchant accounts of this till; the first is the one it opens with."""

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        """Look at a sale."""

    def suggest(
        self, text: str, preferred: str, done: Callable[["Suggestion | PosCancelError"], None]
    ) -> None:
        """Say which accounts a number may be of, by the journal alone."""

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        """Accept a wish to cancel: durable when `done` is called."""

    def act(
        self, case_id: str, action: str, by: str, reason: str, done: Callable[[Case | PosCancelError], None]
    ) -> None:
        """Do `send_again`, `withdraw`, `keep` or `end` to a case."""

    def hand_over(self, name: str, done: Callable[[list[Case] | PosCancelError], None]) -> None:
        """Write down who answers for the open cases from now on: durable when `done` is called (R15)."""

    def open_cases(self, done: Callable[[Listing], None]) -> None:
        """List the open cases; the first of them come in full."""

    def read_cases(self, case_ids: Sequence[str], done: Callable[[tuple[Case, ...]], None]) -> None:
        """Give the cases with these ids."""

    def listen(self, listener: Callable[[Case], None]) -> None:
        """Call the listener with every change of a case."""

    def listen_faults(self, listener: Callable[[PosCancelError], None]) -> None:
        """Call the listener with what is wrong with this till."""

    def stop(self) -> None:
        """Let go of threads, journal and network."""


class Worker(QObject):
    """Signals from the engine, calls to it. Each signal carries one frozen object."""

    looked_up = Signal(object)  # Lookup
    suggested = Signal(object)  # Suggestion
    submitted = Signal(object)  # Submitted
    case_changed = Signal(object)  # Case
    cases_listed = Signal(object)  # Listing
    cases_read = Signal(object)  # tuple[Case, ...]
    faulted = Signal(object)  # PosCancelError
    handed_over = Signal(str)
    hand_over_failed = Signal(object)  # PosCancelError

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        """Listen to the desk from the start, so that no change is missed."""
        super().__init__(parent)
        self._desk = desk
        self._profiles = desk.profiles
        desk.listen(self.case_changed.emit)
        desk.listen_faults(self.faulted.emit)

    @property
    def profiles(self) -> tuple[Profile, ...]:
        """The merchant accounts of this till, as they were at the last `refresh`."""
        return self._profiles

    def refresh(self) -> None:
        """Look which accounts there are now."""
        self._profiles = self._desk.profiles

    def look_up(self, number: SaleNumber, profile: str) -> None:
        """Ask for a look at a sale; answered by `looked_up`."""
        self._desk.look_up(number, profile, self.looked_up.emit)

    def suggest(self, text: str, preferred: str) -> None:
        """Ask which account a number may be of; always answered by `suggested`."""
        self._desk.suggest(text, preferred, partial(self._was_suggested, text, preferred))

    def submit(self, request: CancelRequest) -> None:
        """Hand in a wish to cancel; answered by `submitted` or `faulted`."""
        self._desk.submit(request, self._was_submitted)

    def act(self, case_id: str, action: str, by: str, reason: str) -> None:
        """Do something to a case; answered by `case_changed` or `faulted`."""
        self._desk.act(case_id, action, by, reason, self._has_acted)

    @Slot(str)
    def hand_over(self, name: str) -> None:
        """Have it written down who answers from now on; answered by `handed_over` or `hand_over_failed`."""
        self._desk.hand_over(name, partial(self._was_handed_over, name))

    def list_cases(self) -> None:
        """Ask for the open cases; answered by `cases_listed`."""
        self._desk.open_cases(self.cases_listed.emit)

    @Slot(object)
    def read_cases(self, case_ids: Sequence[str]) -> None:
        """Ask for some of the listed cases; answered by `cases_read`."""
        self._desk.read_cases(case_ids, self.cases_read.emit)

    # These run on the engine's thread: they only emit.
    def _was_suggested(self, text: str, preferred: str, answer: "Suggestion | PosCancelError") -> None:
        if isinstance(answer, PosCancelError):
            from pos_cancel.engine.suggest import Suggestion

            # The look itself will tell what is wrong; the account in use is as good as any.
            answer = Suggestion(text, (preferred,), is_clear=False)
        self.suggested.emit(answer)

    def _was_submitted(self, answer: Submitted | PosCancelError) -> None:
        if isinstance(answer, PosCancelError):
            self.faulted.emit(answer)
        else:
            self.submitted.emit(answer)

    def _was_handed_over(self, name: str, answer: list[Case] | PosCancelError) -> None:
        if isinstance(answer, PosCancelError):
            self.hand_over_failed.emit(answer)
        else:
            self.handed_over.emit(name)

    def _has_acted(self, answer: Case | PosCancelError) -> None:
        if isinstance(answer, PosCancelError):
            self.faulted.emit(answer)
        else:
            self.case_changed.emit(answer)
