"""Power cuts: a till's day is recorded write by write, and its disk is cut off at any moment of it.

Whatever the disk then holds, the product's own journal is opened on it: every case that was acknowledged
before the cut is there, as it was told or further on; whatever left the till is written as sent; the chain
is whole; what is said to be unsent never left; settings, profiles and backups are whole, old or new.

Run as a program it reads `{"cuts": 5000, "seed": 1}` from stdin.
"""

import hashlib
import json
import random
import shutil
import sys
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pos_cancel import bootstrap
from pos_cancel.adapters.clock import SystemClock
from pos_cancel.adapters.journal import FOLDER, Journal
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.adapters.shop import Shop
from pos_cancel.domain.case import State
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.ports import Entry
from pos_cancel.gateways.signing import Keys
from tests.crash.modelled_disk import Disk, Files, Operation, Sync
from tests.crash.morning import ACCOUNT, Morning
from tests.crash.nursery import Json, Live, Wire
from tests.crash.promises import cases_in, need
from tests.crash.recording import Recording, Word
from tests.crash.till_day import open_shop
from tests.crash.training import Training, training

# The second life of the recorded till begins on what a kill left.
KILLED_AFTER = (250, 500)
NUMBERS = ("1-REFUND", "2-BUSY", "3-LOST", "4-CLOSE", "5-FROZEN")


@dataclass
class Facts:
    """What people had been told, and what had left, at one moment of the recording."""

    cases: dict[str, Json] = field(default_factory=dict)
    left: Counter[str] = field(default_factory=Counter)
    journal: bool = False
    orders: set[str] = field(default_factory=set)
    requests: set[int] = field(default_factory=set)
    kept: dict[str, list[str]] = field(default_factory=dict)
    backups: dict[str, int] = field(default_factory=dict)

    def hear(self, told: Json) -> None:
        """Take over one word."""
        self.cases |= {case["id"]: case for case in cases_in(told)}
        match told["what"]:
            case "left":
                self.left[told["number"]] += 1
            case "journal":
                self.journal = True
            case "ordered":
                self.orders.add(told["number"])
            case "posted":
                self.requests.add(told["request"])
            case "writes":
                self.kept.setdefault(told["path"], [""]).append(told["text"])
            case "kept":
                del self.kept[told["path"]][:-1]
            case "backed up":
                self.backups[told["path"]] = told["count"]


@dataclass(frozen=True)
class Found:
    """What the product makes of a disk: each case's last event, the cancels written as sent, and the rest.

    `states` are those before and after `recover`, by number.
    """

    at: dict[str, str]
    sent: Counter[str]
    states: dict[str, set[State]]
    orders: frozenset[str]
    requests: frozenset[int]
    findings: tuple[str, ...]


