"""A case: one attempt of the shop to undo one payment, and the states it can be in (outcomes.md §1).

`Case` is a value: `domain.step.step()` takes one and gives the next. It holds everything that a restart
needs, so the journal keeps nothing else to go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import Advice, Progress, Signature
from pos_cancel.domain.sale import HELD_STATUSES, PaymentStatus


class Tone(StrEnum):
    """How a state looks and sounds."""

    DONE = "done"
    CHECK = "check"
    WORKING = "working"
    ACT = "act"
    CALL = "call"
    IDLE = "idle"


class State(StrEnum):
    """The states, persisted by name; the names are a contract that may only grow."""

    CLOSED = "closed"
    CLOSED_UNSCANNED = "closed_unscanned"
    NO_PAYMENT_FOUND = "no_payment_found"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    ALREADY_CLOSED = "already_closed"
    ALREADY_REFUNDED = "already_refunded"
    USE_REFUND = "use_refund"
    WRONG_NUMBER = "wrong_number"
    PAID_LATE = "paid_late"
    KEPT = "kept"
    SENDING = "sending"
    RETRY_PENDING = "retry_pending"
    WAITING = "waiting"
    CALL_SUPPORT = "call_support"
    SETUP_PROBLEM = "setup_problem"
    NOT_SENT = "not_sent"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether the case is on the open list."""
        return self in OPEN

    @property
    def tone(self) -> Tone:
        """The tone of the state."""
        return TONES[self]

    @property
    def exit_code(self) -> int:
        """What the command line exits with."""
        return EXIT_CODES[self]


_S = State
OPEN = frozenset({_S.SENDING, _S.RETRY_PENDING, _S.WAITING, _S.CALL_SUPPORT, _S.NOT_SENT})
WORKED = frozenset({_S.SENDING, _S.RETRY_PENDING, _S.WAITING})
_DONE = (_S.CLOSED, _S.CLOSED_UNSCANNED, _S.REFUNDED, _S.CANCELLED)
TONES = (
    dict.fromkeys(_DONE, Tone.DONE)
    | dict.fromkeys((_S.NO_PAYMENT_FOUND, _S.ALREADY_CLOSED, _S.ALREADY_REFUNDED), Tone.CHECK)
    | dict.fromkeys((_S.USE_REFUND, _S.WRONG_NUMBER, _S.PAID_LATE), Tone.ACT)
    | dict.fromkeys((_S.SENDING, _S.RETRY_PENDING, _S.WAITING), Tone.WORKING)
    | dict.fromkeys((_S.CALL_SUPPORT, _S.SETUP_PROBLEM), Tone.CALL)
    | dict.fromkeys((_S.KEPT, _S.NOT_SENT, _S.WITHDRAWN), Tone.IDLE)
)
EXIT_CODES = (
    dict.fromkeys(State, 4)
    | dict.fromkeys(_DONE, 0)
    | dict.fromkeys(WORKED, 3)
    | {_S.SETUP_PROBLEM: 5, _S.NOT_SENT: 6, _S.WITHDRAWN: 6}
)


class Ask(StrEnum):
    """What an exchange asks of the gateway."""

    CANCEL = "cancel"
    INQUIRY = "inquiry"


class Doubt(StrEnum):
    """What an inquiry is to decide (outcomes.md §2, the rows with Q)."""

    ROUTINE = "routine"  # a background round, a restart
    STATUS = "status"
    WINDOW = "window"
    REFUND_FEE = "refund_fee"
    REFUSED = "refused"
    PROCESS_FAIL = "process_fail"
    SYSTEM_FINAL = "system_final"
    NOT_FOUND = "not_found"
    CONTRADICTION = "contradiction"  # a success that does not fit what was looked up
    CONFIRM = "confirm"  # a success that names no sale (ACQP)
    KEEP = "keep"
    WATCH = "watch"


