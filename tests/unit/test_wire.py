"""A request leaves in one piece, whoever looks at it meanwhile."""

import socket
from typing import cast

from pos_cancel.adapters.wire import TimedSocket, Wire
from pos_cancel.domain.outcome import Progress
from pos_cancel.domain.profile import Timeouts


class Line:
    """A socket that keeps a view of what it was given, as the garbage collector's list of objects may."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.views: list[memoryview] = []

    def settimeout(self, _: float) -> None:
        """Wait as long as it takes."""

    def sendall(self, data: bytearray) -> None:
        self.views.append(memoryview(data))
        self.sent.append(bytes(data))


def test_a_request_that_is_looked_at_leaves_and_the_next_one_begins_anew() -> None:
    line, wire = Line(), Wire(Timeouts())
    request = TimedSocket(cast("socket.socket", line), wire)
    request.armed = True
    for part in (b"one", b"two"):
        request.sendall(part)
        request.let_go()
    assert line.sent == [b"one", b"two"]
    assert wire.progress is Progress.SENT
