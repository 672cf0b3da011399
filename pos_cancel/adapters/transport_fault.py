"""Exceptions of the network become reasons (outcomes.md R11), by what is known to have left the till."""

import http.client
import os
import socket
import ssl
from collections.abc import Iterator

import urllib3

from pos_cancel.adapters.name_lookup import NameLookupTimeout
from pos_cancel.adapters.wire import ReplyTooLarge, Wire
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.outcome import Progress, Reason

Rules = tuple[tuple[type[BaseException], Reason], ...]


class ReplyCut(Exception):
    """The reply ended before it was complete."""


# The first rule that fits any error of the chain counts: children stand before their parents.
NOTHING_SENT: Rules = (
    (LocalError, Reason.LOCAL),
    (socket.gaierror, Reason.DNS),
    (NameLookupTimeout, Reason.DNS),
    (ssl.SSLCertVerificationError, Reason.CERTIFICATE),
    (TimeoutError, Reason.CONNECT_TIMEOUT),
    (ssl.SSLError, Reason.TLS),
    (ValueError, Reason.LOCAL),  # a header or an address that cannot be written down
    (ConnectionRefusedError, Reason.REFUSED),
    (ConnectionError, Reason.RESET),
    (http.client.HTTPException, Reason.REFUSED),  # from a proxy; the gateway was asked nothing
    (ReplyTooLarge, Reason.REFUSED),
    (OSError, Reason.REFUSED),
)
SENT: Rules = (
    (ReplyTooLarge, Reason.TOO_LARGE),
    (http.client.LineTooLong, Reason.TOO_LARGE),
    (TimeoutError, Reason.SILENCE),
    (ReplyCut, Reason.CUT),
    (http.client.IncompleteRead, Reason.CUT),
    (ConnectionError, Reason.RESET),
    (ssl.SSLError, Reason.TLS),
    (urllib3.exceptions.ProtocolError, Reason.CUT),  # the framing of a body
    (http.client.HTTPException, Reason.NOT_HTTP),
    (OSError, Reason.RESET),
)


def reason_of(error: BaseException, wire: Wire) -> Reason:
    """Name the fault of an exchange that brought no reply."""
    chain = list(_chain(error))
    if wire.progress not in {Progress.SENT, Progress.ANSWERED}:
        return _first(NOTHING_SENT, chain, Reason.LOCAL)
    # The library says "more than 100 headers" with the bare base class of all its errors.
    if any(type(link) is http.client.HTTPException for link in chain):
        return Reason.TOO_LARGE
    reason = _first(SENT, chain, Reason.NOT_HTTP)
    return Reason.CUT if reason is Reason.RESET and wire.received else reason


def detail_of(error: BaseException) -> str:
    """Say in one line what the innermost error was, nothing in it that came from a person or the wire."""
    inner = list(_chain(error))[-1]
    kind = type(inner).__name__
    if isinstance(inner, LocalError):
        return inner.sentence
    if isinstance(inner, ssl.SSLCertVerificationError):
        return f"{kind}: {inner.verify_message}".partition(", certificate is not valid for")[0]
    if isinstance(inner, ssl.SSLError):
        return f"{kind}: {inner.reason}"
    if isinstance(inner, socket.gaierror):
        return f"{kind}: {inner.strerror}"
    if isinstance(inner, OSError) and inner.errno is not None:
        return f"{kind}: {os.strerror(inner.errno)}"
    return kind


def _first(rules: Rules, chain: list[BaseException], otherwise: Reason) -> Reason:
    fitting = (reason for kind, reason in rules if any(isinstance(link, kind) for link in chain))
    return next(fitting, otherwise)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Give the error and what it was raised from, outermost first."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)
