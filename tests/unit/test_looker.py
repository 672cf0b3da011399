"""A look before anything is sent: what is asked, what is believed, and what the journal alone knows."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pos_cancel.domain.errors import InvalidInput, InvalidNumber
from pos_cancel.domain.identifiers import parse
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.signing import Keys
from tests.unit.gateway_answers import (
    TRADE_NO,
    did,
    refused,
    shows,
    shows_unchecked,
    silence,
    turned_away,
    unsent,
)
from tests.unit.journals import CountedJournal
from tests.unit.till_stories import MIDNIGHT, NOON, NUMBER, PROFILE
from tests.unit.world import OTHER, World, a_world, look, sent_fields

FOREIGN = replace(PROFILE, name="foreign", gateway="antom")
SALE = parse(NUMBER)


@pytest.fixture(params=["in memory", "on disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with a_world(request.param, tmp_path, PROFILE, OTHER, FOREIGN) as opened:
        yield opened


def asked(world: World, profile: str = "till") -> Dispatch:
    begun = world.looker.begin(profile, SALE)
    assert isinstance(begun, Dispatch)
    return begun


def test_a_look_writes_nothing_and_belongs_to_no_case(world: World) -> None:
    begun = asked(world)
    fields = sent_fields(begun)
    assert (begun.case_id, fields["service"], fields["out_trade_no"]) == (
        "",
        "alipay.acquire.query",
        NUMBER,
    )
    world.looker.finish(begun, shows())
    assert world.journal.flushes == 0


def test_a_verified_sale_is_shown_with_its_deadline(world: World) -> None:
    seen = look(world, shows(send_pay_date="2026-11-20 11:59:00"))
    assert seen.sale is not None
    assert (str(seen.sale.amount), seen.checked, seen.deadline) == ("¥128.00", True, MIDNIGHT)
    assert (seen.trouble, seen.at, seen.not_found, seen.known_order) == ("", NOON, False, False)


def test_a_sale_that_is_not_found_is_no_trouble(world: World) -> None:
    seen = look(world, refused("TRADE_NOT_EXIST"))
    assert (seen.not_found, seen.sale, seen.trouble, seen.deadline) == (True, None, "", None)


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (silence(), "silence"),
        (unsent(), "refused"),
        (turned_away("ILLEGAL_PARTNER_EXTERFACE"), "gateway_refused"),
        (did("refund", number="another"), "other_sale"),
    ],
)
def test_what_teaches_nothing_is_told_as_trouble(world: World, answer: Exchange, trouble: str) -> None:
    seen = look(world, answer)
    assert (seen.trouble, seen.sale, seen.not_found) == (trouble, None, False)
    assert seen.reading is not None


def test_what_cannot_be_checked_is_asked_in_the_second_way(world: World) -> None:
    first = asked(world)
    second = world.looker.finish(first, shows_unchecked())
    assert isinstance(second, Dispatch)
    fields = sent_fields(second)
    assert (fields["service"], fields["partner_trans_id"]) == ("alipay.acquire.overseas.query", NUMBER)
    seen = world.looker.finish(second, shows_unchecked(send_pay_date="2026-11-20 11:59:00"))
    assert isinstance(seen, Lookup)
    assert (seen.checked, seen.deadline, seen.earlier) == (False, MIDNIGHT, ())
    assert seen.sale is not None


def test_a_profile_that_asks_in_the_second_way_asks_once(world: World) -> None:
    world.profiles["till"] = replace(PROFILE, query="overseas")
    assert isinstance(world.looker.finish(asked(world), shows_unchecked()), Lookup)


def test_earlier_cases_are_shown_under_either_number_once(world: World) -> None:
    by_receipt = world.exchange(world.submit(profile="other"), did("refund"))
    by_trade_no = world.submit(TRADE_NO)
    seen = look(world, shows())
    assert {case.id for case in seen.earlier} == {by_receipt.id, by_trade_no.id}
    assert len(seen.earlier) == 2
    unchecked = world.looker.finish(asked(world), shows_unchecked())
    assert isinstance(unchecked, Dispatch)
    shown = world.looker.finish(unchecked, shows_unchecked())
    assert isinstance(shown, Lookup)
    assert [case.id for case in shown.earlier] == [by_receipt.id]


def test_a_closed_sale_without_an_amount_is_known_and_not_paid(world: World) -> None:
    case = world.submit(lookup=look(world, shows("TRADE_CLOSED", total_fee="")))
    assert (case.sale_known, case.looked_up, case.seen_paid, case.amount) == (True, None, False, None)
    assert case.trade_no == TRADE_NO


def test_an_order_that_was_handed_over_is_known(world: World) -> None:
    if isinstance(world.journal, CountedJournal):
        from pos_cancel.adapters.orders import Order

        world.journal.add_orders([Order(profile="till", number=NUMBER)])
    else:
        world.journal.orders.add(("till", NUMBER))
    assert look(world, refused("TRADE_NOT_EXIST")).known_order
    assert not world.looker.without_profile("other", SALE, "").known_order


@pytest.mark.parametrize("trouble", [each for each in KeyTrouble if each is not KeyTrouble.LOADING])
def test_without_a_key_the_journal_alone_answers(world: World, trouble: KeyTrouble) -> None:
    case = world.submit()
    world.keys.found["till"] = trouble
    seen = world.looker.begin("till", SALE)
    assert isinstance(seen, Lookup)
    assert (seen.trouble, seen.earlier, seen.reading) == (f"key_{trouble.value}", (case,), None)


def test_half_a_key_is_none(world: World) -> None:
    world.keys.found["till"] = Keys()
    seen = world.looker.begin("till", SALE)
    assert isinstance(seen, Lookup)
    assert seen.trouble == "key_missing"


def test_a_key_that_is_loading_is_waited_for(world: World) -> None:
    world.keys.found["till"] = KeyTrouble.LOADING
    assert world.looker.begin("till", SALE) is KeyTrouble.LOADING


def test_an_account_that_cannot_be_asked_says_so(world: World) -> None:
    for name in ("gone", "foreign"):
        with pytest.raises(InvalidInput):
            world.looker.begin(name, SALE)
    world.profiles["till"] = replace(PROFILE, charset="GBK")
    with pytest.raises(InvalidNumber):
        world.looker.begin("till", parse("R-😀-1"))


def test_a_trade_number_tells_the_deadline_without_any_answer(world: World) -> None:
    seen = world.looker.without_profile("till", parse(TRADE_NO), "silence")
    assert (seen.deadline, seen.sale, seen.checked) == (MIDNIGHT, None, False)
    assert world.looker.without_profile("till", SALE, "").deadline is None


def test_a_look_checks_the_clock_too(world: World) -> None:
    look(world, shows(at=NOON - timedelta(minutes=30)))
    assert world.engine.clock_check.is_wrong
    look(world, shows(at=NOON))
    assert world.engine.clock_check.holds(NOON)
