"""The moments a till can be in, as a sum type; `Flow` goes from one to the next."""

from dataclasses import dataclass

from pos_cancel.domain.case import Case
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.engine.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Inviting:
    """Nothing in hand: scan a receipt."""


@dataclass(frozen=True, slots=True)
class Looking:
    """A number was given and the gateway is asked about it. Nothing is sent."""

    number: SaleNumber
    profile: str
    scanned: bool


@dataclass(frozen=True, slots=True)
class Deciding:
    """The sale is shown with the one decision."""

    lookup: Lookup
    scanned: bool


@dataclass(frozen=True, slots=True)
class Submitting:
    """The decision was made and is being made durable."""

    decision: Deciding


@dataclass(frozen=True, slots=True)
class Showing:
    """A case is shown. `notice` is a wording key; `beside` the decision that waits behind an earlier case."""

    case: Case
    notice: str = ""
    beside: Deciding | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A person pressed an action of the case and is asked once more."""

    case: Case
    action: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """The window is to be closed while cases are open (outcomes.md R15)."""

    cases: tuple[Case, ...]


Stage = Inviting | Looking | Deciding | Submitting | Showing | Asking | Leaving
