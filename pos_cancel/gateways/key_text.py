"""Finds the bytes of keys in a text as people have it (gateways.md F10; facts.md, Keys).

Alipay's tool gives bare base64, portals give PEM with doubled blanks, Windows adds CRLF and a mark, Word
puts long dashes, programs quote and escape, viewers number the lines. So the armour is only a hint: a key
says by its first bytes how long it is, and whatever stands around it is left out.
"""

import base64
import re
import unicodedata
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass, field

INVISIBLE = re.compile("[\0\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
NUL_SHARE = 3
LONG_DASH = re.compile("[\u2010-\u2015\u2212]")
ESCAPED_CHARACTER = re.compile(r"\\u00([0-9A-Fa-f]{2})")
ESCAPED_BREAK = re.compile(r"\\+[nrt]")
# Two pieces of one value, as a program's source or a JSON list has them.
JOINT = re.compile("[\"'`\u2018-\u201f]\\s*(?:[+.,]\\s*)?[\"'`\u2018-\u201f]")
QUOTED_MAIL = re.compile(r"(?m)^[ \t]*[>|][>| \t]*")
NUMBERED = re.compile(r"[ \t]*(\d{1,4})(?:[:.|)]|(?=[ \t]))[ \t]*(.*)")
LEAST_NUMBERED = 3
MARKER = re.compile(r"-{1,9}[ \t]{0,9}(BEGIN|END)[ \t]+(\w+(?:[ \t]+\w+)*)[ \t]*-{1,9}", re.IGNORECASE)
LETTERS = "A-Za-z0-9+/_"
# How every RSA key and certificate begins in base64 (a SEQUENCE of 128 to 16,383 bytes), or a whole PEM.
START = re.compile(f"(?<![{LETTERS}])(?:MI[GHI]|LS0tLS1CRUdJTi)")
PEM_AGAIN = "LS0t"
URL_SAFE = str.maketrans("-_", "+/")
RUN = re.compile(f"[{LETTERS}\\s-]+")
BASE64_ONLY = re.compile(f"[{LETTERS}=\\s-]+")
# A text of so many letters of base64 and nothing else was meant to be a key.
LEAST_LETTERS = 100
LONG_FORM = 0x80
LONGEST_COUNT = 2
HEADER_LETTERS = 8
KEY = "KEY"


@dataclass(frozen=True, slots=True)
class Block:
    """One armoured or bare text: what the armour calls it, its bytes, and for old encrypted PEM all of it."""

    label: str
    der: bytes = field(repr=False)
    pem: bytes = field(default=b"", repr=False)


def decoded(text: str | bytes) -> str:
    """Give the text: UTF-8, or UTF-16 with or without its mark; what cannot be decoded is replaced."""
    words = text if isinstance(text, str) else text.decode(_encoding(text), "replace")
    return INVISIBLE.sub("", words)


def _encoding(text: bytes) -> str:
    if text.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return "utf-16"
    # ASCII in UTF-16 without a mark has a NUL before or behind every letter.
    before, behind = text[::2].count(0), text[1::2].count(0)
    if before + behind < len(text) // NUL_SHARE:
        return "utf-8"
    return "utf-16-be" if before > behind else "utf-16-le"


def blocks_of(text: str | bytes) -> list[Block]:
    """Give what may be a key, in the order of the text; at least one block, with no bytes if need be."""
    # ASCII never has a high bit in its second byte, DER's length byte of a key always.
    if isinstance(text, bytes) and text[:1] == b"0" and text[1:2] >= b"\x80":
        return [Block("", _cut(text))]
    words = _plain(decoded(text))
    return [*_found(words)] or [_whole(words)]


def _plain(words: str) -> str:
    """Take off what programs and viewers put around the letters of a key."""
    words = LONG_DASH.sub("-", unicodedata.normalize("NFKC", words))
    words = ESCAPED_CHARACTER.sub(_character, words)
    words = ESCAPED_BREAK.sub("\n", words).replace("\r\n", "\n").replace("\r", "\n")
    words = JOINT.sub("", words.replace("\\", ""))
    return _without_numbers(QUOTED_MAIL.sub("", words))


def _character(escaped: re.Match[str]) -> str:
    return chr(int(escaped[1], 16))


def _without_numbers(words: str) -> str:
    """Take the numbers off lines that are all numbered without a gap."""
    lines = [NUMBERED.fullmatch(line) for line in words.split("\n") if line.strip()]
    numbers = [int(line[1]) for line in lines if line is not None]
    if len(numbers) < max(len(lines), LEAST_NUMBERED):
        return words
    if numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return words
    return "\n".join(line[2] for line in lines if line is not None)


def _found(words: str) -> Iterator[Block]:
    """Give armoured blocks, whichever of their two ends is missing, and bare keys between them."""
    label, start = "", 0
    for marker in MARKER.finditer(words):
        yield from _part(label, words[start : marker.start()])
        label, start = _label(marker) if marker[1].upper() == "BEGIN" else "", marker.end()
    yield from _part(label, words[start:])


def _part(label: str, part: str) -> Iterator[Block]:
    return _armoured(label, part) if label else _bare(label, part)


def _label(marker: re.Match[str]) -> str:
    return " ".join(marker[2].upper().split())


def _armoured(label: str, part: str) -> Iterator[Block]:
    if not part.strip():
        return  # armour around armour
    if "ENCRYPTED" in part:
        yield Block(label, b"", f"-----BEGIN {label}-----\n{part.strip()}\n-----END {label}-----\n".encode())
        return
    bare = list(_bare(label, part))
    yield from bare or [Block(label, _base64(part))]


def _bare(label: str, part: str) -> Iterator[Block]:
    while (start := START.search(part)) is not None:
        run = RUN.match(part, start.start())
        letters = "".join((run[0] if run else start[0]).split())
        part, here = part[start.end() :], part[start.start() :]
        if letters.startswith(PEM_AGAIN):
            yield from _found(_plain(decoded(_base64(letters))))
        elif len(letters) >= LEAST_LETTERS:
            wanted = -(-_size(_base64(letters[:HEADER_LETTERS])) * 4 // 3)
            yield Block(label, _base64(letters[:wanted]))
            whole = re.match(rf"(?:[{LETTERS}-]\s*){{{wanted}}}", here)
            # The rest begins behind the key, so that one that follows without a blank is found too.
            part = here[whole.end() :] if whole else part


def _whole(words: str) -> Block:
    """Give the text as one block; the label says whether it was meant to be a key."""
    marker = MARKER.search(words)
    is_long = len(words) >= LEAST_LETTERS and BASE64_ONLY.fullmatch(words) is not None
    return Block(_label(marker) if marker else KEY if is_long else "", _base64(words))


def _base64(words: str) -> bytes:
    """Give the bytes, or none where the text is not base64; lost padding is put back."""
    packed = "".join(words.split()).rstrip("=").translate(URL_SAFE)
    if len(packed) % 4 == 1:  # Cut off in the middle of a byte.
        packed = packed[:-1]
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except ValueError:
        return b""


def _size(der: bytes) -> int:
    """Give the whole length that the first bytes of a SEQUENCE tell; 0 where they tell none."""
    count = der[1] - LONG_FORM if der[:1] == b"0" and len(der) > 1 else 0
    return 2 + count + int.from_bytes(der[2 : 2 + count], "big") if 0 < count <= LONGEST_COUNT else 0


def _cut(der: bytes) -> bytes:
    """Leave out what follows the key, such as the line end that an editor has put there."""
    return der[: _size(der) or len(der)]
