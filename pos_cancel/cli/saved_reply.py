"""A reply as somebody saved it: the body alone, or with header lines in front of it."""

import re

from pos_cancel.gateways.http import HttpReply

STATUS_LINE = re.compile(rb"HTTP/[0-9.]+ +(\d{3})[^\r\n]*\r?\n")
HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]*([^\r\n]{0,4096})\r?\n")
BLANK = re.compile(rb"[ \t]*\r?\n")
OK = 200


def read_saved(content: bytes) -> HttpReply:
    """Take status, headers and body apart; a body alone stands for itself with status 200."""
    rest = content.lstrip(b"\r\n")
    status = OK
    first = STATUS_LINE.match(rest)
    if first is not None:
        status, rest = int(first[1]), rest[first.end() :]
    headers: list[tuple[str, str]] = []
    while (line := HEADER.match(rest)) is not None:
        headers.append((line[1].decode("ascii"), line[2].decode("latin-1").strip()))
        rest = rest[line.end() :]
    blank = BLANK.match(rest) if first is not None or headers else None
    return HttpReply(status, tuple(headers), rest[blank.end() :] if blank else rest)
