"""What arrives, and over which connection."""

import gzip
import socket
import threading
import time

import pytest

from pos_cancel.adapters.transport import LONGEST_BODY, RequestsTransport
from pos_cancel.adapters.wire import TimedSocket, Wire
from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.gateways.http import Exchange, HttpRequest
from tests.exchanges import (
    BODY,
    HEADERS,
    QUICK,
    assert_unknown,
    profile,
    request,
    says,
    stays,
    talk,
)
from tests.raw_server import Peer, RawServer, reply


def test_a_reply_comes_back_whole_and_the_request_went_out_untouched(transport: RequestsTransport) -> None:
    seen: list[bytes] = []

    def script(peer: Peer) -> None:
        seen.append(peer.read_request())
        peer.write(reply(b"\xd6\xd0<a>\r\n</a>\x00", "200 OK", "X-Two: 1", "X-Two: 2", "Set-Cookie: a=b"))

    with RawServer(script) as server:
        path = "/gateway.do?_input_charset=GBK&x=%7e~'()*&y=a%2fb"
        exchange = transport.send(request(server.url(path)), profile(), QUICK)
    assert exchange.progress is Progress.ANSWERED
    assert exchange.reply is not None
    assert exchange.reply.body == b"\xd6\xd0<a>\r\n</a>\x00"
    assert [value for name, value in exchange.reply.headers if name == "X-Two"] == ["1", "2"]
    head, _, body = seen[0].partition(b"\r\n\r\n")
    assert body == BODY
    assert head.split(b"\r\n")[0] == b"POST " + path.encode() + b" HTTP/1.1"
    assert b"Accept-Encoding: identity" in head
    assert f"Host: 127.0.0.1:{server.port}".encode() in head
    assert 0 < exchange.elapsed_ms < QUICK.total_s * 1000


def test_a_chunked_reply_is_put_together(transport: RequestsTransport) -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"
    exchange = talk(transport, says(chunked))
    assert exchange.reply is not None
    assert exchange.reply.body == b"abcdefg"


def test_a_reply_that_ends_with_the_connection_is_whole(transport: RequestsTransport) -> None:
    exchange = talk(transport, says(b"HTTP/1.0 200 OK\r\n\r\nabc"))
    assert exchange.reply is not None
    assert exchange.reply.body == b"abc"


def test_a_redirect_is_a_reply_and_is_not_followed(transport: RequestsTransport) -> None:
    with RawServer(stays(reply(b"x", "302 Found", "Location: http://127.0.0.1:1/login"))) as server:
        exchange = transport.send(request(server.url()), profile(), QUICK)
        assert server.connections == 1
    assert exchange.reply is not None
    assert exchange.reply.status == 302
    assert exchange.reply.header("location") == "http://127.0.0.1:1/login"


@pytest.mark.parametrize("status", ["302 Found", "200 OK"])
def test_a_compressed_reply_is_not_unpacked(transport: RequestsTransport, status: str) -> None:
    packed = gzip.compress(b"a" * 10_000_000)
    exchange = talk(transport, says(reply(packed, status, "Content-Encoding: gzip", "Location: /")))
    assert (exchange.progress, exchange.fault) == (Progress.ANSWERED, Reason.UNREADABLE)
    assert exchange.reply is None
    assert not exchange.nothing_left


def test_cookies_of_the_gateway_are_not_sent_back(transport: RequestsTransport) -> None:
    seen: list[bytes] = []

    def script(peer: Peer) -> None:
        while data := peer.read_request():
            seen.append(data)
            peer.write(reply(b"", "200 OK", "Set-Cookie: session=1; Path=/"))

    with RawServer(script) as server:
        for _ in range(2):
            transport.send(request(server.url()), profile(), QUICK)
    assert len(seen) == 2
    assert b"cookie" not in seen[1].lower()


def test_a_connection_is_used_again(transport: RequestsTransport) -> None:
    with RawServer(stays(reply())) as server:
        answers = [transport.send(request(server.url()), profile(), QUICK) for _ in range(3)]
        assert server.connections == 1
    assert [answer.progress for answer in answers] == [Progress.ANSWERED] * 3


def test_a_kept_connection_that_was_closed_is_replaced_before_anything_is_sent(
    transport: RequestsTransport,
) -> None:
    with RawServer(says(reply())) as server:
        assert transport.send(request(server.url()), profile(), QUICK).reply is not None
        time.sleep(0.05)
        assert transport.send(request(server.url()), profile(), QUICK).reply is not None
        assert server.connections == 2


def test_a_kept_connection_that_dies_under_the_request_may_have_delivered_it(
    transport: RequestsTransport,
) -> None:
    def script(peer: Peer) -> None:
        peer.read_request()
        peer.write(reply())
        peer.read_request()
        peer.reset()

    with RawServer(script) as server:
        assert transport.send(request(server.url()), profile(), QUICK).reply is not None
        assert_unknown(transport.send(request(server.url()), profile(), QUICK), Reason.RESET)
        # Nobody asked a second time.
        assert server.connections == 1


def test_a_connection_that_idled_too_long_is_not_trusted() -> None:
    transport = RequestsTransport(kept_s=0.05)
    with RawServer(stays(reply())) as server:
        assert transport.send(request(server.url()), profile(), QUICK).reply is not None
        time.sleep(0.1)
        assert transport.send(request(server.url()), profile(), QUICK).reply is not None
        assert server.connections == 2
    transport.close()


def test_two_threads_do_not_share_a_connection(transport: RequestsTransport) -> None:
    together = threading.Barrier(2, timeout=5)

    def script(peer: Peer) -> None:
        data = peer.read_request()
        together.wait()
        peer.write(reply(data.partition(b"\r\n\r\n")[2]))

    answers: dict[bytes, Exchange] = {}
    with RawServer(script) as server:

        def ask(body: bytes) -> None:
            asked = HttpRequest(server.url(), HEADERS, body)
            answers[body] = transport.send(asked, profile(), QUICK)

        threads = [threading.Thread(target=ask, args=(body,)) for body in (b"first", b"second")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert {body: answer.reply and answer.reply.body for body, answer in answers.items()} == {
        b"first": b"first",
        b"second": b"second",
    }


def test_the_longest_body_is_taken(transport: RequestsTransport) -> None:
    exchange = talk(transport, says(reply(b"a" * LONGEST_BODY)))
    assert exchange.reply is not None
    assert len(exchange.reply.body) == LONGEST_BODY


def test_nothing_is_left_when_it_is_closed() -> None:
    before = threading.active_count()
    transport = RequestsTransport()
    with RawServer(stays(reply())) as server:
        assert transport.send(request(server.url()), profile(), QUICK).reply is not None
        transport.close()
        assert transport.send(request(server.url()), profile(), QUICK).reply is not None
        assert server.connections == 2
    assert threading.active_count() == before


def test_a_request_is_collected_and_leaves_in_one_piece() -> None:
    near, far = socket.socketpair()
    with near, far:
        far.setblocking(False)
        timed = TimedSocket(near, Wire(QUICK))
        timed.armed = True
        for piece in (b"head", b"body"):
            timed.sendall(piece)
        with pytest.raises(BlockingIOError):
            far.recv(100)
        before = timed.wire.progress
        timed.let_go()
        assert far.recv(100) == b"headbody"
    assert (before, timed.wire.progress) == (Progress.PREPARED, Progress.SENT)
