"""The warning before the sales of a day can no longer be cancelled: 30 and 10 minutes ahead of it."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta, tzinfo
from math import ceil

from pos_cancel.domain.case import Case
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.sale import WAITING_STATUSES
from pos_cancel.domain.schedule import BEIJING, next_closing
from pos_cancel.presenters.moments import beijing_end, end_time
from pos_cancel.presenters.notices import Notice
from pos_cancel.presenters.wording import Wording

EARLY, LATE = timedelta(minutes=30), timedelta(minutes=10)


def closing_notice(
    profiles: Iterable[Profile], cases: Iterable[Case], now: datetime, words: Wording, zone: tzinfo
) -> Notice | None:
    """Give the warning of the earliest end among the accounts, None while every end is far away.

    It counts the open cases that end no later than that, and those of them that nobody has paid.
    """
    ends = {each.name: (next_closing(each.gateway, each.window, now), each.label) for each in profiles}
    if not ends:
        return None
    (day, at), account = min(ends.values(), key=lambda end: (end[0][1], end[0][0]))
    left = at - now
    if left > EARLY:
        return None
    named = account if len({end for end, _ in ends.values()}) > 1 else None
    due = [case for case in cases if case.deadline is not None and now < case.deadline <= at]
    unpaid = sum(case.looked_up in WAITING_STATUSES for case in due)
    is_late = left <= LATE
    return Notice(
        key=f"closing {at.isoformat()} {'late' if is_late else 'early'}",
        tone="act" if is_late else "idle",
        icon="clock",
        word=words.text("notice.closing.left", minutes=ceil(left / timedelta(minutes=1))),
        sentence=_sentence(day, at, now, words, zone, named),
        detail=_count(len(due), unpaid, words),
        seen=words.text("notice.seen"),
        way=words.text("notice.way") if due else "",
    )


def _sentence(
    day: date, at: datetime, now: datetime, words: Wording, zone: tzinfo, account: str | None
) -> str:
    in_beijing = at.astimezone(zone).utcoffset() == at.astimezone(BEIJING).utcoffset()
    is_today = day == now.astimezone(zone).date()
    named = words.text("time.date", day=day.day, month=words.text(f"time.month.{day.month}"))
    return words.text(
        f"notice.closing.{'today' if is_today else 'day'}",
        day=named,
        until=end_time(at, now, zone, words),
        beijing=None if in_beijing else beijing_end(at, words),
        account=account,
    )


def _count(due: int, unpaid: int, words: Wording) -> str:
    if not due:
        return words.text("notice.closing.none")
    return words.text("notice.closing.count", count=due, unpaid=unpaid or None)
