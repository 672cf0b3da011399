"""Run the simulation: python -m tests.simulation [--seed N] [--seconds S | --cancels N | --count N].

The pace is `--calm --gateways acquire`: 400 to 450 cancels a second and core, with a look at three of four
sales, where 1,000 are the goal. Seven tenths of the time are the product's own, spread over all of it: of the
2.4 ms of a cancel 0.8 are its three chained commits, 0.3 what the gateway writes and reads. So a simulation
that cost nothing would come to 600. In its own weather it makes some 80: a cancel takes seven exchanges.
"""

import argparse
import os
import sys
import time

from tests.simulation import shop
from tests.simulation.climate import CALM
from tests.simulation.runs import Outcome, shrunk, simulate, simulate_many
from tests.simulation.world import Plan, Tally


def main() -> int:
    """Run until it is enough, or until an invariant does not hold; then tell how to see it again."""
    args = arguments().parse_args()
    plan = Plan(
        customers=args.customers,
        climate=CALM if args.calm else None,
        without=args.without,
        only=args.only,
        gateways=tuple(args.gateways),
    )
    if args.log:
        return replay(args.seed, plan, shrinks=args.shrink)
    begin, total, cpu_s, seeds = time.monotonic(), Tally(), 0.0, 0

    def goes_on(done: Tally) -> bool:
        in_time = not args.seconds or time.monotonic() - begin < args.seconds
        return bool(in_time and done.cancels < args.cancels and seeds < args.count)

    for outcome in simulate_many(args.seed, plan, args.workers, goes_on):
        if outcome.invariant:
            print(f"seed {outcome.seed}: {outcome.told}\nsee it: {again(outcome)}")
            return 1
        total, cpu_s, seeds = total + outcome.tally, cpu_s + outcome.cpu_s, seeds + 1
    print(
        f"{seeds} seeds from {args.seed}: {total.cancels} cancels, {total.exchanges} exchanges, "
        f"{total.checks} checks, {total.lives} lives of the till in {time.monotonic() - begin:.0f} s; "
        f"{total.cancels / cpu_s:.0f} cancels and {total.exchanges / cpu_s:.0f} exchanges "
        f"a second and core"
    )
    return 0


def arguments() -> argparse.ArgumentParser:
    """Declare the arguments."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first seed")
    parser.add_argument("--seconds", type=float, default=0.0, help="stop after this time")
    parser.add_argument("--cancels", type=int, default=sys.maxsize, help="stop after so many cancels")
    parser.add_argument("--count", type=int, default=sys.maxsize, help="stop after so many seeds")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--customers", type=int, default=60, help="customers of one seed")
    parser.add_argument("--gateways", nargs="+", default=shop.GATEWAYS, choices=shop.GATEWAYS)
    parser.add_argument("--calm", action="store_true", help="no faults at all, for the pace")
    parser.add_argument("--log", action="store_true", help="run one seed and print all that happened")
    parser.add_argument(
        "--shrink", action="store_true", help="with --log: first leave out what is not needed"
    )
    parser.add_argument("--only", type=int, nargs="*", help="let only these customers come")
    parser.add_argument("--without", nargs="*", default=(), help="leave out these kinds of fault")
    return parser


def replay(seed: int, plan: Plan, *, shrinks: bool) -> int:
    """Run one seed again and print its log."""
    outcome = simulate(seed, plan, logs=True)
    if shrinks and outcome.invariant:
        plan = shrunk(seed, plan, outcome.invariant)
        outcome = simulate(seed, plan, logs=True)
        print(f"--only {' '.join(map(str, plan.only or ()))} --without {' '.join(sorted(plan.without))}")
    print(outcome.log)
    print(outcome.told or "all invariants held")
    return 1 if outcome.invariant else 0


def again(outcome: Outcome) -> str:
    """Give the command that shows the failure again."""
    return f"python -m tests.simulation --seed {outcome.seed} --log --shrink"


if __name__ == "__main__":
    sys.exit(main())
