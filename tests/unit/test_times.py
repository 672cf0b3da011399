"""Times of the gateways: all that they write is read, nothing else."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.errors import ReplyError
from pos_cancel.gateways.times import beijing_datetime, milliseconds, parse_time

MOMENT = datetime(2022, 2, 22, 18, 15, 57, 250_999, tzinfo=UTC)


def test_what_is_written_reads_back() -> None:
    assert beijing_datetime(MOMENT) == "2022-02-23 02:15:57"
    assert parse_time(beijing_datetime(MOMENT)) == MOMENT.replace(microsecond=0)
    assert milliseconds(MOMENT) == "1645553757250"
    assert parse_time(milliseconds(MOMENT)) == MOMENT.replace(microsecond=250_000)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2022-02-23",
        "2022-13-01 00:00:00",
        "0001-01-01 00:00:00",
        "20221301000000",
        "2022-W01-1",
        "9" * 14,
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ReplyError, match="is not a time"):
        parse_time(text)


@given(st.text(alphabet="0123456789-+:TZ. ", max_size=40) | st.text())
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        moment = parse_time(text)
    except ReplyError:
        return
    assert moment.utcoffset() == UTC.utcoffset(None)
