"""What may be done to a reply on its way, and what moods a gateway may be in."""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from pos_cancel.domain.case import Ask
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.gateways.http import HttpReply
from tests.invariants import Proof
from tests.simulation.acquire_desk import Answer

Harm = Callable[[Answer, HttpReply, random.Random], tuple[HttpReply, Proof]]
SIGNED_PART = re.compile(rb"<response>.*</response>.*<sign>[^<]*</sign>", re.DOTALL)
SIGN_HEADERS = frozenset({"signature", "client-id", "response-time"})
STATUSES = (301, 302, 400, 403, 404, 408, 429, 500, 502, 503, 504, 511, 200)
PAGES = (b"", b"<html><body>Welcome to the hotel</body></html>", b"Bad Gateway", b"{}", b"<alipay></alipay>")
# What a gateway says when it does nothing, or what it says though it did what it was asked.
EITHER: Mapping[str, tuple[str, ...]] = {
    "acquire": ("SYSTEM_ERROR Y", "SYSTEM_ERROR N", "UNKNOWN", "F SYSTEM_ERROR", "AQC.SYSTEM_ERROR"),
    "antom": ("U UNKNOWN_EXCEPTION", "sF SYSTEM_ERROR", "U SUCCESS", "X UNHEARD_OF"),
    "apo": ("U UNKNOWN_EXCEPTION", "sF SYSTEM_ERROR", "U ACCESS_DENIED"),
    "acqp": ("U UNKNOWN_EXCEPTION", "U KEY_NOT_FOUND", "S PENDING"),
}
UNDONE: Mapping[str, tuple[str, ...]] = {
    "acquire": (
        "FREQUENCY_LIMITED",
        "BUYER_ERROR",
        "ODD_CODE Y",
        "ODD_CODE N",
        "F ILLEGAL_SIGN",
        "F ODD_CODE",
    ),
    "antom": ("U REQUEST_TRAFFIC_EXCEED_LIMIT", "sF USER_NOT_EXIST", "sF ODD_CODE", "F SIGNATURE_INVALID"),
    "apo": ("U REQUEST_TRAFFIC_EXCEED_LIMIT", "sF PROCESS_FAIL", "F KEY_NOT_FOUND", "F ODD_CODE"),
    "acqp": ("U REQUEST_TRAFFIC_EXCEED_LIMIT", "sF PROCESS_FAIL", "F INVALID_SIGNATURE", "sF ODD_CODE"),
}
LOOKS: Mapping[str, tuple[str, ...]] = {
    "acquire": ("SYSTEM_ERROR", "UNKNOWN", "F SYSTEM_ERROR", "F ILLEGAL_SIGN", "PROCESS_EXCEPTION"),
    "json": ("U UNKNOWN_EXCEPTION", "sF SYSTEM_ERROR", "F KEY_NOT_FOUND", "sF ACCESS_DENIED", "S SUCCESS"),
}
BUSY = frozenset({"FREQUENCY_LIMITED", "U REQUEST_TRAFFIC_EXCEED_LIMIT"})
CURSES: Mapping[str, str] = {
    "acquire": "SYSTEM_ERROR Y",
    "antom": "U UNKNOWN_EXCEPTION",
    "apo": "U UNKNOWN_EXCEPTION",
    "acqp": "U UNKNOWN_EXCEPTION",
}


def truncated(answer: Answer, reply: HttpReply, rng: random.Random) -> tuple[HttpReply, Proof]:
    """Cut the body off somewhere."""
    return replace(reply, body=reply.body[: rng.randrange(len(reply.body))]), Proof.NOTHING


def altered(answer: Answer, reply: HttpReply, rng: random.Random) -> tuple[HttpReply, Proof]:
    """Change a byte or two of the body; what lies outside the signed part may not matter."""
    body = bytearray(reply.body)
    for _ in range(rng.randint(1, 2)):
        body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    before, after = SIGNED_PART.search(reply.body), SIGNED_PART.search(bytes(body))
    same = before is not None and after is not None and before[0] == after[0]
    if not answer.is_signed:
        return replace(reply, body=bytes(body)), Proof.UNSIGNED_F
    return replace(reply, body=bytes(body)), Proof.AUTHENTIC if same else Proof.NOTHING


def unsigned(answer: Answer, reply: HttpReply, rng: random.Random) -> tuple[HttpReply, Proof]:
    """Take the signature away, or a part of it."""
    bare = re.sub(rb"<sign>.*</sign_type>", b"", reply.body)
    taken = SIGN_HEADERS if rng.random() < 0.7 else {rng.choice(sorted(SIGN_HEADERS))}
    kept = tuple(pair for pair in reply.headers if pair[0] not in taken)
    refused = not answer.is_signed or b'"resultStatus":"F"' in bare
    return replace(reply, body=bare, headers=kept), Proof.UNSIGNED_F if refused else Proof.NOTHING


def forged(answer: Answer, reply: HttpReply, rng: random.Random) -> tuple[HttpReply, Proof]:
    """Sign with another key, or name another way of signing."""
    if not answer.is_signed:
        return reply, Proof.UNSIGNED_F
    if b"<sign>" in reply.body:
        other = (b"<sign>" + b"0" * 32, b"<sign_type>RSA2", b"<sign_type>md6")
        return replace(reply, body=_spoilt(reply.body, rng.choice(other))), Proof.NOTHING
    spoilt = {"signature": "algorithm=RSA256,keyVersion=1,signature=AAAA", "client-id": "CID_OTHER"}
    name = rng.choice(sorted(spoilt))
    headers = tuple((key, spoilt[key] if key == name else value) for key, value in reply.headers)
    return replace(reply, headers=headers), Proof.NOTHING


def _spoilt(body: bytes, other: bytes) -> bytes:
    tag = other[: other.index(b">") + 1]
    start = body.index(tag)
    end = body.index(b"</", start)
    return body[:start] + other + body[end:]


def http_error(rng: random.Random) -> tuple[HttpReply, float]:
    """Give a reply that is no gateway's, and how long it asks to wait."""
    status, page = rng.choice(STATUSES), rng.choice(PAGES)
    asks = status in {429, 503} and rng.random() < 0.7
    headers = (("Content-Type", rng.choice(("text/html", "text/plain", "text/xml", "application/json"))),)
    wait_s = rng.choice((5, 40, 120)) if asks else 0
    more = (("Retry-After", str(wait_s)),) if asks else ()
    return HttpReply(status, (*headers, *more), page), float(max(wait_s, 30)) if status in {429, 503} else 0.0


def mood(dispatch: Dispatch, rng: random.Random) -> tuple[str, bool, bool]:
    """Draw what a gateway says instead of the truth, whether it does as asked, whether it is busy."""
    name = dispatch.question.profile.gateway
    if dispatch.ask is Ask.INQUIRY:
        return rng.choice(LOOKS["acquire" if name == "acquire" else "json"]), False, False
    if rng.random() < 0.6:
        return rng.choice(EITHER[name]), rng.random() < 0.5, False
    said = rng.choice(UNDONE[name])
    return said, False, said in BUSY
