"""A look always ends in an answer, whatever is broken."""

from pathlib import Path

from pos_cancel.adapters.looks import Looks
from pos_cancel.adapters.sender_pool import SenderPool
from pos_cancel.domain.errors import JournalError
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.profile import Profile, Timeouts
from pos_cancel.engine.looker import Looker
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.http import Exchange, HttpRequest
from tests.unit.gateway_answers import shows, shows_unchecked
from tests.unit.journals import FULL, MemoryJournal
from tests.unit.till_stories import NOON, NUMBER, PROFILE
from tests.unit.world import World, open_world

SALE = parse(NUMBER)


class BrokenJournal(MemoryJournal):
    """A disk that gives nothing back."""

    def of_number(self, number: str) -> list[object]:  # type: ignore[override]
        raise FULL


class Answers:
    """Fulfils `Transport` with these answers in turn."""

    def __init__(self, *answers: Exchange) -> None:
        self.left = list(answers)

    def send(self, request: HttpRequest, profile: Profile, timeouts: Timeouts) -> Exchange:
        return self.left.pop(0)

    def close(self) -> None:
        assert self.left == []


class Inbox:
    """The owner's inbox, worked by the test's own thread."""

    def __init__(self) -> None:
        import queue

        self.jobs: queue.SimpleQueue[object] = queue.SimpleQueue()

    def work(self, until: list[Lookup]) -> Lookup:
        while not until:
            self.jobs.get(timeout=10)()  # type: ignore[operator]
        return until[0]


def looked(world: World, *answers: Exchange, deadline: float | None = None) -> Lookup:
    pool, inbox, done = SenderPool(Answers(*answers), 1), Inbox(), []  # type: SenderPool, Inbox, list[Lookup]
    pool.start()
    looker = Looker(world.engine, world.keys, world.clock)
    Looks(looker, pool, inbox.jobs.put).begin(SALE, "till", done.append, deadline)
    seen = inbox.work(done)
    assert pool.room == 1
    pool.stop()
    return seen


def test_the_second_query_follows_where_the_first_could_not_be_checked(tmp_path: Path) -> None:
    seen = looked(open_world("in memory", tmp_path), shows_unchecked(), shows())
    assert (seen.checked, seen.trouble) == (True, "")


def test_a_key_that_never_comes_is_a_hung_keyring(tmp_path: Path) -> None:
    world = open_world("in memory", tmp_path)
    world.keys.found["till"] = KeyTrouble.LOADING
    assert looked(world, deadline=0.0).trouble == "key_hung"


def test_a_journal_that_cannot_be_read_is_told_before_and_after_the_asking(tmp_path: Path) -> None:
    world = World(BrokenJournal(), None, {"till": PROFILE})
    after = looked(world, shows())
    assert (after.trouble, after.at, after.number) == (JournalError.code, NOON, SALE)
    world.keys.found["till"] = KeyTrouble.MISSING
    assert looked(world).trouble == JournalError.code


class FaultyJournal(MemoryJournal):
    """A fault of the program in the midst of reading."""

    def of_number(self, number: str) -> list[object]:  # type: ignore[override]
        raise ZeroDivisionError


def test_a_fault_of_the_program_ends_the_look_and_not_the_waiting(tmp_path: Path) -> None:
    """A command would wait for two minutes, a window for ever."""
    world = World(FaultyJournal(), None, {"till": PROFILE})
    after = looked(world, shows())
    assert (after.trouble, after.at, after.number) == ("fault", NOON, SALE)
    world.keys.found["till"] = KeyTrouble.MISSING
    assert looked(world).trouble == "fault"
