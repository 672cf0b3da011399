"""The moments a till can be in, as a sum type; `Flow` goes from one to the next."""

from dataclasses import dataclass, replace
from datetime import datetime

from pos_cancel.domain.case import Case
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.receipt import Receipt
from pos_cancel.engine.lookup import CancelRequest, Lookup


@dataclass(frozen=True, slots=True)
class Inviting:
    """Nothing in hand: scan a receipt."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A number was given and the gateway is asked about it. Nothing is sent.

    `tried` are the accounts whose gateways did not know it.
    """

    number: SaleNumber
    profile: str
    scanned: bool
    tried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deciding:
    """The sale is shown with the one decision.

    Receipts that may have been meant come first; `goes_on` is set once a person went past them.
    """

    lookup: Lookup
    scanned: bool
    tried: tuple[str, ...] = ()
    goes_on: bool = False

    @property
    def offers(self) -> bool:
        """Whether the receipts are shown that may have been meant, and not yet the decision."""
        return bool(self.lookup.near) and not self.goes_on


@dataclass(frozen=True, slots=True)
class Counting:
    """The decision was made and can be taken back for so many seconds; no case is opened before."""

    decision: Deciding
    request: CancelRequest
    left_s: int


@dataclass(frozen=True, slots=True)
class Submitting:
    """The decision was made and is being made durable."""

    decision: Deciding


@dataclass(frozen=True, slots=True)
class Showing:
    """A case is shown. `notice` is a wording key; `beside` the decision that waits behind an earlier case.

    `near` are the receipts that may have been meant, should there be no payment under the number.
    """

    case: Case
    notice: str = ""
    beside: Deciding | None = None
    near: tuple[Receipt, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """A person pressed an action of the case and is asked once more."""

    case: Case
    action: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """The window is to be closed while cases are open (outcomes.md R15).

    `cases` are the first of them, `last_deadline` the latest of all.
    """

    cases: tuple[Case, ...]
    count: int
    last_deadline: datetime | None


Stage = Inviting | Looking | Deciding | Counting | Submitting | Showing | Asking | Leaving


def untried(look: Lookup, stage: Looking | Deciding) -> Deciding:
    """Give the decision; an account that did not know the number is not offered a second time."""
    others = tuple(name for name in look.others if name not in {look.profile, *stage.tried})
    goes_on = isinstance(stage, Deciding) and stage.goes_on
    return Deciding(replace(look, others=others), stage.scanned, stage.tried, goes_on)


def differ(look: Lookup, before: Lookup) -> bool:
    """Tell whether another look at the same sale shows something else than what was decided by."""
    shown, decided = (each.reading.outcome if each.reading else None for each in (look, before))
    return same_sale(look, before) and (shown, look.earlier) != (decided, before.earlier)


def same_sale(look: Lookup, other: Lookup) -> bool:
    """Tell whether two looks are about one sale."""
    return (look.number, look.profile) == (other.number, other.profile)