class Bench:
    """Puts files onto a real disk and opens them as the product does; equal journals are opened once."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self._shop = shop
        self._gateways = bootstrap.make_gateways()
        self._home = folder / "found"
        self._seen: dict[bytes, Found | None] = {}

    @property
    def opened(self) -> int:
        """How many different journals were opened."""
        return len(self._seen)

    def look(self, files: Files) -> Found | None:
        """Give what the journal among these files of a home says; None where there is none."""
        own = {path: files[path] for path in sorted(files) if path.startswith(f"{FOLDER}/")}
        digest = hashlib.sha256()
        for path, data in own.items():
            digest.update(f"{path} {len(data)} ".encode() + data)
        name = digest.digest()
        if name not in self._seen:
            self._seen[name] = self._open(own) if own else None
        return self._seen[name]

    def _open(self, files: Files) -> Found:
        shutil.rmtree(self._home, ignore_errors=True)
        for path, data in files.items():
            file = self._home / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        with Journal.open(self._home) as journal:
            findings = tuple(journal.verify())
            cases = journal.history()
            sent = Counter(case.number for case in cases for _ in _cancels(journal, case.id))
            orders = frozenset(number for number in NUMBERS if journal.known_order(ACCOUNT, number))
            requests = frozenset(request.id for request in journal.take_requests())
            states = {case.number: {case.state} for case in cases}
            # What the next start of the till makes of it.
            self._engine(journal).recover()
            for case in journal.open_cases():
                states.setdefault(case.number, set()).add(case.state)
        at = {case.id: case.updated_at.isoformat() for case in cases}
        return Found(at, sent, states, orders, requests, findings)

    def _engine(self, journal: Journal) -> Engine:
        return Engine(
            journal=journal,
            gateways=self._gateways,
            profiles=self._shop.profiles,
            keys=self._shop.keys,
            clock=SystemClock(),
            new_id=lambda: uuid.uuid4().hex,
            chance=lambda: 0.5,
        )


def _cancels(journal: Journal, case_id: str) -> list[Entry]:
    entries = [entry for entry in journal.entries(case_id) if entry.name == "sent"]
    return [entry for entry in entries if dict(entry.fields)["ask"] == "cancel"]


def check_cut(files: Files, facts: Facts, bench: Bench) -> None:
    """Hold one disk against what people had been told when its power went."""
    found = bench.look(files)
    if found is None:
        need(not facts.journal, "acknowledged", "the journal was made and is gone")
    else:
        check_found(found, facts)
    check_texts(files, facts)
    for path, count in facts.backups.items():
        copy = {f"{FOLDER}/{name.rpartition('/')[2]}": data for name, data in files.items() if path in name}
        copied = bench.look(copy)
        whole = copied is not None and not copied.findings and len(copied.at) == count
        need(whole, "acknowledged", f"the backup {path} was told and is {copied}")


def check_found(found: Found, facts: Facts) -> None:
    """Hold what the journal says against what was told and what left."""
    need(not found.findings, "chain", str(found.findings))
    for case_id, told in facts.cases.items():
        at = found.at.get(case_id, "")
        need(at >= told["at"], "acknowledged", f"{told} is {at or 'gone'}")
    for number, count in facts.left.items():
        sent = found.sent[number]
        need(sent >= count, "durable first", f"{count} cancels of {number} left, {sent} are written")
        states = found.states.get(number, set())
        need(State.NOT_SENT not in states, "words", f"{number} left and is {states}")
    need(facts.orders <= found.orders, "acknowledged", f"orders {facts.orders - found.orders} are gone")
    need(facts.requests <= found.requests, "acknowledged", f"requests {facts.requests} are {found.requests}")


def check_texts(files: Files, facts: Facts) -> None:
    """Settings and profiles are whole: as they were told, or as they were being written."""
    for path, texts in facts.kept.items():
        text = files.get(path, b"").decode("utf-8", "replace")
        need(text in texts, "acknowledged", f"{path} is {text!r} and should be one of {texts}")


def record(trained: Training, rng: random.Random) -> list[Operation | Word]:
    """Live two days on one disk, the first of them ended by a kill."""
    home = trained.folder / "recorded" / "home"
    home.parent.mkdir()
    taken = Recording(str(home.parent))
    for kill_at, numbers in ((rng.randrange(*KILLED_AFTER), NUMBERS[:3]), (-1, NUMBERS[3:])):
        taken.kill_at = kill_at
        child = trained.nursery.bear(
            home=str(home),
            gateway="acquire",
            profile=ACCOUNT,
            profile_file=str(trained.folder / "handed" / "acquire.toml"),
            ordered=NUMBERS,
            presses=numbers,
            watches=False,
        )
        for told in child.told(taken.decide):
            taken.hear(told)
            if told["what"] == "unsent":
                child.say(go=True)
    last = taken.steps[-1]
    need(isinstance(last, Word) and last.told["what"] == "closed", "sound", str(last))
    return taken.steps


def cut(
    steps: list[Operation | Word], root: str, cuts: int, rng: random.Random
) -> Iterator[tuple[int, Files, Facts]]:
    """Give disks that lost their power, each with the place of the cut and what was told by then."""
    disk, facts = Disk(root), Facts()
    places = Counter(rng.randrange(len(steps)) for _ in range(cuts))
    for place, step in enumerate(steps):
        if isinstance(step, Word):
            facts.hear(step.told)
        else:
            disk.do(step)
        for _ in range(places[place]):
            yield place, disk.after_cut(rng), facts


def run(cuts: int, seed: int, unflushed: Sequence[str] = ("",)) -> list[Json]:
    """Record a day and cut it; gives what came of it.

    `unflushed` are ends of paths whose flushes are left out in turn, as if the product forgot them; "" for
    none.
    """
    with training(make_live, tls=False) as trained:
        rng = random.Random(seed)
        steps = record(trained, rng)
        bench = Bench(open_shop(trained.folder / "home", MemoryKeys({})), trained.folder)
        root = str(trained.folder / "recorded" / "home")
        return [
            {"unflushed": path}
            | _judged([step for step in steps if not _forgets(step, path)], root, cuts, rng, bench)
            for path in unflushed
        ]


def _judged(steps: list[Operation | Word], root: str, cuts: int, rng: random.Random, bench: Bench) -> Json:
    broken, before = [], bench.opened
    for place, files, facts in cut(steps, root, cuts, rng):
        try:
            check_cut(files, facts, bench)
        except Exception as found:  # noqa: BLE001 - a journal that lost something may break in any way
            last = steps[max(place - 3, 0) : place + 1]
            broken.append(f"after step {place} of {len(steps)}, {last}: {found}")
    return {"cuts": cuts, "steps": len(steps), "opened": bench.opened - before, "broken": broken}


def _forgets(step: Operation | Word, unflushed: str) -> bool:
    return bool(unflushed) and isinstance(step, Sync) and step.path.endswith(unflushed)


def make_live(keys: Mapping[str, Keys]) -> Live:
    """Give what a forked till does: a day from an empty folder on."""

    def live(config: Json, wire: Wire) -> None:
        Morning(config, wire, MemoryKeys(keys)).live()

    return live


def main(arguments: Json) -> None:
    """Cut as often as the arguments say."""
    for done in run(**arguments):
        print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main(json.load(sys.stdin))
