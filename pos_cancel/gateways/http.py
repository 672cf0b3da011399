"""Request and reply as plain bytes, and what an exchange that brought no reply means (outcomes.md R11)."""

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from pos_cancel.domain.outcome import NotSent, Progress, Reason, Unknown

# The form that every gateway uses; the library's reader takes ten times as long, for the two older ones.
IMF_FIXDATE = re.compile(r"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT", re.ASCII)
MONTH_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MONTHS = {name: place for place, name in enumerate(MONTH_NAMES, 1)}
GONE = "[removed]"
NOTHING_LEFT = frozenset({Progress.PREPARED, Progress.RESOLVED, Progress.CONNECTED, Progress.SECURED})


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One POST, ready to go: exact URL, headers and body bytes. Holds a signature, so no repr of it."""

    url: str
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(repr=False)
    method: str = "POST"


@dataclass(frozen=True, slots=True)
class HttpReply:
    """One complete reply: status, headers as received, body bytes (64 KiB at most)."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """Give the value of a header in any case, or an empty text."""
        wanted = name.lower()
        for key, value in self.headers:
            if key.lower() == wanted:
                return value
        return ""

    @property
    def date(self) -> datetime | None:
        """The Date header in UTC, or None where it is absent or unreadable."""
        text = self.header("date")
        usual = IMF_FIXDATE.fullmatch(text)
        try:
            if usual is None:
                return parsedate_to_datetime(text).astimezone(UTC)
            day, month, year, hour, minute, second = usual.groups()
            return datetime(
                int(year), MONTHS[month], int(day), int(hour), int(minute), int(second), tzinfo=UTC
            )
        except (KeyError, TypeError, ValueError, OverflowError):
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the transport saw of one exchange: a reply, or the reason why there is none.

    `progress` SENT or ANSWERED means that the first byte of the request may have left.
    """

    progress: Progress
    reply: HttpReply | None = None
    fault: Reason | None = None
    detail: str = ""  # one line for the log, without addresses of people or secrets
    elapsed_ms: float = 0.0

    @property
    def nothing_left(self) -> bool:
        """Whether it is proved that no byte of the request left this till."""
        return self.reply is None and self.progress in NOTHING_LEFT


def without_secret(exchange: Exchange, secret: bytes | None) -> Exchange:
    """Take the account's own shared secret out of a reply, before anybody reads, shows or keeps it.

    A gateway that explains a wrong signature knows the secret. Such a reply no longer verifies, and an
    inquiry has to tell what is true.
    """
    reply = exchange.reply
    if not secret or reply is None or secret not in reply.body + repr(reply.headers).encode():
        return exchange
    word = secret.decode("ascii")
    headers = tuple((name, value.replace(word, GONE)) for name, value in reply.headers)
    clean = HttpReply(reply.status, headers, reply.body.replace(secret, GONE.encode()))
    return replace(exchange, reply=clean)


def no_reply(exchange: Exchange) -> NotSent | Unknown:
    """Judge an exchange without a reply: not sent with proof, else unknown."""
    reason = exchange.fault if exchange.fault is not None else Reason.SILENCE
    return NotSent(reason) if exchange.nothing_left else Unknown(reason)
