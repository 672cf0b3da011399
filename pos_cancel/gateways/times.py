"""The forms of time that the gateways write and read (gateways.md T1, T16; A1.8)."""

import re
from datetime import UTC, datetime, timedelta, timezone

from pos_cancel.domain.errors import ReplyError

BEIJING = timezone(timedelta(hours=8))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECONDS = re.compile(r"\d{13}", re.ASCII)
DIGITS = re.compile(r"\d{14}", re.ASCII)
SPELLED = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?",
    re.ASCII,
)


def parse_time(text: str) -> datetime:
    """Read a time in any of the gateways' forms and give it in UTC.

    ISO 8601 with an offset, `yyyy-MM-dd HH:mm:ss` and `yyyyMMddHHmmss` (both GMT+8, as is every form
    without an offset), or 13 digits of milliseconds since 1970. Raises `ReplyError` for anything else.
    """
    try:
        return _parse(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ReplyError(f"{text[:40]!r} is not a time that a gateway writes.") from None


def _parse(text: str) -> datetime:
    if MILLISECONDS.fullmatch(text):
        return EPOCH + timedelta(milliseconds=int(text))
    if DIGITS.fullmatch(text):
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    if not SPELLED.fullmatch(text):
        raise ValueError
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=BEIJING)


def beijing_datetime(moment: datetime) -> str:
    """Give `yyyy-MM-dd HH:mm:ss` in GMT+8, the form that acquire's own samples use."""
    return moment.astimezone(BEIJING).replace(tzinfo=None).isoformat(" ", "seconds")


def milliseconds(moment: datetime) -> str:
    """Give the whole milliseconds since 1970."""
    return str((moment - EPOCH) // timedelta(milliseconds=1))
