"""A refused signature while another key of ours lies ready: the same question at once, signed with that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.events import Answered, Sent
from pos_cancel.domain.outcome import Reading
from tests.unit.till_stories import BLANK, NOON, exchange, happen, outer, silence, success, unanswered

S = State
REFUSED = outer("ILLEGAL_SIGN")
OLD = "0123456789abcdef"


def refused(case: Case, key: str = OLD, reading: Reading = REFUSED) -> Case:
    """The case after its next exchange was refused for the key's sake."""
    due, what = case.next_try_at, case.next_ask
    assert due is not None
    assert what is not None
    return happen(case, Sent(at=due, ask=what), Answered(at=due, reading=reading, refused_key=key))


@pytest.mark.parametrize("case", [BLANK, unanswered(), exchange(unanswered(), silence())])
def test_the_other_key_has_the_next_try_at_once(case: Case) -> None:
    again = refused(case)
    assert (again.state, again.next_ask, again.next_try_at) == (case.state, Ask.CANCEL, case.next_try_at)
    assert (again.params, again.refused_key) == (case.params, OLD)
    assert again.unanswered == case.unanswered
    done = exchange(again, success("refund"))
    assert (done.state, done.refused_key) == (S.REFUNDED, "")


def test_refused_with_both_keys_the_refusal_counts() -> None:
    assert refused(refused(BLANK), "fedcba9876543210").state is S.SETUP_PROBLEM
    stopped = refused(refused(unanswered()))
    assert (stopped.state, stopped.stopped, stopped.refused_key) == (S.RETRY_PENDING, "S-03", "")


def test_an_inquiry_is_asked_again_with_its_doubt() -> None:
    case = exchange(unanswered(), outer("TRADE_HAS_FINISHED"))
    assert case.next_ask is Ask.INQUIRY
    again = refused(case)
    assert (again.next_ask, again.doubt, again.asked) == (Ask.INQUIRY, case.doubt, case.asked)


@pytest.mark.parametrize("state", [S.CALL_SUPPORT, S.NO_PAYMENT_FOUND, S.WAITING])
def test_every_state_that_asks_may_change_the_key(state: State) -> None:
    case = replace(BLANK, state=state, next_ask=Ask.INQUIRY, next_try_at=NOON + timedelta(hours=1))
    again = refused(case)
    assert (again.state, again.refused_key) == (state, OLD)
