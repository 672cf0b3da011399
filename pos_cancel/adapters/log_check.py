"""Damage in the write-ahead log that SQLite itself takes for the log's end.

SQLite reads a log up to the first frame whose checksum is wrong and forgets the rest, for that is what a
power cut leaves: the end of a transaction that nobody was told of. A frame may also be spoilt later, by a
failing disk. Then whole transactions follow it, acknowledged ones, and forgetting them would be a loss
without a word. The two can be told apart: a transaction begins only when the one before it is on the disk,
and its first frame continues that one's checksum. Only the very end of a log, where nothing follows, cannot
be told from a write that was cut off. (https://www.sqlite.org/fileformat2.html#walformat)
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

BIG, LITTLE = 0x377F0683, 0x377F0682
HEADER_BYTES, FRAME_BYTES = 32, 24
# In the index beside the log: how many frames are good, and which salts they carry.
GOOD_AT, SALTS_AT, SALTS_END = 16, 32, 40
# A log that began anew overwrites an older one; so many foreign frames are the older one's.
FOREIGN = 8
WORD = 0xFFFFFFFF
Sum = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """One page in the log: `ends` tells whether its transaction ends with it."""

    number: int
    ends: bool
    salts: bytes
    seal: Sum
    sealed: bytes


def is_damaged(database: Path) -> bool:
    """Tell whether a log lies beside the file that lost what was acknowledged.

    To be asked after a connection has read the file, which is when SQLite looks at the log.
    Raises OSError.
    """
    log, index = (database.with_name(f"{database.name}-{end}") for end in ("wal", "shm"))
    if not log.exists() or log.stat().st_size <= HEADER_BYTES or not index.exists():
        return False
    with log.open("rb") as file:
        head = file.read(HEADER_BYTES)
        good, _ = _good(index)
        end = _lost_end(file, head, good)
    # A writer that is at work has moved on meanwhile, or begun the log anew.
    now, salts = _good(index)
    return end is not None and now < end and (salts == head[16:24] or not _is_whole(head))


def _good(index: Path) -> tuple[int, bytes]:
    with index.open("rb") as file:
        content = file.read(SALTS_END).ljust(SALTS_END, b"\0")
    return struct.unpack_from("=I", content, GOOD_AT)[0], content[SALTS_AT:SALTS_END]


def _lost_end(file: BinaryIO, head: bytes, good: int) -> int | None:
    """Give the number of a frame that ends a transaction which another one continues, beyond the good."""
    page_bytes = struct.unpack_from(">I", head, 8)[0]
    if page_bytes not in {1 << power for power in range(9, 17)}:
        page_bytes = 4096
    salts = head[16:24] if _is_whole(head) else b""
    # One bit tells the two orders apart, and in a spoilt head it may be that one.
    orders = struct.unpack_from(">I", head) if salts else (BIG, LITTLE)
    before: Frame | None = None
    foreign = 0
    for frame in _frames(file, page_bytes, good):
        salts = salts or frame.salts
        if frame.salts != salts:
            before, foreign = None, foreign + 1
            if foreign == FOREIGN:
                return None
            continue
        if before is not None and before.ends and _continues(before, frame, orders):
            return before.number
        before, foreign = frame, 0
    return None


def _continues(before: Frame, frame: Frame, orders: tuple[int, ...]) -> bool:
    return any(_sum(frame.sealed, order, before.seal) == frame.seal for order in orders)


def _frames(file: BinaryIO, page_bytes: int, good: int) -> Iterator[Frame]:
    """Give the frames beyond the good ones; numbers begin with 1."""
    number = good
    file.seek(HEADER_BYTES + number * (FRAME_BYTES + page_bytes))
    while len(content := file.read(FRAME_BYTES + page_bytes)) == FRAME_BYTES + page_bytes:
        number += 1
        _, size = struct.unpack_from(">II", content)
        seal = struct.unpack_from(">II", content, 16)
        yield Frame(number, size != 0, content[8:16], seal, content[:8] + content[FRAME_BYTES:])


def _is_whole(head: bytes) -> bool:
    magic = struct.unpack_from(">I", head)[0]
    return magic in (BIG, LITTLE) and _sum(head[:24], magic, (0, 0)) == struct.unpack_from(">II", head, 24)


def _sum(content: bytes, magic: int, before: Sum) -> Sum:
    """Continue a checksum as SQLite does: over words of 32 bits, in the order that the magic number names."""
    first, second = before
    words = struct.unpack(f"{'>' if magic == BIG else '<'}{len(content) // 4}I", content)
    for place in range(0, len(words), 2):
        first = (first + words[place] + second) & WORD
        second = (second + words[place + 1] + first) & WORD
    return first, second
