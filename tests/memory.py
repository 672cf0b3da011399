"""Reads all that a process may write in its memory, as root or a core file would, and looks for texts."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

REGION = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw")
CHUNK = 1 << 24
# So many letters of a key's text are a find, wherever in it they stand: a piece of half the length, at every
# half length of a run of letters, cannot miss them.
LEAST, PIECE = 32, 16
RUN = re.compile(rb"[0-9A-Za-z+/]{%d,}" % LEAST)
# As Qt keeps its texts.
WIDE_RUN = re.compile(rb"(?:[0-9A-Za-z+/]\0){%d,}" % LEAST)


def regions_of(pid: int) -> Iterator[bytes]:
    """Give the writable memory of a process, piece by piece. Raises `PermissionError`."""
    maps = Path(f"/proc/{pid}/maps").read_text()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in maps.splitlines():
            place = REGION.match(line)
            if place is not None:
                yield _read(memory.fileno(), int(place[1], 16), int(place[2], 16))


def _read(number: int, start: int, end: int) -> bytes:
    pieces = []
    while start < end:
        try:
            piece = os.pread(number, min(CHUNK, end - start), start)
        except OSError:  # The process has given it back, or it is a device's.
            break
        if not piece:
            break
        pieces.append(piece)
        start += len(piece)
    return b"".join(pieces)


def found_in_memory(
    pid: int, texts: Mapping[str, bytes], words: Mapping[str, Iterable[bytes | str]]
) -> dict[str, int]:
    """Count by name what stands in the memory, also in the form that Qt keeps: parts of texts, whole words.

    `texts` are of letters of base64; 32 of them in a row are found, whatever the lines are. Of `words` each
    is found whole.
    """
    owners = {
        text[at : at + PIECE]: name for name, text in texts.items() for at in range(len(text) - PIECE + 1)
    }
    found: dict[str, int] = {}
    for region in regions_of(pid):
        for run in _runs(region) if owners else ():
            for at in range(0, len(run) - PIECE + 1, PIECE):
                name = owners.get(run[at : at + PIECE])
                if name is not None:
                    found[name] = found.get(name, 0) + 1
        for name, whole in words.items():
            count = sum(region.count(form) for word in whole for form in _forms(word))
            if count:
                found[name] = found.get(name, 0) + count
    return found


def _forms(word: bytes | str) -> tuple[bytes, ...]:
    """Give a word as Python, Qt and a wire may keep it."""
    if isinstance(word, bytes):
        return (word,)
    return tuple({word.encode(form) for form in ("utf-8", "utf-16-le", "utf-32-le")})


def _runs(region: bytes) -> Iterator[bytes]:
    yield from (match[0] for match in RUN.finditer(region))
    yield from (match[0][::2] for match in WIDE_RUN.finditer(region))
