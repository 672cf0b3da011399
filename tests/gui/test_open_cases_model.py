"""The list model: order, changes, words."""

from dataclasses import replace
from datetime import timedelta

from pytestqt.modeltest import ModelTester

from pos_cancel.domain.case import Case, State
from pos_cancel.gui.open_cases_model import CASE_ROLE, ROW_ROLE, OpenCasesModel, OpenRow
from tests.gui.scripted_desk import StoppedClock
from tests.unit.spoken_cases import FULL_CASE, NOW, SHOP, pending, words_of


def open_case(ref: str, minutes: int | None = None, **changes: object) -> Case:
    deadline = None if minutes is None else NOW + timedelta(minutes=minutes)
    return replace(pending(id=ref, ref=ref, deadline=deadline), **changes)  # type: ignore[arg-type]


def a_model() -> tuple[OpenCasesModel, StoppedClock]:
    clock = StoppedClock()
    return OpenCasesModel(words_of("en"), clock, SHOP), clock


def refs(model: OpenCasesModel) -> list[str]:
    return [case.ref for case in model.cases]


def test_the_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model, _ = a_model()
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]
    model.take_all((open_case("b", 20), open_case("a", 10), open_case("none")))
    model.take(open_case("c", 15))
    model.take(open_case("a", 30))
    model.take(open_case("a", 30, tries=9))
    model.take(open_case("b", 20, state=State.REFUNDED))
    assert refs(model) == ["c", "a", "none"]


def test_the_earliest_deadline_comes_first_and_unknown_ones_last() -> None:
    model, _ = a_model()
    model.take_all((open_case("none"), open_case("late", 90), FULL_CASE, open_case("soon", 5)))
    assert refs(model) == ["soon", "late", "none"]
    model.take(open_case("between", 60))
    assert refs(model) == ["soon", "between", "late", "none"]


def test_a_settled_case_that_was_never_listed_is_no_news() -> None:
    model, _ = a_model()
    model.take(FULL_CASE)
    assert not model.rowCount()


def test_rows_say_what_is_next() -> None:
    model, clock = a_model()
    model.take_all(
        (
            open_case("1", 1, next_try_at=NOW + timedelta(seconds=75)),
            open_case("2", 2, state=State.CALL_SUPPORT),
            open_case("3", 3, state=State.NOT_SENT),
            open_case("4", 4, next_try_at=None),
            open_case("5", next_try_at=NOW),
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
    assert model.index(0).data(CASE_ROLE) == model.cases[0]
    assert model.data(model.index(9)) is None
    assert model.rowCount(model.index(0)) == 0
