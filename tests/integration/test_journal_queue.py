"""The index is the queue: what is due, what is open, what was interrupted, what is watched."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.work_queue import PAGE
from pos_cancel.domain.case import Ask, Case, Doubt, State
from pos_cancel.domain.listing import Listing, listing_of
from pos_cancel.engine.worklist import LATE
from tests.integration.journal_cases import NOON, keep, make_case

SECOND = timedelta(seconds=1)


@pytest.fixture
def journal(isolated_home: Path) -> Iterator[Journal]:
    with Journal.open(isolated_home) as opened:
        yield opened


def watched(count: int, **changes: object) -> Case:
    values = {"state": State.CLOSED_UNSCANNED, "doubt": Doubt.WATCH, "next_ask": Ask.INQUIRY}
    return make_case(count, **(values | {"watching_until": NOON + 60 * SECOND} | changes))


def test_what_is_due_comes_by_time_and_the_foreground_first(journal: Journal) -> None:
    background = make_case(1, rounds=2, next_try_at=NOON - 60 * SECOND)
    watch = watched(2, next_try_at=NOON - 50 * SECOND)
    later = make_case(3, next_try_at=NOON - SECOND)
    sooner = make_case(4, next_try_at=NOON - 2 * SECOND)
    future = make_case(5, next_try_at=NOON + SECOND)
    keep(journal, background, watch, later, sooner, future)
    assert journal.due(NOON, 10) == [sooner, later, background, watch]
    assert journal.due(NOON, 3) == [sooner, later, background]
    assert journal.due(NOON, 1) == [sooner]
    assert journal.due(NOON, 0) == []
    assert journal.due(NOON - 60 * SECOND, 10) == [background]
    assert journal.next_due() == NOON - 60 * SECOND


def test_what_is_on_the_wire_or_stopped_is_not_due(journal: Journal) -> None:
    keep(journal, make_case(1, in_flight=Ask.CANCEL), make_case(2, next_ask=None, stopped="key"))
    assert journal.due(NOON, 10) == []
    assert journal.next_due() is None


def test_an_empty_journal_has_nothing_to_do(journal: Journal) -> None:
    assert journal.next_due() is None
    assert journal.due(NOON, 10) == []
    assert journal.in_flight() == journal.watching() == journal.open_cases() == []


def test_open_cases_come_by_deadline(journal: Journal) -> None:
    unknown = make_case(1)
    late = make_case(2, deadline=NOON + 2 * SECOND, state=State.CALL_SUPPORT)
    early = make_case(3, deadline=NOON + SECOND, state=State.NOT_SENT)
    keep(journal, unknown, late, early, make_case(4, state=State.REFUNDED), watched(5))
    assert journal.open_cases() == [early, late, unknown]


def test_a_case_that_a_person_ended_is_not_open(journal: Journal) -> None:
    case = make_case(1, state=State.CALL_SUPPORT, next_ask=None)
    keep(journal, case)
    keep(journal, replace(case, ended=True))
    assert journal.open_cases() == []
    keep(journal, make_case(2, number=case.number))
    assert journal.verify() == []


def test_watches_are_listed_until_they_end(journal: Journal) -> None:
    watch = watched(1)
    keep(journal, watch, make_case(2))
    assert journal.watching() == [watch]
    flying = replace(watch, in_flight=Ask.INQUIRY)
    keep(journal, flying)
    assert journal.watching() == [flying]
    keep(journal, replace(watch, next_ask=None, next_try_at=None, doubt=None, watching_until=None))
    assert journal.watching() == []


def test_what_a_stop_interrupted_is_listed(journal: Journal) -> None:
    prepared = make_case(1)
    sent = make_case(2, in_flight=Ask.CANCEL)
    asked = make_case(3, state=State.RETRY_PENDING, in_flight=Ask.INQUIRY)
    looked = watched(4, in_flight=Ask.INQUIRY)
    keep(journal, prepared, sent, asked, looked, make_case(5, state=State.RETRY_PENDING), watched(6))
    assert journal.in_flight() == [prepared, sent, asked, looked]


@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.prove)])
def test_a_long_queue_is_worked_off_completely(journal: Journal, rng: random.Random, count: int) -> None:
    waits = [rng.randrange(-500, 500) for _ in range(count)]
    cases = [
        make_case(place, rounds=rng.randrange(2), next_try_at=NOON + wait * SECOND)
        for place, wait in enumerate(waits)
    ]
    keep(journal, *cases)
    assert journal.next_due() == min(case.next_try_at or NOON for case in cases)
    claimed: list[Case] = []
    while due := journal.due(NOON, 500):
        claimed += due
        keep(journal, *(replace(case, in_flight=Ask.INQUIRY) for case in due))
    order = [(_rank(case), case.next_try_at, case.id) for case in claimed]
    assert order == sorted(order)
    assert len(claimed) == sum(wait <= 0 for wait in waits)


def _rank(case: Case) -> int:
    return 2 if case.rounds else int((case.next_try_at or NOON) <= NOON - LATE)


def test_who_is_waited_for_comes_before_what_is_long_overdue(journal: Journal) -> None:
    overdue = make_case(1, next_try_at=NOON - 61 * SECOND)
    background = make_case(2, rounds=1, next_try_at=NOON - 70 * SECOND)
    fresh = make_case(3, next_try_at=NOON - SECOND)
    keep(journal, overdue, background, fresh)
    assert journal.due(NOON, 10) == [fresh, overdue, background]
    assert journal.due(NOON, 10, behind=False) == [fresh]


def test_the_list_has_all_places_and_the_first_cases(journal: Journal) -> None:
    cases = [make_case(place, deadline=NOON + place * SECOND) for place in range(5)]
    unknown = make_case(5)
    keep(journal, unknown, *cases[::-1], make_case(6, state=State.REFUNDED))
    assert journal.listing(2) == Listing(listing_of([*cases, unknown]).places, tuple(cases[:2]))
    assert journal.cases_of([unknown.id, "nobody", cases[3].id]) == [unknown, cases[3]]


def test_an_accounts_waiting_cases_come_by_deadline_and_stopped_ones_apart(journal: Journal) -> None:
    later = NOON + SECOND
    waiting = [
        make_case(place, next_try_at=later, deadline=NOON + place * SECOND) for place in range(2 * PAGE + 5)
    ]
    stopped = make_case(900, next_ask=None, next_try_at=None, stopped="S-01")
    other = make_case(901, next_try_at=later, profile="other")
    keep(journal, *waiting[::-1], stopped, other, make_case(902))
    assert list(journal.waiting("shop", NOON)) == waiting
    assert (journal.undue("shop"), journal.undue("other")) == ([stopped.id], [])
