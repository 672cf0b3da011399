"""The order of effects: what is to leave this till is durable first (outcomes.md R1), then it leaves.

The engine is used by one owner thread. It neither sleeps nor sends: `begin` gives what is to be sent,
somebody sends it, `finish` takes what came back. A crash anywhere in between is mended by `recover`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime

from pos_cancel.domain.case import WORKED, Ask, Case, Doubt, replace
from pos_cancel.domain.errors import InvalidInput, PosCancelError, SignatureError
from pos_cancel.domain.events import (
    Answered,
    Ended,
    Event,
    KeyFailed,
    LookedUp,
    Recovered,
    SetupChanged,
    WindowClosed,
)
from pos_cancel.domain.outcome import Reading
from pos_cancel.domain.profile import Profile, Schedule
from pos_cancel.domain.step import step
from pos_cancel.engine.acts import ACTS, TROUBLE_CODES, UNUSABLE, WITHOUT_PROFILE
from pos_cancel.engine.clock_check import ClockCheck
from pos_cancel.engine.entries import arrival, departure, filled, who
from pos_cancel.engine.key_change import is_accepted, refused_key, signing_keys
from pos_cancel.engine.life import Life
from pos_cancel.engine.lookup import CancelRequest, Submitted
from pos_cancel.engine.opening import answering_case, new_case, numbers_of, refund_seen, with_history
from pos_cancel.engine.outgoing import Dispatch, signed
from pos_cancel.engine.ports import Clock, Entry, Journal, KeyStore, KeyTrouble
from pos_cancel.engine.watching import is_reopened, late_state, linked_case, seen_payment, without_watch
from pos_cancel.engine.window import with_seen_window
from pos_cancel.engine.worklist import PASSED_OVER, hurried, is_behind, is_overdue, stopped
from pos_cancel.gateways import Gateway
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.signing import Keys


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
        self.journal = journal
        self.gateways = gateways
        self.profiles = profiles
        self._keys = keys
        self._clock = clock
        self._new_id = new_id
        self._chance = chance
        self._life = Life(clock)
        self.clock_check = ClockCheck()
        self.moved: tuple[Case, ...] = ()

    def profile(self, name: str) -> Profile:
        """Give a profile by name; raises `InvalidInput` for a name this till does not know."""
        try:
            return self.profiles[name]
        except KeyError:
            raise InvalidInput(
                f"There is no profile {name!r} on this till.", "See: pos-cancel profile list"
            ) from None

    def gateway(self, profile: Profile) -> Gateway:
        """Give the gateway of a profile; raises `InvalidInput` for one that this release cannot speak to."""
        try:
            return self.gateways[profile.gateway]
        except KeyError:
            raise InvalidInput(
                f"The gateway {profile.gateway!r} of profile {profile.name!r} cannot be used yet.",
                f"There are: {', '.join(sorted(self.gateways))}.",
            ) from None

    def earlier(self, request: CancelRequest) -> list[Case]:
        """Give all cases of the sale, under either of its numbers, newest first."""
        found = {case.id: case for number in numbers_of(request) for case in self.journal.of_number(number)}
        return sorted(found.values(), key=lambda case: case.opened_at, reverse=True)

    def submit(self, request: CancelRequest) -> Submitted:
        """Open a durable case for the wish, or give the one that answers for the number (R1, R9)."""
        profile = self.profile(request.profile)
        now = self._clock.now()
        params = self.gateway(profile).freeze(profile, request.number, now)
        with self.journal.transaction():
            earlier = self.earlier(request)
            if (answering := answering_case(earlier, request)) is not None:
                return Submitted(answering, is_new=False)
            ref = self.journal.next_ref()
            self._end_handed(earlier, request, ref, now)
            case = new_case(request, profile, params, case_id=self._new_id(), ref=ref, at=now)
            case = with_history(case, earlier)
            self.journal.write(case, Entry("prepared", now, who(case)))
            if request.lookup and refund_seen(request.lookup) and request.lookup.reading:
                case = self._apply(case, LookedUp(at=now, reading=request.lookup.reading), ())
        self._life.takes([case.id])
        return Submitted(case, is_new=True)

    def _end_handed(self, earlier: list[Case], request: CancelRequest, ref: str, now: datetime) -> None:
        # One open case per sale and account: the one with the support ends where the new one begins.
        for case in earlier:
            if case.profile == request.profile and case.is_open:
                self._apply(case, Ended(at=now, reason=f"new case {ref}"), (("by", request.approver),))

    def begin(self, room: int, background_room: int) -> list[Dispatch]:
        """Give up to `room` exchanges that are due, of which so many may be for cases in the background.

        Each is in the journal as sent before this returns, so that a crash finds it there. `moved` then
        holds the cases that changed without an exchange, for want of a key or after the window.
        """
        now = self._clock.now()
        self.moved = ()
        due = self.journal.next_due() if room > 0 else None
        if due is None or due > now:
            return []
        with self.journal.transaction():
            leaving = list(self._leaving(now, room, background_room))
        self._life.takes(dispatch.case_id for dispatch in leaving)
        return leaving

    def _leaving(self, now: datetime, room: int, background_room: int) -> Iterator[Dispatch]:
        # What cannot leave now (its key is loading, its share is used up) keeps nobody behind it waiting.
        passed: set[str] = set()
        for limit in (room, PASSED_OVER):
            for case in (due := self.journal.due(now, limit, behind=background_room > 0)):
                behind = is_behind(case, now)
                if room <= 0 or case.id in passed or (behind and background_room <= 0):
                    continue
                passed.add(case.id)
                dispatch = self._dispatch(case, now)
                if dispatch is not None:
                    room, background_room = room - 1, background_room - behind
                    yield dispatch
            if room <= 0 or len(due) < limit:
                return

    def _dispatch(self, case: Case, now: datetime) -> Dispatch | None:
        profile = self.profiles.get(case.profile)
        case = self._made_current(case, now)
        keys = self._keys.peek(profile) if profile else KeyTrouble.MISSING
        if keys is KeyTrouble.LOADING:
            return None
        if profile is None or isinstance(keys, KeyTrouble):
            self._no_key(case, keys if isinstance(keys, KeyTrouble) else KeyTrouble.MISSING, now)
            return None
        keys = signing_keys(keys, case.refused_key)
        try:
            sent, asked, request = signed(case, profile, self.gateway(profile), keys, now, self.clock_check)
        except SignatureError:
            self._no_key(case, KeyTrouble.MISSING, now)
            return None
        except PosCancelError as error:
            self._stuck(case, KeyFailed(at=now, setup_code=UNUSABLE, can_pass=False), ("fault", error.code))
            return None
        self._apply(case, sent, departure(sent.ask, request.url, sent.params), (("request", request.body),))
        return Dispatch(case_id=case.id, ask=sent.ask, request=request, question=asked, keys=keys)

    def _made_current(self, case: Case, now: datetime) -> Case:
        """Catch up with a restart (R1) and with the end of the window by a checked clock (R5)."""
        if case.state in WORKED and case.next_ask is Ask.CANCEL and self._life.is_new_to(case):
            case = self._apply(case, Recovered(at=now), ())
        return self._without_window(case, now)

    def _without_window(self, case: Case, now: datetime) -> Case:
        ends = is_overdue(case, now) and case.profile in self.profiles and self.clock_check.holds(now)
        return self._apply(case, WindowClosed(at=now), ()) if ends else case

    def _no_key(self, case: Case, trouble: KeyTrouble, now: datetime) -> None:
        event = KeyFailed(at=now, setup_code=TROUBLE_CODES.get(trouble, "S-01"), can_pass=trouble.can_pass)
        self._stuck(case, event, ("key_trouble", trouble.value))

    def _stuck(self, case: Case, event: KeyFailed, why: tuple[str, str]) -> None:
        self.moved += (self._apply(case, event, (("setup_code", event.setup_code), why)),)

    def finish(self, dispatch: Dispatch, exchange: Exchange) -> Case:
        """Judge what came back and make it durable; gives the case as it stands now."""
        return self.record(dispatch, exchange, self.read(dispatch, exchange))

    def record(self, dispatch: Dispatch, exchange: Exchange, reading: Reading) -> Case:
        """Make durable what was judged; may be tried again after a `JournalError`."""
        now = self._clock.now()
        bodies = (("reply", exchange.reply.body),) if exchange.reply else ()
        refused = refused_key(dispatch.keys, reading, self._keys.peek(dispatch.question.profile))
        event = Answered(at=now, reading=reading, jitter=self._chance(), refused_key=refused)
        with self.journal.transaction():
            case = with_seen_window(self.case(dispatch.case_id), dispatch.question.profile, reading)
            moved = self._apply(case, event, arrival(dispatch.ask, reading, exchange), bodies)
            # Also now: where rounds are long, no check of the clock lasts until the next one.
            watched = case.doubt is Doubt.WATCH
            moved = self._watched(moved, reading, now) if watched else self._without_window(moved, now)
        self._life.hears(moved)
        if case.refused_key and is_accepted(reading):
            self._keys.accepted(dispatch.question.profile, dispatch.keys)
        return moved

    def read(self, dispatch: Dispatch, exchange: Exchange) -> Reading:
        """Judge an exchange in the order of R8, and check this till's clock by the reply's Date (R12)."""
        gateway = self.gateway(dispatch.question.profile)
        read = gateway.read_cancel if dispatch.ask is Ask.CANCEL else gateway.read_inquiry
        reading = read(dispatch.question, dispatch.keys, exchange)
        self.clock_check.note(reading, self._clock.now())
        return self.clock_check.blamed(reading)

    def _watched(self, case: Case, reading: Reading, now: datetime) -> Case:
        sale = seen_payment(case, reading)
        state = late_state(case, sale, now, self.profile(case.profile).schedule) if sale else None
        if sale is None or state is None or is_reopened(case, self.journal.of_number(case.number)):
            return case
        case_id, ref = self._new_id(), self.journal.next_ref()
        linked = linked_case(case, sale, state=state, case_id=case_id, ref=ref, at=now)
        self.journal.write(linked, Entry("watch_saw_payment", now, who(linked)))
        done = replace(without_watch(case), linked_case=linked.id)
        self.journal.write(done, Entry("watch_ended", now))
        return linked

    def recover(self) -> list[Case]:
        """Bring the cases that a stop interrupted back to an honest state (R1); gives them."""
        now = self._clock.now()
        with self.journal.transaction():
            left = [case for case in self.journal.in_flight() if self._life.was_left(case, now)]
            return [self._landed(case, now) for case in left]

    def _landed(self, case: Case, now: datetime) -> Case:
        if not case.ended:
            return self._apply(case, Recovered(at=now), ())
        # A person ended it while an inquiry was on the wire; nobody waits for that answer any more.
        landed = replace(case, in_flight=None)
        self.journal.write(landed, Entry(Recovered.name, now, (("state", landed.state.value),)))
        return landed

    def hurry(self, profile: str) -> list[Case]:
        """Try what is pending at once: the till or the network is back (R4). Gives the cases."""
        now = self._clock.now()
        with self.journal.transaction():
            return [self._apply(case, Recovered(at=now), ()) for case in hurried(self.journal, profile, now)]

    def key_of(self, profile: str) -> Keys | KeyTrouble:
        """Give the keys of a profile, or why there are none now."""
        known = self.profiles.get(profile)
        return self._keys.peek(known) if known is not None else KeyTrouble.MISSING

    def setup_changed(
        self, profile: str, codes: frozenset[str] = frozenset(), among: Collection[str] | None = None
    ) -> list[Case]:
        """Let stopped cases of a profile go on, with `codes` and `among` only those, if there is a key."""
        event = SetupChanged(at=self._clock.now())
        if isinstance(self.key_of(profile), KeyTrouble):
            return []
        with self.journal.transaction():
            found = stopped(self.journal, profile, codes, among)
            return [self._apply(case, event, ()) for case in found]

    def act(self, case_id: str, action: str, by: str = "", reason: str = "") -> Case:
        """Do what a person asks: send_again, withdraw, keep, end. Raises `IllegalEvent` if it cannot be."""
        if action == "send_again":
            self._keys.forget()
        with self.journal.transaction():
            event = ACTS[action](self._clock.now(), reason)
            return self._apply(self.case(case_id), event, (("by", by), ("reason", reason)))

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
        if profile is None and not isinstance(event, WITHOUT_PROFILE):
            raise PosCancelError(
                f"The profile {case.profile!r} of case {case.ref} is gone.", "Import it again."
            )
        moved = step(case, event, profile.schedule if profile else Schedule())
        fields = filled(*told, ("state", moved.state.value))
        self.journal.write(moved, Entry(event.name, event.at, fields, bodies))
        return moved
