"""The crash sweep: a till is killed before one of its calls, started again, and held to every promise.

Run as a program it reads its arguments from stdin as JSON and prints one line of JSON for each point:
`{"pairs": [["acquire", "LOST"]], "points": 100, "seed": 1, "tls": true}`; `points` null is every call.
"""

import json
import random
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import count

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.gateways.signing import Keys
from tests.crash.nursery import Child, Json, Live, Wire
from tests.crash.promises import Books, Broken, Life, books_of, cases_in, check_lives, check_unsent
from tests.crash.till_day import Day
from tests.crash.training import Training, training
from tests.crash.watcher import Effect, Verdict

# Tills wait most of their lives, so several share a core.
AT_ONCE = 6
# So many points are drawn before it is looked how many were reached.
BATCH = 200
# Shares of the drawn points: the till dies again while it recovers; the POS handed the order over; the
# cashier presses once more although the first press was acknowledged.
AGAIN, KNOWN, PRESSES = 0.3, 0.4, 0.4
NEVER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One story, and before which call each life of the till ends (counted from 0 in each life).

    `known`: the POS handed the order over. `again`: the cashier presses once more after the restart,
    even where the first press was acknowledged.
    """

    gateway: str
    ending: str
    kills: tuple[int, ...] = ()
    known: bool = False
    again: bool = False


@dataclass
class Story:
    """One sale on one till, through all lives."""

    training: Training
    point: Point
    name: str

    def __post_init__(self) -> None:
        self.number = f"{self.name}-{self.point.ending}"
        self.profile = f"training-{self.point.gateway}"
        ordered = self.number if self.point.known else ""
        self.home = self.training.new_home(number=ordered, profile=self.profile)
        self.lives: list[Life] = []
        self.calls: list[str] = []
        self.killed = ""

    def live(self, kill_at: int | None) -> None:
        """Live once, up to the kill; `kill_at` None is a life that nobody watches."""
        self.calls.clear()
        self.killed = ""
        acknowledged = any(life.of("acknowledged") for life in self.lives)
        child = self.training.nursery.bear(
            home=str(self.home),
            gateway=self.point.gateway,
            profile=self.profile,
            held=kill_at is not None,
            presses=[self.number] if self.point.again or not acknowledged else [],
            watches=self.point.ending == "PAIDLATE",
        )

        def decide(effect: Effect) -> Verdict:
            # Locks in a row leave disk and line as they were: to be killed before one or another is the same.
            if effect.kind == "lock" and self.calls and self.calls[-1].startswith("lock"):
                return Verdict.GO_ON
            # Its other threads may be held as well while it dies; nothing of theirs happens any more.
            if self.killed:
                return Verdict.KILL
            if len(self.calls) == kill_at:
                self.killed = str(effect)
                return Verdict.KILL
            self.calls.append(str(effect))
            return Verdict.GO_ON

        told: list[Json] = []
        try:
            for each in child.told(decide):
                told.append(each)
                self._hear(child, each)
        except Broken:
            child.kill()
            raise
        finally:
            self.lives.append(Life(told=tuple(told), books=self.books()))

    def _hear(self, child: Child, told: Json) -> None:
        """Hold what is said to be unsent against the books before it can be sent."""
        for case in cases_in(told):
            if case["state"] == "not_sent":
                check_unsent(case, self.books())
        if told["what"] == "unsent":
            child.say(go=True)

    def books(self) -> Books:
        """Read what is true of the sale at the gateway now."""
        return books_of(self.training.sandbox, self.number)

    def check(self) -> None:
        """Hold every promise; the journal is read as any other program would."""
        with Journal.open(self.home) as journal:
            check_lives(self.lives, journal, self.number)


def run_point(trained: Training, point: Point, name: str) -> Json:
    """Tell a story with its kills and one more life; gives what happened."""
    story = Story(trained, point, name)
    killed: list[str] = []
    calls, broken = 0, ""
    try:
        for kill_at in point.kills or (NEVER,):
            story.live(kill_at)
            calls = calls or len(story.calls)
            killed += [story.killed] if story.killed else []
        if killed:
            story.live(None)
        story.check()
    except Broken as found:
        broken = f"{found}\n{[life.told for life in story.lives]}"
    else:
        shutil.rmtree(story.home)
    return {"point": asdict(point), "calls": calls, "killed": killed, "broken": broken}


def sweep(trained: Training, pool: ThreadPoolExecutor, arguments: Json) -> Iterator[Json]:
    """Tell each story undisturbed, to count its calls; then kill it, before all of them or as drawn."""
    names = (f"p{number}" for number in count())

    def run_all(points: Iterable[Point]) -> Iterator[Json]:
        return pool.map(partial(run_point, trained), points, names)

    pairs = [Point(gateway=gateway, ending=ending) for gateway, ending in arguments["pairs"]]
    counted = list(run_all(pairs))
    yield from counted
    calls = [(pair, done["calls"]) for pair, done in zip(pairs, counted, strict=True)]
    if arguments["points"] is None:
        for pair, number in calls:
            yield from run_all(replace(pair, kills=(place,)) for place in range(number))
        return
    rng, killed = random.Random(arguments["seed"]), 0
    while killed < arguments["points"]:
        drawn = [_drawn(*rng.choice(calls), rng) for _ in range(min(arguments["points"] - killed, BATCH))]
        for done in run_all(drawn):
            killed += bool(done["killed"])
            yield done


def _drawn(pair: Point, calls: int, rng: random.Random) -> Point:
    """Draw where the till dies, sometimes once more while it recovers."""
    kills = (rng.randrange(calls), *((rng.randrange(calls),) if rng.random() < AGAIN else ()))
    return replace(pair, kills=kills, known=rng.random() < KNOWN, again=rng.random() < PRESSES)


def make_live(keys: Mapping[str, Keys]) -> Live:
    """Give what a forked till does: one day."""

    def live(config: Json, wire: Wire) -> None:
        Day(config, wire, MemoryKeys(keys)).live()

    return live


def main(arguments: Json) -> None:
    """Work through the stories that the arguments give."""
    with training(make_live, tls=arguments["tls"]) as trained, ThreadPoolExecutor(AT_ONCE) as pool:
        for done in sweep(trained, pool, arguments):
            print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main(json.load(sys.stdin))
