"""Training and the world kept apart; proxies; the environment."""

import socket
import ssl
from pathlib import Path

import pytest
import trustme

from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.domain.profile import ProfileKind
from pos_cancel.gateways.http import HttpRequest
from tests.exchanges import (
    BODY,
    GATEWAY,
    QUICK,
    assert_not_sent,
    profile,
    request,
    says,
    server_context,
    talk,
)
from tests.raw_server import Peer, RawServer, Script, reply


@pytest.mark.parametrize(
    ("kind", "url"),
    [
        (ProfileKind.TRAINING, "https://gateway.example/gateway.do"),
        (ProfileKind.TRAINING, "https://93.184.216.34/"),
        (ProfileKind.LIVE, "https://127.0.0.1/"),
        (ProfileKind.LIVE, "https://localhost/"),
        (ProfileKind.LIVE, "https://a.localhost./"),
        (ProfileKind.LIVE, "https://0.0.0.0/"),
        (ProfileKind.LIVE, "https://[::1]/"),
        (ProfileKind.LIVE, "https://[::ffff:127.0.0.1]/"),
        (ProfileKind.TEST, "https://127.0.0.2:8443/"),
        (ProfileKind.LIVE, "http://gateway.example/"),
        (ProfileKind.LIVE, "ftp://gateway.example/"),
        (ProfileKind.LIVE, "https://name:word@gateway.example/"),
        (ProfileKind.LIVE, "https://gateway.example:port/"),
        (ProfileKind.LIVE, "https://[::1/"),
        (ProfileKind.LIVE, "gateway.example"),
    ],
)
def test_addresses_that_a_profile_may_not_name(
    transport: RequestsTransport, kind: ProfileKind, url: str
) -> None:
    assert_not_sent(transport.send(request(url), profile(kind), QUICK), Progress.PREPARED, Reason.LOCAL)


@pytest.mark.parametrize(
    ("kind", "host", "address"),
    [(ProfileKind.LIVE, GATEWAY, "127.0.0.1"), (ProfileKind.TRAINING, "localhost", "93.184.216.34")],
)
def test_a_name_that_resolves_to_the_wrong_side(kind: ProfileKind, host: str, address: str) -> None:
    transport = RequestsTransport(
        lambda _host, port: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]
    )
    exchange = transport.send(request(f"https://{host}/"), profile(kind), QUICK)
    transport.close()
    assert_not_sent(exchange, Progress.RESOLVED, Reason.LOCAL)


def test_faults_of_this_till_send_nothing(transport: RequestsTransport, tmp_path: Path) -> None:
    no_certificate = tmp_path / "empty.pem"
    no_certificate.write_text("nothing")
    url = "https://127.0.0.1:1/"
    for missing in (str(no_certificate), str(tmp_path / "absent.pem")):
        exchange = transport.send(request(url), profile(ca_file=missing), QUICK)
        assert_not_sent(exchange, Progress.PREPARED, Reason.LOCAL)
    odd = HttpRequest(url, (("X-Odd", "a\r\nX-More: b"),), BODY)
    assert_not_sent(transport.send(odd, profile(), QUICK), Progress.PREPARED, Reason.LOCAL)


def tunnel(inner: ssl.SSLContext, seen: list[bytes]) -> Script:
    """Be the proxy and, behind it, the gateway."""

    def script(peer: Peer) -> None:
        seen.append(peer.read_request())
        peer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        peer.secure(inner)
        while data := peer.read_request():
            seen.append(data)
            peer.write(reply())

    return script


def test_a_proxy_is_asked_for_a_tunnel_only(
    transport: RequestsTransport, authority: trustme.CA, ca_file: str
) -> None:
    seen: list[bytes] = []
    inner = server_context(authority.issue_cert(GATEWAY))
    with RawServer(tunnel(inner, seen)) as server:
        proxy = f"http://shop:pass%20word@127.0.0.1:{server.port}"
        live = profile(ProfileKind.LIVE, ca_file=ca_file, proxy=proxy)
        exchange = transport.send(request(f"https://{GATEWAY}/gateway.do?a=b"), live, QUICK)
        again = transport.send(request(f"https://{GATEWAY}/gateway.do?a=b"), live, QUICK)
    assert exchange.progress is again.progress is Progress.ANSWERED
    assert seen[0].startswith(f"CONNECT {GATEWAY}:443 HTTP/1.".encode())
    assert b"Proxy-Authorization: Basic" in seen[0] or b"proxy-authorization: Basic" in seen[0]
    assert BODY not in seen[0]
    assert seen[1].startswith(b"POST /gateway.do?a=b HTTP/1.1\r\n")
    assert b"roxy-" not in seen[1]
    assert seen[1] == seen[2]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(b"", "407 Proxy Authentication Required"), Reason.REFUSED),
        (b"nonsense\r\n\r\n", Reason.REFUSED),
        (b"HTTP/1.1 200 OK\r\n" + b"X: aaaaaaaa\r\n" * 30_000, Reason.REFUSED),
        (b"", Reason.RESET),
    ],
)
def test_a_proxy_that_refuses_is_proof(transport: RequestsTransport, answer: bytes, reason: Reason) -> None:
    with RawServer(says(answer)) as server:
        live = profile(ProfileKind.LIVE, proxy=f"127.0.0.1:{server.port}")
        exchange = transport.send(request(f"https://{GATEWAY}/"), live, QUICK)
    assert_not_sent(exchange, Progress.CONNECTED, reason)


@pytest.mark.parametrize(
    ("kind", "proxy"),
    [
        (ProfileKind.TRAINING, "127.0.0.1:3128"),
        (ProfileKind.LIVE, "socks5://x"),
        (ProfileKind.LIVE, "http://"),
    ],
)
def test_proxies_that_cannot_be_used(transport: RequestsTransport, kind: ProfileKind, proxy: str) -> None:
    host = "127.0.0.1" if kind is ProfileKind.TRAINING else GATEWAY
    exchange = transport.send(request(f"https://{host}/"), profile(kind, proxy=proxy), QUICK)
    assert_not_sent(exchange, Progress.PREPARED, Reason.LOCAL)


def test_the_environment_is_not_asked(
    transport: RequestsTransport, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "absent"))
    assert talk(transport, says(reply())).progress is Progress.ANSWERED
