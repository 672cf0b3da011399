"""Faults that prove that nothing left the till (outcomes.md R11), and how far each got."""

import socket
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
import trustme

from pos_cancel.adapters.name_lookup import Address
from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.domain.profile import ProfileKind, Timeouts
from tests.exchanges import (
    GATEWAY,
    QUICK,
    SLACK_S,
    assert_not_sent,
    profile,
    request,
    says,
    server_context,
    stays,
)
from tests.raw_server import Peer, RawServer, reply


def test_a_name_that_does_not_resolve(transport: RequestsTransport) -> None:
    live = profile(ProfileKind.LIVE)
    exchange = transport.send(request("https://gateway.invalid/gateway.do"), live, QUICK)
    assert_not_sent(exchange, Progress.PREPARED, Reason.DNS)


def test_a_name_server_that_hangs_is_left_behind_at_the_deadline() -> None:
    answer = threading.Event()
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[Address]:
        asked.append(host)
        answer.wait(10)
        return []

    transport = RequestsTransport(resolve)
    live = profile(ProfileKind.LIVE)
    began = time.monotonic()
    for _ in range(2):
        exchange = transport.send(request(f"https://{GATEWAY}/"), live, Timeouts(total_s=0.3))
        assert_not_sent(exchange, Progress.PREPARED, Reason.DNS)
    assert time.monotonic() - began < 0.6 + SLACK_S
    assert asked == [GATEWAY]
    answer.set()
    transport.close()


def test_a_port_that_refuses(transport: RequestsTransport) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    exchange = transport.send(request(f"http://127.0.0.1:{port}/"), profile(), QUICK)
    assert_not_sent(exchange, Progress.RESOLVED, Reason.REFUSED)


def test_a_port_that_does_not_answer(transport: RequestsTransport) -> None:
    # A full backlog drops the handshake, as a dead host does.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        where = listener.getsockname()
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(where)
        began = time.monotonic()
        timeouts = Timeouts(connect_s=0.4, read_s=2.0, total_s=2.0)
        exchange = transport.send(request(f"http://127.0.0.1:{where[1]}/"), profile(), timeouts)
        for filler in fillers:
            filler.close()
    assert_not_sent(exchange, Progress.RESOLVED, Reason.CONNECT_TIMEOUT)
    assert time.monotonic() - began < 0.4 + SLACK_S


def test_an_address_that_refuses_leads_to_the_next_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dead = listener.getsockname()[1]

    def resolve(host: str, port: int) -> list[Address]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", number)) for number in (dead, port)]

    transport = RequestsTransport(resolve)
    with RawServer(says(reply())) as server:
        exchange = transport.send(request(server.url(host="localhost")), profile(), QUICK)
    transport.close()
    assert exchange.progress is Progress.ANSWERED


@pytest.mark.parametrize("fault", ["unknown authority", "other host", "expired"])
def test_a_certificate_that_is_refused(
    transport: RequestsTransport, authority: trustme.CA, ca_file: str, fault: str
) -> None:
    issuer = trustme.CA() if fault == "unknown authority" else authority
    name = "other.example" if fault == "other host" else "127.0.0.1"
    past = datetime.now(UTC) - timedelta(days=1)
    certificate = issuer.issue_cert(name, not_after=past if fault == "expired" else None)
    heard: list[bytes] = []
    with RawServer(lambda peer: heard.append(peer.read_request()), server_context(certificate)) as server:
        exchange = transport.send(request(server.url()), profile(ca_file=ca_file), QUICK)
    assert heard == []
    assert_not_sent(exchange, Progress.CONNECTED, Reason.CERTIFICATE)


def test_a_server_that_speaks_no_tls(transport: RequestsTransport) -> None:
    def script(peer: Peer) -> None:
        peer.connection.recv(1000)
        peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(script) as server:
        url = server.url().replace("http:", "https:")
        exchange = transport.send(request(url), profile(), QUICK)
    assert_not_sent(exchange, Progress.CONNECTED, Reason.TLS)


def test_a_handshake_that_hangs(transport: RequestsTransport) -> None:
    began = time.monotonic()
    with RawServer(lambda peer: peer.wait()) as server:
        url = server.url().replace("http:", "https:")
        timeouts = Timeouts(connect_s=1.0, read_s=2.0, total_s=0.5)
        exchange = transport.send(request(url), profile(), timeouts)
        assert time.monotonic() - began < 0.5 + SLACK_S
    assert_not_sent(exchange, Progress.CONNECTED, Reason.CONNECT_TIMEOUT)


def test_tls_older_than_1_2_is_refused(
    transport: RequestsTransport, authority: trustme.CA, ca_file: str
) -> None:
    context = server_context(authority.issue_cert("127.0.0.1"))
    # The oldest version has no newer way to be written down than the one that warns.
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version = ssl.TLSVersion.TLSv1_1
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with RawServer(stays(reply()), context) as server:
        exchange = transport.send(request(server.url()), profile(ca_file=ca_file), QUICK)
    assert_not_sent(exchange, Progress.CONNECTED, Reason.TLS)


def test_tls_works_and_its_connection_is_used_again(
    transport: RequestsTransport, authority: trustme.CA, ca_file: str
) -> None:
    context = server_context(authority.issue_cert("127.0.0.1", "localhost"))
    with RawServer(stays(reply()), context) as server:
        for _ in range(2):
            exchange = transport.send(request(server.url()), profile(ca_file=ca_file), QUICK)
            assert exchange.progress is Progress.ANSWERED
        assert server.connections == 1
        named = transport.send(request(server.url(host="localhost")), profile(ca_file=ca_file), QUICK)
    assert named.progress is Progress.ANSWERED
