"""The warning before a day's sales can no longer be cancelled: when it comes, and what it counts."""

from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest

from pos_cancel.domain.case import Case
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.domain.schedule import BEIJING, next_closing
from pos_cancel.presenters.closing import closing_notice
from pos_cancel.presenters.notices import Notice
from tests.unit.spoken_cases import PROFILE, SHOP, pending, words_of

END = datetime(2026, 11, 22, tzinfo=BEIJING)
DAY = date(2026, 11, 21)
LONDON = ZoneInfo("Europe/London")


def warned(
    before: timedelta,
    *cases: Case,
    profiles: tuple[Profile, ...] = (PROFILE,),
    zone: tzinfo = SHOP,
    language: str = "en",
    end: datetime = END,
) -> Notice | None:
    return closing_notice(profiles, cases, end - before, words_of(language), zone)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize(
    ("gateway", "window", "at", "day", "end"),
    [
        ("acquire", "", "2026-11-21T23:59:59", DAY, "2026-11-22T00:00"),
        ("acquire", "", "2026-11-22T00:00:00", date(2026, 11, 22), "2026-11-23T00:00"),
        ("antom", "", "2026-11-21T23:50:00", date(2026, 11, 21), "2026-11-22T00:15"),
        ("acqp", "", "2026-11-22T00:14:59", DAY, "2026-11-22T00:15"),
        ("acqp", "", "2026-11-22T00:15:00", date(2026, 11, 22), "2026-11-23T00:15"),
        ("apo", "02:30", "2026-11-22T02:00:00", DAY, "2026-11-22T02:30"),
        ("apo", "7d", "2026-11-28T23:00:00", DAY, "2026-11-29T00:00"),
        ("apo", "0d", "2026-11-21T23:00:00", DAY, "2026-11-22T00:00"),
    ],
)
def test_every_gateway_has_its_own_end(gateway: str, window: str, at: str, day: date, end: str) -> None:
    now, ends = (datetime.fromisoformat(text).replace(tzinfo=BEIJING) for text in (at, end))
    assert next_closing(gateway, window, now) == (day, ends)


@pytest.mark.parametrize(
    ("before", "word", "tone"),
    [(30, "30 min", "idle"), (10.5, "11 min", "idle"), (10, "10 min", "act"), (0.5, "1 min", "act")],
)
def test_it_is_quiet_at_thirty_minutes_and_louder_at_ten(before: float, word: str, tone: str) -> None:
    notice = warned(minutes(before))
    assert notice is not None
    assert (notice.word, notice.tone, notice.icon) == (word, tone, "clock")
    assert notice.seen


def test_before_and_after_there_is_none() -> None:
    assert warned(minutes(30.01)) is None
    assert warned(minutes(0)) is None
    assert warned(minutes(5), profiles=()) is None


def test_put_away_early_it_comes_back_late_and_not_every_minute() -> None:
    keys = [notice.key for before in (30, 20, 10, 1) if (notice := warned(minutes(before))) is not None]
    assert keys[0] == keys[1] != keys[2] == keys[3]


def test_shop_time_stands_first_and_beijing_behind_it() -> None:
    notice = warned(minutes(30))
    assert notice is not None
    assert notice.sentence == "Today's sales can be cancelled until 17:00 · Beijing Sat 21 Nov 24:00."
    at_home = warned(minutes(30), zone=ZoneInfo("Asia/Hong_Kong"))
    assert at_home is not None
    assert at_home.sentence == "Today's sales can be cancelled until 24:00."


def test_sales_of_another_day_are_named_by_it() -> None:
    profile = replace(PROFILE, gateway="acqp")
    notice = warned(minutes(10), profiles=(profile,), zone=BEIJING, end=END + minutes(15))
    assert notice is not None
    assert notice.sentence == "The sales of 21 Nov can be cancelled until 00:15."


def test_the_earliest_end_is_told_with_its_account() -> None:
    other = replace(PROFILE, name="web", gateway="acqp", account="Web shop")
    notice = warned(minutes(30), profiles=(other, PROFILE), zone=LONDON)
    assert notice is not None
    assert notice.sentence.startswith("Alipay in-store: today's sales can be cancelled until 16:00")
    same = warned(minutes(30), profiles=(PROFILE, replace(PROFILE, name="b", account="B")))
    assert same is not None
    assert same.sentence.startswith("Today's")


def test_it_counts_what_ends_with_it() -> None:
    unpaid = pending(id="u", deadline=END, looked_up=PaymentStatus.UNPAID)
    cases = [pending(id="a", deadline=END), unpaid, pending(id="b", deadline=END + minutes(1))]
    cases += [pending(id="c", deadline=None), pending(id="d", deadline=END - minutes(40))]
    notice = warned(minutes(30), *cases)
    assert notice is not None
    assert notice.detail == "Open cases that end then: 2 · not paid: 1"
    assert notice.way
    paid = warned(minutes(30), cases[0])
    assert paid is not None
    assert paid.detail == "Open cases that end then: 1"
    none = warned(minutes(30))
    assert none is not None
    assert (none.detail, none.way) == ("No open case ends then.", "")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_it(language: str) -> None:
    notice = warned(minutes(9), pending(deadline=END), language=language)
    assert notice is not None
    assert all((notice.sentence, notice.detail, notice.seen, notice.way, notice.word))
