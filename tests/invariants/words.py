"""What a card says, and what must be true of the money for it to be said."""

from collections.abc import Callable, Mapping

from pos_cancel.domain.case import Case, State
from pos_cancel.presenters.card import Card
from tests.invariants.facts import Money, Violation, need

Claim = Callable[[Case, Money], bool]


def _always(_: Case, __: Money) -> bool:
    return True


def _untouched(_: Case, money: Money) -> bool:
    return not money.cancelled_by


def _never_left(case: Case, money: Money) -> bool:
    return case.id not in money.reached_by


def _holds_nothing(_: Case, money: Money) -> bool:
    return money.held == 0


SAYINGS: Mapping[str, Claim] = {
    "Sale closed. The customer had not paid.": lambda _, money: money.paid == 0,
    "Sale closed. It was unpaid when we checked.": _holds_nothing,
    "Order closed. No payment was started.": lambda _, money: money.paid == 0,
    "No payment under this number": _holds_nothing,
    "The money is on its way back": lambda _, money: money.paid > 0 and money.held == 0,
    "If the customer had paid, the full amount goes back": _holds_nothing,
    "Asking ": _always,
    "Not sure": _always,
    "Still not sure": _always,
    "Not confirmed.": _always,
    "Not cancelled yet.": _untouched,
    "Nothing returned yet.": _untouched,
    "The payment is with the shop.": lambda case, money: (
        money.held > 0 and not money.is_cancellable and _untouched(case, money)
    ),
    "it was not cancelled.": _untouched,
    "Already refunded in full.": lambda _, money: money.paid > 0 and money.held == 0,
    "was refunded; it cannot be cancelled.": lambda case, money: (
        0 < money.returned < money.paid and case.refunded_minor == money.returned
    ),
    "The shop holds no money.": _holds_nothing,
    "The sale stands and is paid.": lambda case, money: money.held > 0 and _untouched(case, money),
    "The shop has the money.": lambda _, money: money.held > 0,
    "Nothing was cancelled.": _untouched,
    "Nothing was sent.": _never_left,
    "This cancel did not happen.": _never_left,
}
DONE_WORDS = ("Sale closed.", "Order closed.", "Cancelled.")
# After these no cancel of the case may ever be carried out: a person acts on them.
ACTED_ON = frozenset(
    {State.USE_REFUND, State.KEPT, State.WRONG_NUMBER, State.SETUP_PROBLEM, State.NOT_SENT, State.WITHDRAWN}
)


def check_words(case: Case, card: Card, money: Money) -> None:
    """Hold what the card says against the truth of the money."""
    claims = [claim for saying, claim in SAYINGS.items() if saying in card.headline]
    need(claims, "words", f"{case.ref}: nobody knows what {card.headline!r} claims")
    if not all(claim(case, money) for claim in claims):
        told = f"{case.ref} ({case.state.value}) says {card.headline!r}, but {money}"
        raise Violation("words", told)
    is_done = card.tone.value == "done"
    need(
        is_done == card.headline.startswith(DONE_WORDS), "words", f"{case.ref}: {card.tone} {card.headline!r}"
    )
    nothing_left = "Nothing left this till." in card.step_sentence
    need(not nothing_left or _never_left(case, money), "words", f"{case.ref}: {card.step_sentence!r}")


def check_quiet(case: Case, money: Money) -> None:
    """No cancel of a case is carried out after the case told a person that none will be."""
    told = f"{case.ref} is {case.state.value}, and its cancel was carried out"
    need(case.state not in ACTED_ON or case.id not in money.cancelled_by, "quiet", told)
    refused = case.state is State.CALL_SUPPORT and case.variant == "refused" and not case.ended
    need(not refused or case.id not in money.cancelled_by, "quiet", told)


def check_money(number: str, money: Money) -> None:
    """Nobody gets a sale's money twice, neither from the gateway nor in cash on top of it."""
    if not 0 <= money.returned + money.by_hand <= money.paid:
        raise Violation("one return", f"sale {number}: {money}")
