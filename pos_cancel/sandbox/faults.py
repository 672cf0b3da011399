"""The words in which a training story is told: trades at birth, faults, harms to an answer.

The stories themselves are the table in stories.py.  A story says which trade an unseen
number gets and what goes wrong with each cancel; the ledger alone decides about money,
so no story can give a sale's money back twice.
"""

from dataclasses import dataclass
from enum import Enum, auto


class Birth(Enum):
    """The trade that a number gets when the gateway sees it for the first time."""

    PAID = auto()
    UNPAID = auto()
    NEVER_SCANNED = auto()
    PAID_YESTERDAY = auto()
    FROZEN = auto()
    FINISHED = auto()
    TIMED_OUT = auto()
    PARTLY_REFUNDED = auto()
    FULLY_REFUNDED = auto()


class Harm(Enum):
    """What happens to an answer on its way: to the XML, to the HTTP reply, or to the line."""

    NONE = auto()
    WRONG_SIGN = auto()
    NO_SIGN = auto()
    GBK = auto()
    OTHER_SALE = auto()
    NO_ACTION = auto()
    CUT_SHORT = auto()
    DUPLICATE = auto()
    DOCTYPE = auto()
    LATE = auto()
    SILENCE = auto()
    DROP = auto()
    HTML = auto()
    HTTP_500 = auto()
    HTTP_502 = auto()
    HTTP_503 = auto()
    REDIRECT = auto()


@dataclass(frozen=True, slots=True)
class Says:
    """An answer told in place of the true one.

    `code` goes into `<error>` as a whole refusal when `result_code` is "", into
    `<error>` inside the response for FAILED, else into `detail_error_code`.
    """

    result_code: str
    code: str = ""
    retry_flag: str = "N"


@dataclass(frozen=True, slots=True)
class Fault:
    """One exchange of a story: is the cancel carried out, what is said, what harms it."""

    executes: bool = True
    says: Says | None = None
    harm: Harm = Harm.NONE
    delay_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Story:
    """One training case.

    `ending` is spoken after a dash at the end of a receipt number.  `what` tells it in
    one sentence.  `expected` is the state (outcomes.md) that a correct client reaches, and
    `expected_known` the state for an order the POS handed over.  `cancels` are the faults
    of the first cancels in turn, `then` of all later ones, `queries` of every inquiry;
    `paid_after_s` is when a customer pays after the cancel.
    """

    ending: str
    what: str
    expected: str
    birth: Birth = Birth.PAID
    cancels: tuple[Fault, ...] = ()
    then: Fault = Fault()
    queries: Fault = Fault()
    expected_known: str = ""
    paid_after_s: float | None = None

    def fault(self, cancels_before: int) -> Fault:
        """Pick the fault of a cancel from how many came before it."""
        return self.cancels[cancels_before] if cancels_before < len(self.cancels) else self.then
