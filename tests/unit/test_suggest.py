"""Which account a number is of, whether it is odd, which receipt was meant: by what the journal knows."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.orders import Order
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.profile import ProfileKind
from pos_cancel.domain.shape import learn
from pos_cancel.engine.lookup import CancelRequest
from pos_cancel.engine.suggest import known_nearby, looks_odd, others, ranked, suggested
from tests.unit.gateway_answers import did, refused, shows, silence
from tests.unit.journals import CountedJournal
from tests.unit.till_stories import NOON, NUMBER, PROFILE
from tests.unit.world import OTHER, World, a_world, look

LIVE_KIND, TRAINING_KIND = ProfileKind.LIVE, ProfileKind.TRAINING
APART = replace(PROFILE, name="apart", kind=LIVE_KIND if PROFILE.is_training else TRAINING_KIND)
BOTH = (PROFILE, OTHER)
TILL_NUMBERS = learn({}, [f"TA-{count:06d}" for count in range(400)])
OTHER_NUMBERS = learn({}, [f"7{count:09d}" for count in range(400)])
LEARNT = {"till": TILL_NUMBERS, "other": OTHER_NUMBERS}
TRADE_NO = "2026112122001400821234564821"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world("on disk", tmp_path, PROFILE, OTHER, APART) as opened:
        yield opened


def fill(world: World, *numbers: str, profile: str = "till") -> None:
    assert isinstance(world.journal, CountedJournal)
    orders = [
        Order(profile=profile, number=number, amount_minor=12800, currency="CNY", time=NOON)
        for number in numbers
    ]
    world.journal.add_orders(orders)


@pytest.mark.parametrize(
    ("number", "owners", "preferred", "expected", "is_clear"),
    [
        ("TA-000777", (), "other", ("till",), True),
        ("7000000777", (), "till", ("other",), True),
        ("7000000777", ("till",), "other", ("till", "other"), True),
        ("X", (), "other", ("other", "till"), True),
        ("X", (), "", ("till", "other"), False),
        (TRADE_NO, (), "other", ("other", "till"), True),
        (TRADE_NO, ("till",), "other", ("till", "other"), True),
    ],
)
def test_who_has_it_then_whose_look_like_it(
    number: str, owners: tuple[str, ...], preferred: str, expected: tuple[str, ...], is_clear: bool
) -> None:
    found = ranked(number, BOTH, owners, LEARNT, preferred)
    assert (found.profiles, found.is_clear) == (expected, is_clear)


def test_an_account_of_which_nothing_is_known_comes_before_one_that_looks_different() -> None:
    found = ranked("X-1", BOTH, (), {"till": TILL_NUMBERS, "other": {}}, "till")
    assert found.profiles == ("other",)


def test_the_journal_knows_whose_number_it_is(world: World) -> None:
    fill(world, "R-1", profile="other")
    assert suggested(world.journal, " R-1\t", world.profiles.values(), "till").profiles[0] == "other"
    assert suggested(world.journal, "R-2", (), "till").profiles == ()


def test_a_case_that_knew_the_sale_teaches_and_a_slip_does_not(world: World) -> None:
    world.submit(lookup=look(world, shows()))
    assert world.journal.owners(NUMBER) == ("till",)
    assert sum(form.count for form in world.journal.forms("till").values()) == 1
    world.engine.submit(CancelRequest(profile="till", number=parse("typo")))
    world.engine.submit(CancelRequest(profile="other", number=parse("X-7"), known_order=True))
    assert world.journal.owners("typo") == ()
    assert sum(form.count for form in world.journal.forms("till").values()) == 1
    assert set(world.journal.forms("other")) == {"X-d1"}


def test_an_order_teaches_once_however_often_it_is_handed_over(world: World) -> None:
    fill(world, "R-1", "R-1", "R-2")
    fill(world, "R-1")
    world.engine.submit(CancelRequest(profile="till", number=parse("R-1"), known_order=True))
    assert {name: form.count for name, form in world.journal.forms("till").items()} == {"R-d1": 2}


def test_the_other_accounts_are_offered_after_not_found_and_training_stays_apart(world: World) -> None:
    seen = look(world, refused("TRADE_NOT_EXIST"))
    assert (seen.not_found, seen.others) == (True, ("other",))
    assert others(world.journal, "X", [APART], PROFILE) == ()
    assert look(world, shows()).others == ()
    assert look(world, silence()).others == ()


def test_the_receipt_that_was_meant_is_offered_with_amount_and_time(world: World) -> None:
    meant = NUMBER[:-2] + NUMBER[-1] + NUMBER[-2]
    assert meant != NUMBER
    fill(world, meant)
    (offered,) = look(world, refused("TRADE_NOT_EXIST")).near
    assert (offered.number, str(offered.amount), offered.at, offered.ref) == (meant, "¥128.00", NOON, "")
    assert look(world, shows()).near == ()
    assert [each.number for each in look(world, silence()).near] == [meant]


def test_a_receipt_of_a_case_is_offered_too(world: World) -> None:
    case = world.exchange(world.submit(lookup=look(world, shows())), did("refund"))
    slip = NUMBER[:-1]
    assert isinstance(world.journal, Journal)
    (offered,) = known_nearby(world.journal, slip)
    assert (offered.number, offered.ref) == (NUMBER, case.ref)
    assert known_nearby(world.journal, "9" * 65) == ()


def test_an_odd_number_is_marked_and_a_known_order_never(world: World) -> None:
    fill(world, *(f"{count:06d}" for count in range(300)))
    assert not looks_odd(world.journal, "till", "000777")
    seen = world.looker.without_profile("till", parse("00777"), "")
    assert seen.odd
    fill(world, "00777")
    known = world.looker.without_profile("till", parse("00777"), "")
    assert (known.odd, known.near, known.known_order) == (False, (), True)
