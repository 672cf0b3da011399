"""Reading and checking a form request the way the real gateway does (gateways.md A1.2, E2).

Written from the specification and sharing nothing with the product's own signing
code, so that a mistake on one side shows on the other.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import unquote_to_bytes

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from pos_cancel.sandbox.keys import SandboxKeys
from pos_cancel.sandbox.ledger import GATEWAY_TIME

CODECS: Mapping[str, str] = {"UTF-8": "utf-8", "GBK": "gbk", "GB2312": "gbk"}
RSA_HASHES: Mapping[str, hashes.HashAlgorithm] = {
    # The protocol's oldest RSA signature is SHA-1; shops still have it set up.
    "RSA": hashes.SHA1(),  # noqa: S303
    "RSA2": hashes.SHA256(),
}
SIGN_TYPES = frozenset({"MD5", *RSA_HASHES})
UNSIGNED_NAMES = frozenset({"sign", "sign_type"})
REQUEST_LIFETIME = timedelta(minutes=30)
LONGEST_ID = 64
SHORTEST_TRADE_NO = 16


class RequestRefused(Exception):
    """The request is refused as a whole; `code` goes into the `<error>` element.

    `codec` is the charset of the answer when the request itself could not be read.
    """

    def __init__(self, code: str, codec: str = "gbk") -> None:
        super().__init__(code)
        self.code = code
        self.codec = codec


@dataclass(frozen=True, slots=True)
class FormRequest:
    """A request's parameters (empty ones dropped) and the charset they were read in.

    `codec` is "utf-8" or "gbk": it is also the charset of the answer.
    """

    params: Mapping[str, str]
    codec: str


def read_form(query: str, body: bytes) -> FormRequest:
    """Merge the URL's query and the form body.

    The charset is that of `_input_charset` in the URL, and GBK without it.  Raises
    RequestRefused for a parameter given twice, an unknown charset, and
    bytes which that charset does not have.
    """
    in_url = _pairs(query.encode("ascii", "replace"))
    codec = _codec(in_url)
    params: dict[str, str] = {}
    for name, value in in_url + _pairs(body.strip()):
        try:
            key, text = name.decode(codec), value.decode(codec)
        except UnicodeDecodeError as error:
            raise RequestRefused("ILLEGAL_SIGN", codec) from error
        if key in params:
            raise RequestRefused("INVALID_PARAMETER", codec)
        params[key] = text
    return FormRequest({name: value for name, value in params.items() if value}, codec)


def _pairs(encoded: bytes) -> list[tuple[bytes, bytes]]:
    pairs = []
    for part in encoded.split(b"&"):
        if part:
            name, _, value = part.replace(b"+", b" ").partition(b"=")
            pairs.append((unquote_to_bytes(name), unquote_to_bytes(value)))
    return pairs


def _codec(in_url: list[tuple[bytes, bytes]]) -> str:
    named = dict(in_url).get(b"_input_charset", b"").decode("ascii", "replace")
    return _codec_named(named or "GBK")


def _codec_named(charset: str) -> str:
    codec = CODECS.get(charset.upper())
    if codec is None:
        raise RequestRefused("INVALID_PARAMETER")
    return codec


def check_request(
    request: FormRequest, keys: SandboxKeys, public: RSAPublicKey, services: frozenset[str]
) -> None:
    """Check service, partner, sign type and signature, in this order; `public` is the shop's key.

    Raises RequestRefused with the code of the first fault.
    """
    if request.params.get("service") not in services:
        raise RequestRefused("ILLEGAL_EXTERFACE")
    if request.params.get("partner") != keys.partner:
        raise RequestRefused("ILLEGAL_PARTNER")
    sign_type = request.params.get("sign_type", "")
    if sign_type not in SIGN_TYPES:
        raise RequestRefused("ILLEGAL_SIGN_TYPE")
    try:
        # Read in the URL's charset, but signed in the one the parameter names: a form
        # that leaves it out of the URL is read as GBK and then fails on Chinese text.
        codec = _codec_named(request.params.get("_input_charset", "GBK"))
        content = string_to_sign(request.params).encode(codec)
    except UnicodeEncodeError as error:
        raise RequestRefused("ILLEGAL_SIGN") from error
    verify(keys, public, sign_type, content, request.params.get("sign", ""))


def string_to_sign(params: Mapping[str, str]) -> str:
    """Join the signed parameters, sorted by name, values raw (gateways.md A1.2)."""
    names = sorted(name for name in params if name not in UNSIGNED_NAMES)
    return "&".join(f"{name}={params[name]}" for name in names)


def verify(keys: SandboxKeys, public: RSAPublicKey, sign_type: str, content: bytes, sign: str) -> None:
    """Verify the shop's signature; raises RequestRefused when it does not fit."""
    if sign_type == "MD5":
        expected = hashlib.md5(content + keys.md5.encode("ascii")).hexdigest()  # noqa: S324
        if not hmac.compare_digest(expected.encode(), sign.encode()):
            raise RequestRefused("ILLEGAL_SIGN")
        return
    try:
        signature = base64.b64decode(sign, validate=True)
        public.verify(signature, content, padding.PKCS1v15(), RSA_HASHES[sign_type])
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise RequestRefused("ILLEGAL_SIGN") from error


def check_timestamp(params: Mapping[str, str], now: datetime) -> None:
    """Refuse a request older than 30 minutes; one without a timestamp is fine (T1)."""
    text = params.get("timestamp")
    if text is None:
        return
    try:
        sent = _timestamp(text)
    except (ValueError, OverflowError, OSError) as error:
        raise RequestRefused("INVALID_PARAMETER") from error
    if now - sent > REQUEST_LIFETIME:
        raise RequestRefused("INVALID_PARAMETER")


def _timestamp(text: str) -> datetime:
    if text.isascii() and text.isdigit():
        return datetime.fromtimestamp(int(text) / 1000, GATEWAY_TIME)
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=GATEWAY_TIME)


def read_ids(
    params: Mapping[str, str], number_name: str, trade_no_name: str
) -> tuple[str | None, str | None]:
    """Read the shop's number and the trade number; at least one must be there.

    Raises RequestRefused for a missing id, one over 64 characters, or control characters.
    """
    number, trade_no = params.get(number_name), params.get(trade_no_name)
    given = [value for value in (number, trade_no) if value is not None]
    if not given or not all(_is_fine(value) for value in given):
        raise RequestRefused("INVALID_PARAMETER")
    return number, trade_no


def _is_fine(value: str) -> bool:
    return len(value) <= LONGEST_ID and all(ord(char) >= ord(" ") for char in value)
