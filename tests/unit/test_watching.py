"""The watch after an end that no money proved (R14): a payment that came late is a case of its own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pos_cancel.domain.case import Ask, Case, Doubt, State
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import Found, Reading, Signature
from pos_cancel.domain.schedule import BEIJING, WATCH_S
from pos_cancel.engine.watching import linked_case, seen_payment
from tests.unit.gateway_answers import TRADE_NO, did, refused, shows, shows_unchecked, silence
from tests.unit.till_stories import BLANK, NOON, PAID
from tests.unit.world import BACKUP, OTHER, World, a_world, look

S = State
NONE = refused("TRADE_NOT_EXIST")


@pytest.fixture(params=["in memory", "on disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with a_world(request.param, tmp_path, BACKUP, OTHER) as opened:
        yield opened


def watched(world: World, *, known: bool = True) -> Case:
    case = world.exchange(world.submit(known_order=known), did())
    assert case.state is (S.CLOSED_UNSCANNED if known else S.NO_PAYMENT_FOUND)
    assert case.doubt is Doubt.WATCH
    return case


def paid(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def without_bookkeeping(case: Case) -> Case:
    return replace(
        case,
        doubt=None,
        next_ask=None,
        next_try_at=None,
        watched=0,
        watching_until=None,
        linked_case="",
        query="",
    )


@pytest.mark.parametrize("known", [True, False])
def test_a_watch_looks_six_times_in_half_an_hour_and_then_ends(world: World, known: bool) -> None:
    case = watched(world, known=known)
    assert case not in world.journal.open_cases()
    times = []
    while case.next_ask is not None:
        dispatch = world.leave(case.id)
        assert dispatch.ask is Ask.INQUIRY
        times.append((world.clock.now() - NOON).total_seconds())
        case = world.engine.finish(dispatch, NONE)
    assert times == list(WATCH_S)
    assert (case.watching_until, world.journal.watching()) == (None, [])


def test_a_payment_after_the_cancel_is_a_linked_case_and_the_old_one_untouched(world: World) -> None:
    old = watched(world)
    late = world.exchange(old, shows(send_pay_date=paid(NOON + timedelta(seconds=30))))
    assert (late.state, late.linked_case, late.number) == (S.PAID_LATE, old.id, old.number)
    assert (str(late.amount), late.trade_no, late.next_ask) == ("¥128.00", TRADE_NO, None)
    assert late.ref != old.ref
    after = world.case(old.id)
    assert (after.linked_case, after.next_ask, after.watching_until) == (late.id, None, None)
    assert without_bookkeeping(after) == without_bookkeeping(old)
    assert world.names(late.id) == ["watch_saw_payment"]
    assert world.names(old.id)[-2:] == ["answered", "watch_ended"]
    assert world.case(late.id) == late
    world.clock.pass_s(7200)
    assert world.begin() == []


def seen(refunded_minor: int | None) -> Reading:
    """What a JSON gateway shows of a payment after the cancel, of which so much went back since."""
    back = None if refunded_minor is None else Money(refunded_minor, "CNY")
    sale = replace(PAID, paid_at=NOON + timedelta(seconds=30), refunded=back)
    return Reading(outcome=Found(sale), signature=Signature.VERIFIED)


@pytest.mark.parametrize(
    ("refunded_minor", "amount"), [(None, "¥128.00"), (2_000, "¥108.00"), (12_800, None), (12_900, None)]
)
def test_a_late_payment_that_was_given_back_since_is_not_to_be_given_back_again(
    refunded_minor: int | None, amount: str | None
) -> None:
    case = replace(BLANK, gateway="apo", state=S.REFUNDED, last_try_at=NOON)
    sale = seen_payment(case, seen(refunded_minor))
    late = sale and linked_case(case, sale, state=S.PAID_LATE, case_id="case-2", ref="K7-205", at=NOON)
    assert (late and str(late.amount)) == amount


def test_a_payment_that_is_not_later_is_asked_about_for_ten_minutes(world: World) -> None:
    """It contradicts the cancel, so after that only the gateway's support can explain it."""
    case = watched(world)
    for _ in range(3):
        case = world.exchange(case, shows(send_pay_date=paid(NOON - timedelta(minutes=2))))
        assert (case.state, case.linked_case) == (S.CLOSED_UNSCANNED, "")
    handed = world.exchange(case, shows(send_pay_date=paid(NOON - timedelta(minutes=2))))
    assert world.clock.now() == NOON + timedelta(minutes=10)
    assert (handed.state, handed.variant, handed.linked_case) == (S.CALL_SUPPORT, "unknown", case.id)
    assert handed.is_open
    assert world.case(case.id).linked_case == handed.id


