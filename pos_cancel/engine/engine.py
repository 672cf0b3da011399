"""The order of effects: what is to leave this till is durable first (outcomes.md R1), then it leaves.

The engine is used by one owner thread. It neither sleeps nor sends: `begin` gives what is to be sent,
somebody sends it, `finish` takes what came back. A crash anywhere in between is mended by `recover`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pos_cancel.domain.case import WORKED, Ask, Case, Doubt, State
from pos_cancel.domain.errors import InvalidInput, PosCancelError, SignatureError
from pos_cancel.domain.events import (
    Answered,
    Ended,
    Event,
    KeyFailed,
    LookedUp,
    Recovered,
    Sent,
    SetupChanged,
    WindowClosed,
)
from pos_cancel.domain.outcome import Advice, Reading, Refused
from pos_cancel.domain.profile import Profile, Schedule
from pos_cancel.domain.schedule import (
    AFTER_DEADLINE,
    TIMESTAMP_LIFE,
)
from pos_cancel.domain.step import step
from pos_cancel.engine.acts import ACTS, TROUBLE_CODES
from pos_cancel.engine.clock_check import ClockCheck
from pos_cancel.engine.entries import arrival, departure, filled, who
from pos_cancel.engine.lookup import CancelRequest, Submitted
from pos_cancel.engine.opening import answering_case, new_case, numbers_of, refund_seen, with_history
from pos_cancel.engine.ports import Clock, Entry, Journal, KeyStore, KeyTrouble
from pos_cancel.engine.watching import late_state, linked_case, seen_payment, without_watch
from pos_cancel.gateways import Gateway, Question
from pos_cancel.gateways.http import Exchange, HttpRequest
from pos_cancel.gateways.signing import Keys

# A wrong clock is told before anything else is blamed (R12).
CLOCK_SUSPECTS = frozenset({Advice.SETUP, Advice.PARAMETER})
# So many pending cases are tried at once when the network is back; the others keep their own time.
HURRIED = 50
# A wrong clock is told before anything else is blamed (R12).
CLOCK_SUSPECTS = frozenset({Advice.SETUP, Advice.PARAMETER})
# So many pending cases are tried at once when the network is back; the others keep their own time.
HURRIED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One exchange to do: the bytes, where, and for which case ("" for a look without one)."""

    case_id: str
    ask: Ask
    request: HttpRequest
    question: Question
    keys: Keys


