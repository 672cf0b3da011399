"""Break the product in one place and see whether the simulation notices: python -m tests.simulation.mutation.

Each mutant is loaded in a process of its own, forked from one that has loaded no part of the product.
"""

import argparse
import importlib.util
import json
import os
import signal
import sys
import time
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType

from tests.simulation.homes import clear

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("mutants.toml")
ALL_GATEWAYS = ("acquire", "antom", "apo", "acqp")
CUSTOMERS = 40
MOST_SEEDS = 40
# A mutant that never comes to an end is caught by the clock.
LONGEST_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One fault: what it is called, where it is, and the weather in which it soon shows."""

    name: str
    module: str
    edits: tuple[tuple[str, str], ...]
    weather: Mapping[str, float]
    gateways: tuple[str, ...]
    hours: float | None
    customers: int


def read_mutants() -> tuple[Mutant, ...]:
    """Read the table."""
    with TABLE.open("rb") as file:
        rows = tomllib.load(file)["mutant"]
    return tuple(
        Mutant(
            name=row["name"],
            module=row["module"],
            edits=tuple((old, new) for old, new in row["edits"]),
            weather=row.get("weather", {}),
            gateways=tuple(row.get("gateways", ALL_GATEWAYS)),
            hours=row.get("hours"),
            customers=row.get("customers", CUSTOMERS),
        )
        for row in rows
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """How a mutant was caught: by which invariant, on which seed, after how much; "" if it was not."""

    name: str
    invariant: str = ""
    told: str = ""
    seed: int = 0
    cancels: int = 0
    steps: int = 0
    took_s: float = 0.0


class MutatedLoader(SourceFileLoader):
    """Loads one module with its text changed."""

    def __init__(self, mutant: Mutant, path: str) -> None:
        super().__init__(mutant.module, path)
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        """Compile the changed text; nothing is cached."""
        text = Path(self.path).read_text(encoding="utf-8")
        return compile(changed(text, self._mutant), self.path, "exec")


class MutatedFinder(MetaPathFinder):
    """Finds the one module that is to be changed."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Give the changed module, and leave all others to others."""
        if fullname != self._mutant.module:
            return None
        file = str(file_of(self._mutant))
        return importlib.util.spec_from_file_location(
            fullname, file, loader=MutatedLoader(self._mutant, file)
        )


def file_of(mutant: Mutant) -> Path:
    """Give the file that a mutant changes."""
    return ROOT / f"{mutant.module.replace('.', '/')}.py"


def changed(text: str, mutant: Mutant) -> str:
    """Make the edits. Raises LookupError where the text does not hold what is to be changed exactly once."""
    for old, new in mutant.edits:
        if text.count(old) != 1:
            raise LookupError(f"{mutant.module} holds {text.count(old)} times: {old!r}")
        text = text.replace(old, new)
    return text


def hunt(mutant: Mutant, first_seed: int) -> Catch:
    """Run seeds on the mutant until something is noticed; to be called in a process of its own."""
    sys.meta_path.insert(0, MutatedFinder(mutant))
    signal.alarm(LONGEST_S)
    from tests.simulation.climate import Climate
    from tests.simulation.runs import simulate
    from tests.simulation.world import Plan

    plan = Plan(
        customers=mutant.customers,
        climate=Climate(dict(mutant.weather)),
        gateways=mutant.gateways,
        hours=mutant.hours,
    )
    begin = time.monotonic()
    outcome = simulate(first_seed, plan)
    done = outcome.tally
    while not outcome.invariant and outcome.seed < first_seed + MOST_SEEDS:
        outcome = simulate(outcome.seed + 1, plan)
        done += outcome.tally
    return Catch(
        name=mutant.name,
        invariant=outcome.invariant,
        told=outcome.told[:300],
        seed=outcome.seed,
        cancels=done.cancels,
        steps=done.steps,
        took_s=time.monotonic() - begin,
    )


def in_a_fork(mutant: Mutant, first_seed: int) -> Catch:
    """Hunt in a child, which goes when it is done."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.write(writer, json.dumps(asdict(hunt(mutant, first_seed))).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    clear(child)
    if said:
        return Catch(**json.loads(said))
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGALRM:
        return Catch(name=mutant.name, invariant="no end", seed=first_seed, took_s=LONGEST_S)
    return Catch(name=mutant.name, told="its process died")


def hunt_all(mutants: Sequence[Mutant], first_seed: int, workers: int) -> Iterator[Catch]:
    """Hunt several at a time; gives them in their order."""
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda mutant: in_a_fork(mutant, first_seed), mutants)


def line_of(catch: Catch) -> str:
    """Tell in one line how a mutant was caught."""
    by = catch.invariant or f"NOT CAUGHT {catch.told}"
    after = f"seed {catch.seed}, {catch.cancels} cancels, {catch.steps} steps, {catch.took_s:.1f} s"
    return f"{catch.name:66} {by:18} {after}"


def main() -> int:
    """Print how each mutant was caught."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", help="mutants, all if none is named")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--json", action="store_true", help="one object per line")
    args = parser.parse_args()
    chosen = [each for each in read_mutants() if not args.names or each.name in args.names]
    missed = 0
    for catch in hunt_all(chosen, args.seed, args.workers):
        missed += not catch.invariant
        if args.json:
            print(json.dumps(asdict(catch)), flush=True)
        else:
            print(line_of(catch), flush=True)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
