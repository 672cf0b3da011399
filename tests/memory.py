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
    pid: int, texts: Mapping[str, bytes], words: Mapping[str, Iterable[bytes]]
) -> dict[str, int]:
    """Count by name what stands in the memory, also in the form that Qt keeps: parts of texts, whole words.

    `texts` are of letters of base64; 32 of them in a row are found, whatever the lines are.
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
            for word in whole:
                count = region.count(word) + region.count(word.decode("latin-1").encode("utf-16-le"))
                if count:
                    found[name] = found.get(name, 0) + count
    return found


def _runs(region: bytes) -> Iterator[bytes]:
    yield from (match[0] for match in RUN.finditer(region))
    yield from (match[0][::2] for match in WIDE_RUN.finditer(region))
