"""Every named fault of our own rules is noticed by the simulation, from the first seed on."""

import json
from collections.abc import Callable

import pytest

from tests.invariants import INVARIANTS
from tests.simulation.climate import Climate
from tests.simulation.mutation import Mutant, read_mutants
from tests.simulation.programme import run
from tests.simulation.runs import simulate
from tests.simulation.world import Plan

Record = Callable[[str, object], None]
MUTANTS = read_mutants()
NAMES = [mutant.name for mutant in MUTANTS]
# Seeds on which the product itself is seen to be blameless in the weather of every mutant.
BLAMELESS = range(1, 9)


def test_there_are_enough_of_them() -> None:
    assert len(set(NAMES)) == len(NAMES) >= 30


@pytest.mark.programme("mutants")
@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_a_mutant_is_caught(mutant: Mutant, record_property: Record) -> None:
    done = run("tests.simulation.mutation", mutant.name, "--json", "--workers", "1")
    assert done.stdout, done.stderr[-4000:]
    catch = json.loads(done.stdout)
    print(f"{mutant.name}: {catch['invariant']} on seed {catch['seed']} after {catch['cancels']} cancels")
    record_property("points", 1)
    record_property("invariant", catch["invariant"])
    assert catch["invariant"] in INVARIANTS, f"{mutant.name}: {catch['told'] or 'not caught'}"


@pytest.mark.prove
@pytest.mark.programme("mutants, the product in their weather")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("mutant", MUTANTS, ids=NAMES)
def test_the_product_itself_is_blameless_in_the_weather_of_a_mutant(
    mutant: Mutant, record_property: Record
) -> None:
    """Otherwise a mutant would be caught by something that it did not do."""
    plan = Plan(
        customers=mutant.customers,
        climate=Climate(dict(mutant.weather)),
        gateways=mutant.gateways,
        hours=mutant.hours,
    )
    outcomes = [simulate(seed, plan) for seed in BLAMELESS]
    record_property("points", sum(outcome.tally.cancels for outcome in outcomes))
    assert [outcome.told for outcome in outcomes if outcome.invariant] == []
