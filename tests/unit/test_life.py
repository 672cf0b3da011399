"""What a process knows of its own life, whatever anybody does to the clock of the till (R1, R4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pos_cancel.domain.case import Ask, State
from pos_cancel.domain.errors import JournalError
from tests.unit.gateway_answers import silence
from tests.unit.journals import FULL
from tests.unit.world import World, a_world

S = State
HOUR_S = 3600.0


@pytest.fixture(params=["in memory", "on disk"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    with a_world(request.param, tmp_path) as opened:
        yield opened


def test_a_till_that_started_with_its_clock_ahead_cancels_as_ever(world: World) -> None:
    """All that it does after somebody sets the clock right is older than its own start."""
    world.clock.pass_s(3 * HOUR_S)
    world.restart()
    world.clock.turn_s(-3 * HOUR_S)
    case, asked = world.submit(), []
    for _ in range(4):
        dispatch = world.leave(case.id)
        asked.append(dispatch.ask)
        world.engine.finish(dispatch, silence())
    assert asked == [Ask.CANCEL] * 4


@pytest.mark.parametrize("back_s", [0.0, HOUR_S])
def test_what_was_prepared_before_a_stop_waits_even_when_the_clock_came_back_late(
    world: World, back_s: float
) -> None:
    case = world.submit()
    world.clock.turn_s(-back_s)
    (back,) = world.restart()
    assert (back.id, back.state) == (case.id, S.NOT_SENT)
    assert world.begin() == []


def test_what_was_tried_before_a_stop_is_asked_about_even_when_the_clock_came_back_late(
    world: World,
) -> None:
    case = world.exchange(world.submit(), silence())
    world.clock.turn_s(-HOUR_S)
    world.restart()
    assert world.leave(case.id).ask is Ask.INQUIRY


def test_what_could_not_be_written_was_not_asked(world: World) -> None:
    case = world.exchange(world.submit(), silence())
    world.restart()
    world.clock.pass_s(60)
    world.journal.fault = FULL
    with pytest.raises(JournalError):
        world.begin()
    world.journal.fault = None
    assert world.leave(case.id).ask is Ask.INQUIRY


@pytest.mark.parametrize(("set_s", "left"), [(0.0, 0), (HOUR_S, 1)])
def test_what_a_second_program_just_prepared_is_about_to_be_sent(
    world: World, set_s: float, left: int
) -> None:
    """This one gets the right to send only now; in doubt, for the clock was set, a person is asked."""
    world.clock.pass_s(5)
    case = World(world.journal, world.home, world.profiles, world.clock, world.keys, ids=100).submit()
    world.clock.turn_s(set_s)
    assert len(world.engine.recover()) == left
    assert world.case(case.id).state is (S.NOT_SENT if left else S.SENDING)
