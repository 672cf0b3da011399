"""`TRANSITIONS` and `step` against outcomes.md §1: total, consistent, honest, whatever happens."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pos_cancel.domain import record
from pos_cancel.domain.case import Ask, Case, State, Tone
from pos_cancel.domain.errors import IllegalEvent
from pos_cancel.domain.events import Answered, Event, KeyFailed, LookedUp, Recovered, Sent, WindowClosed
from pos_cancel.domain.outcome import (
    Cancelled,
    Effect,
    Outcome,
    Reading,
    Signature,
)
from pos_cancel.domain.profile import Schedule
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.domain.step import step
from pos_cancel.domain.transitions import TRANSITIONS
from tests.unit.till_stories import (
    BLANK,
    FULLY,
    NOON,
    PAID,
    UNPAID,
    at,
    exchange,
    fail,
    happen,
    looked_up,
    shows,
    silence,
    success,
)
from tests.unit.walk_checks import check_going, check_honest
from tests.unit.walks import BEGINNINGS, CANCEL_OUTCOMES, INQUIRY_OUTCOMES, Move, disturbance, walk
from tests.unit.walks import reading as any_reading

S = State
PACE = Schedule()
# The table of §1: final, tone, exit.
STATES: Mapping[State, tuple[bool, Tone, int]] = {
    S.CLOSED: (True, Tone.DONE, 0),
    S.CLOSED_UNSCANNED: (True, Tone.DONE, 0),
    S.NO_PAYMENT_FOUND: (True, Tone.CHECK, 4),
    S.REFUNDED: (True, Tone.DONE, 0),
    S.CANCELLED: (True, Tone.DONE, 0),
    S.ALREADY_CLOSED: (True, Tone.CHECK, 4),
    S.ALREADY_REFUNDED: (True, Tone.CHECK, 4),
    S.USE_REFUND: (True, Tone.ACT, 4),
    S.WRONG_NUMBER: (True, Tone.ACT, 4),
    S.PAID_LATE: (True, Tone.ACT, 4),
    S.KEPT: (True, Tone.IDLE, 4),
    S.SENDING: (False, Tone.WORKING, 3),
    S.RETRY_PENDING: (False, Tone.WORKING, 3),
    S.WAITING: (False, Tone.WORKING, 3),
    S.CALL_SUPPORT: (False, Tone.CALL, 4),
    S.SETUP_PROBLEM: (True, Tone.CALL, 5),
    S.NOT_SENT: (False, Tone.IDLE, 6),
    S.WITHDRAWN: (True, Tone.IDLE, 6),
}
FINAL = frozenset(state for state, (final, _, _) in STATES.items() if final)
WALKS, MOVES = 2_000, 30
Arrow = tuple[State, str, State]
# What the table allows and no walk does, each with its reason.
UNREACHED: Mapping[Arrow, str] = {
    (S.SENDING, "looked_up", S.ALREADY_CLOSED): "only a visible refund blocks sending (R9)",
}


# Events other than answers that random walks seldom meet.
UNSURE = replace(BLANK, unanswered=True, doubtful=True)
UNPAID_JSON = looked_up(replace(BLANK, gateway="antom"), UNPAID)
SILENT_SUCCESS = Reading(outcome=Cancelled(Effect.UNTOLD), signature=Signature.VERIFIED)
FUNDS = fail("SELLER_BALANCE_NOT_ENOUGH")
RARE: tuple[tuple[Case, Event], ...] = (
    (UNSURE, LookedUp(at=NOON, reading=shows(FULLY))),
    (UNSURE, LookedUp(at=NOON, reading=shows(replace(FULLY, status=PaymentStatus.CLOSED)))),
    (exchange(UNPAID_JSON, SILENT_SUCCESS), Recovered(at=at(9))),
    (
        happen(BLANK, KeyFailed(at=NOON, setup_code="S-02", can_pass=True)),
        KeyFailed(at=at(60), setup_code="S-02", can_pass=True),
    ),
)


def every_answer() -> Iterator[tuple[Case, Event]]:
    """Give every outcome to a cancel and to an inquiry in every state, in doubt and not."""
    handed = exchange(BLANK, fail("BUYER_ERROR"))
    for case in (BLANK, exchange(BLANK, FUNDS), exchange(BLANK, fail("SYSTEM_ERROR")), handed):
        for known in (case, replace(case, known_order=True), replace(case, unanswered=True, doubtful=True)):
            if case is not handed:
                yield from answers(replace(known, next_ask=Ask.CANCEL), CANCEL_OUTCOMES)
            if case is not BLANK:
                yield from answers(replace(known, next_ask=Ask.INQUIRY), INQUIRY_OUTCOMES)


def answers(case: Case, outcomes: list[tuple[Outcome, Signature]]) -> Iterator[tuple[Case, Event]]:
    """Send what is next and give it each of the outcomes."""
    assert case.next_ask is not None
    flying = happen(case, Sent(at=at(40), ask=case.next_ask))
    for outcome, signature in outcomes:
        yield flying, Answered(at=at(41), reading=Reading(outcome=outcome, signature=signature))


@pytest.fixture(scope="module")
def moves() -> list[Move]:
    """Walks from a fixed seed: the same ones in every run."""
    rng = random.Random(20261120)
    rare = [Move(case, event, step(case, event, PACE)) for case, event in (*RARE, *every_answer())]
    return rare + [move for number in range(WALKS) for move in walk(rng, number, MOVES, PACE)]


def test_every_state_has_the_tone_and_the_exit_code_of_the_table() -> None:
    assert {state: (not state.is_open, state.tone, state.exit_code) for state in State} == STATES


def test_no_final_state_leads_anywhere() -> None:
    for (state, event), targets in TRANSITIONS.items():
        assert targets, (state, event)
        assert state not in FINAL or targets == {state}


def test_every_arrow_of_the_table_is_walked_or_has_a_reason_not_to_be(moves: list[Move]) -> None:
    walked = {(m.before.state, m.event.name, m.after.state) for m in moves if m.after is not None}
    table = {(state, event, target) for (state, event), targets in TRANSITIONS.items() for target in targets}
    assert walked <= table
    assert {" ".join(arrow) for arrow in table - walked} == {" ".join(arrow) for arrow in UNREACHED}


def test_every_move_of_the_walks_is_honest(moves: list[Move]) -> None:
    for move in moves:
        try:
            check_honest(move)
        except AssertionError as error:
            pytest.fail(f"{error}\n{move.before}\n{move.event}\n{move.after}")


def test_no_walk_loses_its_next_step(moves: list[Move]) -> None:
    for move in moves:
        try:
            check_going(move)
        except AssertionError as error:
            pytest.fail(f"{error}\n{move.before}\n{move.event}\n{move.after}")


def test_final_states_never_change(moves: list[Move]) -> None:
    for move in moves:
        if move.before.state in FINAL and move.after is not None:
            assert move.after.state is move.before.state
            assert move.after.updated_at == move.before.updated_at
            assert move.after.variant == move.before.variant
            assert move.after.tries == move.before.tries


def test_what_the_engine_does_is_never_refused(moves: list[Move]) -> None:
    """What was due may leave and what came back is taken in: a refusal would lose an answer."""
    for move in moves:
        if move.after is None and isinstance(move.event, Sent | Answered):
            pytest.fail(f"{move.before}\n{move.event}")


def test_a_case_survives_the_journal_at_every_step(moves: list[Move]) -> None:
    for move in moves[:: WALKS // 200]:
        if move.after is not None:
            assert record.load(record.dump(move.after)) == move.after


@settings(max_examples=150)
@given(seed=st.integers(0, 2**32 - 1), length=st.integers(1, 25))
def test_whatever_happens_in_whatever_order_only_an_illegal_event_is_raised(seed: int, length: int) -> None:
    rng = random.Random(seed)
    case = rng.choice(BEGINNINGS)
    for _ in range(length):
        kind = rng.randrange(4)
        if kind == 0:
            event = disturbance(case, NOON, rng)
        elif kind == 1:
            event = Sent(at=NOON, ask=rng.choice(list(Ask)))
        else:
            event = Answered(at=NOON, reading=any_reading(case, rng), jitter=rng.random())
        try:
            after = step(case, event, PACE)
        except IllegalEvent:
            continue
        assert after.state in TRANSITIONS[case.state, event.name]
        assert case.state not in FINAL or after.state is case.state
        assert record.load(record.dump(after)) == after
        case = after


def readings() -> list[tuple[Case, Answered]]:
    return [
        (case, Answered(at=NOON, reading=any_reading(case, random.Random(seed))))
        for case in (BLANK, exchange(BLANK, silence()), exchange(BLANK, success("refund")))
        for seed in range(len(CANCEL_OUTCOMES) + len(INQUIRY_OUTCOMES))
    ]


def test_an_answer_that_nobody_waits_for_is_refused() -> None:
    for case, event in readings():
        with pytest.raises(IllegalEvent):
            step(case, event, PACE)


@pytest.mark.parametrize(
    ("case", "ask"),
    [
        (happen(BLANK, Sent(at=NOON, ask=Ask.CANCEL)), Ask.CANCEL),
        (exchange(BLANK, fail("TRADE_CANCEL_TIME_OUT")), Ask.CANCEL),
        (exchange(BLANK, success()), Ask.CANCEL),
        (exchange(BLANK, success("refund")), Ask.CANCEL),
        (exchange(BLANK, success("refund")), Ask.INQUIRY),
        (exchange(BLANK, fail("BUYER_ERROR")), Ask.CANCEL),
    ],
    ids=["on the wire", "window over", "watched", "refunded", "refunded, inquiry", "with the support"],
)
def test_what_is_not_next_cannot_be_sent(case: Case, ask: Ask) -> None:
    """Nothing is sent twice, and no cancel leaves after the end, whoever asks."""
    with pytest.raises(IllegalEvent):
        step(case, Sent(at=NOON, ask=ask), PACE)


def test_an_illegal_event_says_in_one_sentence_what_stands_in_its_way() -> None:
    done = exchange(BLANK, success("refund"))
    with pytest.raises(IllegalEvent) as refused:
        step(done, WindowClosed(at=NOON), PACE)
    assert refused.value.sentence == "Case K7-204 is refunded: this cannot be done with it."
    with pytest.raises(IllegalEvent):
        happen(exchange(BLANK, fail("TRADE_NOT_EXIST")), Answered(at=NOON, reading=shows(PAID)))