def test_a_payment_in_the_very_second_of_the_cancel_is_not_later(world: World) -> None:
    case = watched(world)
    assert world.exchange(case, shows(send_pay_date=paid(NOON))).state is S.CLOSED_UNSCANNED


def test_a_payment_without_a_time_is_explained_by_the_support(world: World) -> None:
    case = world.exchange(watched(world), *[shows()] * 3)
    assert case.state is S.CLOSED_UNSCANNED
    assert world.exchange(case, shows()).state is S.CALL_SUPPORT


@pytest.mark.parametrize("status", ["WAIT_BUYER_PAY", "TRADE_CLOSED", "TRADE_PENDING"])
def test_what_is_not_paid_is_no_late_payment(world: World, status: str) -> None:
    case = world.exchange(watched(world), shows(status))
    assert (case.state, case.linked_case) == (S.CLOSED_UNSCANNED, "")
    assert case.next_ask is Ask.INQUIRY


def test_only_a_verified_look_makes_a_late_payment(world: World) -> None:
    case = watched(world)
    when = paid(NOON + timedelta(seconds=30))
    for answer in (shows_unchecked(send_pay_date=when), shows_unchecked(send_pay_date=when), silence()):
        case = world.exchange(case, answer)
        assert (case.state, case.linked_case) == (S.CLOSED_UNSCANNED, "")


def test_a_watch_survives_a_restart_and_a_missing_key(world: World) -> None:
    case = watched(world)
    world.leave(case.id)
    (back,) = world.restart()
    assert (back.state, back.in_flight) == (S.CLOSED_UNSCANNED, None)
    gone = world.profiles.pop("till")
    world.clock.pass_s(60)
    assert world.begin() == []
    kept = world.case(case.id)
    assert kept.next_try_at is not None
    assert kept.next_try_at > world.clock.now()
    world.profiles["till"] = gone
    late = world.exchange(kept, shows(send_pay_date=paid(NOON + timedelta(seconds=30))))
    assert late.state is S.PAID_LATE


def test_while_a_new_cancel_of_the_sale_is_open_nobody_is_sent_to_refund(world: World) -> None:
    """The new case takes the money back; a linked one would ask for a second refund, or not be writable."""
    old = watched(world)
    new = world.exchange(world.submit(again=True, known_order=True), silence())
    assert new.id != old.id
    for _ in range(6):
        old = world.engine.case(old.id)
        assert old.next_try_at is not None
        world.clock.time = old.next_try_at
        world.clock.pass_s(0)
        (dispatch,) = [each for each in world.begin() if each.case_id == old.id]
        seen = world.engine.finish(dispatch, shows(send_pay_date=paid(NOON + timedelta(seconds=30))))
        assert (seen.id, seen.linked_case) == (old.id, "")
    assert [case.id for case in world.journal.open_cases()] == [new.id]


def test_an_open_case_of_another_account_does_not_hide_a_late_payment(world: World) -> None:
    old = watched(world)
    other = world.submit(profile="other", again=True)
    assert other.is_open
    late = world.exchange(old, shows(send_pay_date=paid(NOON + timedelta(seconds=30))))
    assert late.state is S.PAID_LATE


def test_a_looked_up_sale_keeps_its_day_in_the_watch(world: World) -> None:
    seen = look(world, shows("WAIT_BUYER_PAY"))
    case = world.exchange(world.submit(lookup=seen, known_order=True), did())
    assert case.state is S.CLOSED_UNSCANNED
