"""Harms of the HTTP reply and of the line: pages, statuses, lengths, floods, silence."""

import gzip
import zlib
from collections.abc import Mapping
from dataclasses import replace

from tests.hostile.harm_kinds import TRUE, UNKNOWN, Harm, acts, bodies, heads, says
from tests.hostile.tellers import Teller, Told, with_headers
from tests.raw_server import Peer

BIG = b"a" * 65_536
GZIP_BOMB = gzip.compress(bytes(60_000_000))
STATUSES = (
    "204 No Content", "206 Partial Content", "301 Moved", "302 Found", "303 See Other", "304 Not Modified",
    "307 Temporary Redirect", "308 Permanent Redirect", "400 Bad Request", "401 Unauthorized",
    "403 Forbidden", "404 Not Found", "405 Method Not Allowed", "407 Proxy Authentication Required",
    "408 Request Timeout", "409 Conflict", "410 Gone", "413 Too Large", "418 Teapot",
    "429 Too Many Requests", "451 Unavailable", "500 Internal Server Error", "501 Not Implemented",
    "502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout", "511 Login Required", "599 Odd",
)  # fmt: skip


def _pour(peer: Peer, piece: bytes, count: int) -> None:
    for _ in range(count):
        peer.write(piece)


def _half(peer: Peer, wire: bytes) -> None:
    peer.write(wire[: len(wire) * 2 // 3])


def _half_then_silence(peer: Peer, wire: bytes) -> None:
    _half(peer, wire)
    peer.wait()


def _slow_body(peer: Peer, wire: bytes) -> None:
    peer.write(wire[: wire.index(b"\r\n\r\n") + 4])
    peer.dribble(b"<" * 999, 0.05)


def _endless_headers(peer: Peer, _: bytes) -> None:
    peer.write(b"HTTP/1.1 200 OK\r\n")
    _pour(peer, b"X-Filler: " + b"a" * 1000 + b"\r\n", 50_000)


def _large_body(peer: Peer, _: bytes) -> None:
    peer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 52428800\r\n\r\n")
    _pour(peer, BIG, 800)


def _endless_body(peer: Peer, _: bytes) -> None:
    peer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
    _pour(peer, BIG, 800)


def _endless_chunks(peer: Peer, _: bytes) -> None:
    peer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    _pour(peer, b"10000\r\n" + BIG + b"\r\n", 800)


def _mute(_: Teller, peer: Peer) -> None:
    peer.wait()


def _hang_up(_: Teller, peer: Peer) -> None:
    peer.read_request()


def _reset(_: Teller, peer: Peer) -> None:
    peer.read_request()
    peer.reset()


def _half_then_reset(peer: Peer, wire: bytes) -> None:
    _half(peer, wire)
    peer.reset()


def _with_status(status: str) -> Harm:
    return says(lambda teller: replace(teller.tell(), status=status))


PAGES: Mapping[str, Harm] = {
    "nothing": says(lambda _: Told(body=b"")),
    "blanks": says(lambda _: Told(body=b" \r\n\t", headers={"Content-Type": "text/xml"})),
    "zero bytes": says(lambda _: Told(body=bytes(200), headers={"Content-Type": "application/json"})),
    "a login page": says(lambda _: Told(body=b"<html>Login</html>", headers={"Content-Type": "text/html"})),
    "plain text": says(lambda _: Told(body=b"SUCCESS", headers={"Content-Type": "text/plain"})),
    "the other family's answer": says(
        lambda t: Told(
            body=b'{"result":{"resultStatus":"S","resultCode":"SUCCESS"}}'
            if t.family == "xml"
            else b"<alipay><is_success>T</is_success></alipay>",
            headers={"Content-Type": "text/xml" if t.family == "xml" else "application/json"},
        )
    ),
    "the answer labelled as a picture": heads(UNKNOWN, Content_Type="image/png"),
    "without a content type": heads(UNKNOWN, Content_Type=None),
    "gzip": bodies(gzip.compress, UNKNOWN, Content_Encoding="gzip"),
    "deflate": bodies(zlib.compress, UNKNOWN, Content_Encoding="deflate"),
    "a gzip bomb": bodies(lambda _: GZIP_BOMB, UNKNOWN, Content_Encoding="gzip"),
    "gzip that is none": heads(UNKNOWN, Content_Encoding="gzip"),
    "an encoding that is none": heads(UNKNOWN, Content_Encoding="klingon"),
    "two lengths": says(lambda t: t.tell().wire().replace(b"\r\n", b"\r\nContent-Length: 3\r\n", 1)),
    "a length too short": says(
        lambda t: t.tell().wire().replace(b"Content-Length: ", b"Content-Length: 0", 1)[:-40]
    ),
    "another protocol": says(lambda _: b"SSH-2.0-OpenSSH_9.2\r\n"),
    "HTTP/2": says(lambda _: b"\x00\x00\x12\x04\x00\x00\x00\x00\x00" + bytes(18)),
    "a body without a head": says(lambda t: t.tell().body),
    "a redirect to a good answer": says(
        lambda t: replace(with_headers(t.tell(), Location="http://127.0.0.1:9/"), status="302 Found")
    ),
}

STATUS_LINES: Mapping[str, Harm] = {f"status {status}": _with_status(status) for status in STATUSES}

LINES: Mapping[str, Harm] = {
    "half an answer": acts(_half),
    "half an answer, then silence": acts(_half_then_silence),
    "half an answer, then a reset": acts(_half_then_reset),
    "silence": Harm(_mute),
    "read and hung up": Harm(_hang_up),
    "read and reset": Harm(_reset),
    "a slow loris in the head": acts(lambda peer, wire: peer.dribble(wire, 0.05)),
    "a slow loris in the body": acts(_slow_body),
    "endless headers": acts(_endless_headers),
    "50 MB announced": acts(_large_body),
    "50 MB unannounced": acts(_endless_body),
    "50 MB in chunks": acts(_endless_chunks),
    "endless hints": acts(lambda peer, _: _pour(peer, b"HTTP/1.1 100 Continue\r\n\r\n" * 100, 2_000)),
    "two answers in one": acts(
        lambda peer, wire: peer.write(wire + wire.replace(b"refund", b"rfnd__")), TRUE
    ),
}
