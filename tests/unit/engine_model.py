"""A small model of one sale at acquire and of what the till may say of it, for the machine of the engine.

It knows the money, whether some try is in doubt, and which states each answer may lead to; of schedules,
counters and codes it knows nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from pos_cancel.domain.case import Case, State
from tests.invariants import Money, Proof

S = State
OPEN = frozenset({S.RETRY_PENDING, S.CALL_SUPPORT})
# So long after a cancel left it may still arrive (R13).
LATEST_ARRIVAL = timedelta(minutes=2)
UNSENT = frozenset({S.SENDING, S.NOT_SENT, S.WITHDRAWN})


class Reply(StrEnum):
    """What can come back, of a cancel and of an inquiry."""

    TRUTH = "truth"
    LOST = "lost"  # never arrived
    UNHEARD = "unheard"  # arrived, and its answer did not
    UNSENT = "unsent"
    FORGED = "forged"
    UNSIGNED = "unsigned"
    OTHER_SALE = "other sale"
    SYSTEM_ERROR = "system error"
    SYSTEM_ERROR_DONE = "system error, and done"
    BUSY = "busy"
    BLOCKED = "blocked"
    BAD_KEY = "bad key"


# Of a cancel: where an answer that tells nothing of the money may lead, first and after a try in doubt.
CANCEL: Mapping[Reply, tuple[frozenset[State], frozenset[State]]] = {
    **dict.fromkeys(
        (Reply.LOST, Reply.UNHEARD, Reply.FORGED, Reply.UNSIGNED, Reply.OTHER_SALE), (OPEN, OPEN)
    ),
    Reply.UNSENT: (UNSENT | OPEN | {S.WAITING}, UNSENT | OPEN),
    Reply.SYSTEM_ERROR: (OPEN, OPEN),
    Reply.SYSTEM_ERROR_DONE: (OPEN, OPEN),
    Reply.BUSY: (OPEN | {S.WAITING}, OPEN),
    Reply.BLOCKED: (frozenset({S.CALL_SUPPORT, S.RETRY_PENDING}), OPEN),
    Reply.BAD_KEY: (frozenset({S.SETUP_PROBLEM}), OPEN),
}
DOUBTS = frozenset(
    {
        Reply.LOST,
        Reply.UNHEARD,
        Reply.FORGED,
        Reply.UNSIGNED,
        Reply.OTHER_SALE,
        Reply.SYSTEM_ERROR,
        Reply.SYSTEM_ERROR_DONE,
    }
)
CARRIED_OUT = frozenset({Reply.TRUTH, Reply.UNHEARD, Reply.FORGED, Reply.UNSIGNED, Reply.SYSTEM_ERROR_DONE})
PROOFS: Mapping[Reply, Proof] = {
    Reply.UNSENT: Proof.UNSENT,
    Reply.BAD_KEY: Proof.UNSIGNED_F,
    **dict.fromkeys((Reply.TRUTH, Reply.SYSTEM_ERROR, Reply.SYSTEM_ERROR_DONE), Proof.AUTHENTIC),
    **dict.fromkeys((Reply.BUSY, Reply.BLOCKED), Proof.AUTHENTIC),
}
ACTS: Mapping[str, frozenset[State]] = {
    "withdraw": frozenset({S.NOT_SENT}),
    "keep": frozenset({S.RETRY_PENDING, S.WAITING}),
    "end": frozenset({S.RETRY_PENDING, S.WAITING, S.CALL_SUPPORT}),
    "send_again": frozenset({S.RETRY_PENDING, S.WAITING, S.NOT_SENT}),
}


@dataclass
class Books:
    """The sale at the gateway; `repeat` is how it answers the cancel of a closed sale."""

    paid: int
    repeat: str
    action: str = ""
    cancelled_by: set[str] = field(default_factory=set)
    reached_by: set[str] = field(default_factory=set)

    @property
    def returned(self) -> int:
        """What went back."""
        return self.paid if self.action == "refund" else 0

    @property
    def status(self) -> str:
        """What an inquiry shows."""
        if self.action:
            return "TRADE_CLOSED"
        return "TRADE_SUCCESS" if self.paid else "WAIT_BUYER_PAY"

    def cancel(self, case: Case, *, is_late: bool, in_doubt: bool) -> str:
        """Carry a cancel out, or refuse it; gives the action, or a code in capitals."""
        if self.action:
            told = {"same": self.action, "close": "close" if in_doubt else ""}
            return told.get(self.repeat, "") or "TRADE_STATUS_ERROR"
        if is_late:
            return "TRADE_CANCEL_TIME_OUT"
        self.action = "refund" if self.paid else "close"
        self.cancelled_by.add(case.id)
        return self.action

    def money(self, case: Case, done: set[str], *, is_late: bool) -> Money:
        """Give what is true of the money; what `done` cases said is not unsaid by a later one."""
        return Money(
            paid=self.paid,
            returned=self.returned,
            cancelled_by=frozenset(self.cancelled_by - (done - {case.id})),
            reached_by=frozenset(self.reached_by),
            is_cancellable=not self.action and not is_late,
        )


@dataclass
class Model:
    """What the till may know and say. `in_doubt` counts over all cases of the sale (R7)."""

    books: Books
    in_doubt: bool = False
    must_ask: bool = False
    kept: bool = False

    def by_success(self, action: str, case: Case) -> frozenset[State]:
        """Give what a verified success may be called."""
        if action == "refund":
            return frozenset({S.REFUNDED})
        return frozenset({S.CANCELLED if self.in_doubt or case.seen_paid else S.CLOSED})

    def by_inquiry(self, status: str, before: Case, now: datetime) -> frozenset[State]:
        """Give what a verified look at the sale may lead to."""
        if status == "TRADE_CLOSED":
            return frozenset({S.REFUNDED, S.CANCELLED} if self.in_doubt else {S.ALREADY_CLOSED})
        held = frozenset({before.state, S.RETRY_PENDING, S.CALL_SUPPORT})
        if status == "TRADE_SUCCESS":
            rested = before.last_try_at is None or now - before.last_try_at >= LATEST_ARRIVAL
            held |= {S.KEPT} if self.kept and rested else frozenset()
            held |= {S.USE_REFUND} if before.window_over else frozenset()
        return held
