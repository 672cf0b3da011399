"""Journal first, wire second: what is durable when, and what a crash between any two steps leaves."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pos_cancel.domain.case import Ask, State
from pos_cancel.domain.errors import IllegalEvent, JournalError
from pos_cancel.engine.entries import digest
from pos_cancel.engine.worklist import LATE, LEFT, is_behind
from tests.unit.gateway_answers import did, refused, shows, silence, unsent
from tests.unit.journals import FULL
from tests.unit.till_stories import NOON, NUMBER
from tests.unit.world import World, a_world, frozen

S = State


@pytest.fixture(params=["in memory", "on disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with a_world(request.param, tmp_path) as opened:
        yield opened


def test_a_case_is_durable_with_one_flush_before_it_is_acknowledged(world: World) -> None:
    case = world.submit(operator="Chen", reason="wrong article", overrides=("typed",))
    assert world.journal.flushes == 1
    assert world.case(case.id) == case
    (entry,) = world.entries(case.id)
    told = dict(entry.fields)
    assert (entry.name, entry.at, told["operator"], told["overrides"]) == ("prepared", NOON, "Chen", "typed")
    assert (told["number"], told["params_sha256"]) == (NUMBER, digest(case.params))


def test_one_cancel_costs_three_flushes(world: World) -> None:
    case = world.submit()
    dispatch = world.leave(case.id)
    assert world.journal.flushes == 2
    ended = world.engine.finish(dispatch, did("refund"))
    assert (world.journal.flushes, ended.state, ended.tries) == (3, S.REFUNDED, 1)
    assert world.names(case.id) == ["prepared", "sent", "answered"]
    reply = world.entries(case.id)[-1]
    assert reply.bodies == (("reply", did("refund").reply.body),)  # type: ignore[union-attr]
    assert dict(reply.fields)["outcome"] == "Cancelled"
    assert world.case(case.id) == ended


def test_nothing_due_costs_nothing(world: World) -> None:
    assert world.begin() == []
    case = world.submit()
    assert world.engine.begin(0, 0) == []
    world.leave(case.id)
    assert world.begin() == []
    assert world.journal.flushes == 2


def test_a_disk_that_is_full_opens_no_case(world: World) -> None:
    world.journal.fault = FULL
    with pytest.raises(JournalError):
        world.submit()
    world.journal.fault = None
    assert world.engine.journal.open_cases() == []
    assert world.submit().is_open


def test_a_disk_that_is_full_sends_nothing(world: World) -> None:
    case = world.submit()
    world.journal.fault = FULL
    with pytest.raises(JournalError):
        world.engine.begin(6, 3)
    world.journal.fault = None
    assert world.case(case.id) == case
    assert world.exchange(case, did("refund")).tries == 1


def test_an_answer_that_the_disk_does_not_take_can_be_recorded_later(world: World) -> None:
    case = world.submit()
    dispatch = world.leave(case.id)
    reading = world.engine.read(dispatch, did("refund"))
    world.journal.fault = FULL
    for _ in range(3):
        with pytest.raises(JournalError):
            world.engine.record(dispatch, did("refund"), reading)
        assert world.case(case.id).in_flight is Ask.CANCEL
    world.journal.fault = None
    world.clock.pass_s(600)
    assert world.engine.record(dispatch, did("refund"), reading).state is S.REFUNDED
    assert not world.engine.clock_check.is_wrong


def test_a_case_that_never_left_waits_for_a_person_after_a_restart(world: World) -> None:
    case = world.submit()
    (back,) = world.restart()
    assert (back.state, back.tries, back.next_ask) == (S.NOT_SENT, 0, None)
    world.clock.pass_s(3600)
    assert world.begin() == []
    world.restart()
    assert world.engine.hurry("till") == []
    assert world.begin() == []
    assert world.engine.act(case.id, "send_again").state is S.SENDING
    assert world.exchange(case, did("refund")).state is S.REFUNDED


def test_a_case_on_the_wire_inquires_before_its_next_try(world: World) -> None:
    case = world.submit()
    first = world.leave(case.id)
    (back,) = world.restart()
    assert (back.state, back.unanswered, back.next_ask) == (S.RETRY_PENDING, True, Ask.INQUIRY)
    again = world.leave(case.id)
    assert again.ask is Ask.INQUIRY
    world.engine.finish(again, shows())
    second = world.leave(case.id)
    assert second.ask is Ask.CANCEL
    assert frozen(second) == frozen(first)
    kept = world.engine.finish(second, did("refund"))
    assert (kept.id, kept.deadline, kept.stop_at, kept.params) == (
        case.id,
        case.deadline,
        case.stop_at,
        case.params,
    )
    assert kept.state is S.REFUNDED


@pytest.mark.parametrize("on_wire", [True, False])
@pytest.mark.parametrize("unanswered", range(1, 6))
def test_a_crash_after_any_try_inquires_and_never_changes_a_parameter(
    world: World, unanswered: int, on_wire: bool
) -> None:
    """The gateway refunds at the first cancel; every answer up to the crash is lost."""
    case = world.submit()
    left = []
    for _ in range(unanswered):
        left.append(world.leave(case.id))
        world.engine.finish(left[-1], silence())
    if on_wire:
        left.append(world.leave(case.id))
    world.restart()
    now = world.leave(case.id)
    assert now.ask is Ask.INQUIRY
    assert world.engine.finish(now, shows("TRADE_CLOSED")).state is S.CANCELLED
    cancels = [frozen(each) for each in left if each.ask is Ask.CANCEL]
    assert cancels.count(cancels[0]) == len(cancels)
    assert world.begin() == []


def test_a_pending_case_inquires_first_after_a_restart(world: World) -> None:
    case = world.exchange(world.submit(), silence())
    assert case.next_ask is Ask.CANCEL
    assert world.restart() == []
    assert world.leave(case.id).ask is Ask.INQUIRY
    assert world.names(case.id)[-2:] == ["recovered", "sent"]


def test_a_busy_answer_is_no_try_and_still_inquires_after_a_restart(world: World) -> None:
    case = world.exchange(world.submit(), refused("FREQUENCY_LIMITED"))
    assert (case.state, case.tries, case.next_ask) == (S.WAITING, 0, Ask.CANCEL)
    world.restart()
    assert world.leave(case.id).ask is Ask.INQUIRY


def test_a_case_that_was_proved_unsent_is_not_sent_by_a_restart(world: World) -> None:
    case = world.exchange(world.submit(), unsent())
    assert (case.state, case.tries) == (S.SENDING, 0)
    (back,) = world.restart()
    assert back.state is S.NOT_SENT


def test_a_case_that_was_proved_unsent_can_be_sent_again_after_a_restart(world: World) -> None:
    """Nothing of it ever left, so there is nothing to inquire about first."""
    case = world.exchange(world.submit(), unsent())
    world.restart()
    assert world.engine.act(case.id, "send_again").state is S.SENDING
    assert world.leave(case.id).ask is Ask.CANCEL


def test_a_case_opened_while_another_process_recovers_is_about_to_be_sent(world: World) -> None:
    world.clock.pass_s(5)
    case = world.submit()
    assert world.engine.recover() == []
    assert world.engine.case(case.id).state is S.SENDING


def test_a_case_ended_during_its_inquiry_keeps_no_other_from_being_recovered(world: World) -> None:
    handed = world.exchange(world.submit(), refused("BUYER_ERROR"))
    assert handed.state is S.CALL_SUPPORT
    lost = world.leave(handed.id)
    assert lost.ask is Ask.INQUIRY
    world.engine.act(handed.id, "end", by="Li", reason="asked the bank")
    other = world.submit("SHOP-0002-1111")
    on_wire = world.leave(other.id)
    recovered = {case.id: case for case in world.restart()}
    assert recovered[handed.id].in_flight is None
    assert recovered[handed.id].ended
    assert recovered[on_wire.case_id].state is S.RETRY_PENDING
    assert world.restart() == []


def test_an_answer_for_an_ended_case_is_written_down_and_changes_nothing(world: World) -> None:
    handed = world.exchange(world.submit(), refused("BUYER_ERROR"))
    lost = world.leave(handed.id)
    ended = world.engine.act(handed.id, "end", by="Li", reason="asked the bank")
    late = world.engine.finish(lost, shows("TRADE_CLOSED"))
    assert (late.state, late.ended, late.in_flight) == (S.CALL_SUPPORT, True, None)
    assert late == replace(ended, in_flight=None)
    assert world.names(handed.id)[-1] == "answered"


def test_an_answer_that_nobody_waits_for_is_refused(world: World) -> None:
    case = world.submit()
    dispatch = world.leave(case.id)
    world.engine.finish(dispatch, did("refund"))
    with pytest.raises(IllegalEvent):
        world.engine.finish(dispatch, did("refund"))
    assert world.names(case.id) == ["prepared", "sent", "answered"]


def test_the_timestamp_is_frozen_for_ten_minutes_then_renewed_and_recorded(world: World) -> None:
    case = world.submit()
    first = frozen(world.leave(case.id))
    world.restart(598)
    world.exchange(case, silence())
    again = world.leave(case.id)
    assert again.ask is Ask.CANCEL
    assert frozen(again) == first
    world.engine.finish(again, silence())
    late = world.leave(case.id)
    assert (late.ask, world.clock.now() > NOON + timedelta(minutes=10)) == (Ask.CANCEL, True)
    assert {name for name in first if frozen(late)[name] != first[name]} == {"timestamp"}
    renewed = world.case(case.id)
    assert renewed.params_at == world.clock.now()
    assert dict(renewed.params)["timestamp"] == frozen(late)["timestamp"]
    assert dict(world.entries(case.id)[-1].fields)["params_sha256"] == digest(renewed.params)


def test_who_opened_a_case_long_ago_lets_the_next_customer_go_first(world: World) -> None:
    old = world.exchange(world.submit("OLD"), silence())
    world.clock.pass_s(LATE.total_seconds() + 2.0)
    new = world.submit("NEW")
    assert [is_behind(case, world.clock.now()) for case in (old, new)] == [True, False]
    assert [dispatch.case_id for dispatch in world.begin(2, 0)] == [new.id]
    assert [dispatch.case_id for dispatch in world.begin(1, 1)] == [old.id]
    tried_anew = replace(old, next_try_at=NOON + LEFT)
    assert is_behind(tried_anew, NOON + LEFT)
