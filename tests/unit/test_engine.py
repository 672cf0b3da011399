"""What the engine opens, and what leaves first."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pos_cancel.domain.case import Ask, Doubt, State
from pos_cancel.domain.errors import InvalidInput, InvalidNumber
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.outcome import Found
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.window import window_of
from tests.unit.gateway_answers import TRADE_NO, did, refused, shows, shows_unchecked, silence
from tests.unit.till_stories import MIDNIGHT, NOON, NUMBER, PROFILE
from tests.unit.world import BACKUP, OTHER, World, a_world, frozen, look, wish

S = State
SECOND = "SHOP-0002-1111"
QUARTER_PAST = MIDNIGHT + timedelta(minutes=15)
FOREIGN = replace(PROFILE, name="foreign", gateway="antom")


@pytest.fixture(params=["in memory", "on disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with a_world(request.param, tmp_path, BACKUP, OTHER, FOREIGN) as opened:
        yield opened


# --- opening -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("profile", "words"), [("gone", "no profile"), ("foreign", "cannot be used yet")])
def test_an_account_that_cannot_be_used_opens_no_case(world: World, profile: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words) as raised:
        world.submit(profile=profile)
    assert raised.value.way_on
    assert world.journal.flushes == 0


def test_a_second_press_shows_the_first_case(world: World) -> None:
    first = world.submit()
    again = world.engine.submit(wish())
    assert (again.case, again.is_new, world.journal.flushes) == (first, False, 1)
    world.leave(first.id)
    assert world.engine.submit(wish(again=True)).case.id == first.id


def test_the_trade_number_of_a_looked_up_sale_finds_its_case(world: World) -> None:
    first = world.submit()
    seen = look(world, shows())
    assert seen.earlier == (first,)
    by_trade_no = wish(TRADE_NO, lookup=look(world, shows(), parse(NUMBER)))
    assert world.engine.submit(by_trade_no).case.id == first.id


def test_a_case_in_another_account_is_shown_first(world: World) -> None:
    first = world.exchange(world.submit(profile="other"), did("refund"))
    shown = world.engine.submit(wish())
    assert (shown.case.id, shown.is_new) == (first.id, False)
    insisted = world.engine.submit(wish(again=True))
    assert (insisted.case.profile, insisted.is_new) == ("till", True)


def test_insisting_ends_the_case_that_lay_with_the_support(world: World) -> None:
    old = world.exchange(world.submit(), refused("BUYER_ERROR"))
    assert world.engine.submit(wish()).case.id == old.id
    new = world.engine.submit(wish(again=True, approver="Li"))
    assert new.is_new
    ended = world.case(old.id)
    assert (ended.state, ended.ended, ended.reason) == (
        S.CALL_SUPPORT,
        True,
        f"new case {new.case.ref}",
    )
    assert ("by", "Li") in world.entries(old.id)[-1].fields
    assert [case.id for case in world.journal.open_cases()] == [new.case.id]


def test_a_new_case_carries_the_doubt_of_the_old_one(world: World) -> None:
    old = world.exchange(world.submit(), silence(), refused("BUYER_ERROR"))
    old = world.exchange(old, *[shows()] * 1)
    world.engine.act(old.id, "end", by="Li", reason="asked the bank")
    new = world.submit(again=True)
    assert (new.unanswered, new.was_paid, new.tries) == (True, True, 0)
    ended = world.exchange(new, refused("TRADE_STATUS_ERROR"), shows("TRADE_CLOSED"))
    assert ended.state is S.REFUNDED


def test_a_refund_that_a_verified_look_shows_blocks_sending(world: World) -> None:
    seen = look(world, shows())
    assert seen.reading is not None
    assert seen.sale is not None
    reading = replace(seen.reading, outcome=Found(replace(seen.sale, refunded=seen.sale.amount)))
    case = world.submit(lookup=replace(seen, reading=reading))
    assert (case.state, case.next_ask, case.tries) == (S.ALREADY_REFUNDED, None, 0)
    assert (world.begin(), world.journal.flushes) == ([], 1)
    assert world.names(case.id) == ["prepared", "looked_up"]


def test_a_look_that_could_not_be_checked_settles_nothing(world: World) -> None:
    begun = world.looker.begin("till", parse(NUMBER))
    assert not isinstance(begun, KeyTrouble)
    yesterday = "2026-11-19 11:00:00"
    again = world.looker.finish(begun, shows_unchecked(send_pay_date=yesterday))  # type: ignore[arg-type]
    seen = world.looker.finish(again, shows_unchecked(send_pay_date=yesterday))  # type: ignore[arg-type]
    case = world.submit(lookup=seen)
    assert (case.sale_known, case.looked_up, case.trade_no) == (False, None, "")
    assert case.seen_paid
    # Its day is shown; the cancels do not stop for it.
    assert case.deadline == MIDNIGHT - timedelta(days=1)
    assert case.stop_at == NOON + timedelta(hours=24)
    assert world.exchange(case, did()).doubt is Doubt.CONTRADICTION


@pytest.mark.parametrize(
    ("gateway", "window", "deadline", "stops"),
    [
        ("acquire", "", MIDNIGHT, MIDNIGHT),
        ("acqp", "", QUARTER_PAST, QUARTER_PAST),
        ("antom", "", QUARTER_PAST, None),
        ("antom", "00:15", QUARTER_PAST, QUARTER_PAST),
        ("apo", "7d", MIDNIGHT + timedelta(days=7), MIDNIGHT + timedelta(days=7)),
    ],
)
def test_each_gateway_has_its_own_window(
    gateway: str, window: str, deadline: datetime, stops: datetime | None
) -> None:
    profile = replace(PROFILE, gateway=gateway, window=window)
    sale = Sale(status=PaymentStatus.PAID, trade_no=TRADE_NO, paid_at=NOON)
    shown, stop_at = window_of(profile, parse(NUMBER), sale, NOON)
    assert shown == deadline
    assert stop_at == stops if stops else stop_at > deadline + timedelta(days=365)


def test_a_number_that_cannot_be_sent_is_refused_before_anything_is_written(world: World) -> None:
    world.profiles["till"] = replace(BACKUP, charset="GBK")
    with pytest.raises(InvalidNumber, match="GBK"):
        world.submit("R-😀-1")
    assert world.journal.flushes == 0


# --- hosts, hurry, background --------------------------------------------------------------------------


def test_after_two_exchanges_without_an_answer_the_backup_host_is_asked(world: World) -> None:
    case = world.submit()
    hosts, tries = [], []
    for _ in range(5):
        dispatch = world.leave(case.id)
        assert dispatch.ask is Ask.CANCEL
        hosts.append(dispatch.request.url.split("/")[2])
        tries.append(frozen(dispatch))
        case = world.engine.finish(dispatch, silence())
    assert hosts == ["127.0.0.1", "127.0.0.1", "127.0.0.2", "127.0.0.2", "127.0.0.1"]
    assert tries.count(tries[0]) == 5


def test_without_a_backup_the_only_host_is_asked(world: World) -> None:
    case = world.exchange(world.submit(profile="other"), silence(), silence())
    assert "//127.0.0.1/" in world.leave(case.id).request.url


def test_a_network_that_is_back_hurries_what_waits_and_inquires_first(world: World) -> None:
    case = world.exchange(world.submit(), silence(), silence(), silence())
    other = world.exchange(world.submit(SECOND, "other"), silence())
    assert case.next_try_at is not None
    assert case.next_try_at > world.clock.now()
    (hurried,) = world.engine.hurry("till")
    assert (hurried.id, hurried.next_try_at, hurried.next_ask) == (case.id, world.clock.now(), Ask.INQUIRY)
    assert world.case(other.id) == other
    assert world.engine.hurry("till") == []
    assert world.engine.hurry("gone") == []


@pytest.mark.parametrize("code", ["FREQUENCY_LIMITED", "SELLER_BALANCE_NOT_ENOUGH", "REFUND_CHARGE_ERROR"])
def test_a_network_that_is_back_does_not_shorten_a_wait_the_gateway_asked_for(
    world: World, code: str
) -> None:
    case = world.exchange(world.submit(), silence(), refused(code))
    assert case.state is S.RETRY_PENDING
    assert case.next_try_at is not None
    assert case.next_try_at - world.clock.now() >= timedelta(seconds=30)
    assert world.engine.hurry("till") == []
    assert world.case(case.id) == case


def test_a_network_that_is_back_does_not_shorten_the_wait_before_a_sale_is_kept(world: World) -> None:
    case = world.exchange(world.submit(), silence())
    kept = world.engine.act(case.id, "keep", by="Li")
    assert kept.next_try_at == NOON + timedelta(seconds=120)
    assert world.engine.hurry("till") == []


def test_not_more_than_fifty_are_hurried_at_once(world: World) -> None:
    for count in range(52):
        world.exchange(world.submit(f"SHOP-{count:04d}-9999"), silence())
        world.clock.time = NOON
    assert len(world.engine.hurry("till")) == 50


def in_background(world: World, number: str, profile: str = "till") -> str:
    case = world.exchange(world.submit(number, profile), *[silence()] * 8)
    assert case.rounds > 0
    # The next one begins at noon as well, so that none of them is due while another one is made.
    world.clock.time = NOON
    return case.id


def test_background_cases_leave_the_reserved_senders_free(world: World) -> None:
    behind = [in_background(world, f"SHOP-{count:04d}-7777") for count in range(4)]
    handed = world.exchange(world.submit(), refused("BUYER_ERROR"))
    world.clock.pass_s(7200)
    waiting = world.submit(SECOND)
    first = {each.case_id for each in world.begin(6, 2)}
    assert len(first) == 3
    assert waiting.id in first
    assert world.begin(3, 0) == []
    rest = {each.case_id for each in world.begin(6, 6)}
    assert rest | first == {*behind, handed.id, waiting.id}


def test_cases_with_the_support_never_stand_before_a_customer(world: World) -> None:
    """Six of them are due before her, and they may have one sender."""
    for count in range(6):
        number = f"SHOP-{count:04d}-5555"
        handed = world.exchange(world.submit(number), refused("BUYER_ERROR", number=number))
        assert handed.state is S.CALL_SUPPORT
        world.clock.time = NOON
    world.clock.pass_s(3600)
    waiting = world.submit()
    leaving = [each.case_id for each in world.begin(6, 1)]
    assert len(leaving) == 2
    assert waiting.id in leaving
