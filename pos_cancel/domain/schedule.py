"""Retry schedules, cancel windows and deadlines (outcomes.md R4, R5, R6, R14; gateways.md A1.6)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta, timezone

from pos_cancel.domain.case import Case
from pos_cancel.domain.profile import Schedule

BEIJING = timezone(timedelta(hours=8), "UTC+8")
UNPAID_GRACE = timedelta(minutes=15)
UNKNOWN_DAY = timedelta(hours=24)
OUT_OF_REACH = timedelta(days=3650)
T_PLUS_1 = "00:15"
AFTER_DEADLINE = timedelta(minutes=30)
TIMESTAMP_LIFE = timedelta(minutes=10)
CLOCK_CHECK_LIFE = timedelta(minutes=10)
CLOCK_TOLERANCE = timedelta(minutes=2)
BEFORE_DEADLINE = (timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=2))
# From one inquiry to the next: at 1, 5, 15 and 60 min after the window's end.
CLOSING_S = (60.0, 240.0, 600.0, 2700.0)
SUPPORT_ROUND_S = 3600.0
KEEP_S = 120.0
WATCH_S = (60.0, 180.0, 300.0, 600.0, 900.0, 1800.0)
PAID_BEFORE_S = 600.0


def beijing_day(moment: datetime) -> date:
    """Give the day in UTC+8."""
    return moment.astimezone(BEIJING).date()


def day_end(day: date) -> datetime:
    """Give 24:00 of a Beijing day."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def acquire_window(
    opened_at: datetime, *, made: date | None, created_at: datetime | None, paid_at: datetime | None
) -> tuple[datetime | None, datetime]:
    """Give (deadline to show, moment to stop at) for a sale on acquire.

    24:00 UTC+8 of the sale's day; known unpaid, creation + 15 minutes if that is later. Where creation
    and payment fall on different days the earlier is shown and the later stops. Nothing known: none is
    shown, and the stop counts 24 hours from the opening (R4).
    """
    # A sale that is known and unpaid has its grace from its creation, whatever its number's day.
    ends = [day_end(made)] if made and not (created_at and paid_at is None) else []
    if created_at:
        grace = created_at + UNPAID_GRACE
        ends.append(
            day_end(beijing_day(created_at)) if paid_at else max(day_end(beijing_day(created_at)), grace)
        )
    if paid_at:
        ends.append(day_end(beijing_day(paid_at)))
    if not ends:
        return None, opened_at + UNKNOWN_DAY
    return min(ends), max(ends)


def json_window(
    opened_at: datetime, window: str, days: Iterable[date], *, always_ends: bool
) -> tuple[datetime | None, datetime]:
    """Give (deadline to show, moment to stop at) for a sale on a JSON gateway.

    `days` are the Beijing days that the sale is known to fall on, T. `window` is the contract's rule:
    "" or "HH:MM" for that time of T+1 in UTC+8 (00:15 if unset), "Nd" for 24:00 of the N-th day after T.
    Where the contract is not known (no `window`, and not `always_ends`) the clock alone never stops
    cancels, so the second moment lies out of reach (outcomes.md R4, R5). Raises ValueError for a window
    of no known form.
    """
    ends = [_window_end(day, window or T_PLUS_1) for day in days]
    if not ends:
        return None, opened_at + (UNKNOWN_DAY if window or always_ends else OUT_OF_REACH)
    return min(ends), max(ends) if window or always_ends else max(ends) + OUT_OF_REACH


def next_closing(gateway: str, window: str, now: datetime) -> tuple[date, datetime]:
    """Give (Beijing day, moment): the sales of that day are the next that can no longer be cancelled.

    On acquire they are those of today; on a JSON gateway `window` says how long a day's sales last (R4).
    """
    today = beijing_day(now)
    if gateway == "acquire":
        return today, day_end(today)
    back = int(window[:-1]) if window.endswith("d") else 1
    ends = ((day, _window_end(day, window or T_PLUS_1)) for day in _last_days(today, back))
    return next(ended for ended in ends if ended[1] > now)


def _last_days(today: date, back: int) -> Iterator[date]:
    return (today - timedelta(days=days) for days in range(back, -1, -1))


def _window_end(day: date, window: str) -> datetime:
    if window.endswith("d"):
        return day_end(day + timedelta(days=int(window[:-1])))
    return datetime.combine(day + timedelta(days=1), time.fromisoformat(window), BEIJING)


def seconds(schedule: Schedule, amount_s: float) -> timedelta:
    """Give a delay in the profile's pace."""
    return timedelta(seconds=amount_s * schedule.pace)


def in_foreground(case: Case, at: datetime, schedule: Schedule) -> bool:
    """Tell whether tries still come quickly: 60 s or 4 tries, whichever is later."""
    return case.tries < schedule.least_tries or in_first_minute(case, at, schedule)


def in_first_minute(case: Case, at: datetime, schedule: Schedule) -> bool:
    """Tell whether the first 60 s are not over."""
    return at - case.foreground_from < seconds(schedule, schedule.foreground_s)


def gap(schedule: Schedule, done: int) -> timedelta:
    """Give the foreground gap after so many tries."""
    gaps = schedule.gaps_s
    return seconds(schedule, gaps[min(max(done, 1), len(gaps)) - 1])


def busy_gap(schedule: Schedule, times: int) -> timedelta:
    """Give the wait after a busy answer: at least 30 s, doubling to the longest round (R6)."""
    return seconds(schedule, min(schedule.busy_s * 2 ** min(times, 10), schedule.longest_round_s))


def round_due(case: Case, at: datetime, schedule: Schedule, jitter: float) -> datetime:
    """Give the next round: 1 to 15 min apart with jitter, and 10, 5 and 2 min before the deadline."""
    wait_s = min(
        schedule.shortest_round_s * 2 ** min(case.rounds, 10) * (1 + jitter / 4), schedule.longest_round_s
    )
    return marked(case, at, at + seconds(schedule, wait_s))


def marked(case: Case, at: datetime, due: datetime, *, at_least: timedelta = timedelta(0)) -> datetime:
    """Give the due time or, if earlier, the next mark before the deadline that is `at_least` away."""
    if case.deadline is None:
        return due
    marks = [case.deadline - before for before in BEFORE_DEADLINE]
    return min([due, *(mark for mark in marks if mark > at + at_least)])


def watch_due(case: Case, closed_at: datetime, schedule: Schedule) -> datetime | None:
    """Give the next look after a close (R14): 1, 3, 5, 10, 15, 30 min, then the deadline; None when done."""
    if case.watched < len(WATCH_S):
        return closed_at + seconds(schedule, WATCH_S[case.watched])
    if case.watched == len(WATCH_S) and case.deadline is not None:
        after = closed_at + seconds(schedule, WATCH_S[-1])
        return case.deadline if case.deadline > after else None
    return None


def watch_end(case: Case, closed_at: datetime, schedule: Schedule) -> datetime:
    """Give the last look of a watch."""
    after = closed_at + seconds(schedule, WATCH_S[-1])
    return max(after, case.deadline) if case.deadline is not None else after


def clock_off_s(now: datetime, gateway_time: datetime) -> int:
    """Give the seconds by which this till's clock is ahead of a reply's Date; 0 within two minutes (R12)."""
    off = now - gateway_time
    return round(off.total_seconds()) if abs(off) > CLOCK_TOLERANCE else 0
