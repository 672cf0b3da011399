"""Which key was refused, which one is tried next, and who is told when the gateway took it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pos_cancel.domain.outcome import Advice, Progress, Reading, Refused
from pos_cancel.engine.key_change import refused_key
from pos_cancel.engine.ports import Entry, KeyTrouble
from pos_cancel.gateways.http import Exchange, HttpReply, without_secret
from pos_cancel.gateways.signing import Keys
from tests.key_store_contract import make_keys
from tests.unit.gateway_answers import did
from tests.unit.till_stories import KEYS, NOON
from tests.unit.world import World, a_world

REFUSED = Reading(outcome=Refused("ILLEGAL_SIGN", Advice.SETUP, setup_code="S-03"))
OTHERWISE = Reading(outcome=Refused("ILLEGAL_PARTNER", Advice.SETUP, setup_code="S-04"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with a_world("in memory", tmp_path) as opened:
        yield opened


def test_a_refused_signature_counts_where_no_other_key_is() -> None:
    used, new = make_keys(), make_keys()
    assert refused_key(used, REFUSED, used) == ""
    assert refused_key(used, REFUSED, KeyTrouble.LOCKED) == ""
    assert refused_key(used, OTHERWISE, replace(used, next_private=new.private)) == ""


def test_another_key_may_wait_lie_there_by_now_or_be_on_its_way() -> None:
    used, new = make_keys(), make_keys()
    for now in (replace(used, next_private=new.private), new, KeyTrouble.LOADING):
        assert refused_key(used, REFUSED, now) == used.key_id
    assert Keys().key_id == ""


def test_the_key_that_was_taken_after_a_refusal_is_told(world: World) -> None:
    case = world.submit()
    with world.journal.transaction():
        world.journal.write(replace(case, refused_key="0123456789abcdef"), Entry("noted", NOON))
    assert "till" not in world.keys.found
    world.exchange(world.case(case.id), did("refund"))
    assert world.keys.found["till"] is KEYS


def test_a_secret_that_a_gateway_repeats_is_taken_out() -> None:
    secret = b"0123456789abcdefghijklmnopqrstuv"
    reply = HttpReply(200, (("X-Why", secret.decode()),), b"sign with " + secret)
    told = Exchange(progress=Progress.ANSWERED, reply=reply)
    clean = without_secret(told, secret).reply
    assert clean is not None
    assert secret not in clean.body + repr(clean.headers).encode()
    assert without_secret(told, None) is told
    assert without_secret(told, b"another") is told
