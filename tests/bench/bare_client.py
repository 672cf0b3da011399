"""What gateway and wire take of an exchange: a client that writes ready bytes and reads to the end."""

import re
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from pos_cancel.domain.identifiers import parse
from pos_cancel.gateways import Question
from pos_cancel.gateways.signing import Keys
from tests.bench.till import Till

LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)
PIECE = 64 * 1024


class BareClient:
    """One connection to the till's gateway, outside the product."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self._profile = till.shop.profile()
        parts = urlsplit(self._profile.endpoint)
        assert parts.hostname is not None
        context = ssl.create_default_context(cafile=self._profile.ca_file)
        plain = socket.create_connection((parts.hostname, parts.port or 443))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = context.wrap_socket(plain, server_hostname=parts.hostname)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.close()

    def ready(self, number: str) -> Callable[[], None]:
        """Sign a cancel of this number, and give what sends it and waits for the answer."""
        gateway, now = self._till.parts.engine.gateway(self._profile), datetime.now(UTC)
        keys, parsed = self._till.shop.keys.peek(self._profile), parse(number)
        assert isinstance(keys, Keys)
        params = gateway.freeze(self._profile, parsed, now)
        question = Question(profile=self._profile, number=parsed, params=params)
        request = gateway.cancel(question, keys, now)
        parts = urlsplit(request.url)
        lines = [
            f"POST {parts.path}?{parts.query} HTTP/1.1",
            f"Host: {parts.netloc}",
            f"Content-Length: {len(request.body)}",
            *(f"{name}: {value}" for name, value in request.headers),
        ]
        return partial(self._exchange, "\r\n".join(lines).encode() + b"\r\n\r\n" + request.body)

    def _exchange(self, request: bytes) -> None:
        self._socket.sendall(request)
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._read()
        length = LENGTH.search(received, 0, end)
        assert length is not None
        while len(received) < end + 4 + int(length[1]):
            received += self._read()
        assert b"<result_code>SUCCESS" in received

    def _read(self) -> bytes:
        piece = self._socket.recv(PIECE)
        assert piece, "the gateway hung up"
        return piece
