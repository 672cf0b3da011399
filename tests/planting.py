"""Secrets to plant, and the search for them: 10,000 from one seed, in every form that keys and words have."""

import base64
import json
import random
import re
import string
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

COUNT = 10_000
# A run of so many characters of a key is a find; a piece every so many characters makes sure of it.
PIECE = 24
SHORT = 10
CHUNK = 1 << 18
WORDS = string.ascii_letters + string.digits + "!$%&*()-_=+@#?.äé密码"


@dataclass(frozen=True, slots=True)
class Secret:
    """`text` is what is planted; `kind` is key, md5, password or pin."""

    kind: str
    text: str

    @property
    def needles(self) -> tuple[str, ...]:
        """What must not be found: the whole of a short one, pieces of a long one."""
        if len(self.text) <= 2 * PIECE:
            return (self.text,)
        # The armour's own words and the first bytes of every key are no secret.
        inner = re.sub(r"-----[^-]+-----", "", self.text)
        return tuple(inner[at : at + PIECE] for at in range(60, len(inner) - PIECE - 8, PIECE))


def hex_lines(der: bytes) -> str:
    """Give bytes the way openssl prints the numbers of a key."""
    pairs = ":".join(f"{byte:02x}" for byte in der)
    return "\n    ".join(textwrap.wrap(pairs, 45))


def _pem(der: bytes, width: int = 64, label: str = "RSA PRIVATE KEY") -> str:
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), width))
    return f"-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"


FORMS: Mapping[str, Callable[[bytes], str]] = {
    "pem": _pem,
    "pem, wide": lambda der: _pem(der, 76, "PRIVATE KEY"),
    "pem, narrow": lambda der: _pem(der, 48),
    "pem, CRLF": lambda der: _pem(der).replace("\n", "\r\n"),
    "pem, one line": lambda der: _pem(der).replace("\n", ""),
    "pem, encrypted": lambda der: _pem(der, 64, "ENCRYPTED PRIVATE KEY"),
    "pem, end lost": lambda der: _pem(der)[:-40],
    "pem, armour lost": lambda der: "\n".join(_pem(der).splitlines()[1:-1]),
    "pem, armour lost, narrow": lambda der: "\n".join(_pem(der, 32).splitlines()[1:-1]),
    "pem, indented": lambda der: textwrap.indent("\n".join(_pem(der, 40).splitlines()[1:-1]), "    "),
    "bare": lambda der: base64.b64encode(der).decode(),
    "bare, url-safe": lambda der: base64.urlsafe_b64encode(der).decode(),
    "bare, percent": lambda der: quote(base64.b64encode(der).decode(), safe=""),
    "json": lambda der: json.dumps({"key": _pem(der)}),
    "json, slashes": lambda der: json.dumps(base64.b64encode(der).decode()).replace("/", "\\/"),
    "repr of bytes": repr,
    "repr of a PEM": lambda der: repr(_pem(der).encode()),
    "repr of UTF-16": lambda der: repr(base64.b64encode(der).decode().encode("utf-16-le")),
    "hex": bytes.hex,
    "hex, capitals": lambda der: der.hex().upper(),
    "hex, openssl": hex_lines,
    "a list of numbers": lambda der: str(list(der)),
    "one number": lambda der: str(int.from_bytes(der, "big")),
    "base32": lambda der: base64.b32encode(der).decode(),
}


def made_keys(count: int = 3) -> list[rsa.RSAPrivateKey]:
    """Make true keys; the seed has no part in them."""
    return [rsa.generate_private_key(65537, 2048) for _ in range(count)]


def key_bytes(key: rsa.RSAPrivateKey) -> Iterator[bytes]:
    """Give a key's bytes in the ways that it is kept."""
    locked = BestAvailableEncryption(b"locked")
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        yield key.private_bytes(Encoding.DER, form, NoEncryption())
    yield key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, locked)
    yield key.private_numbers().p.to_bytes(128, "big")


def _like_a_key(rng: random.Random) -> bytes:
    """Give bytes that begin like a private key and go on at random."""
    size = rng.choice((604, 1188, 1213))
    return b"\x30\x82" + size.to_bytes(2, "big") + b"\x02\x01\x00" + rng.randbytes(size - 3)


def _one(rng: random.Random, kind: str) -> Secret:
    if kind == "key":
        return Secret(kind, rng.choice(list(FORMS.values()))(_like_a_key(rng)))
    if kind == "md5":
        return Secret(kind, "".join(rng.choices(string.ascii_lowercase + string.digits, k=32)))
    if kind == "pin":
        return Secret(kind, "".join(rng.choices(string.digits, k=rng.randint(SHORT, 12))))
    return Secret(kind, "".join(rng.choices(WORDS, k=rng.randint(SHORT, 24))))


def secrets_from(rng: random.Random, count: int = COUNT) -> list[Secret]:
    """Give that many secrets: true keys in all forms first, then keys, MD5 keys, passwords and PINs."""
    true_ones = [
        Secret("key", form(der)) for key in made_keys() for der in key_bytes(key) for form in FORMS.values()
    ]
    kinds = rng.choices(("key", "md5", "password", "pin"), weights=(4, 2, 2, 2), k=count)
    return (true_ones + [_one(rng, kind) for kind in kinds])[:count]


def found_in(text: str | bytes, planted: Iterable[Secret]) -> list[str]:
    """Give what of the planted secrets stands in a text, by comparing all its pieces at once."""
    words = text if isinstance(text, str) else text.decode("latin-1")
    needles = {needle for secret in planted for needle in secret.needles}
    if isinstance(text, bytes):
        needles = {needle.encode().decode("latin-1") for needle in needles}
    by_start: dict[str, list[str]] = {}
    for needle in needles:
        by_start.setdefault(needle[:SHORT], []).append(needle)
    hits: list[str] = []
    for start in range(0, len(words), CHUNK):
        chunk = words[start : start + CHUNK + 4 * PIECE]
        starts = {chunk[at : at + SHORT] for at in range(len(chunk) - SHORT + 1)}
        hits += [needle for each in starts & by_start.keys() for needle in by_start[each] if needle in chunk]
    return hits
