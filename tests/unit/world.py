"""A till whose world is scripted: clock, keys, journal, the gateway's replies; engine and acquire are real.

Every exchange made through `World.exchange` proves rule 1: what is about to leave is read back from what is
durable, never from the engine.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qs

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.identifiers import SaleNumber, parse
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.entries import digest
from pos_cancel.engine.looker import Looker
from pos_cancel.engine.lookup import CancelRequest, Lookup
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.engine.ports import Entry, KeyTrouble
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.signing import Keys
from tests.unit.journals import CountedJournal, MemoryJournal
from tests.unit.till_stories import ACQUIRE, KEYS, NOON, NUMBER, PROFILE

BACKUP = replace(PROFILE, backup_endpoint="https://127.0.0.2/gateway.do")
OTHER = replace(PROFILE, name="other", account="The other shop")
T = TypeVar("T")


class Clock:
    """A clock that tests move."""

    def __init__(self, now: datetime = NOON) -> None:
        self.time = now
        self.set_s = 0.0

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return (self.time - NOON).total_seconds() - self.set_s

    def turn_s(self, seconds: float) -> None:
        """Set the wall clock forward or back; no time passes."""
        self.time += timedelta(seconds=seconds)
        self.set_s += seconds

    def pass_s(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


class KeyRing:
    """A key store that says what it was told to, account by account."""

    def __init__(self) -> None:
        self.found: dict[str, Keys | KeyTrouble] = {}
        self.forgotten = 0

    def peek(self, profile: Profile) -> Keys | KeyTrouble:
        return self.found.get(profile.name, KEYS)

    def accepted(self, profile: Profile, keys: Keys) -> None:
        self.found[profile.name] = keys

    def forget(self) -> None:
        self.forgotten += 1


@dataclass
class World:
    """One till. `home` is None where the journal is in memory."""

    journal: MemoryJournal | CountedJournal
    home: Path | None
    profiles: dict[str, Profile]
    clock: Clock = field(default_factory=Clock)
    keys: KeyRing = field(default_factory=KeyRing)
    ids: int = 0

    def __post_init__(self) -> None:
        self.engine = self._engine()

    def _engine(self) -> Engine:
        return Engine(
            journal=self.journal,
            gateways={"acquire": ACQUIRE},
            profiles=self.profiles,
            keys=self.keys,
            clock=self.clock,
            new_id=self._new_id,
            chance=lambda: 0.0,
        )

    def _new_id(self) -> str:
        self.ids += 1
        return f"case-{self.ids}"

    @property
    def looker(self) -> Looker:
        return Looker(self.engine, self.keys, self.clock)

    def restart(self, after_s: float = 1.0) -> list[Case]:
        """Let the process die and a new one begin, which recovers."""
        self.clock.pass_s(after_s)
        self.engine = self._engine()
        recovered = self.engine.recover()
        # A new process's first look comes later than its start.
        self.clock.pass_s(0.001)
        return recovered

    def submit(self, number: str = NUMBER, profile: str = "till", **changes: object) -> Case:
        return self.engine.submit(wish(number, profile, **changes)).case

    def case(self, case_id: str) -> Case:
        """Give the case as it is durable: through a second connection where there is a file."""
        return _need(self._durable(lambda journal: journal.get(case_id)))

    def names(self, case_id: str) -> list[str]:
        return [entry.name for entry in self.entries(case_id)]

    def entries(self, case_id: str) -> list[Entry]:
        return self._durable(lambda journal: journal.entries(case_id))

    def _durable(self, read: Callable[[MemoryJournal | Journal], T]) -> T:
        if self.home is None:
            return read(self.journal)
        with Journal.open(self.home) as second:
            return read(second)

    def begin(self, room: int = 6, background_room: int = 3) -> list[Dispatch]:
        dispatches = self.engine.begin(room, background_room)
        for dispatch in dispatches:
            self.assert_sent(dispatch)
        return dispatches

    def assert_sent(self, dispatch: Dispatch) -> None:
        """Rule 1: the journal says *sent*, with these bytes, before anybody has them."""
        case = self.case(dispatch.case_id)
        assert case.in_flight is dispatch.ask
        entry = self.entries(case.id)[-1]
        assert (entry.name, entry.bodies) == ("sent", (("request", dispatch.request.body),))
        assert dict(entry.fields)["params_sha256"] == digest(case.params)
        assert case.params == dispatch.question.params

    def leave(self, case_id: str) -> Dispatch:
        """Go to the moment at which the case is due and let it leave."""
        due = self.engine.case(case_id).next_try_at
        assert due is not None, f"nothing is due in {self.engine.case(case_id).state}"
        self.clock.time = max(self.clock.time, due)
        (dispatch,) = [each for each in self.begin() if each.case_id == case_id]
        return dispatch

    def exchange(self, case: Case, *answers: Exchange) -> Case:
        """Let the case do its next exchanges, each when it is due."""
        for answer in answers:
            dispatch = self.leave(case.id)
            case = self.engine.finish(dispatch, answer)
        return case


def _need(case: Case | None) -> Case:
    assert case is not None
    return case


def open_world(kind: str, folder: Path, *profiles: Profile) -> World:
    """Give a till with a journal "in memory" or "on disk", knowing these accounts."""
    known = {profile.name: profile for profile in profiles or (PROFILE,)}
    if kind == "in memory":
        return World(MemoryJournal(), None, known)
    home = folder / "till"
    home.mkdir()
    CountedJournal.flushes = 0
    return World(CountedJournal.open(home), home, known)


@contextmanager
def a_world(kind: str, folder: Path, *profiles: Profile) -> Iterator[World]:
    """As `open_world`, and at the end the chain of a journal on disk is whole."""
    world = open_world(kind, folder, *profiles)
    yield world
    if isinstance(world.journal, Journal):
        assert world.journal.verify() == []
        world.journal.close()


def wish(number: str = NUMBER, profile: str = "till", **changes: object) -> CancelRequest:
    """Give a person's wish."""
    return replace(CancelRequest(profile=profile, number=parse(number)), **changes)  # type: ignore[arg-type]


def sent_fields(dispatch: Dispatch) -> dict[str, str]:
    """Give what left: address and body together, as the gateway reads them."""
    query = dispatch.request.url.partition("?")[2]
    merged = parse_qs(query) | parse_qs(dispatch.request.body.decode("ascii"))
    return {name: values[0] for name, values in merged.items()}


def frozen(dispatch: Dispatch) -> dict[str, str]:
    """Give what may never differ between two tries."""
    return {name: value for name, value in sent_fields(dispatch).items() if name != "sign"}


def look(world: World, exchange: Exchange, number: SaleNumber | None = None) -> Lookup:
    """Look at the sale; the answer is this."""
    begun = world.looker.begin("till", number or parse(NUMBER))
    assert isinstance(begun, Dispatch)
    assert begun.ask is Ask.INQUIRY
    seen = world.looker.finish(begun, exchange)
    assert isinstance(seen, Lookup)
    return seen
