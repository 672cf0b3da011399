"""What would give a key away: pieces of its secret numbers in every spelling in which they could leak."""

import base64
import re
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

# So many bytes in a row of a secret are no chance any more.
PIECE = 15
NOISE = re.compile(rb"[\s:\"',]|\\n|\\r|0x")


def secrets_of(private: RSAPrivateKey) -> list[bytes]:
    """Give the secret numbers of a key, big-endian."""
    numbers = private.private_numbers()
    secret = (numbers.p, numbers.q, numbers.d, numbers.dmp1, numbers.dmq1, numbers.iqmp)
    return [number.to_bytes((number.bit_length() + 7) // 8, "big") for number in secret]


def traces_of(secrets: Iterable[bytes]) -> dict[bytes, str]:
    """Give the beginning of what may stand nowhere, and how it is spelt."""
    return {trace[:PIECE]: name for secret in secrets for name, trace in _spelt(secret)}


def found_in(content: bytes, traces: dict[bytes, str]) -> set[str]:
    """Name the spellings that stand in it, however it is wrapped and quoted."""
    texts = (content, NOISE.sub(b"", content))
    places = (text[at : at + PIECE] for text in texts for at in range(len(text)))
    return {traces[place] for place in places if place in traces}


def _spelt(secret: bytes) -> Iterator[tuple[str, bytes]]:
    """Spell pieces from all along the secret, so that a part of it is found as well."""
    digits = str(int.from_bytes(secret, "big"))
    yield from (("decimal", digits[at : at + 30].encode()) for at in range(0, len(digits) - 29, 30))
    for start in range(0, len(secret) - PIECE + 1, PIECE):
        piece = secret[start : start + PIECE]
        yield "bytes", piece
        yield "little-endian", piece[::-1]
        yield "hex", piece.hex().encode()
        yield "HEX", piece.hex().upper().encode()
        yield "repr", repr(piece)[2:-1].encode()
        yield "list", NOISE.sub(b"", str(list(piece))[1:-1].encode())
        for shift in range(5):
            moved = secret[start + shift : start + shift + PIECE]
            if len(moved) == PIECE:
                yield "base64", base64.b64encode(moved)
                yield "base64 for addresses", base64.urlsafe_b64encode(moved)
                yield "base32", base64.b32encode(moved)
