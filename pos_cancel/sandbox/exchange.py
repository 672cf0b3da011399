"""One exchange with the training gateway as plain data, before sockets come into it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import Enum, auto


class Ending(Enum):
    """How the connection ends: in good order, half way through, or without a word."""

    WHOLE = auto()
    HALF = auto()
    SILENCE = auto()


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A request as it came in; header names are in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class RawReply:
    """A reply to be sent after `delay_s` seconds, and how the connection ends."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    ending: Ending = Ending.WHOLE


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """What a client sent and what the gateway did about it.

    `did` is "close", "refund" or "nothing" for a cancel, "told" for an inquiry, and
    "refused CODE"; it stays "" until the gateway has decided.  `gateway` is "" for a
    client that no gateway knows.
    """

    service: str
    params: Mapping[str, str]
    body: bytes
    at: datetime
    story: str = ""
    did: str = ""
    gateway: str = "acquire"


class RequestLog:
    """Every request in the order of arrival, written down before it is worked on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: list[ReceivedRequest] = []

    def enter(self, request: ReceivedRequest) -> int:
        """Write a request down and give its place."""
        with self._lock:
            self._requests.append(request)
            return len(self._requests) - 1

    def complete(self, place: int, *, story: str, did: str) -> None:
        """Add what was done about the request at that place."""
        with self._lock:
            self._requests[place] = replace(self._requests[place], story=story, did=did)

    def read(self) -> tuple[ReceivedRequest, ...]:
        """Give every request so far."""
        with self._lock:
            return tuple(self._requests)
