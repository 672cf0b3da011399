"""How a wish becomes a case: R7 over all cases of a sale, and which earlier case answers (R9)."""

from dataclasses import replace

import pytest

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.outcome import Signature
from pos_cancel.domain.sale import Sale
from pos_cancel.engine.lookup import CancelRequest, Lookup
from pos_cancel.engine.opening import answering_case, new_case, refund_seen, with_history
from tests.unit.till_stories import (
    BLANK,
    CLOSED,
    FULLY,
    MIDNIGHT,
    NOON,
    NUMBER,
    PAID,
    PARTLY,
    PROFILE,
    UNPAID,
    exchange,
    fail,
    looked_up,
    shows,
    shows_none,
    success,
    unanswered,
)

S = State
WISH = CancelRequest(profile="till", number=SaleNumber(NUMBER, NumberKind.OUT_TRADE_NO))
INSISTED = replace(WISH, again=True)
ANSWERING = {S.SENDING, S.RETRY_PENDING, S.WAITING, S.NOT_SENT}
SHOWN_FIRST = {S.CLOSED, S.CLOSED_UNSCANNED, S.REFUNDED, S.CANCELLED, S.CALL_SUPPORT}


def earlier(state: State, profile: str = "till") -> Case:
    return replace(BLANK, id="case-0", state=state, profile=profile)


def look(sale: Sale | None, signature: Signature = Signature.VERIFIED) -> Lookup:
    reading = shows_none(signature) if sale is None else shows(sale, signature)
    return Lookup(profile="till", number=WISH.number, at=NOON, reading=reading)


def opened(lookup: Lookup | None = None, number: SaleNumber = WISH.number) -> Case:
    wish = replace(WISH, lookup=lookup, number=number)
    return new_case(wish, PROFILE, BLANK.params, case_id="case-1", ref="K7-204", at=NOON)


@pytest.mark.parametrize("state", State)
def test_which_earlier_case_of_the_account_answers(state: State) -> None:
    case = earlier(state)
    assert (answering_case([case], WISH) is case) == (state in ANSWERING | SHOWN_FIRST)
    assert (answering_case([case], INSISTED) is case) == (state in ANSWERING)


@pytest.mark.parametrize("state", [*sorted(ANSWERING), S.CALL_SUPPORT])
def test_an_open_case_in_another_account_is_shown_first(state: State) -> None:
    case = earlier(state, "other")
    assert answering_case([case], WISH) is case
    assert answering_case([case], INSISTED) is None


def test_a_case_that_a_person_ended_is_shown_first() -> None:
    case = replace(earlier(S.CALL_SUPPORT), ended=True)
    assert answering_case([case], WISH) is case
    assert answering_case([case], INSISTED) is None


def test_the_open_case_answers_before_a_newer_done_one_of_another_account() -> None:
    done, still_open = earlier(S.REFUNDED, "other"), earlier(S.RETRY_PENDING)
    assert answering_case([done, still_open], WISH) is still_open
    assert answering_case([], WISH) is None


def test_an_unanswered_try_of_an_earlier_case_counts() -> None:
    old = replace(unanswered(), ended=True, state=S.CALL_SUPPORT)
    case = with_history(opened(), [old])
    assert (case.unanswered, case.tries) == (True, 0)
    assert exchange(case, success("close")).state is S.CANCELLED
    assert exchange(case, fail("ILLEGAL_SIGN")).variant == "stopped"


def test_an_earlier_case_that_may_have_been_carried_out_counts() -> None:
    """A system error is an answer, and still nobody knows what was done; so it is with a person's end."""
    old = replace(exchange(BLANK, fail("SYSTEM_ERROR", "Y")), ended=True, state=S.CALL_SUPPORT)
    case = with_history(opened(), [old])
    assert (case.unanswered, case.doubtful) == (False, True)
    assert exchange(case, fail("ILLEGAL_SIGN")).variant == "stopped"


def test_an_earlier_case_that_saw_the_sale_paid_counts_as_a_look() -> None:
    old = unanswered(looked_up(BLANK, PAID))
    case = with_history(opened(), [old])
    assert case.was_paid
    assert exchange(case, fail("TRADE_STATUS_ERROR"), shows(CLOSED)).state is S.REFUNDED


def test_an_earlier_verified_look_still_knows_the_sale() -> None:
    """§1, cancelled: a lookup or verified query knew this sale; without one it is no_payment_found."""
    assert exchange(with_history(opened(), [unanswered()]), success()).state is S.NO_PAYMENT_FOUND
    known = unanswered(looked_up(BLANK, UNPAID))
    assert exchange(with_history(opened(), [known]), success()).state is S.CANCELLED


def test_answered_cases_and_other_accounts_leave_no_doubt() -> None:
    answered = exchange(BLANK, fail("TRADE_NOT_EXIST"))
    other = replace(unanswered(), profile="other")
    assert with_history(opened(), [answered, other]) == opened()


@pytest.mark.parametrize(
    ("lookup", "blocks"),
    [
        (None, False),
        (look(None), False),
        (look(PAID), False),
        (look(CLOSED), False),
        (look(PARTLY), True),
        (look(FULLY), True),
        (look(FULLY, Signature.UNCHECKED), False),
    ],
)
def test_only_a_verified_visible_refund_blocks_sending(lookup: Lookup | None, blocks: bool) -> None:
    assert refund_seen(lookup) is blocks


def test_a_verified_look_is_known_an_unchecked_one_only_shown() -> None:
    sale = replace(PAID, trade_no="2026112022001499999999998888", paid_at=NOON)
    case = opened(look(sale))
    assert (case.sale_known, case.was_paid, case.trade_no) == (True, True, sale.trade_no)
    assert (case.deadline, case.stop_at, str(case.amount)) == (MIDNIGHT, MIDNIGHT, "¥128.00")
    shown = opened(look(sale, Signature.UNCHECKED))
    assert (shown.sale_known, shown.was_paid, shown.trade_no) == (False, False, "")
    assert (shown.deadline, str(shown.amount)) == (MIDNIGHT, "¥128.00")


def test_a_look_that_found_nothing_says_nothing_about_the_sale() -> None:
    case = opened(look(None))
    assert (case.sale_known, case.looked_up, case.amount, case.deadline) == (False, None, None, None)


def test_a_trade_number_tells_its_day() -> None:
    number = SaleNumber("2026112022001499999999998888", NumberKind.TRADE_NO)
    case = opened(number=number)
    assert (case.trade_no, case.out_trade_no, case.stop_at) == (number.text, "", MIDNIGHT)
