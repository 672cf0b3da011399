"""I/O faults: one call of a command to its disk fails, once or for good, and then the disk is well again.

Whatever call it is, the command ends with an honest word and the exit code of the contract; nothing that
was acknowledged is lost, nothing is returned twice; and on a disk that is well the till goes on.

Run as a program it reads `{"faults": [{"position": 12, "error": 5, "for_good": true}]}` from stdin.
"""

import errno
import json
import shutil
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from itertools import count
from typing import Any

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import Case, State
from pos_cancel.gateways.signing import Keys
from tests.crash.commands import command, fill_keyring
from tests.crash.nursery import Json, Live
from tests.crash.promises import (
    Books,
    Broken,
    books_of,
    check_chain,
    check_claim,
    check_frozen,
    check_money,
    check_one_case,
    check_settled,
    need,
)
from tests.crash.training import Training, training
from tests.crash.watcher import Effect, Verdict

# Most of a fault's time is waiting: for the disk to come back, for the case to settle.
AT_ONCE = 12
NEVER = 10**9
# A fifth: a keyring on a busy machine must not look hung.
PACE = 0.2
# A case is settled long before, unless the machine is very busy.
PATIENCE_S = "30"
PROFILE = "training-acquire"
# What a full disk refuses; a broken one refuses everything.
GROWS = frozenset({"write", "open", "make", "cut", "rename"})
ON_DISK = GROWS | {"sync", "remove"}
# This till cannot work now; exit codes of design.md §3.
TILL = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """The call of this number fails with an errno; `for_good`: all later ones do as well."""

    position: int
    error: int
    for_good: bool
    ending: str = "REFUND"


@dataclass
class Till:
    """One till and one sale, driven by commands."""

    trained: Training
    number: str

    def __post_init__(self) -> None:
        self.home = self.trained.new_home()
        self.calls: list[str] = []
        self.told: list[Json] = []

    def run(self, *arguments: str, fault: Fault | None = None) -> Json:
        """Run a command, on a disk with a fault or without; gives what it told."""
        self.calls.clear()
        config = {"home": str(self.home), "arguments": [*arguments, "--json"], "held": fault is not None}
        child = self.trained.nursery.bear(**config)

        def decide(effect: Effect) -> Verdict | int:
            return self._judge(effect, fault) if fault is not None else Verdict.GO_ON

        told = list(child.told(decide))
        need(told and told[-1]["what"] == "done", "sound", f"{arguments} ended with {told}")
        done: Json = told[-1] | {"arguments": arguments}
        self.told.append(done)
        need("Traceback" not in done["err"] and done["out"], "sound", str(done))
        return done | {"json": json.loads(done["out"])}

    def _judge(self, effect: Effect, fault: Fault) -> Verdict | int:
        place = effect.paths[0] if effect.paths else effect.target
        if effect.kind not in ON_DISK or not place.startswith(str(self.home)):
            return Verdict.GO_ON
        self.calls.append(f"{effect} of {place.removeprefix(str(self.home))}")
        now = len(self.calls) - 1
        hit = now == fault.position or (fault.for_good and now > fault.position)
        if hit and (fault.error != errno.ENOSPC or effect.kind in GROWS):
            return fault.error
        return Verdict.GO_ON

    def books(self) -> Books:
        """Read what is true of the sale at the gateway now."""
        return books_of(self.trained.sandbox, self.number)

    def case(self) -> Case | None:
        """Read the sale's case as any other program would; the chain is whole."""
        with Journal.open(self.home) as journal:
            check_chain(journal)
            return next(iter(journal.of_number(self.number)), None)

    def cancel(self, fault: Fault | None = None) -> Json:
        """Cancel the sale."""
        options = ("--profile", PROFILE, "--yes", "--wait", "2" if fault else PATIENCE_S)
        return self.run("cancel", self.number, *options, fault=fault)


def run_fault(trained: Training, fault: Fault, name: str) -> Json:
    """Cancel on a disk with this fault, then go on on a disk that is well; gives what happened."""
    till = Till(trained, f"{name}-{fault.ending}")
    broken, failed, code = "", "", 0
    try:
        done = till.cancel(fault)
        failed = till.calls[fault.position] if fault.position < len(till.calls) else ""
        calls, code = len(till.calls), done["code"]
        check_answer(done, till)
        _go_on(till, done)
    except Broken as found:
        calls, broken = len(till.calls), f"{found}\n{till.told}"
    else:
        shutil.rmtree(till.home)
    return {"fault": asdict(fault), "calls": calls, "failed": failed, "code": code, "broken": broken}


def check_answer(done: Json, till: Till) -> None:
    """An error names the way on, a case the exit code of its state and nothing that is not so."""
    value: Any = done["json"]
    if "error" in value:
        error = value["error"]
        need(error["sentence"].endswith(".") and error["way_on"].endswith("."), "words", str(done))
        need(done["code"] == TILL, "words", f"exit code {done['code']}: {done}")
        return
    state = State(value["state"])
    need(done["code"] == state.exit_code, "words", f"exit code {done['code']} for {state}")
    check_claim(state, till.books(), str(done))


def _go_on(till: Till, done: Json) -> None:
    """The disk is well again: what was told is there, and the sale comes to its end."""
    told = done["json"]
    found = till.case()
    if "case" in told:
        there = found is not None and found.updated_at.isoformat() >= told["updated_at"][:19]
        need(there, "acknowledged", f"{told} is {found}")
    if found is None:
        till.cancel()
    elif found.is_open:
        till.run("resume", "--wait", PATIENCE_S)
    found = till.case()
    if found is not None and found.state is State.NOT_SENT:
        need(not till.books().cancels, "words", f"{found} but {till.books()}")
        till.run("send", found.ref, "--wait", PATIENCE_S)
    check_end(till)


def check_end(till: Till) -> None:
    """What holds of any sale that is settled."""
    books = till.books()
    with Journal.open(till.home) as journal:
        check_chain(journal)
        check_money(books)
        check_frozen(books, journal, till.number)
        check_one_case(journal, till.number)
        check_settled(journal)
        states = [case.state for case in journal.of_number(till.number)]
    need(states == [State.REFUNDED], "in time", f"{states} after {till.told}")


def make_live(keys: Mapping[str, Keys]) -> Live:
    """Give what a forked till does: one command."""
    fill_keyring(keys)
    return command


def main(arguments: Json) -> None:
    """Work through the faults that the arguments give."""
    faults = [Fault(**each) for each in arguments["faults"]]
    with training(make_live, tls=False, pace=PACE) as trained, ThreadPoolExecutor(AT_ONCE) as pool:
        names = (f"f{number}" for number in count())
        for done in pool.map(partial(run_fault, trained), faults, names):
            print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main(json.load(sys.stdin))
