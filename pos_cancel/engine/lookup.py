"""What a look at a sale gave, and the request to cancel that a person makes from it."""

from dataclasses import dataclass
from datetime import datetime

from pos_cancel.domain.case import Case
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.outcome import Found, NotFound, Reading, Signature
from pos_cancel.domain.receipt import Receipt
from pos_cancel.domain.sale import Sale


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """One look at one sale: what the gateway said and what this till's journal knows.

    `sale` is None when it was not found or nothing was learnt; `not_found` tells which. `checked` is
    False where the reply's signature could not be checked: such a look is shown, and settles nothing.
    `deadline` is the last moment for a cancel (UTC), None when the sale's day is not known.
    `known_order` means that the POS handed this number over as an open order of this account.
    `trouble` is a one-line reason when nothing could be asked (no network, no key). `odd` means that the
    number does not look like the account's others. Where no sale was found, `near` are the known receipts
    that may have been meant, and after not-found `others` are the accounts to offer next, best first.
    """

    profile: str
    number: SaleNumber
    at: datetime
    reading: Reading | None = None
    earlier: tuple[Case, ...] = ()
    deadline: datetime | None = None
    known_order: bool = False
    trouble: str = ""
    odd: bool = False
    near: tuple[Receipt, ...] = ()
    others: tuple[str, ...] = ()

    @property
    def sale(self) -> Sale | None:
        """The sale as the gateway shows it."""
        outcome = self.reading.outcome if self.reading else None
        return outcome.sale if isinstance(outcome, Found) else None

    @property
    def not_found(self) -> bool:
        """Whether the gateway, verified, does not know the number."""
        return self.reading is not None and isinstance(self.reading.outcome, NotFound)

    @property
    def checked(self) -> bool:
        """Whether what is shown was verified."""
        return self.reading is not None and self.reading.signature is Signature.VERIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelRequest:
    """A person's wish to cancel one sale. `overrides` names what a manager would have been asked (R16)."""

    profile: str
    number: SaleNumber
    lookup: Lookup | None = None
    known_order: bool = False
    again: bool = False
    operator: str = ""
    approver: str = ""
    reason: str = ""
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Submitted:
    """The case that stands for the wish; `is_new` is False when an earlier one answers for it (R9)."""

    case: Case
    is_new: bool
