"""Windows, gaps and rounds (outcomes.md R4, R5, R6, R14; gateways.md A1.6)."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pos_cancel.domain.profile import Schedule
from pos_cancel.domain.schedule import (
    BEIJING,
    acquire_window,
    beijing_day,
    busy_gap,
    day_end,
    gap,
    round_due,
    seconds,
    watch_due,
    watch_end,
)
from tests.unit.till_stories import BLANK, MIDNIGHT, NOON, at

TODAY = date(2026, 11, 20)
PACE = Schedule()
FAST = Schedule(pace=0.01)


def beijing(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BEIJING)


def test_the_day_is_beijings_wherever_the_till_stands() -> None:
    assert beijing_day(datetime(2026, 11, 20, 15, 59, tzinfo=UTC)) == TODAY
    assert beijing_day(datetime(2026, 11, 20, 16, 0, tzinfo=UTC)) == date(2026, 11, 21)
    assert day_end(TODAY) == datetime(2026, 11, 20, 16, 0, tzinfo=UTC) == MIDNIGHT
    assert day_end(date(2026, 12, 31)) == datetime(2027, 1, 1, tzinfo=BEIJING)


@pytest.mark.parametrize(
    ("made", "created_at", "paid_at", "shown", "stops"),
    [
        (TODAY, None, None, beijing(21, 0), beijing(21, 0)),
        (None, None, beijing(20, 12), beijing(21, 0), beijing(21, 0)),
        (TODAY, None, beijing(20, 12), beijing(21, 0), beijing(21, 0)),
        (None, beijing(20, 12), None, beijing(21, 0), beijing(21, 0)),
        # Known unpaid: fifteen minutes from the creation, if that is later.
        (None, beijing(20, 23, 50), None, beijing(21, 0, 5), beijing(21, 0, 5)),
        (TODAY, beijing(20, 23, 50), None, beijing(21, 0, 5), beijing(21, 0, 5)),
        # A paid one has none of that grace.
        (None, beijing(20, 23, 50), beijing(20, 23, 55), beijing(21, 0), beijing(21, 0)),
        # Made before midnight, paid after it: show the earlier, stop on the later.
        (TODAY, None, beijing(21, 0, 3), beijing(21, 0), beijing(22, 0)),
        (TODAY, beijing(20, 23, 58), beijing(21, 0, 3), beijing(21, 0), beijing(22, 0)),
    ],
)
def test_the_window_of_acquire(
    made: date | None, created_at: datetime | None, paid_at: datetime | None, shown: datetime, stops: datetime
) -> None:
    assert acquire_window(NOON, made=made, created_at=created_at, paid_at=paid_at) == (shown, stops)


def test_an_unknown_day_shows_no_deadline_and_counts_a_day_from_the_opening() -> None:
    assert acquire_window(NOON, made=None, created_at=None, paid_at=None) == (
        None,
        NOON + timedelta(hours=24),
    )


def test_the_pace_multiplies_every_delay() -> None:
    assert seconds(FAST, 60) == timedelta(seconds=0.6)
    assert gap(FAST, 1) == timedelta(seconds=0.02)
    assert busy_gap(FAST, 0) == timedelta(seconds=0.3)
    assert round_due(BLANK, NOON, FAST, 0) == at(0.6)
    assert watch_due(BLANK, NOON, FAST) == at(0.6)
    assert watch_end(BLANK, NOON, FAST) == at(18)


def test_the_gaps_of_the_foreground() -> None:
    assert [gap(PACE, done).total_seconds() for done in range(8)] == [2, 2, 4, 8, 16, 32, 32, 32]


def test_busy_waits_double_from_half_a_minute() -> None:
    waits = [busy_gap(PACE, times).total_seconds() for times in range(40)]
    assert waits[:5] == [30, 60, 120, 240, 480]
    assert max(waits) == waits[-1] == 900


@pytest.mark.parametrize("jitter", [0.0, 0.3, 1.0])
def test_rounds_are_between_1_and_15_min_apart(jitter: float) -> None:
    waits = [
        (round_due(replace(BLANK, rounds=rounds), NOON, PACE, jitter) - NOON).total_seconds()
        for rounds in range(40)
    ]
    assert all(60 <= wait <= 900 for wait in waits)
    assert waits == sorted(waits)


def test_chance_spreads_the_rounds() -> None:
    assert round_due(BLANK, NOON, PACE, 0.0) != round_due(BLANK, NOON, PACE, 0.9)


@pytest.mark.parametrize(
    ("minutes_left", "due_left"),
    [(60, 45), (24, 10), (15, 10), (10, 5), (9, 5), (5, 2), (4, 2), (2, -13), (1, -14), (-5, -20)],
)
def test_the_marks_before_the_deadline_are_never_jumped_over(minutes_left: int, due_left: int) -> None:
    case = replace(BLANK, deadline=MIDNIGHT, rounds=9)
    due = round_due(case, MIDNIGHT - timedelta(minutes=minutes_left), PACE, 0.0)
    assert due == MIDNIGHT - timedelta(minutes=due_left)


def test_the_watch_ends_with_the_deadline_or_after_half_an_hour() -> None:
    late = replace(BLANK, deadline=at(7200), watched=6)
    assert (watch_due(late, NOON, PACE), watch_end(late, NOON, PACE)) == (at(7200), at(7200))
    assert watch_due(replace(late, watched=7), NOON, PACE) is None
    soon = replace(BLANK, deadline=at(600), watched=6)
    assert (watch_due(soon, NOON, PACE), watch_end(soon, NOON, PACE)) == (None, at(1800))
    assert watch_due(replace(BLANK, watched=6), NOON, PACE) is None
