"""The gauge: it names what grows, and noise is not growth."""

import random

import pytest

from tests.soak.gauge import FILES, ITEMS, KIB, THREADS, Sample, faults, growth_an_hour, read, sample

MIB = 1024 * KIB


def day(count: int = 60, kib_a_case: float = 0.0, **a_hundred: float) -> list[Sample]:
    """A day with a warm-up, noise of a mebibyte, and this growth."""
    chance = random.Random(7)
    samples = []
    for place in range(count):
        cases = place * 10
        warming = min(place, count // 4) * 100 * KIB
        rss = 120 * MIB + warming + round(kib_a_case * KIB * cases) + chance.randrange(MIB)
        counts = {"made.Case": 64, THREADS: 8, FILES: 18, ITEMS: 200_000}
        grown = {name: counts[name] + round(more * cases / 100) for name, more in a_hundred.items()}
        noise = {"builtins.tuple": 1000 + chance.randrange(40)}
        samples.append(Sample(cases, rss, counts | grown | noise))
    return samples


def test_warming_up_and_noise_are_no_growth() -> None:
    assert faults(day()) == []


def test_memory_that_grows_is_told_by_the_hour() -> None:
    samples = day(kib_a_case=20.0)
    assert growth_an_hour(samples) == pytest.approx(20 * 60 * KIB, rel=0.1)
    (told,) = faults(samples)
    assert told.startswith("memory: +1")
    assert faults(day(kib_a_case=10.0)) == []


def test_a_short_run_does_not_mistake_sway_for_a_slope() -> None:
    assert faults(day(15, kib_a_case=20.0)) == []


@pytest.mark.parametrize(
    ("name", "more", "is_told"),
    [("made.Case", 20.0, True), ("made.Case", 2.0, False), (THREADS, 1.0, True), (FILES, 2.0, True)],
)
def test_what_grows_is_named_with_its_pace(name: str, more: float, *, is_told: bool) -> None:
    found = faults(day(60, 0.0, **{name: more}))
    assert [line.partition(":")[0] for line in found] == ([name] if is_told else [])
    if more == 20.0:
        assert found == ["made.Case: +20.0 in 100 cases"]


def test_few_samples_tell_nothing() -> None:
    assert faults(day(5)) == ["5 samples are too few to tell"]


def test_a_sample_of_this_process_can_be_read_back() -> None:
    seen = read(sample(3))
    assert (seen.cases, seen.counts[THREADS] > 0, seen.counts["builtins.dict"] > 0) == (3, True, True)
    assert seen.rss > 10 * MIB
