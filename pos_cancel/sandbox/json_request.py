"""Reading and checking a JSON request the way the real gateways do (gateways.md A2, A4, E2).

Written from the specification and sharing nothing with the product's own gateways, so
that a mistake on one side shows on the other.  Codes are Antom's here; json_answers.py
spells them as each gateway does.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from urllib.parse import unquote_plus

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from pos_cancel.sandbox.exchange import RawRequest
from pos_cancel.sandbox.keys import Account
from pos_cancel.sandbox.portal import FIRST, Portal

CANCEL = "cancel"
INQUIRY = "inquiryPayment"
PAYMENTS = "/ams/api/v1/payments/"
SANDBOX_PAYMENTS = "/ams/sandbox/api/v1/payments/"
ALIPAYPLUS_PAYMENTS = "/aps/api/v1/payments/"
SANDBOX_CLIENT = "SANDBOX_"
# The name a call has in the path, and the one it has here.
AMS_CALLS: Mapping[str, str] = MappingProxyType({"cancel": CANCEL, "inquiryPayment": INQUIRY})
ALIPAYPLUS_CALLS: Mapping[str, str] = MappingProxyType({"cancelPayment": CANCEL, "inquiryPayment": INQUIRY})
LONGEST_ID = 64
MILLISECONDS = re.compile(r"\d{13}", re.ASCII)


class CallRefused(Exception):
    """The call is refused as a whole, with this result code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Call:
    """A verified call: whose it is, the path that was signed, and the ids it asks for.

    `number` is the paymentRequestId, `trade_no` the paymentId; at least one is there.
    """

    account: Account
    name: str
    signed_path: str
    number: str | None
    trade_no: str | None

    @property
    def gateway(self) -> str:
        """The gateway's name: antom, apo or acqp."""
        return self.account.gateway_name


def account_of(raw: RawRequest, accounts: Iterable[Account]) -> Account:
    """Find the account by its client id, at the address where it is served.

    Raises CallRefused for a client nobody knows and for one that came to another's address.
    """
    client_id = raw.headers.get("client-id", "")
    account = next((each for each in accounts if each.client_id == client_id), None)
    if account is None or not raw.path.startswith(_prefix(account)):
        raise CallRefused("CLIENT_INVALID")
    return account


def _prefix(account: Account) -> str:
    if account.gateway_name == "acqp":
        return ALIPAYPLUS_PAYMENTS
    return SANDBOX_PAYMENTS if account.client_id.startswith(SANDBOX_CLIENT) else PAYMENTS


def check_call(raw: RawRequest, account: Account, portal: Portal) -> str:
    """Check address, method, media type, time and signature, in this order; gives the call's name.

    Raises CallRefused with the code of the first fault.
    """
    calls = ALIPAYPLUS_CALLS if account.gateway_name == "acqp" else AMS_CALLS
    name = calls.get(raw.path.removeprefix(_prefix(account)))
    if name is None:
        raise CallRefused("NO_INTERFACE_DEF")
    if raw.method != "POST":
        raise CallRefused("METHOD_NOT_SUPPORTED")
    if not _is_json(raw.headers.get("content-type", "application/json")):
        raise CallRefused("MEDIA_TYPE_NOT_ACCEPTABLE")
    if not _is_time(raw.headers.get("request-time", "")):
        raise CallRefused("PARAM_ILLEGAL")
    _verify(raw, account, portal)
    return name


def signed_path(raw: RawRequest) -> str:
    """Give the path as it is signed: with its query, without scheme and host."""
    return f"{raw.path}?{raw.query}" if raw.query else raw.path


def _is_json(content_type: str) -> bool:
    media, _, parameters = content_type.lower().partition(";")
    name, _, value = parameters.strip().partition("=")
    charset_fits = name.strip() != "charset" or value.strip().strip('"') == "utf-8"
    return media.strip() == "application/json" and charset_fits


def _is_time(text: str) -> bool:
    """Take milliseconds since 1970, and ISO 8601 with its offset (T16)."""
    if MILLISECONDS.fullmatch(text):
        return True
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _verify(raw: RawRequest, account: Account, portal: Portal) -> None:
    pairs = read_signature_header(raw.headers.get("signature", ""))
    public = portal.public(account.gateway_name, pairs.get("keyVersion", FIRST))
    if public is None:
        raise CallRefused("KEY_NOT_FOUND")
    head = f"{raw.method} {signed_path(raw)}\n{account.client_id}.{raw.headers['request-time']}."
    try:
        # A bare plus sign is a blank to everyone who decodes as the documents say.
        signature = base64.b64decode(unquote_plus(pairs["signature"]), validate=True)
        public.verify(signature, head.encode() + raw.body, padding.PKCS1v15(), hashes.SHA256())
    except (InvalidSignature, binascii.Error, ValueError) as error:
        raise CallRefused("SIGNATURE_INVALID") from error


def read_signature_header(text: str) -> Mapping[str, str]:
    """Read the unordered pairs of a signature header; others than the known three may be there (T17).

    Raises CallRefused when algorithm or signature is missing, or a pair is there twice.
    """
    pairs: dict[str, str] = {}
    for part in text.split(","):
        name, _, value = part.strip().partition("=")
        if name in pairs:
            raise CallRefused("SIGNATURE_INVALID")
        pairs[name] = value
    if pairs.get("algorithm") != "RSA256" or not pairs.get("signature"):
        raise CallRefused("SIGNATURE_INVALID")
    return pairs


def read_ids(body: bytes) -> tuple[str | None, str | None]:
    """Read paymentRequestId and paymentId from a body.

    Raises CallRefused for a body that is no strict JSON object of texts, for an empty
    text anywhere (A4, T29), a missing id, and one over 64 characters.
    """
    try:
        content = json.loads(body.decode(), object_pairs_hook=_each_once, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CallRefused("PARAM_ILLEGAL") from error
    if not isinstance(content, dict) or "" in content.values():
        raise CallRefused("PARAM_ILLEGAL")
    number, trade_no = (_id(content.get(name)) for name in ("paymentRequestId", "paymentId"))
    if number is None and trade_no is None:
        raise CallRefused("PARAM_ILLEGAL")
    return number, trade_no


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    read = dict(pairs)
    if len(read) != len(pairs):
        raise ValueError("A name is there twice.")
    return read


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON.")


def _id(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_ID or not value.isprintable():
        raise CallRefused("PARAM_ILLEGAL")
    return value