# Without slots: the values of a case are one dictionary, which is copied in a tenth of the time.
@dataclass(frozen=True, kw_only=True)
class Case:
    """One case. Times are aware UTC; `None` and "" mean not known or not the case.

    The fields stand in groups: who and what; what was frozen; what is known of the sale; what was
    tried; what comes next; what people see.
    """

    id: str
    ref: str
    gateway: str
    profile: str
    number: str
    number_kind: NumberKind
    state: State = State.SENDING
    opened_at: datetime
    updated_at: datetime
    account: str = ""
    network: str = ""
    support: str = ""
    operator: str = ""
    approver: str = ""
    reason: str = ""
    overrides: tuple[str, ...] = ()
    training: bool = False

    params: tuple[tuple[str, str], ...] = ()
    params_at: datetime

    known_order: bool = False
    sale_known: bool = False
    seen_paid: bool = False  # by any look, even one that could not be checked: it lowers confidence
    looked_up: PaymentStatus | None = None
    looked_up_at: datetime | None = None
    trade_no: str = ""
    out_trade_no: str = ""
    amount_minor: int | None = None
    currency: str = ""
    refunded_minor: int | None = None
    sale_time: datetime | None = None
    deadline: datetime | None = None
    stop_at: datetime

    tries: int = 0
    unanswered: bool = False
    doubtful: bool = False
    no_answers: int = 0
    in_flight: Ask | None = None
    last_try_at: datetime | None = None
    foreground_from: datetime
    mismatches: int = 0
    refusals: int = 0
    retry_flag: bool = False
    busy: int = 0
    unsent_from: datetime | None = None
    query: str = ""
    refused_key: str = ""  # the last try's, while another key has the next try

    next_ask: Ask | None = None
    next_try_at: datetime | None = None
    rounds: int = 0
    doubt: Doubt | None = None
    asked: int = 0
    succeeded_at: datetime | None = None
    cancel_not_found: bool = False
    not_found: int = 0
    window_over: bool = False
    keep_asked_at: datetime | None = None
    pressed: bool = False  # the one cancel by hand after a SYSTEM_ERROR that forbids retries
    stopped: str = ""
    watching_until: datetime | None = None
    watched: int = 0

    variant: str = ""
    gateway_code: str = ""
    retry_reason: str = ""
    setup_code: str = ""
    progress: Progress = Progress.PREPARED
    signature: Signature = Signature.NONE
    clock_off_s: int = 0  # by how much this till's clock was ahead of the last reply's Date, if by minutes
    linked_case: str = ""
    ended: bool = False

    @property
    def is_open(self) -> bool:
        """Whether the case is on the open list: not settled, and no person has ended it."""
        return self.state.is_open and not self.ended

    @property
    def may_have_left(self) -> bool:
        """Whether any cancel of this case may have reached the gateway.

        One that was answered "too many requests" does not count as a try (R6), and has arrived all the same.
        """
        return self.tries > 0 or self.busy > 0

    @property
    def in_doubt(self) -> bool:
        """Whether some try may have been carried out, whatever was said of it."""
        return self.unanswered or self.doubtful

    @property
    def sale_number(self) -> SaleNumber:
        """The id that is sent."""
        return SaleNumber(self.number, self.number_kind)

    @property
    def amount(self) -> Money | None:
        """What the customer paid or was to pay, if known."""
        return None if self.amount_minor is None else Money(self.amount_minor, self.currency)

    @property
    def refunded(self) -> Money | None:
        """What has visibly gone back, if known."""
        return None if self.refunded_minor is None else Money(self.refunded_minor, self.currency)

    @property
    def was_paid(self) -> bool:
        """Whether a verified look showed the sale as paid."""
        return self.looked_up in HELD_STATUSES

    @property
    def may_be_pressed(self) -> bool:
        """Whether a person may send it once more from the support's list (§2, SYSTEM_ERROR under F)."""
        told_no_retry = self.retry_reason == Advice.SYSTEM_FINAL.value and not self.pressed
        return self.state is State.CALL_SUPPORT and self.is_open and told_no_retry and not self.cancels_over

    @property
    def cancels_over(self) -> bool:
        """Whether no more cancels may be sent, only inquiries (R5, R13)."""
        return self.window_over or self.keep_asked_at is not None


def case_of(values: Mapping[str, object]) -> Case:
    """Make a case of all its values by their names, in the order of its fields; nothing is looked up anew."""
    case = object.__new__(Case)
    vars(case).update(values)
    return case


if TYPE_CHECKING:
    # A type checker knows the arguments of this one, and so checks every change.
    from dataclasses import replace as replace  # noqa: PLC0414 - handed on
else:

    def replace(case: Case, /, **changes: object) -> Case:
        """As `dataclasses.replace`, which looks sixty fields up anew for every move of a case."""
        values = vars(case) | changes
        if len(values) != len(vars(case)):
            raise AttributeError(f"a case has no {', '.join(changes.keys() - vars(case).keys())}")
        return case_of(values)
