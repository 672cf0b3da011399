"""What one exchange with a gateway amounted to: a sum type, read by `domain.case.step`.

Three facts are kept apart: did the request leave the till (`Progress`), what did the gateway say
(`Cancelled`, `Refused`, `Found`, `NotFound`), what is true of the money (the state of the case).
`Unknown` is an outcome like the others, not an error (outcomes.md R2).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from pos_cancel.domain.sale import Sale


class Progress(StrEnum):
    """How far the request got, as the transport saw it."""

    PREPARED = "prepared"
    RESOLVED = "resolved"
    CONNECTED = "connected"
    SECURED = "secured"
    SENT = "sent"  # the first byte of the request may have left
    ANSWERED = "answered"


class Signature(StrEnum):
    """What checking the reply's signature gave."""

    VERIFIED = "verified"
    UNSIGNED = "unsigned"
    FAILED = "failed"
    UNCHECKED = "unchecked"  # nested elements whose canonical form nobody documents (gateways.md A1.3)
    NONE = "none"  # no readable reply


class Effect(StrEnum):
    """What a verified success did."""

    CLOSE = "close"
    REFUND = "refund"
    NONE = "none"  # acquire: no `action`, so no payment had been started
    UNTOLD = "untold"  # the JSON gateways never say


class Advice(StrEnum):
    """What a refusal code asks for; the classes of the code tables (outcomes.md §2)."""

    SYSTEM = "system"
    SETUP = "setup"
    PARAMETER = "parameter"
    NOT_FOUND = "not_found"
    STATUS = "status"
    BLOCKED = "blocked"
    WINDOW = "window"
    REFUND_FEE = "refund_fee"
    FUNDS = "funds"
    IN_PROGRESS = "in_progress"
    BUSY = "busy"
    PROCESS_FAIL = "process_fail"
    SYSTEM_FINAL = "system_final"
    UNLISTED = "unlisted"


class Reason(StrEnum):
    """Why an exchange is not sent or unknown; shown to the manager, never to the customer."""

    DNS = "dns"
    REFUSED = "refused"
    CONNECT_TIMEOUT = "connect_timeout"
    CERTIFICATE = "certificate"
    TLS = "tls"
    SILENCE = "silence"
    RESET = "reset"
    CUT = "cut"
    TOO_LARGE = "too_large"
    NOT_HTTP = "not_http"
    HTTP_STATUS = "http_status"
    LOGIN_PAGE = "login_page"  # 302, 511 or HTML: the network wants a login
    NOT_FOUND_ADDRESS = "not_found_address"  # HTTP 404
    UNREADABLE = "unreadable"
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad_signature"
    UNCHECKED = "unchecked"
    OTHER_SALE = "other_sale"
    STALE = "stale"  # written before our question: an answer to an earlier one
    RESULT_UNKNOWN = "result_unknown"
    SYSTEM_ERROR = "system_error"
    BUSY = "busy"
    RESTARTED = "restarted"  # this till stopped while the request was on the wire
    KEYRING_LOCKED = "keyring_locked"
    LOCAL = "local"  # this till could not even try


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A verified success about this very sale."""

    effect: Effect
    trade_no: str = ""
    out_trade_no: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """The gateway says no. `bound` tells whether the reply named this sale; unsigned ones never do.

    `setup_code` is the S-code for the telephone where the refusal is this till's own fault.
    """

    code: str
    advice: Advice
    retry_flag: bool | None = None
    bound: bool = True
    setup_code: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that settles anything. The request may have arrived.

    `inquire` asks for an inquiry before the next try: what was said may well have been a success.
    """

    reason: Reason
    code: str = ""
    retry_after_s: float | None = None
    inquire: bool = False


@dataclass(frozen=True, slots=True)
class NotSent:
    """Proof that no byte of this try left the till (outcomes.md R11)."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Found:
    """The inquiry shows the sale."""

    sale: Sale


@dataclass(frozen=True, slots=True)
class NotFound:
    """The inquiry says that the gateway does not know the number."""

    code: str = ""


Outcome = Cancelled | Refused | Unknown | NotSent | Found | NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One exchange, read: the outcome and what the screen and the journal want to know of it.

    `gateway_time` is the reply's Date (UTC), for the clock rules R5 and R12.
    """

    outcome: Outcome
    signature: Signature = Signature.NONE
    progress: Progress = Progress.PREPARED
    code: str = ""
    gateway_time: datetime | None = None
    http_status: int | None = None
