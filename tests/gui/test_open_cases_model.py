"""The list model: order, changes, words."""

from dataclasses import replace
from datetime import timedelta

from pytestqt.modeltest import ModelTester

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.listing import Listing, listing_of
from pos_cancel.gui.open_cases_model import (
    CASE_ROLE,
    MOST_KEPT,
    NOT_READ,
    PAGE,
    ROW_ROLE,
    OpenCasesModel,
    OpenRow,
)
from pos_cancel.gui.stages import Leaving
from tests.gui.scripted_desk import StoppedClock
from tests.unit.spoken_cases import FULL_CASE, NOW, SHOP, pending, words_of


def open_case(ref: str, minutes: int | None = None, **changes: object) -> Case:
    deadline = None if minutes is None else NOW + timedelta(minutes=minutes)
    return replace(pending(id=ref, ref=ref, deadline=deadline), **changes)  # type: ignore[arg-type]


def a_model() -> tuple[OpenCasesModel, StoppedClock]:
    clock = StoppedClock()
    return OpenCasesModel(words_of("en"), clock, SHOP), clock


def refs(model: OpenCasesModel) -> list[str]:
    return [model.index(row).data(CASE_ROLE).ref for row in range(model.rowCount())]


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model, _ = a_model()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.take_all(listing_of((open_case("b", 20), open_case("a", 10), open_case("none"))))
    model.take(open_case("c", 15))
    model.take(open_case("a", 30))
    model.take(open_case("a", 30, tries=9))
    model.take(open_case("b", 20, state=State.REFUNDED))
    assert refs(model) == ["c", "a", "none"]


def test_the_earliest_deadline_comes_first_and_unknown_ones_last() -> None:
    model, _ = a_model()
    model.take_all(listing_of((open_case("none"), open_case("late", 90), FULL_CASE, open_case("soon", 5))))
    assert refs(model) == ["soon", "late", "none"]
    model.take(open_case("between", 60))
    assert refs(model) == ["soon", "between", "late", "none"]


def test_a_settled_case_that_was_never_listed_is_no_news() -> None:
    model, _ = a_model()
    model.take(FULL_CASE)
    assert not model.rowCount()


def test_a_case_that_a_person_put_down_leaves_the_list() -> None:
    model, _ = a_model()
    case = open_case("a", 10, state=State.CALL_SUPPORT)
    model.take(case)
    model.take(replace(case, ended=True))
    assert not model.rowCount()


def test_rows_say_what_is_next() -> None:
    model, clock = a_model()
    model.take_all(
        listing_of(
            (
                open_case("1", 1, next_try_at=NOW + timedelta(seconds=75)),
                open_case("2", 2, state=State.CALL_SUPPORT),
                open_case("3", 3, state=State.NOT_SENT),
                open_case("4", 4, next_try_at=None),
                open_case("5", next_try_at=NOW),
            )
        )
    )
    rows = [model.index(place).data(ROW_ROLE) for place in range(5)]
    assert [row.wait for row in rows] == ["1:15", "call", "not sent", "waits", "now"]
    assert [row.tone for row in rows] == ["working", "call", "idle", "working", "working"]
    assert rows[0] == OpenRow("1", "1:15", "¥128.00", "by 15:33", "working")
    assert rows[4].until == "no deadline known"
    clock.pass_s(5)
    assert model.index(0).data(ROW_ROLE).wait == "1:10"
    model.show_words(words_of("zh_CN"))
    assert model.index(0).data(ROW_ROLE).wait == "1分10秒"
    assert model.index(0).data().startswith("1, ¥128.00")
    assert model.data(model.index(9)) is None
    assert model.rowCount(model.index(0)) == 0


def many(count: int, read: int) -> tuple[OpenCasesModel, list[Case], list[tuple[str, ...]]]:
    """A model of so many cases, of which the first were read, and what it asks for."""
    cases = [open_case(f"{place:04d}", place) for place in range(count)]
    model, _ = a_model()
    asked: list[tuple[str, ...]] = []
    model.wanted.connect(asked.append)
    model.take_all(Listing(listing_of(cases).places, tuple(cases[:read])))
    return model, cases, asked


def test_a_case_is_read_when_it_is_looked_at_and_its_neighbours_with_it() -> None:
    model, cases, asked = many(3 * PAGE, read=10)
    assert (model.rowCount(), model.index(9).data(ROW_ROLE).ref, asked) == (3 * PAGE, "0009", [])
    assert (model.index(PAGE + 5).data(ROW_ROLE), model.index(PAGE).data()) == (NOT_READ, "…")
    assert asked == [tuple(case.id for case in cases[PAGE : 2 * PAGE])]
    changed = []
    model.dataChanged.connect(lambda first, _: changed.append(first.row()))
    model.fill(tuple(cases[PAGE : 2 * PAGE]))
    assert (changed, model.index(PAGE + 5).data(CASE_ROLE)) == ([*range(PAGE, 2 * PAGE)], cases[PAGE + 5])
    assert model.index(20).data(CASE_ROLE) is None
    assert asked[1:] == [tuple(case.id for case in cases[10:PAGE])]


def test_a_case_that_ended_while_it_was_read_stays_off_the_list() -> None:
    model, cases, _ = many(PAGE, read=0)
    assert model.index(3).data(CASE_ROLE) is None
    model.take(replace(cases[3], state=State.REFUNDED))
    model.fill(tuple(cases))
    assert refs(model) == [case.ref for case in cases if case is not cases[3]]


def test_of_very_many_only_those_looked_at_of_late_are_kept() -> None:
    count = MOST_KEPT + 5 * PAGE
    model, cases, asked = many(count, read=PAGE)
    for start in range(PAGE, count, PAGE):
        assert model.index(start).data(CASE_ROLE) is None
        model.fill(tuple(cases[start : start + PAGE]))
    assert model.index(count - 1).data(CASE_ROLE) == cases[-1]
    assert model.left_behind() == Leaving(tuple(cases[:4]), count, cases[-1].deadline)
    before = len(asked)
    assert model.index(2 * PAGE).data(CASE_ROLE) is None
    assert len(asked) == before + 1
