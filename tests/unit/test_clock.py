"""A wall clock that is set back must not make tries late (outcomes.md R4)."""

from datetime import UTC

from pos_cancel.adapters.clock import ClockWatch, SystemClock


def test_the_clock_is_aware_and_the_steady_one_never_goes_back() -> None:
    clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() <= clock.monotonic()


def test_only_a_clock_that_is_set_back_is_told_and_once() -> None:
    wall, steady = [1000.0], [50.0]
    watch = ClockWatch(lambda: wall[0], lambda: steady[0])
    told = []
    for wall_s, steady_s in ((1010.0, 60.0), (1020.5, 70.0), (700.0, 71.0), (705.0, 76.0), (9000.0, 77.0)):
        wall[0], steady[0] = wall_s, steady_s
        told.append(watch.went_back())
    assert told == [False, False, True, False, False]