class Engine:
    """Cases of all profiles over one journal. Not thread-safe: one owner."""

    def __init__(
        self,
        *,
        journal: Journal,
        gateways: Mapping[str, Gateway],
        profiles: Mapping[str, Profile],
        keys: KeyStore,
        clock: Clock,
        new_id: Callable[[], str],
        chance: Callable[[], float],
    ) -> None:
        """Join the parts; nothing is read or sent yet."""
        self.journal = journal
        self.gateways = gateways
        self.profiles = profiles
        self._keys = keys
        self._clock = clock
        self._new_id = new_id
        self._chance = chance
        self._started_at = clock.now()
        self.clock_check = ClockCheck()

    def profile(self, name: str) -> Profile:
        """Give a profile by name; raises `InvalidInput` for a name this till does not know."""
        try:
            return self.profiles[name]
        except KeyError:
            raise InvalidInput(
                f"There is no profile {name!r} on this till.", "See: pos-cancel profile list"
            ) from None

    def earlier(self, request: CancelRequest) -> list[Case]:
        """Give all cases of the sale, under either of its numbers, newest first."""
        found = {case.id: case for number in numbers_of(request) for case in self.journal.of_number(number)}
        return sorted(found.values(), key=lambda case: case.opened_at, reverse=True)

    def submit(self, request: CancelRequest) -> Submitted:
        """Open a durable case for the wish, or give the one that answers for the number (R1, R9)."""
        profile = self.profile(request.profile)
        now = self._clock.now()
        params = self.gateways[profile.gateway].freeze(profile, request.number, now)
        with self.journal.transaction():
            earlier = self.earlier(request)
            answering = answering_case(earlier, request)
            if answering is not None:
                return Submitted(answering, is_new=False)
            ref = self.journal.next_ref()
            self._end_handed(earlier, request, ref, now)
            case = new_case(request, profile, params, case_id=self._new_id(), ref=ref, at=now)
            case = with_history(case, earlier)
            self.journal.write(case, Entry("prepared", now, who(case)))
            if request.lookup and refund_seen(request.lookup) and request.lookup.reading:
                case = self._apply(case, LookedUp(at=now, reading=request.lookup.reading), ())
        return Submitted(case, is_new=True)

    def _end_handed(self, earlier: list[Case], request: CancelRequest, ref: str, now: datetime) -> None:
        # One open case per sale and account: the one with the support ends where the new one begins.
        for case in earlier:
            if case.profile == request.profile and case.is_open:
                self._apply(case, Ended(at=now, reason=f"new case {ref}"), (("by", request.approver),))

    def begin(self, room: int, background_room: int) -> list[Dispatch]:
        """Give up to `room` exchanges that are due, of which so many may be for cases in the background.

        Each is in the journal as sent before this returns, so that a crash finds it there.
        """
        now = self._clock.now()
        if room <= 0 or not self.journal.due(now, 1):
            return []
        with self.journal.transaction():
            due = self.journal.due(now, room)
            background = [case for case in due if _is_background(case)][:background_room]
            chosen = [case for case in due if case in background or not _is_background(case)]
            prepared = [self._dispatch(case, now) for case in chosen]
        return [dispatch for dispatch in prepared if dispatch is not None]

    def _dispatch(self, case: Case, now: datetime) -> Dispatch | None:
        case = self._made_current(case, now)
        profile = self.profiles.get(case.profile)
        if case.next_ask is None or case.next_try_at is None or case.next_try_at > now:
            return None
        keys = self._keys.peek(profile) if profile else KeyTrouble.MISSING
        if profile is None or isinstance(keys, KeyTrouble):
            if keys is not KeyTrouble.LOADING:
                self._no_key(case, keys if isinstance(keys, KeyTrouble) else KeyTrouble.MISSING, now)
            return None
        try:
            return self._signed(case, profile, keys, now)
        except SignatureError:
            self._no_key(case, KeyTrouble.MISSING, now)
            return None

    def _made_current(self, case: Case, now: datetime) -> Case:
        """Catch up with a restart (R1) and with the end of the window by a checked clock (R5)."""
        if (
            case.state in WORKED
            and case.next_ask is Ask.CANCEL
            and case.tries
            and case.updated_at < self._started_at
        ):
            case = self._apply(case, Recovered(at=now), ())
        over = case.state in {State.RETRY_PENDING, State.WAITING} and now > case.stop_at + AFTER_DEADLINE
        if over and not case.window_over and self.clock_check.holds(now):
            case = self._apply(case, WindowClosed(at=now), ())
        return case

    def _no_key(self, case: Case, trouble: KeyTrouble, now: datetime) -> None:
        code = TROUBLE_CODES.get(trouble, "S-01")
        event = KeyFailed(at=now, setup_code=code, can_pass=trouble.can_pass)
        self._apply(case, event, (("setup_code", code), ("key_trouble", trouble.value)))

    def _signed(self, case: Case, profile: Profile, keys: Keys, now: datetime) -> Dispatch:
        gateway = self.gateways[profile.gateway]
        ask = case.next_ask or Ask.INQUIRY
        params, params_at = case.params, case.params_at
        if ask is Ask.CANCEL and now - params_at > TIMESTAMP_LIFE:
            params, params_at = gateway.renew(params, profile, now), now
        host = (case.no_answers // 2) % 2 if gateway.has_backup and profile.backup_endpoint else 0
        question = Question(
            profile=profile,
            number=case.sale_number,
            params=params,
            query=case.query or profile.query,
            host=host,
        )
        build = gateway.cancel if ask is Ask.CANCEL else gateway.inquiry
        request = build(question, keys, now)
        event = Sent(at=now, ask=ask, params=params, params_at=params_at)
        told = departure(ask, request.url, params)
        self._apply(case, event, told, (("request", request.body),))
        return Dispatch(case_id=case.id, ask=ask, request=request, question=question, keys=keys)

    def finish(self, dispatch: Dispatch, exchange: Exchange) -> Case:
        """Judge what came back and make it durable; gives the case as it stands now."""
        reading = self.read(dispatch, exchange)
        now = self._clock.now()
        told = arrival(dispatch.ask, reading, exchange)
        bodies = (("reply", exchange.reply.body),) if exchange.reply else ()
        with self.journal.transaction():
            case = self.case(dispatch.case_id)
            moved = self._apply(case, Answered(at=now, reading=reading, jitter=self._chance()), told, bodies)
            if case.doubt is Doubt.WATCH:
                moved = self._watched(moved, reading, now)
        return moved

    def read(self, dispatch: Dispatch, exchange: Exchange) -> Reading:
        """Judge an exchange in the order of R8, and check this till's clock by the reply's Date (R12)."""
        gateway = self.gateways[dispatch.question.profile.gateway]
        read = gateway.read_cancel if dispatch.ask is Ask.CANCEL else gateway.read_inquiry
        reading = read(dispatch.question, dispatch.keys, exchange)
        self.clock_check.note(reading, self._clock.now())
        refused = reading.outcome
        if isinstance(refused, Refused) and refused.advice in CLOCK_SUSPECTS and self.clock_check.is_wrong:
            return replace(reading, outcome=replace(refused, setup_code="S-06"))
        return reading

    def _watched(self, case: Case, reading: Reading, now: datetime) -> Case:
        sale = seen_payment(case, reading)
        state = late_state(case, sale, now, self.profile(case.profile).schedule) if sale else None
        if sale is None or state is None:
            return case
        linked = linked_case(
            case, sale, state=state, case_id=self._new_id(), ref=self.journal.next_ref(), at=now
        )
        self.journal.write(linked, Entry("watch_saw_payment", now, who(linked)))
        done = replace(without_watch(case), linked_case=linked.id)
        self.journal.write(done, Entry("watch_ended", now))
        return linked

    def recover(self) -> list[Case]:
        """Bring the cases that a stop interrupted back to an honest state (R1); gives them."""
        now = self._clock.now()
        with self.journal.transaction():
            left = [case for case in self.journal.in_flight() if _was_left(case, self._started_at)]
            return [self._apply(case, Recovered(at=now), ()) for case in left]

    def hurry(self, profile: str) -> list[Case]:
        """Try what is pending at once: the till or the network is back (R4). Gives the cases."""
        now = self._clock.now()
        with self.journal.transaction():
            waiting = [case for case in self.journal.open_cases() if _can_hurry(case, profile, now)]
            return [self._apply(case, Recovered(at=now), ()) for case in waiting[:HURRIED]]

    def setup_changed(self, profile: str) -> list[Case]:
        """Let the stopped cases of a profile go on, if there is a key to ask with."""
        now = self._clock.now()
        if isinstance(self._keys.peek(self.profile(profile)), KeyTrouble):
            return []
        with self.journal.transaction():
            stopped = [case for case in self.journal.open_cases() if case.stopped and case.profile == profile]
            return [self._apply(case, SetupChanged(at=now), ()) for case in stopped]

    def act(self, case_id: str, action: str, by: str = "", reason: str = "") -> Case:
        """Do what a person asks: send_again, withdraw, keep, end. Raises `IllegalEvent` if it cannot be."""
        if action == "send_again":
            self._keys.forget()
        with self.journal.transaction():
            case = self.case(case_id)
            return self._apply(
                case, ACTS[action](self._clock.now(), reason), (("by", by), ("reason", reason))
            )

    def until(self, due: datetime) -> float:
        """Give the seconds until a moment, negative when it has passed."""
        return (due - self._clock.now()).total_seconds()

    def case(self, case_id: str) -> Case:
        """Give a case by id or short reference; raises `InvalidInput` where there is none."""
        case = self.journal.get(case_id)
        if case is None:
            raise InvalidInput(
                f"There is no case {case_id!r}.", "See: pos-cancel pending, pos-cancel history"
            )
        return case

    def _apply(
        self,
        case: Case,
        event: Event,
        told: tuple[tuple[str, str], ...],
        bodies: tuple[tuple[str, bytes], ...] = (),
    ) -> Case:
        profile = self.profiles.get(case.profile)
        if profile is None and not isinstance(event, KeyFailed | Ended | Recovered):
            raise PosCancelError(
                f"The profile {case.profile!r} of case {case.ref} is gone.", "Import it again."
            )
        moved = step(case, event, profile.schedule if profile else Schedule())
        fields = filled(*told, ("state", moved.state.value))
        self.journal.write(moved, Entry(event.name, event.at, fields, bodies))
        return moved


def _was_left(case: Case, started_at: datetime) -> bool:
    # What was prepared since this process started is about to be sent, not left behind by a stop.
    return case.in_flight is not None or case.opened_at <= started_at


def _can_hurry(case: Case, profile: str, now: datetime) -> bool:
    idle = case.in_flight is None and case.next_try_at is not None and case.next_try_at > now
    return idle and case.profile == profile and case.state is State.RETRY_PENDING and not case.cancels_over


def _is_background(case: Case) -> bool:
    return case.rounds > 0 or not case.state.is_open
