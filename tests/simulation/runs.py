"""Many runs, a failing one again, and the least of it that still fails."""

import itertools
import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, replace

from tests.simulation.climate import FATES, TROUBLES
from tests.simulation.quiet import quiet_logs
from tests.simulation.world import Plan, Tally, a_world

# One after the other is left out, so the kinds that matter least come first.
KINDS = (*FATES, *TROUBLES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one seed ended; `invariant` is "" where all held, `log` is the run's own."""

    seed: int
    tally: Tally
    invariant: str = ""
    told: str = ""
    log: str = ""
    cpu_s: float = 0.0


def simulate(seed: int, plan: Plan, *, logs: bool = False) -> Outcome:
    """Run one seed; whatever it raises is told, with its log. `logs` gives the log also where all holds."""
    quiet_logs()
    begin_s = time.process_time()
    with a_world(seed, plan) as world:
        try:
            world.run()
        except Exception as fault:  # noqa: BLE001 - the product may break in any way
            name = getattr(fault, "invariant", type(fault).__name__)
            log = world.log_text()
            return Outcome(seed=seed, tally=world.tally, invariant=name, told=str(fault), log=log)
        cpu_s = time.process_time() - begin_s
        return Outcome(seed=seed, tally=world.tally, log=world.log_text() if logs else "", cpu_s=cpu_s)


def simulate_many(
    first_seed: int, plan: Plan, workers: int, goes_on: Callable[[Tally], bool]
) -> Iterator[Outcome]:
    """Run seed after seed, several at a time, as long as `goes_on` says so of what was done."""
    done, seeds = Tally(), itertools.count(first_seed)
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting: set[Future[Outcome]] = set()
        while waiting or goes_on(done):
            while goes_on(done) and len(waiting) < 2 * workers:
                waiting.add(pool.submit(simulate, next(seeds), plan))
            ready, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in ready:
                outcome = future.result()
                done += outcome.tally
                yield outcome


def shrunk(seed: int, plan: Plan, invariant: str) -> Plan:
    """Leave out customers and kinds of fault as long as the same invariant breaks."""

    def fails(less: Plan) -> bool:
        return simulate(seed, less).invariant == invariant

    comers = list(plan.only if plan.only is not None else range(plan.customers))
    part = len(comers) // 2
    while part:
        for start in range(0, len(comers), part):
            fewer = comers[:start] + comers[start + part :]
            if fails(replace(plan, only=fewer)):
                comers = fewer
                break
        else:
            part //= 2
    plan = replace(plan, only=comers)
    for kind in KINDS:
        less = replace(plan, without={*plan.without, kind})
        plan = less if fails(less) else plan
    return plan
