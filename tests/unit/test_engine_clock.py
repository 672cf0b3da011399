"""The till's clock and the end of the window (R5, R12), and what people do with a case (R13, R15)."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pos_cancel.domain.case import Ask, State
from pos_cancel.domain.errors import IllegalEvent, InvalidInput
from pos_cancel.domain.outcome import NotFound, Reading
from pos_cancel.engine.clock_check import ClockCheck
from pos_cancel.engine.worklist import hand_over
from tests.unit.gateway_answers import TRADE_NO, did, refused, shows, silence, turned_away, unsent
from tests.unit.till_stories import MIDNIGHT, NOON
from tests.unit.world import World, a_world, look

S = State
SECOND = "SHOP-0002-1111"


@pytest.fixture(params=["in memory", "on disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with a_world(request.param, tmp_path) as opened:
        yield opened


def overdue(world: World) -> str:
    """Give a case whose window ended an hour ago, its next inquiry due now."""
    case = world.exchange(world.submit(lookup=look(world, shows())), *[silence()] * 8)
    assert case.stop_at == MIDNIGHT
    world.clock.time = MIDNIGHT + timedelta(hours=1)
    return case.id


@pytest.mark.parametrize(
    ("skews_s", "told_s"),
    [
        ([], 0),
        ([3600], 0),
        ([3600, 3605], 3600),
        ([-3600, -3599], -3600),
        ([0, 900, 903, 1], 0),
        ([900, 1800], 0),
        ([1, 900, 903], 0),
        ([0, 1, 3600, 3600, 3600, 3600, 3600], 3600),
    ],
    ids=[
        "nobody",
        "one alone",
        "ahead",
        "behind",
        "old ones among them",
        "old ones",
        "old ones that agree",
        "set forward since",
    ],
)
def test_two_of_the_last_five_replies_tell_the_gateways_hour(skews_s: list[int], told_s: int) -> None:
    """A reply from some store of old ones would make this till look ahead, and itself look fresh."""
    check = ClockCheck()
    for skew_s in skews_s:
        told = Reading(outcome=NotFound(), gateway_time=NOON - timedelta(seconds=skew_s))
        check.note(told, NOON)
    assert check.by_gateway(NOON) == NOON - timedelta(seconds=told_s)


def test_the_local_clock_alone_ends_no_window(world: World) -> None:
    case_id = overdue(world)
    world.engine.finish(world.leave(case_id), silence())
    assert world.leave(case_id).ask is Ask.CANCEL
    assert not world.case(case_id).window_over


def test_a_checked_clock_ends_the_cancels_half_an_hour_after_the_window(world: World) -> None:
    case_id = overdue(world)
    seen = world.engine.finish(world.leave(case_id), shows(at=world.clock.now()))
    assert (seen.next_ask, seen.window_over) == (Ask.INQUIRY, True)
    closing = world.leave(case_id)
    assert world.names(case_id)[-3:] == ["answered", "window_closed", "sent"]
    ended = world.engine.finish(closing, shows(at=world.clock.now()))
    assert (ended.state, ended.variant) == (S.USE_REFUND, "refunds_not_visible")


def test_what_was_paid_after_midnight_can_be_cancelled_a_day_longer(world: World) -> None:
    """The number alone tells the day on which the sale was made; an inquiry shows when it was paid (R4)."""
    case = world.submit(TRADE_NO)
    assert case.stop_at == MIDNIGHT
    case = world.exchange(case, *[silence()] * 8)
    world.clock.time = MIDNIGHT + timedelta(hours=1)
    paid = shows(send_pay_date="2026-11-21 00:01:00", at=world.clock.now())
    case = world.exchange(case, paid)
    assert (case.next_ask, case.window_over) == (Ask.CANCEL, False)
    assert case.stop_at == MIDNIGHT + timedelta(days=1)


def test_a_busy_gateway_is_not_asked_at_once_because_the_window_is_over(world: World) -> None:
    """The answer that asks for time (R6) is also the one that checks the clock."""
    world.submit(TRADE_NO)
    world.clock.time = MIDNIGHT + timedelta(hours=1)
    (leaving,) = world.begin()
    told = world.engine.finish(leaving, refused("FREQUENCY_LIMITED", world.clock.now(), TRADE_NO))
    assert (told.window_over, told.next_ask) == (True, Ask.INQUIRY)
    assert told.next_try_at is not None
    assert told.next_try_at >= world.clock.now() + timedelta(seconds=30)


@pytest.mark.parametrize("off_s", [-180, 180])
def test_a_clock_that_is_wrong_ends_no_window(world: World, off_s: int) -> None:
    case_id = overdue(world)
    date = world.clock.now() + timedelta(seconds=off_s)
    world.engine.finish(world.leave(case_id), shows(at=date))
    assert world.engine.clock_check.is_wrong
    assert world.leave(case_id).ask is Ask.CANCEL


@pytest.mark.parametrize(("passed_s", "ends"), [(599, True), (601, False)])
def test_a_check_lasts_ten_minutes(world: World, passed_s: int, ends: bool) -> None:
    """Another sale's reply checks the clock; the overdue case was not answered."""
    case_id = overdue(world)
    world.submit(SECOND)
    leaving = {each.case_id: each for each in world.begin()}
    world.engine.finish(leaving.pop(case_id), silence())
    (other,) = leaving.values()
    world.engine.finish(other, did("refund", world.clock.now(), SECOND))
    world.clock.pass_s(passed_s)
    assert {each.case_id for each in world.begin()} == {case_id}
    assert world.case(case_id).window_over is ends


