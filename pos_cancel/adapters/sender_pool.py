"""A few threads that do nothing but bytes out, bytes in."""

import logging
import queue
import threading
from collections.abc import Callable

from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.engine.ports import Transport
from pos_cancel.gateways.http import Exchange, without_secret

LOG = logging.getLogger(__name__)


class SenderPool:
    """Sends what the owner posts; counts what is out. `post` and `landed` belong to the owner thread."""

    def __init__(self, transport: Transport, senders: int) -> None:
        self._transport = transport
        self._outbox: queue.SimpleQueue[tuple[Dispatch, Callable[[Exchange], None]] | None] = (
            queue.SimpleQueue()
        )
        self._busy = 0
        self._senders = [
            threading.Thread(target=self._send, name=f"pos-cancel sender {number}", daemon=True)
            for number in range(senders)
        ]

    @property
    def room(self) -> int:
        """How many exchanges could be posted now without waiting for another."""
        return len(self._senders) - self._busy

    def start(self) -> None:
        """Start the threads."""
        for sender in self._senders:
            sender.start()

    def stop(self) -> None:
        """Let each thread end after what it is doing; an exchange is bounded by its total deadline."""
        for _ in self._senders:
            self._outbox.put(None)
        self._transport.close()

    def post(self, dispatch: Dispatch, then: Callable[[Exchange], None]) -> None:
        """Send; `then` is called on the sender's thread."""
        self._busy += 1
        self._outbox.put((dispatch, then))

    def landed(self) -> None:
        """Note that what was posted has been dealt with."""
        self._busy -= 1

    def _send(self) -> None:
        while (errand := self._outbox.get()) is not None:
            dispatch, then = errand
            profile = dispatch.question.profile
            try:
                exchange = self._transport.send(dispatch.request, profile, profile.timeouts)
            except Exception:  # whatever broke, the request may have left
                LOG.exception("the transport broke")
                exchange = Exchange(progress=Progress.SENT, fault=Reason.LOCAL)
            then(without_secret(exchange, dispatch.keys.md5))
