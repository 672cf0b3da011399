"""Keys that are loading, locked, hung or missing, and profiles that were removed or changed (R11)."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pos_cancel.domain.case import Ask, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import parse
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.worklist import KEY_CODES, PASSED_OVER
from pos_cancel.gateways.signing import Keys
from tests.unit.gateway_answers import did, refused, shows, silence
from tests.unit.till_stories import NOON
from tests.unit.world import BACKUP, OTHER, World, a_world

S = State
SECOND = "SHOP-0002-1111"


@pytest.fixture(params=["in memory", "on disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with a_world(request.param, tmp_path, BACKUP, OTHER) as opened:
        yield opened


def test_a_key_that_is_loading_holds_up_its_own_cases_only(world: World) -> None:
    world.keys.found["till"] = KeyTrouble.LOADING
    cases = [world.submit(f"SHOP-{count:04d}-2222") for count in range(8)]
    world.clock.pass_s(1)
    other = world.submit(SECOND, "other")
    (dispatch,) = world.begin(6, 3)
    assert dispatch.case_id == other.id
    assert [world.case(case.id) for case in cases] == cases
    assert world.engine.moved == ()
    world.keys.found.clear()
    assert len(world.begin(5, 3)) == 5
    assert len(world.begin(5, 3)) == 3


def test_the_engine_does_not_look_down_the_list_without_end(world: World) -> None:
    world.keys.found["till"] = KeyTrouble.LOADING
    for count in range(PASSED_OVER + 1):
        world.submit(f"SHOP-{count:04d}-2222")
    assert world.begin() == []


@pytest.mark.parametrize("trouble", [KeyTrouble.LOCKED, KeyTrouble.HUNG])
def test_a_locked_keyring_is_waited_for_a_minute_then_nothing_was_sent(
    world: World, trouble: KeyTrouble
) -> None:
    world.keys.found["till"] = trouble
    case = world.submit()
    assert world.begin() == []
    (told,) = world.engine.moved
    assert (told.state, told.setup_code, told.next_try_at) == (S.SENDING, "S-02", NOON + timedelta(seconds=1))
    for _ in range(60):
        world.clock.pass_s(1)
        assert world.begin() == []
    (told,) = world.engine.moved
    assert (told.state, told.setup_code, told.tries) == (S.NOT_SENT, "S-02", 0)
    assert world.begin() == []
    assert world.engine.moved == ()
    world.keys.found.clear()
    assert world.begin() == []
    world.engine.act(case.id, "send_again")
    assert world.keys.forgotten == 1
    assert world.exchange(case, did("refund")).state is S.REFUNDED


def test_a_keyring_that_is_unlocked_in_time_goes_on_by_itself(world: World) -> None:
    world.keys.found["till"] = KeyTrouble.LOCKED
    case = world.submit()
    world.begin()
    world.keys.found.clear()
    assert world.exchange(case, did("refund")).state is S.REFUNDED


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        (KeyTrouble.MISSING, "S-01"),
        (KeyTrouble.REFUSED, "S-01"),
        (KeyTrouble.UNREADABLE, "S-01"),
        (KeyTrouble.NO_KEYRING, "S-02"),
        (KeyTrouble.NO_CREDENTIAL, "S-09"),
        (KeyTrouble.WRONG_CREDENTIAL, "S-09"),
        (KeyTrouble.ALTERED, "S-09"),
        (KeyTrouble.OUT_OF_REACH, "S-09"),
    ],
)
def test_no_usable_key_on_the_first_try_is_a_setup_problem(
    world: World, trouble: KeyTrouble, code: str
) -> None:
    world.keys.found["till"] = trouble
    case = world.submit()
    assert world.begin() == []
    ended = world.case(case.id)
    assert (ended.state, ended.tries) == (S.SETUP_PROBLEM, 0)
    assert ended.setup_code == code
    assert ("key_trouble", trouble.value) in world.entries(case.id)[-1].fields
    assert world.engine.moved == (ended,)


def test_half_a_key_is_none(world: World) -> None:
    world.keys.found["till"] = Keys()
    case = world.submit()
    assert world.begin() == []
    assert world.case(case.id).state is S.SETUP_PROBLEM


@pytest.mark.parametrize(
    "trouble", [KeyTrouble.LOCKED, KeyTrouble.HUNG, KeyTrouble.MISSING, KeyTrouble.NO_CREDENTIAL]
)
def test_a_key_that_is_gone_after_an_unanswered_try_stops_the_case(world: World, trouble: KeyTrouble) -> None:
    case = world.exchange(world.submit(), silence())
    world.keys.found["till"] = trouble
    world.clock.pass_s(60)
    assert world.begin() == []
    stopped = world.case(case.id)
    assert (stopped.state, stopped.next_ask, stopped.unanswered) == (S.RETRY_PENDING, None, True)
    assert stopped.stopped in KEY_CODES
    assert world.engine.setup_changed("till") == []
    assert isinstance(world.engine.key_of("till"), KeyTrouble)
    world.keys.found.clear()
    assert not isinstance(world.engine.key_of("till"), KeyTrouble)
    (back,) = world.engine.setup_changed("till")
    assert (back.stopped, back.next_ask) == ("", Ask.INQUIRY)
    assert world.leave(case.id).ask is Ask.INQUIRY


def test_setup_changed_is_one_accounts_own(world: World) -> None:
    case = world.exchange(world.submit(), silence())
    world.keys.found["till"] = KeyTrouble.MISSING
    world.clock.pass_s(60)
    world.begin()
    assert world.engine.setup_changed("other") == []
    assert world.engine.setup_changed("gone") == []
    assert world.case(case.id).stopped


# --- profiles ------------------------------------------------------------------------------------------


def test_a_removed_profile_stops_its_case_and_no_other(world: World) -> None:
    case = world.exchange(world.submit(), silence())
    waiting = world.exchange(world.submit(SECOND), refused("FREQUENCY_LIMITED", number=SECOND))
    assert waiting.state is S.WAITING
    unsent_one = world.submit("SHOP-0003-1111")
    gone = world.profiles.pop("till")
    other = world.submit("SHOP-0004-1111", "other")
    world.clock.pass_s(60)
    assert [each.case_id for each in world.begin()] == [other.id]
    states = [world.case(each.id) for each in (case, waiting, unsent_one)]
    assert [each.stopped for each in states] == ["S-01", "S-01", ""]
    assert states[2].state is S.SETUP_PROBLEM
    with pytest.raises(PosCancelError, match="is gone"):
        world.engine.act(case.id, "keep")
    assert world.engine.act(waiting.id, "end", by="Li", reason="closed shop").ended
    world.profiles["till"] = gone
    (back,) = world.engine.setup_changed("till")
    assert back.id == case.id


def test_what_was_never_sent_can_be_withdrawn_without_its_profile(world: World) -> None:
    case = world.submit()
    world.restart()
    del world.profiles["till"]
    assert world.engine.act(case.id, "withdraw", by="Chen").state is S.WITHDRAWN


def test_a_removed_profile_with_a_window_that_is_over_blocks_nobody(world: World) -> None:
    case = world.exchange(world.submit(), *[silence()] * 8)
    del world.profiles["till"]
    world.clock.time = case.stop_at + timedelta(hours=1)
    begun = world.looker.begin("other", parse(SECOND))
    assert isinstance(begun, Dispatch)
    world.looker.finish(begun, shows(at=world.clock.now()))
    assert world.engine.clock_check.holds(world.clock.now())
    next_one = world.submit("SHOP-0005-1111", "other")
    assert [each.case_id for each in world.begin()] == [next_one.id]
    assert world.case(case.id).stopped == "S-01"


def test_a_case_that_its_profile_cannot_say_any_more_blocks_nobody(world: World) -> None:
    """The charset was changed: the inquiry cannot be built, and the till goes on with the others."""
    case = world.exchange(world.submit("R-😀-1"), *[silence()] * 8)
    assert case.next_ask is Ask.INQUIRY
    world.profiles["till"] = replace(BACKUP, charset="GBK")
    world.clock.pass_s(3600)
    other = world.submit(SECOND, "other")
    assert [each.case_id for each in world.begin()] == [other.id]
    stuck = world.case(case.id)
    assert (stuck.stopped, stuck.state, stuck.unanswered) == ("S-08", S.RETRY_PENDING, True)
    assert world.engine.moved == (stuck,)
