"""What must hold of every move of a walk: honesty (outcomes.md §1, R7, R8) and a next step."""

from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.events import Answered, LookedUp
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    Found,
    NotFound,
    NotSent,
    Outcome,
    Reading,
    Refused,
    Signature,
)
from pos_cancel.domain.step import next_due
from tests.unit.walks import Move

S = State
DONE = frozenset({S.CLOSED, S.CLOSED_UNSCANNED, S.REFUNDED, S.CANCELLED})
BY_SUCCESS = frozenset({S.CLOSED, S.CLOSED_UNSCANNED, S.NO_PAYMENT_FOUND})
BY_INQUIRY = frozenset({S.ALREADY_CLOSED, S.ALREADY_REFUNDED, S.USE_REFUND, S.KEPT})
BY_OTHERS = frozenset({S.SENDING, S.RETRY_PENDING, S.CALL_SUPPORT, S.NOT_SENT, S.WITHDRAWN, S.SETUP_PROBLEM})


def check_honest(move: Move) -> None:
    """Hold one move against §1 and R7, R8."""
    before, event, after = move.before, move.event, move.after
    if after is None or after.state is before.state:
        return
    if isinstance(event, Answered | LookedUp):
        check_settled(before, event.reading, after)
        check_doubt(before, event.reading.outcome, after)
    else:
        assert after.state in BY_OTHERS
    if after.state in {S.NOT_SENT, S.WITHDRAWN}:
        assert after.tries == 0
    if after.state in {S.ALREADY_CLOSED, S.SETUP_PROBLEM}:
        assert not before.unanswered


def check_settled(before: Case, reading: Reading, after: Case) -> None:
    """Only what is verified, and of the right kind, settles."""
    if after.state in DONE | BY_SUCCESS | BY_INQUIRY | {S.WRONG_NUMBER}:
        assert reading.signature is Signature.VERIFIED
    if after.state in BY_SUCCESS:
        assert isinstance(reading.outcome, Cancelled)
    if after.state in BY_INQUIRY:
        assert isinstance(reading.outcome, Found)
    if after.state in {S.REFUNDED, S.CANCELLED} and not isinstance(reading.outcome, Cancelled):
        assert isinstance(reading.outcome, Found)
        assert before.doubtful
    if after.state is S.USE_REFUND:
        assert isinstance(reading.outcome, Found)
        assert not reading.outcome.sale.refund_seen
    if after.state is S.NOT_SENT:
        assert isinstance(reading.outcome, NotSent)


def check_doubt(before: Case, outcome: Outcome, after: Case) -> None:
    """After an unanswered try only a success, a clear inquiry or R7's three inquiries end anything."""
    if after.state is S.SETUP_PROBLEM:
        assert isinstance(outcome, Refused)
        assert outcome.advice in {Advice.SETUP, Advice.PARAMETER}
    if not before.unanswered:
        return
    if after.state in {S.CLOSED, S.CLOSED_UNSCANNED}:
        assert isinstance(outcome, Cancelled)
        assert outcome.effect is Effect.UNTOLD
    if after.state is S.WRONG_NUMBER:
        assert isinstance(outcome, NotFound)
        assert before.cancel_not_found
        assert before.not_found >= 2


def check_going(move: Move) -> None:
    """Nothing is dropped: what is open is due, in flight, stopped, or with a person."""
    case = move.after
    if case is None:
        return
    if case.state in {S.SENDING, S.RETRY_PENDING, S.WAITING} and case.in_flight is None:
        assert next_due(case) is not None or case.stopped
    if case.state is S.CALL_SUPPORT and not case.ended and case.in_flight is None:
        assert next_due(case) is not None
    if case.next_ask is Ask.CANCEL:
        assert not case.cancels_over
        assert case.state in {S.SENDING, S.RETRY_PENDING, S.WAITING}
    assert case.unanswered or not move.before.unanswered
    assert case.tries >= 0
    assert case.number == move.before.number
