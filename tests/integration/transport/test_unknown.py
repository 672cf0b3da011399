"""Faults after which the request may have arrived (outcomes.md R11)."""

import socket
import time

import pytest
import trustme

from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.domain.profile import Timeouts
from tests.exchanges import (
    QUICK,
    SLACK_S,
    assert_unknown,
    profile,
    request,
    says,
    server_context,
    talk,
)
from tests.raw_server import Peer, RawServer


def test_read_everything_then_close(transport: RequestsTransport) -> None:
    assert_unknown(talk(transport, says(b"")), Reason.RESET)


def test_read_everything_then_reset(transport: RequestsTransport) -> None:
    def script(peer: Peer) -> None:
        peer.read_request()
        peer.reset()

    assert_unknown(talk(transport, script), Reason.RESET)


def test_reset_at_accept_is_proof_only_if_it_came_before_the_request(transport: RequestsTransport) -> None:
    exchange = talk(transport, Peer.reset)
    assert exchange.fault is Reason.RESET
    # Where the reset overtakes even the connecting, the system says so there.
    assert exchange.progress in {Progress.SENT, Progress.RESOLVED}
    assert exchange.nothing_left is (exchange.progress is Progress.RESOLVED)


def test_a_bad_record_after_the_request_is_not_proof(
    transport: RequestsTransport, authority: trustme.CA, ca_file: str
) -> None:
    def script(peer: Peer) -> None:
        peer.read_request()
        bare = socket.socket(fileno=socket.dup(peer.connection.fileno()))
        bare.sendall(b"\x17\x03\x03\x00\x20" + b"\x00" * 32)
        bare.close()
        peer.wait()

    context = server_context(authority.issue_cert("127.0.0.1"))
    with RawServer(script, context) as server:
        exchange = transport.send(request(server.url()), profile(ca_file=ca_file), QUICK)
    assert_unknown(exchange, Reason.TLS)


def test_silence_ends_with_the_read_time_out(transport: RequestsTransport) -> None:
    began = time.monotonic()

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.wait()

    timeouts = Timeouts(connect_s=1.0, read_s=0.4, total_s=5.0)
    with RawServer(script) as server:
        exchange = transport.send(request(server.url()), profile(), timeouts)
        assert time.monotonic() - began < 0.4 + SLACK_S
    assert_unknown(exchange, Reason.SILENCE)


@pytest.mark.parametrize("part", ["status", "headers", "body", "chunk"])
@pytest.mark.parametrize("secure", [False, True])
def test_a_dribbling_reply_ends_at_the_deadline(
    transport: RequestsTransport, authority: trustme.CA, ca_file: str, part: str, secure: bool
) -> None:
    begin = {
        "status": b"",
        "headers": b"HTTP/1.1 200 OK\r\nX: ",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n",
    }[part]

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.write(begin)
        peer.dribble(b"H" * 1000, 0.05)

    timeouts = Timeouts(connect_s=1.0, read_s=0.6, total_s=1.0)
    context = server_context(authority.issue_cert("127.0.0.1")) if secure else None
    with RawServer(script, context) as server:
        began = time.monotonic()
        exchange = transport.send(request(server.url()), profile(ca_file=ca_file), timeouts)
        took_s = time.monotonic() - began
    assert_unknown(exchange, Reason.SILENCE)
    assert 1.0 - 0.05 < took_s < 1.0 + SLACK_S


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(HEAD + b"Content-Length: 10\r\n\r\nabc", Reason.CUT, id="half a body"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab", Reason.CUT, id="half a chunk"),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", Reason.CUT, id="no last chunk"
        ),
        pytest.param(HEAD + b"Content-Length: 5", Reason.CUT, id="half a header"),
        pytest.param(HEAD, Reason.CUT, id="status line only"),
        pytest.param(HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc", Reason.CUT, id="bad chunk size"),
        pytest.param(b"SSH-2.0-OpenSSH\r\n", Reason.NOT_HTTP, id="another protocol"),
        pytest.param(b"HTTP/9 200 OK\r\n\r\n", Reason.NOT_HTTP, id="unknown version"),
        pytest.param(b"HTTP/1.1 103 Early Hints\r\n\r\n", Reason.NOT_HTTP, id="a hint only"),
        pytest.param(b"HTTP/1.1 abc OK\r\n\r\n", Reason.NOT_HTTP, id="no status"),
        pytest.param(
            HEAD + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", Reason.NOT_HTTP, id="two lengths"
        ),
        pytest.param(HEAD + b"X: " + b"a" * 70_000 + b"\r\n\r\n", Reason.TOO_LARGE, id="huge header"),
        pytest.param(HEAD + b"X: 1\r\n" * 200 + b"\r\n", Reason.TOO_LARGE, id="200 headers"),
        pytest.param(
            HEAD + (b"X: " + b"a" * 30_000 + b"\r\n") * 3 + b"\r\n", Reason.TOO_LARGE, id="large headers"
        ),
        pytest.param(b"HTTP/1.1 100 Continue\r\n\r\n" * 20_000, Reason.TOO_LARGE, id="endless 100"),
        pytest.param(
            HEAD + b"Content-Length: 52428800\r\n\r\n" + b"a" * 300_000,
            Reason.TOO_LARGE,
            id="50 MB announced",
        ),
        pytest.param(HEAD + b"\r\n" + b"a" * 50_000_000, Reason.TOO_LARGE, id="50 MB unannounced"),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"8\r\nabcdefgh\r\n" * 10_000,
            Reason.TOO_LARGE,
            id="endless chunks",
        ),
        pytest.param(
            HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n" + b"a" * 50_000_000,
            Reason.TOO_LARGE,
            id="negative chunk",
        ),
    ],
)
def test_replies_that_are_no_reply(transport: RequestsTransport, data: bytes, reason: Reason) -> None:
    exchange = talk(transport, says(data))
    assert_unknown(exchange, reason)
    assert "abc" not in exchange.detail
