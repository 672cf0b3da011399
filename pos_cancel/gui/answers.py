"""What is still wrong with what a person filled in before the decision (outcomes.md R10, R16)."""

import re
from collections.abc import Callable, Mapping

from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.identifiers import OUTER_BLANKS
from pos_cancel.domain.money import Money, parse_decimal
from pos_cancel.gui.screens import View, look_card
from pos_cancel.gui.stages import Deciding, Stage
from pos_cancel.presenters.wording import Wording

SHORTEST_NAME = 2
# A receipt writes `USD 1,280.00` or `¥1,280.00`; the sign and the thousands are left out of the comparison.
AROUND = re.compile(r"^[A-Za-z¥$€£\s]+|[A-Za-z¥$€£\s]+$")
THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))", re.ASCII)


def complaints(
    answers: Mapping[str, str], words: Wording, *, number: str = "", amount: Money | None = None
) -> dict[str, str]:
    """Give a sentence for each answer that is not right yet; the result is empty when all are.

    `amount` must be that of the receipt, `again` the same number once more; `manager` is a name and
    `reason` anything that is one.
    """
    checks: dict[str, tuple[Callable[[str], bool], str]] = {
        "amount": (lambda text: _same_amount(text, amount), "gui.confirm.amount_wrong"),
        "again": (lambda text: text.strip(OUTER_BLANKS) == number, "gui.confirm.number_wrong"),
        "manager": (_is_name, "gui.confirm.manager_missing"),
        "reason": (_is_name, "gui.end.reason_missing"),
    }
    return {name: words.text(checks[name][1]) for name, text in answers.items() if not checks[name][0](text)}


def complaints_at(stage: Stage, answers: Mapping[str, str], view: View) -> dict[str, str]:
    """Give the same for the moment in hand, which knows the right amount and number."""
    if not isinstance(stage, Deciding):
        return complaints(answers, view.words)
    due = look_card(stage, view).amount_due
    return complaints(answers, view.words, number=stage.lookup.number.text, amount=due)


def _same_amount(text: str, amount: Money | None) -> bool:
    if amount is None:
        return False
    try:
        return parse_decimal(THOUSANDS.sub("", AROUND.sub("", text)), amount.currency) == amount
    except InvalidInput:
        return False


def _is_name(text: str) -> bool:
    # Two letters, or two characters of a Chinese name; what a scanner sends is mostly digits.
    return len(text) >= SHORTEST_NAME and any(character.isalpha() for character in text)
