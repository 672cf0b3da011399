"""A loopback server that does to its client what it is told, byte by byte."""

import contextlib
import functools
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from typing import Self

Script = Callable[["Peer"], None]
PATIENCE_S = 20.0


class Peer:
    """One connection, seen from the server."""

    def __init__(self, connection: socket.socket, over: threading.Event) -> None:
        self.connection = connection
        self.over = over

    def secure(self, context: ssl.SSLContext) -> None:
        """Go on in TLS."""
        self.connection = context.wrap_socket(self.connection, server_side=True)

    def read_request(self) -> bytes:
        """Read headers and as much body as Content-Length says; what came, if the client leaves."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = self.connection.recv(65536)
            if not piece:
                return data
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            piece = self.connection.recv(65536)
            if not piece:
                break
            body += piece
        return head + b"\r\n\r\n" + body

    def write(self, data: bytes) -> None:
        self.connection.sendall(data)

    def dribble(self, data: bytes, gap_s: float) -> None:
        """Write one byte at a time until the test is over."""
        for value in data:
            if self.over.wait(gap_s):
                return
            self.write(bytes([value]))

    def wait(self) -> None:
        """Stay silent until the test is over."""
        self.over.wait(PATIENCE_S)

    def reset(self) -> None:
        """End the connection with RST."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()


class RawServer:
    """Runs a script for each connection, in a thread of its own.

    With `context` it speaks TLS. Use as a context manager; at its end every thread has ended.
    """

    def __init__(self, script: Script, context: ssl.SSLContext | None = None) -> None:
        self._script = script
        self._context = context
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self._peers: list[Peer] = []
        self._over = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0

    def url(self, path: str = "/gateway.do?_input_charset=UTF-8", host: str = "127.0.0.1") -> str:
        scheme = "http" if self._context is None else "https"
        return f"{scheme}://{host}:{self.port}{path}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in self._peers:
            with contextlib.suppress(OSError):
                peer.connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            peer = Peer(connection, self._over)
            self._peers.append(peer)
            self._start(functools.partial(self._serve, peer))

    def _serve(self, peer: Peer) -> None:
        # A client that hangs up is what many of these tests are about.
        with contextlib.suppress(OSError):
            if self._context is not None:
                peer.secure(self._context)
            self._script(peer)
        peer.connection.close()


def reply(body: bytes = b"<ok/>", status: str = "200 OK", *headers: str) -> bytes:
    """Give a whole reply with Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