def test_inquiries_alone_end_too_when_the_window_is_over(world: World) -> None:
    """Rounds of a quarter of an hour are longer than any check of the clock lasts."""
    case = world.exchange(world.submit(lookup=look(world, shows())), silence())
    world.engine.act(case.id, "keep")
    while not case.window_over:
        case = world.engine.finish(world.leave(case.id), shows("WAIT_BUYER_PAY", at=world.clock.now()))
        assert world.clock.now() - MIDNIGHT < timedelta(minutes=46)
    while case.state is S.RETRY_PENDING:
        case = world.engine.finish(world.leave(case.id), shows("WAIT_BUYER_PAY", at=world.clock.now()))
    assert case.state is S.CALL_SUPPORT
    assert world.clock.now() - MIDNIGHT < timedelta(hours=2)


def test_a_date_that_nobody_signed_for_checks_no_clock(world: World) -> None:
    case_id = overdue(world)
    world.engine.finish(world.leave(case_id), turned_away("SYSTEM_ERROR", world.clock.now()))
    assert not world.engine.clock_check.holds(world.clock.now())
    world.engine.finish(world.leave(case_id), did("close", None, "another"))
    assert not world.engine.clock_check.holds(world.clock.now())


@pytest.mark.parametrize(("off_s", "code"), [(0, "S-03"), (119, "S-03"), (121, "S-06"), (-3600, "S-06")])
def test_a_wrong_clock_is_blamed_before_the_key(world: World, off_s: int, code: str) -> None:
    case = world.exchange(world.submit(), turned_away("ILLEGAL_SIGN", NOON + timedelta(seconds=off_s)))
    assert (case.state, case.setup_code) == (S.SETUP_PROBLEM, code)
    assert case.clock_off_s == (0 if code == "S-03" else -off_s)


def test_a_wrong_clock_is_not_blamed_for_a_refusal_of_another_kind(world: World) -> None:
    case = world.exchange(world.submit(), refused("BUYER_ERROR", NOON - timedelta(hours=1)))
    assert (case.state, case.setup_code) == (S.CALL_SUPPORT, "")


# --- people --------------------------------------------------------------------------------------------


def test_what_people_do_is_recorded_with_their_name(world: World) -> None:
    case = world.exchange(world.submit(), silence())
    kept = world.engine.act(case.ref, "keep", by="Li", reason="customer stays")
    assert (kept.keep_asked_at, kept.next_ask) == (world.clock.now(), Ask.INQUIRY)
    fields = dict(world.entries(case.id)[-1].fields)
    assert (fields["by"], fields["reason"], fields["state"]) == ("Li", "customer stays", "retry_pending")
    assert kept.next_try_at == NOON + timedelta(seconds=120)
    assert world.exchange(kept, shows()).state is S.KEPT


def test_an_act_that_cannot_be_done_changes_nothing(world: World) -> None:
    case = world.exchange(world.submit(), did("refund"))
    for action in ("send_again", "withdraw", "keep", "end", "gave_up"):
        with pytest.raises(IllegalEvent):
            world.engine.act(case.id, action)
    assert world.names(case.id) == ["prepared", "sent", "answered"]
    with pytest.raises(InvalidInput, match="no case"):
        world.engine.act("K7-999", "keep")


def test_a_command_that_leaves_settles_what_is_proved_unsent(world: World) -> None:
    case = world.exchange(world.submit(), unsent())
    assert world.engine.act(case.id, "gave_up").state is S.NOT_SENT
    other = world.submit(SECOND)
    world.leave(other.id)
    with pytest.raises(IllegalEvent):
        world.engine.act(other.id, "gave_up")


def test_send_again_tries_at_once_and_looks_for_the_key_anew(world: World) -> None:
    case = world.exchange(world.submit(), *[silence()] * 5)
    again = world.engine.act(case.id, "send_again", by="Chen")
    assert (again.next_try_at, world.keys.forgotten) == (world.clock.now(), 1)


def test_a_handover_is_written_to_every_open_case_and_changes_none(world: World) -> None:
    case = world.exchange(world.submit(), silence())
    world.exchange(world.submit(SECOND), did("refund", number=SECOND))
    assert hand_over(world.journal, "Li", world.clock.now()) == [case]
    assert world.case(case.id) == case
    last = world.entries(case.id)[-1]
    assert (last.name, last.fields) == ("handover", (("by", "Li"),))


def test_until_counts_from_the_tills_clock(world: World) -> None:
    assert world.engine.until(NOON + timedelta(seconds=5)) == 5
    world.clock.pass_s(7)
    assert world.engine.until(NOON + timedelta(seconds=5)) == -2
