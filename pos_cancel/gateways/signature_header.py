"""The `signature` header of the JSON gateways (gateways.md A2.2, A2.3, T17).

It is a list of `name=value` pairs. Order, blanks, the case of names and pairs that nobody asked for are the
writer's own business; anything that could be read in two ways is refused.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from urllib.parse import unquote

from pos_cancel.domain.errors import ReplyError

ALGORITHM = "RSA256"
BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True)
class SignatureHeader:
    """What the header says; `signature` is standard base64, `key_version` is empty where none is told."""

    algorithm: str
    key_version: str
    signature: str


def parse(text: str) -> SignatureHeader:
    """Read the header. Raises `ReplyError` where a needed pair is missing, doubled or not base64."""
    pairs: dict[str, str] = {}
    for piece in text.split(","):
        name, _, value = piece.partition("=")
        name = name.strip().lower()
        if name in pairs:
            raise ReplyError("The signature header holds a pair twice.")
        pairs[name] = value.strip()
    if not pairs.get("signature"):
        raise ReplyError("The signature header holds no signature.")
    if not pairs.get("algorithm"):
        raise ReplyError("The signature header names no algorithm.")
    return SignatureHeader(pairs["algorithm"], pairs.get("keyversion", ""), _decoded(pairs["signature"]))


def write(key_version: str, signature: str) -> str:
    """Give the header for a signature in standard base64."""
    # Base64 has three characters to escape, and the library takes ten times as long to see it.
    escaped = signature.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return f"algorithm={ALGORITHM}, keyVersion={key_version}, signature={escaped}"


def _decoded(value: str) -> str:
    # A plus sign stays one: it belongs to base64, and a blank does not.
    signature = unquote(value)
    try:
        if BAD_ESCAPE.search(value):
            raise ValueError
        base64.b64decode(signature, validate=True)
    except (binascii.Error, ValueError):
        raise ReplyError("The signature in the header is not base64.") from None
    return signature
