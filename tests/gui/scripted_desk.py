"""A desk that does what the test wrote down, and remembers what it was asked. Answers come at once."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.listing import Listing, listing_of
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.engine.suggest import Suggestion
from tests.unit.spoken_cases import FULL_CASE, NOW, PAID_SALE, PROFILE, look_at

OPENED = replace(FULL_CASE, id="new", ref="K7-300", state=State.SENDING, deadline=FULL_CASE.deadline)


class ScriptedDesk:
    """`looks` maps a number to its look (others are paid sales); with `holds` they wait for `let_go`."""

    def __init__(
        self,
        *,
        looks: Mapping[str, Lookup] | None = None,
        cases: tuple[Case, ...] = (),
        answer: Submitted | PosCancelError | None = None,
        profiles: tuple[Profile, ...] = (PROFILE,),
        holds: bool = False,
        suggestions: Mapping[str, Suggestion] | None = None,
    ) -> None:
        self.profiles = profiles
        self.holds = holds
        self.looked: list[str] = []
        self.suggested: list[str] = []
        self.asked_in: list[str] = []
        self._suggestions = dict(suggestions or {})
        self.requests: list[CancelRequest] = []
        self.acts: list[tuple[str, str, str, str]] = []
        self.stopped = False
        self._looks = dict(looks or {})
        self._cases = cases
        self._answer = answer
        self._held: list[Callable[[], None]] = []
        self.handed: list[str] = []
        self.hand_over_error: PosCancelError | None = None
        self._listeners: list[Callable[[Case], None]] = []
        self._fault_listeners: list[Callable[[PosCancelError], None]] = []

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        self.looked.append(number.text)
        self.asked_in.append(profile)
        found = replace(self._looks.get(number.text, look_at(PAID_SALE)), number=number, profile=profile)
        self._held.append(partial(done, found))
        if not self.holds:
            self.let_go()

    def suggest(self, text: str, preferred: str, done: Callable[[Suggestion | PosCancelError], None]) -> None:
        self.suggested.append(text)
        done(self._suggestions.get(text, Suggestion(text, (preferred,), is_clear=True)))

    def let_go(self) -> None:
        """Answer the looks that were held."""
        held, self._held = self._held, []
        for answer in held:
            answer()

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        self.requests.append(request)
        if self._answer is not None:
            done(self._answer)
            return
        case = replace(OPENED, number=request.number.text, number_kind=request.number.kind)
        done(Submitted(case, is_new=True))
        self.tell(case)

    def hand_over(self, name: str, done: Callable[[list[Case] | PosCancelError], None]) -> None:
        self.handed.append(name)
        self._held.append(partial(done, self.hand_over_error or list(self._cases)))
        if not self.holds:
            self.let_go()

    def act(
        self, case_id: str, action: str, by: str, reason: str, done: Callable[[Case | PosCancelError], None]
    ) -> None:
        self.acts.append((case_id, action, by, reason))
        case = next(case for case in self._cases if case.id == case_id)
        done(replace(case, state=State.WITHDRAWN if action == "withdraw" else case.state))

    def open_cases(self, done: Callable[[Listing], None]) -> None:
        done(listing_of(self._cases))

    def read_cases(self, case_ids: Sequence[str], done: Callable[[tuple[Case, ...]], None]) -> None:
        done(tuple(case for case in self._cases if case.id in case_ids))

    def listen(self, listener: Callable[[Case], None]) -> None:
        self._listeners.append(listener)

    def listen_faults(self, listener: Callable[[PosCancelError], None]) -> None:
        self._fault_listeners.append(listener)

    def stop(self) -> None:
        self.stopped = True

    def tell(self, case: Case) -> None:
        """Change a case, as the engine would."""
        for listener in self._listeners:
            listener(case)

    def complain(self, error: PosCancelError) -> None:
        """Find something wrong with the till."""
        for listener in self._fault_listeners:
            listener(error)


class StoppedClock:
    """A clock that goes on only when told to."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def pass_s(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
