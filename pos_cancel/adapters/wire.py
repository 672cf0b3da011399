"""One exchange on the wire: how far it got, how much time is left, how much was received.

A time-out of the operating system counts from one read to the next, so a peer that sends one byte a
second is never late. Here every single socket call gets what is left of the whole exchange instead.
"""

import io
import socket
import ssl
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pos_cancel.domain.outcome import Progress
from pos_cancel.domain.profile import Timeouts

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

# Headers, chunk marks and body together; the body alone may have 64 KiB.
LONGEST_REPLY = 256 * 1024
SHORTEST_WAIT_S = 0.001


class ReplyTooLarge(Exception):
    """The gateway sends more than a reply can have."""


@dataclass(slots=True)
class Wire:
    """The record of one exchange; `progress` is the proof of what left the till (outcomes.md R11)."""

    timeouts: Timeouts
    started: float = field(default_factory=time.monotonic)
    progress: Progress = Progress.PREPARED
    received: int = 0
    ended: bool = False  # the peer closed its side

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the exchange began."""
        return (time.monotonic() - self.started) * 1000

    def left_s(self, limit_s: float) -> float:
        """Give the seconds one socket call may take. Raises `TimeoutError` when none are left."""
        left_s = self.started + self.timeouts.total_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the exchange as a whole took too long")
        return max(min(left_s, limit_s), SHORTEST_WAIT_S)

    def took(self, count: int) -> None:
        """Count received bytes. Raises `ReplyTooLarge`."""
        self.received += count
        self.ended = self.ended or count == 0
        if self.received > LONGEST_REPLY:
            raise ReplyTooLarge


class TimedSocket:
    """The part of a socket that an HTTP connection uses, held to the deadline of the current exchange.

    `armed` is set once whatever is written belongs to a request: before that, a proxy is spoken to. A
    request is collected and leaves in one piece, so that the gateway need not wait for the rest of it.
    """

    def __init__(self, plain: socket.socket, wire: Wire) -> None:
        self._socket = plain
        self.wire = wire
        self.armed = False
        self._request = bytearray()

    def secure(self, context: ssl.SSLContext, server_name: str) -> None:
        """Do the TLS handshake. Raises `ssl.SSLError`, `TimeoutError`, `OSError`."""
        self._socket.settimeout(self.wire.left_s(self.wire.timeouts.read_s))
        self._socket = context.wrap_socket(self._socket, server_hostname=server_name)

    def sendall(self, data: "ReadableBuffer") -> None:
        """Write all of it, or collect it where it belongs to a request."""
        if self.armed:
            self._request += memoryview(data)
            return
        self._socket.settimeout(self.wire.left_s(self.wire.timeouts.read_s))
        self._socket.sendall(data)

    def let_go(self) -> None:
        """Write the request, saying *sent* before its first byte can leave."""
        self._socket.settimeout(self.wire.left_s(self.wire.timeouts.read_s))
        self.wire.progress = Progress.SENT
        self._socket.sendall(self._request)
        self._request = bytearray()

    def makefile(self, _mode: str) -> io.BufferedReader:
        """Give the reading side; the library asks for `rb` only."""
        return io.BufferedReader(DeadlineReader(self._socket, self.wire))

    def settimeout(self, timeout_s: float | None) -> None:
        """Ignore the library's time-out: the exchange has a deadline of its own."""

    def fileno(self) -> int:
        """Give the descriptor, to be asked whether something can be read."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close as soon as the last reader is closed as well."""
        self._socket.close()


class DeadlineReader(io.RawIOBase):
    """Reads with what is left of the exchange's time and counts what it reads."""

    def __init__(self, source: socket.socket, wire: Wire) -> None:
        super().__init__()
        self._socket = source
        # The socket's own file keeps the socket open until it is closed itself.
        self._file = source.makefile("rb", buffering=0)
        self._wire = wire

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read once. Raises `TimeoutError`, `ReplyTooLarge`, `OSError`."""
        self._socket.settimeout(self._wire.left_s(self._wire.timeouts.read_s))
        count = self._file.readinto(buffer) or 0
        self._wire.took(count)
        return count

    def close(self) -> None:
        """Let go of the socket."""
        self._file.close()
        super().close()
