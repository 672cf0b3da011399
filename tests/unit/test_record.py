"""A case as a line of JSON and back, also between releases."""

import json
from dataclasses import fields, replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain import record
from pos_cancel.domain.case import Ask, Case, Doubt, State
from pos_cancel.domain.case import replace as case_replace
from pos_cancel.domain.outcome import Progress, Signature
from pos_cancel.domain.sale import PaymentStatus
from tests.unit.till_stories import BLANK, NOON, at

FULL = replace(
    BLANK,
    state=State.RETRY_PENDING,
    account='店 "A"\n',
    overrides=("amount", "number twice"),
    looked_up=PaymentStatus.PAID,
    looked_up_at=at(0.123456),
    amount_minor=0,
    refunded_minor=2_000,
    deadline=at(60).astimezone(timezone(timedelta(hours=8))),
    in_flight=Ask.CANCEL,
    doubt=Doubt.WINDOW,
    training=True,
    progress=Progress.ANSWERED,
    signature=Signature.VERIFIED,
)


@pytest.mark.parametrize("case", [BLANK, FULL])
def test_a_case_comes_back_as_it_was(case: Case) -> None:
    back = record.load(record.dump(case))
    assert back == case
    assert [type(getattr(back, f.name)) for f in fields(Case)] == [
        type(getattr(case, f.name)) for f in fields(Case)
    ]


@given(
    text=st.text(st.characters(exclude_categories=["Cs"])),
    params=st.lists(st.tuples(st.text(max_size=9), st.text(max_size=9))),
    minor=st.none() | st.integers(0),
    state=st.sampled_from(State),
    moment=st.none() | st.datetimes(timezones=st.just(NOON.tzinfo)),
)
def test_any_value_comes_back(
    text: str, params: list[tuple[str, str]], minor: int | None, state: State, moment: datetime | None
) -> None:
    case = replace(
        BLANK,
        reason=text,
        number=text,
        params=tuple(params),
        amount_minor=minor,
        state=state,
        deadline=moment,
    )
    assert record.load(record.dump(case)) == case


def test_the_record_is_one_line_and_leaves_out_what_is_usual() -> None:
    line = record.dump(FULL)
    assert "\n" not in line
    assert "店" in line
    assert set(json.loads(record.dump(BLANK))) < {f.name for f in fields(Case)}
    assert "watched" not in json.loads(record.dump(BLANK))


def test_a_record_of_a_newer_release_is_read() -> None:
    newer = json.loads(record.dump(FULL)) | {"something_new": [1, {"deep": True}]}
    assert record.load(json.dumps(newer)) == FULL


def test_a_record_of_an_older_release_is_read() -> None:
    older = {name: value for name, value in json.loads(record.dump(FULL)).items() if name != "watched"}
    assert record.load(json.dumps(older)) == FULL


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"text"',
        "{}",
        json.dumps(json.loads(record.dump(BLANK)) | {"state": "melted"}),
        json.dumps(json.loads(record.dump(BLANK)) | {"opened_at": "yesterday"}),
        json.dumps(json.loads(record.dump(BLANK)) | {"opened_at": 5}),
    ],
)
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        record.load(text)


def test_a_case_is_changed_as_the_library_would() -> None:
    changes: dict[str, Any] = {"state": State.CLOSED, "tries": 3, "params": (("a", "b"),), "deadline": None}
    assert case_replace(FULL, **changes) == replace(FULL, **changes)
    assert case_replace(FULL) == FULL
    with pytest.raises(AttributeError):
        case_replace(FULL, trys=3)  # type: ignore[call-arg]
