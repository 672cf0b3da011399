"""Moments and waits in words: shop time first, Beijing time where the gateway counts in it."""

from datetime import date, datetime, time, timedelta, tzinfo
from math import ceil

from pos_cancel.domain.schedule import BEIJING
from pos_cancel.presenters.wording import Wording

MINUTE_S = 60
# In these hours of Beijing no refund is to be made (outcomes.md §4, use_refund).
NIGHT_ENDS = time(1, 30)


def shop_time(moment: datetime, now: datetime, zone: tzinfo, words: Wording) -> str:
    """Give the time of day in the shop, with the day before it unless that is today."""
    local = moment.astimezone(zone)
    return _spoken(local.date(), _clock(local, words), now.astimezone(zone).date(), words)


def shop_time_today(moment: datetime, now: datetime, zone: tzinfo, words: Wording) -> str:
    """Give the same, saying "today" where it is: for a moment that stands alone in a line."""
    local = moment.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return words.text("time.today", clock=_clock(local, words))
    return _dated(local.date(), _clock(local, words), words)


def day_and_time(moment: datetime, zone: tzinfo, words: Wording) -> str:
    """Give the day and the time in the shop, today too: for paper, which is read on another day."""
    local = moment.astimezone(zone)
    return _dated(local.date(), _clock(local, words), words)


def end_time(moment: datetime, now: datetime, zone: tzinfo, words: Wording) -> str:
    """Give a deadline in shop time. Midnight is 24:00 of the day that it ends, never 00:00 of the next."""
    day, clock = _end(moment.astimezone(zone), words)
    return _spoken(day, clock, now.astimezone(zone).date(), words)


def beijing_end(moment: datetime, words: Wording) -> str:
    """Give a deadline as day and time in Beijing, where the gateway counts it."""
    return _dated(*_end(moment.astimezone(BEIJING), words), words)


def _end(local: datetime, words: Wording) -> tuple[date, str]:
    if local.time() == time():
        return local.date() - timedelta(days=1), words.text("time.clock", hour=24, minute=0)
    return local.date(), _clock(local, words)


def _clock(local: datetime, words: Wording) -> str:
    return words.text("time.clock", hour=local.hour, minute=local.minute)


def _spoken(day: date, clock: str, today: date, words: Wording) -> str:
    return clock if day == today else _dated(day, clock, words)


def _dated(day: date, clock: str, words: Wording) -> str:
    weekday, month = words.text(f"time.weekday.{day.isoweekday()}"), words.text(f"time.month.{day.month}")
    return words.text("time.day", weekday=weekday, day=day.day, month=month, clock=clock)


def seconds_until(moment: datetime, now: datetime) -> int:
    """Give the whole seconds that are left, 0 when it is due."""
    return max(0, ceil((moment - now).total_seconds()))


def countdown(left_s: int, words: Wording) -> str:
    """Give a wait in words: 0:08, or 8 seconds in Chinese."""
    minutes, rest = divmod(left_s, MINUTE_S)
    if not minutes:
        return words.text("time.countdown_short", rest=rest)
    return words.text("time.countdown_long", minutes=minutes, rest=rest)


def refunds_rest_until(now: datetime) -> datetime | None:
    """Give when refunds may be made again, None outside the night hours of Beijing."""
    there = now.astimezone(BEIJING)
    if there.time() >= NIGHT_ENDS:
        return None
    return datetime.combine(there.date(), NIGHT_ENDS, BEIJING)
