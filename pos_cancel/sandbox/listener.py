"""A small threaded HTTP/1.1 listener on loopback whose waits can be interrupted."""

import contextlib
import socket
import socketserver
import ssl
import struct
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import urlsplit

from pos_cancel.sandbox.exchange import Ending, RawReply, RawRequest

HOST = "127.0.0.1"
LONGEST_BODY = 64 * 1024
TLS_HANDSHAKE = b"\x16"
WAKE_S = 1.0
JOIN_S = 5.0
# A machine out of file handles is asked again after this, not in a busy loop.
ACCEPT_AGAIN_S = 0.05


class Listener:
    """Serves `answer` on 127.0.0.1 from its making until `close`.

    `answer` is called from many threads.  With a `context` the port speaks TLS, and
    still plain HTTP to who begins with it.  Raises OSError when the port is taken.
    """

    def __init__(
        self,
        port: int,
        context: ssl.SSLContext | None,
        answer: Callable[[RawRequest], RawReply],
        now: Callable[[], datetime],
    ) -> None:
        self._server = _Server(port, context, answer, now)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(
            target=self._server.accept_until_stopped, name="training-gateway", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening, break off every connection and wait for its thread to end."""
        self._server.stopping.set()
        # The accepting thread sleeps until somebody comes, so somebody comes.
        with contextlib.suppress(OSError):
            socket.create_connection((HOST, self.port), timeout=WAKE_S).close()
        self._thread.join(JOIN_S)
        self._server.server_close()
        self._server.break_off()


class _Server(socketserver.TCPServer):
    """Accepts on one thread and serves each connection on a thread of its own."""

    # Elsewhere this lets a port that was just closed be opened again; on Windows, one still open.
    allow_reuse_address = sys.platform != "win32"
    request_queue_size = 128

    def __init__(
        self,
        port: int,
        context: ssl.SSLContext | None,
        answer: Callable[[RawRequest], RawReply],
        now: Callable[[], datetime],
    ) -> None:
        self.answer = answer
        self.now = now
        self.stopping = threading.Event()
        self._context = context
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket] = {}
        super().__init__((HOST, port), _Handler)

    def accept_until_stopped(self) -> None:
        """Take connections, each to its thread, until `stopping` is set."""
        while not self.stopping.is_set():
            try:
                request, address = self.get_request()
            except OSError:
                self.stopping.wait(ACCEPT_AGAIN_S)
                continue
            if self.stopping.is_set():
                request.close()
            else:
                self._begin(request, address)

    def _begin(self, request: socket.socket, address: tuple[str, int]) -> None:
        thread = threading.Thread(target=self._serve, args=(request, address), daemon=True)
        with self._lock:
            self._open[thread] = request
        thread.start()

    def break_off(self) -> None:
        """Wake every thread that reads or holds a connection, and wait for it."""
        with self._lock:
            connections = dict(self._open)
        for thread, connection in connections.items():
            with contextlib.suppress(OSError):
                # The plain call wakes a reader without touching a TLS object it is using.
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
            thread.join(JOIN_S)

    def _serve(self, request: socket.socket, client_address: tuple[str, int]) -> None:
        try:
            # A client that hangs up is no fault of the gateway; everything else is told.
            with contextlib.suppress(OSError), self._secured(request) as connection:
                _Handler(connection, client_address, self)
        finally:
            self.shutdown_request(request)
            with self._lock:
                self._open.pop(threading.current_thread(), None)

    def _secured(self, request: socket.socket) -> socket.socket:
        """Begin TLS if the client does; this waits for it, so it belongs to its thread."""
        request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is None or request.recv(1, socket.MSG_PEEK) != TLS_HANDSHAKE:
            return request
        connection = self._context.wrap_socket(request, server_side=True, do_handshake_on_connect=False)
        try:
            self._keep(threading.current_thread(), connection)
            connection.do_handshake()
        except OSError:
            connection.close()
            raise
        return connection

    def _keep(self, thread: threading.Thread, connection: socket.socket) -> None:
        with self._lock:
            self._open[thread] = connection
            # Whoever comes after `break_off` has looked must not begin to wait.
            if self.stopping.is_set():
                raise ConnectionAbortedError


class _Handler(BaseHTTPRequestHandler):
    """Reads requests from one connection and sends what `answer` decides."""

    server_version = "training-gateway"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    # One buffered write per reply: head and body leave in one segment.
    wbufsize = -1
    server: _Server

    def do_GET(self) -> None:
        self._exchange(b"")

    def do_POST(self) -> None:
        length = self.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            self._refuse(411, b"A length is needed.\n")
        elif int(length) > LONGEST_BODY:
            self._refuse(413, b"The request is too long.\n")
        else:
            self._exchange(self.rfile.read(int(length)))

    def _refuse(self, status: int, sentence: bytes) -> None:
        # What follows on the line is a body nobody reads.
        self.close_connection = True
        self._send(RawReply(status, "text/plain", sentence))

    def _exchange(self, body: bytes) -> None:
        # Clients behind a proxy name the whole address in the request line.
        target = urlsplit(self.path)
        request = RawRequest(
            method=self.command,
            path=target.path,
            query=target.query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        reply = self.server.answer(request)
        stopped = self.server.stopping.wait(reply.delay_s)
        if stopped or reply.ending is Ending.SILENCE:
            self.close_connection = True
        elif reply.ending is Ending.HALF:
            self._break_half_way(reply)
        else:
            self._send(reply)

    def _send(self, reply: RawReply) -> None:
        self._send_head(reply)
        self.wfile.write(reply.body)

    def _send_head(self, reply: RawReply) -> None:
        self.send_response_only(reply.status)
        self.send_header("date", format_datetime(self.server.now().astimezone(UTC), usegmt=True))
        self.send_header("content-type", reply.content_type)
        self.send_header("content-length", str(len(reply.body)))
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()

    def _break_half_way(self, reply: RawReply) -> None:
        self._send_head(reply)
        self.wfile.write(reply.body[: len(reply.body) // 2])
        self.wfile.flush()
        self.close_connection = True
        # With no time to linger, closing resets the line instead of ending it politely.
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def send_header(self, keyword: str, value: str) -> None:
        """Write header names in lower case, which correct clients do not mind."""
        super().send_header(keyword.lower(), value)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401
        """Leave stderr to the program that embeds the gateway."""
