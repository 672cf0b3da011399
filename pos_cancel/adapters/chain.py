"""The keyed hash chain over the journal's events: digests, links, the seal. Bytes in, bytes out.

Each event is linked to the one before by HMAC-SHA256 under a random key that lies beside the journal,
readable by this user alone. So a change by accident, by a failing disk or by anybody who cannot read that
file shows. It proves nothing against a person who can read the key: they could write a chain of their own.

A field or a body goes into the chain as a digest salted by 16 random bytes. Take value and salt away and
the chain still holds; keep them, and a copy can be proved to be what was written.
"""

import hashlib
import hmac
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

SALT_BYTES = 16


class Leaf(NamedTuple):
    """One field or body: its name, and the salted digest of name and value."""

    name: str
    digest: bytes
    salt: bytes
    value: str | bytes


@dataclass(frozen=True, slots=True)
class Link:
    """What one event adds to the chain.

    `at` is the time as it is stored, `content` covers fields and bodies, `record` the case's row.
    """

    seq: int
    case_id: str
    name: str
    at: str
    content: bytes
    record: bytes


def stamp(at: datetime) -> str:
    """Write a time as it goes into the chain: RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat()


def leaves(pairs: Iterable[tuple[str, str | bytes]]) -> list[Leaf]:
    """Salt and digest fields or bodies."""
    found = list(pairs)
    salts = os.urandom(SALT_BYTES * len(found))
    return [
        Leaf(name, leaf_digest(salt, name, value), salt, value)
        for place, (name, value) in enumerate(found)
        for salt in (salts[place * SALT_BYTES : (place + 1) * SALT_BYTES],)
    ]


def digests(found: Iterable[Leaf]) -> list[tuple[str, bytes]]:
    """Give what stays of fields or bodies when their values are taken out: names and digests."""
    return [(leaf.name, leaf.digest) for leaf in found]


def leaf_digest(salt: bytes, name: str, value: str | bytes) -> bytes:
    """Digest one field (text) or body (bytes)."""
    content = value if isinstance(value, bytes) else value.encode()
    return hashlib.sha256(_packed(salt, name.encode(), content)).digest()


def content_digest(fields: Iterable[tuple[str, bytes]], bodies: Iterable[tuple[str, bytes]]) -> bytes:
    """Digest what an event says: names and digests of its fields and bodies, in their order."""
    parts = [_packed(b"field", name.encode(), digest) for name, digest in fields]
    parts += [_packed(b"body", name.encode(), digest) for name, digest in bodies]
    return hashlib.sha256(_packed(*parts)).digest()


def record_digest(salt: bytes, record: str) -> bytes:
    """Digest the row of a case as it stood after an event."""
    return hashlib.sha256(_packed(salt, record.encode())).digest()


def start(key: bytes, journal: str) -> bytes:
    """Give the value before the first event; `journal` is the journal's id."""
    return _mac(key, b"start", journal.encode())


def link(key: bytes, before: bytes, event: Link) -> bytes:
    """Give the chain's value after an event."""
    number = event.seq.to_bytes(8, "big")
    texts = (event.case_id.encode(), event.name.encode(), event.at.encode())
    return _mac(key, b"event", before, number, *texts, event.content, event.record)


def seal(key: bytes, seq: int, value: bytes) -> bytes:
    """Seal the end of the chain, so that nobody without the key can make it shorter."""
    return _mac(key, b"end", seq.to_bytes(8, "big"), value)


def _mac(key: bytes, *parts: bytes) -> bytes:
    return hmac.digest(key, _packed(*parts), "sha256")


def _packed(*parts: bytes) -> bytes:
    """Join parts so that no two lists of parts give the same bytes."""
    return b"".join([len(part).to_bytes(8, "big") + part for part in parts])
