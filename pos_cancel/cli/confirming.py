"""Asking a person at the terminal (outcomes.md R10): Enter alone never confirms anything."""

from argparse import Namespace
from dataclasses import dataclass

from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.identifiers import OUTER_BLANKS, SaleNumber
from pos_cancel.domain.money import parse_decimal
from pos_cancel.presenters.lookup_card import LookupCard
from pos_cancel.presenters.terminal import lookup_text


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person said beside yes."""

    approver: str = ""


def ask(card: LookupCard, number: SaleNumber, args: Namespace, till: Till) -> Answers | None:
    """Show the sale and have it confirmed; None when the person keeps it.

    Raises `InvalidInput` when the amount or the number is not the one on the receipt.
    """
    till.out.note(lookup_text(card, till.words))
    approver = ""
    if "amount" in card.needs and args.amount is None and not _amount_fits(card, till):
        return None
    if "number_twice" in card.needs and not _number_fits(number, till):
        return None
    if "manager" in card.needs and not args.approver:
        approver = till.out.ask(till.words.text("cli.manager"))
        if not approver:
            return None
    said = till.out.ask(till.words.text("cli.confirm"))
    return Answers(approver) if said.casefold() in {"yes", till.words.text("cli.yes").casefold()} else None


def _amount_fits(card: LookupCard, till: Till) -> bool:
    said = till.out.ask(till.words.text("cli.amount"))
    if not said:
        return False
    if card.amount_due is None or parse_decimal(said, card.amount_due.currency) != card.amount_due:
        raise InvalidInput("This is not the sale's amount; nothing was sent.", "Compare it with the receipt.")
    return True


def _number_fits(number: SaleNumber, till: Till) -> bool:
    said = till.out.ask(till.words.text("cli.number_again")).strip(OUTER_BLANKS)
    if not said:
        return False
    if said != number.text:
        raise InvalidInput(
            "The two numbers are not the same; nothing was sent.", "Compare it with the receipt."
        )
    return True
