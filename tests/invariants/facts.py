"""The facts that the invariants are held against, and what is raised when one does not hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pos_cancel.domain.case import Ask

INVARIANTS: Mapping[str, str] = {
    "acknowledged": "what a person was told is in the journal, as it was told, whatever happens next",
    "durable first": "what leaves the till is in the journal as sent, byte for byte, before its first byte",
    "frozen": "a retry carries the same parameters; only an old timestamp is renewed (R3)",
    "heard": "an answer that a living till got is in the journal as soon as the disk takes it",
    "asked first": "after a restart, and in the background, an inquiry comes before the next cancel (R1, R4)",
    "unsent waits": "what was never sent before a stop waits for a person (R1)",
    "patience": "a gateway that asks for time gets it (R6)",
    "proof": "a case settles only by the gateway's own signed word about this very sale (R8)",
    "unknown": "what proves nothing is neither done nor failed (R2)",
    "words": "what the card says is true of the money",
    "one return": "a sale's money goes back once at most",
    "no second refund": "a refund that a verified look showed blocks sending (R9)",
    "refund seen": "a refund that a verified inquiry shows settles the case (R7)",
    "late payments": "money that came after the cancel is told of while the case is watched (R14)",
    "quiet": "nothing is cancelled after the case said that nothing will be",
    "final": "a final state never changes",
    "listed": "every open case is on the list",
    "one case": "a sale of an account has one open case, and a second press shows it (R9)",
    "doubt": "what an earlier case of a sale left in doubt, the next one does not forget (R7)",
    "clock": "the till's own clock, unchecked, ends no cancels (R5)",
    "one sender": "of all processes on one journal one sends",
    "chain": "the journal's chain is whole",
    "secrets": "no secret is written anywhere",
    "in time": "what can be settled is settled, or in a person's hands, two hours after its deadline (R5)",
    "sound": "the program meets no fault of its own",
}


class Violation(AssertionError):
    """An invariant does not hold; `invariant` is its name in `INVARIANTS`."""

    def __init__(self, invariant: str, told: str) -> None:
        super().__init__(f"{invariant}: {told}  [{INVARIANTS[invariant]}]")
        self.invariant = invariant
        self.told = told


def need(holds: object, invariant: str, told: str) -> None:
    """Raise `Violation` unless it holds."""
    if not holds:
        raise Violation(invariant, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """What is true of one sale at its gateway, in minor units.

    `cancelled_by` are the cases whose cancel was carried out there, `reached_by` those of which any byte
    of a cancel may have left the till. `by_hand` was given in cash, because a card said so; the gateway knows
    nothing of it. `is_cancellable` tells whether a cancel would be carried out now.
    """

    paid: int = 0
    returned: int = 0
    cancelled_by: frozenset[str] = frozenset()
    reached_by: frozenset[str] = frozenset()
    by_hand: int = 0
    is_cancellable: bool = False

    @property
    def held(self) -> int:
        """What the shop has of it, as the gateway knows."""
        return self.paid - self.returned


class Proof(StrEnum):
    """What really came back of an exchange, as only the test knows."""

    AUTHENTIC = "authentic"  # the gateway's own signed reply about this sale, unchanged
    UNSIGNED_F = "unsigned_f"  # the gateway's own unsigned refusal
    NOTHING = "nothing"  # nothing, or something that proves nothing
    UNSENT = "unsent"  # no byte left the till


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One request as it left: by the till's clock and by one that only goes forward, with all it carried.

    For the JSON gateways `fields` is the body alone, as {"body": text}.
    """

    at: datetime
    case_id: str
    ask: Ask
    fields: Mapping[str, str]
    steady_s: float = 0.0
