"""What can happen to a case. Every event carries its time; randomness comes in as `jitter` (0 to 1)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pos_cancel.domain.case import Ask
from pos_cancel.domain.outcome import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A request is about to leave: written before its first byte does (R1).

    `params` are the frozen parameters as they go out, renewed after ten minutes (R3).
    """

    name: ClassVar[str] = "sent"
    at: datetime
    ask: Ask
    params: tuple[tuple[str, str], ...] = ()
    params_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """An exchange ended, with or without a reply.

    `refused_key` names the key of ours whose signature the gateway did not take, where we have another.
    """

    name: ClassVar[str] = "answered"
    at: datetime
    reading: Reading
    jitter: float = 0.0
    refused_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LookedUp:
    """The look before the first try settled the case already; nothing was sent."""

    name: ClassVar[str] = "looked_up"
    at: datetime
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """The till is back after a stop."""

    name: ClassVar[str] = "recovered"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFailed:
    """There is no usable key now. `can_pass` when waiting can help (locked, hung)."""

    name: ClassVar[str] = "key_failed"
    at: datetime
    setup_code: str
    can_pass: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupChanged:
    """Key, profile or clock changed: what was stopped goes on."""

    name: ClassVar[str] = "setup_changed"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowClosed:
    """A checked clock says that the cancel window ended half an hour ago (R5)."""

    name: ClassVar[str] = "window_closed"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain:
    """A person presses *Send again*."""

    name: ClassVar[str] = "send_again"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A person withdraws a case that never left."""

    name: ClassVar[str] = "withdraw"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAsked:
    """A manager presses *Keep the sale* (R13)."""

    name: ClassVar[str] = "keep"
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A person ends an open case with a reason."""

    name: ClassVar[str] = "end"
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveUp:
    """The command leaves and every try is proved unsent (R4)."""

    name: ClassVar[str] = "gave_up"
    at: datetime


Event = (
    Sent
    | Answered
    | LookedUp
    | Recovered
    | KeyFailed
    | SetupChanged
    | WindowClosed
    | SendAgain
    | Withdrawn
    | KeepAsked
    | Ended
    | GaveUp
)
