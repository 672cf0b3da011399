"""The words in which a training story is told: trades at birth, faults, harms to an answer.

The stories themselves are the table in stories.py.  A story says which trade an unseen
number gets and what goes wrong with each cancel; the ledger alone decides about money,
so no story can give a sale's money back twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http import HTTPStatus

GATEWAYS = ("acquire", "antom", "apo", "acqp")


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


class Meanwhile(Enum):
    """What befalls a sale between the look at it and its first cancel."""

    TIMED_OUT = auto()
    CANCELLED = auto()
    PARTLY_REFUNDED = auto()
    FULLY_REFUNDED = auto()


class Harm(Enum):
    """What happens to an answer on its way: to its text, to the HTTP reply, or to the line.

    The form gateway alone knows GBK, NO_ACTION and DOCTYPE; those from NOT_A_NUMBER to
    AS_REFUND belong to the JSON gateways.
    """

    NONE = auto()
    WRONG_SIGN = auto()
    NO_SIGN = auto()
    GBK = auto()
    OTHER_SALE = auto()
    NO_ACTION = auto()
    CUT_SHORT = auto()
    DUPLICATE = auto()
    DOCTYPE = auto()
    NOT_A_NUMBER = auto()
    NO_RESULT = auto()
    HALF_SIGN = auto()
    EXTRA_PAIRS = auto()
    STALE = auto()
    MIXED_CASE = auto()
    AS_REFUND = auto()
    LATE = auto()
    SILENCE = auto()
    DROP = auto()


@dataclass(frozen=True, slots=True)
class Says:
    """An answer told in place of the true one.

    On the JSON gateways these are `resultStatus` and `resultCode`.  On the form gateway
    `code` goes into `<error>` as a whole refusal when `result_code` is "", into `<error>`
    inside the response for FAILED, else into `detail_error_code`.  With `as_spelled` the
    code is said as it stands, also where this gateway has another name for it.
    """

    result_code: str
    code: str = ""
    retry_flag: str = "N"
    as_spelled: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One exchange of a story: is the cancel carried out, what is said, what harms it.

    `page` is one of `PAGES`.
    """

    executes: bool = True
    says: Says | None = None
    harm: Harm = Harm.NONE
    delay_s: float = 0.0
    page: str = ""


def done(harm: Harm, delay_s: float = 0.0) -> Fault:
    """Carry the cancel out and harm its answer."""
    return Fault(harm=harm, delay_s=delay_s)


def undone(harm: Harm) -> Fault:
    """Do nothing and harm the answer."""
    return Fault(executes=False, harm=harm)


# What can come in place of an answer: a redirect, an HTTP error, a web page, plain words.
PAGES = frozenset(
    {"HTML", "TEXT"} | {str(int(status)) for status in HTTPStatus if status >= HTTPStatus.MULTIPLE_CHOICES}
)


def astray(page: str) -> Fault:
    """Do nothing; what comes back is no answer of the gateway's."""
    return Fault(executes=False, page=page)


# Seconds at pace 1: just inside and just outside a client's ten seconds for one exchange.
LATE_S = 8.0
TOO_LATE_S = 12.0
SILENCE_S = 15.0
PAID_AFTER_S = 30.0

LOST = done(Harm.SILENCE, SILENCE_S)


@dataclass(frozen=True, slots=True)
class Story:
    """One training case.

    `ending` is spoken after a dash at the end of a receipt number.  `what` tells it in
    one sentence.  `expected` is the state (outcomes.md) that a correct client reaches, and
    `expected_known` the state for an order the POS handed over.  `cancels` are the faults
    of the first cancels in turn, `then` of all later ones, `queries` of every inquiry;
    `paid_after_s` is when a customer pays after the cancel, `meanwhile` what befalls the
    sale before the first one.  `gateways` are those that tell it, and `expected_at` has
    the states of those where it ends differently.
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
    meanwhile: Meanwhile | None = None
    gateways: tuple[str, ...] = ("acquire",)
    expected_at: Mapping[str, str] = field(default_factory=dict)

    def expected_on(self, gateway: str) -> str:
        """Give the state that a correct client reaches on this gateway."""
        return self.expected_at.get(gateway, self.expected)

    def fault(self, cancels_before: int) -> Fault:
        """Pick the fault of a cancel from how many came before it."""
        return self.cancels[cancels_before] if cancels_before < len(self.cancels) else self.then
