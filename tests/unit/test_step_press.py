"""The one cancel by hand after a SYSTEM_ERROR that forbids retries (outcomes.md §2, antom and apo)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.errors import IllegalEvent
from pos_cancel.domain.events import Ended, SendAgain, Sent
from pos_cancel.domain.outcome import Advice, Reading, Refused, Signature
from tests.unit.till_stories import BLANK, exchange, happen, silence

S = State
ANTOM = replace(BLANK, gateway="antom")


def told(advice: Advice) -> Reading:
    """Give a verified refusal of a JSON gateway."""
    return Reading(outcome=Refused(advice.value.upper(), advice), signature=Signature.VERIFIED)


def with_support() -> Case:
    """A case that SYSTEM_ERROR under F, and a minute of inquiries without an answer, left to the support."""
    case = exchange(ANTOM, told(Advice.SYSTEM_FINAL))
    while case.state is not S.CALL_SUPPORT:
        case = exchange(case, silence())
    return case


def test_after_a_system_error_that_forbids_retries_a_person_may_send_once_more() -> None:
    case = with_support()
    assert case.may_be_pressed
    pressed = happen(case, SendAgain(at=case.updated_at + timedelta(minutes=5)))
    assert (pressed.state, pressed.next_ask) == (S.RETRY_PENDING, Ask.CANCEL)
    assert pressed.params == case.params
    again = exchange(pressed, told(Advice.SYSTEM_FINAL))
    while again.state is not S.CALL_SUPPORT:
        again = exchange(again, silence())
    assert not again.may_be_pressed
    with pytest.raises(IllegalEvent):
        happen(again, SendAgain(at=again.updated_at))


def test_nobody_presses_while_an_inquiry_is_on_the_wire_or_for_another_refusal() -> None:
    case = with_support()
    asking = happen(case, Sent(at=case.updated_at + timedelta(hours=1), ask=Ask.INQUIRY))
    with pytest.raises(IllegalEvent):
        happen(asking, SendAgain(at=asking.updated_at))
    blocked = exchange(ANTOM, told(Advice.BLOCKED))
    assert (blocked.state, blocked.may_be_pressed) == (S.CALL_SUPPORT, False)
    assert not happen(case, Ended(at=case.updated_at, reason="asked")).may_be_pressed
