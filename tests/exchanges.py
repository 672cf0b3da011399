"""One exchange with a raw server: what is asked, by whom, and how its end is told."""

import ssl

import trustme

from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.domain.profile import Profile, ProfileKind, Timeouts
from pos_cancel.gateways.http import Exchange, HttpRequest
from tests.raw_server import Peer, RawServer, Script

BODY = b"service=alipay.acquire.cancel&subject=%E6%B5%8B&sign=0a1b2c\x00\xff\r\n"
HEADERS = (("Content-Type", "application/x-www-form-urlencoded"),)
QUICK = Timeouts(connect_s=1.0, read_s=2.0, total_s=2.0)
SLACK_S = 0.5
GATEWAY = "gateway.example"


def profile(
    kind: ProfileKind = ProfileKind.TRAINING, *, ca_file: str = "", proxy: str = "", endpoint: str = ""
) -> Profile:
    return Profile(
        name="till",
        kind=kind,
        gateway="acquire",
        endpoint=endpoint,
        merchant_id="2088000000000001",
        ca_file=ca_file,
        proxy=proxy,
    )


def request(url: str) -> HttpRequest:
    return HttpRequest(url, HEADERS, BODY)


def server_context(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def talk(transport: RequestsTransport, script: Script, timeouts: Timeouts = QUICK) -> Exchange:
    with RawServer(script) as server:
        return transport.send(request(server.url()), profile(), timeouts)


def says(data: bytes) -> Script:
    """Read the request, write this, close."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.write(data)

    return script


def stays(data: bytes) -> Script:
    """Answer every request of a connection."""

    def script(peer: Peer) -> None:
        while peer.read_request():
            peer.write(data)

    return script


def assert_unknown(exchange: Exchange, reason: Reason) -> None:
    assert (exchange.progress, exchange.fault) == (Progress.SENT, reason)
    assert exchange.reply is None
    assert not exchange.nothing_left


def assert_not_sent(exchange: Exchange, progress: Progress, reason: Reason) -> None:
    assert (exchange.progress, exchange.fault) == (progress, reason)
    assert exchange.nothing_left
    assert "\n" not in exchange.detail
