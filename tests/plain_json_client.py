"""A bare client of the JSON gateways: its own signing and reading, nothing of the product."""

import base64
import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pos_cancel.sandbox import Account, Sandbox
from tests.plain_client import HttpReply, connected

MS = "1763704800123"
ISO = "2026-11-21T12:00:00+08:00"
CANCEL = "cancel"
INQUIRY = "inquiryPayment"


@dataclass(frozen=True, slots=True)
class JsonReply:
    """A reply of a JSON gateway; `valid` tells whether its signature fits (None: it has none)."""

    content: Mapping[str, Any]
    headers: Mapping[str, str]
    valid: bool | None

    @property
    def status(self) -> str:
        return str(self.content["result"]["resultStatus"])

    @property
    def code(self) -> str:
        return str(self.content["result"]["resultCode"])


def path_of(account: Account, call: str) -> str:
    if account.gateway_name == "acqp":
        return f"/aps/api/v1/payments/{'cancelPayment' if call == CANCEL else call}"
    kind = "sandbox/api" if account.client_id.startswith("SANDBOX_") else "api"
    return f"/ams/{kind}/v1/payments/{call}"


def content_of(path: str, client_id: str, time: str, body: bytes, method: str = "POST") -> bytes:
    return f"{method} {path}\n{client_id}.{time}.".encode() + body


def sign(key: rsa.RSAPrivateKey, content: bytes) -> str:
    return quote_plus(base64.b64encode(key.sign(content, padding.PKCS1v15(), hashes.SHA256())))


def signed_headers(account: Account, path: str, body: bytes, time: str = ISO) -> dict[str, str]:
    signature = sign(account.merchant, content_of(path, account.client_id, time, body))
    return {
        "Client-Id": account.client_id,
        "Request-Time": time,
        "Signature": f"algorithm=RSA256, keyVersion=1, signature={signature}",
        "Content-Type": "application/json; charset=UTF-8",
    }


def send(
    connection: http.client.HTTPConnection,
    target: str,
    headers: Mapping[str, str],
    body: bytes,
    method: str = "POST",
) -> HttpReply:
    connection.request(method, target, body, dict(headers))
    with connection.getresponse() as response:
        return HttpReply(response.status, tuple(response.getheaders()), response.read())


def post(sandbox: Sandbox, gateway: str, call: str, body: bytes, time: str = ISO) -> HttpReply:
    account = sandbox.keys.accounts[gateway]
    path = path_of(account, call)
    with connected(sandbox) as connection:
        return send(connection, path, signed_headers(account, path, body, time), body)


def ask(sandbox: Sandbox, gateway: str, call: str = CANCEL, **ids: str) -> JsonReply:
    """Make one signed call with `number` and/or `payment_id`, and read its answer."""
    names = {"number": "paymentRequestId", "payment_id": "paymentId"}
    body = json.dumps({names[name]: value for name, value in ids.items()}, ensure_ascii=False).encode()
    account = sandbox.keys.accounts[gateway]
    return read_json(account, path_of(account, call), post(sandbox, gateway, call, body))


def read_json(account: Account, path: str, reply: HttpReply) -> JsonReply:
    assert reply.status == 200
    assert reply.content_type == "application/json; charset=UTF-8"
    headers = dict(reply.headers)
    assert all(name == name.lower() for name in headers)
    return JsonReply(json.loads(reply.body), headers, _valid(account, path, headers, reply.body))


def _valid(account: Account, path: str, headers: Mapping[str, str], body: bytes) -> bool | None:
    if "signature" not in headers:
        return None
    if headers.get("client-id") != account.client_id or "response-time" not in headers:
        return False
    pairs = dict(part.strip().split("=", 1) for part in headers["signature"].split(","))
    assert pairs["algorithm"] == "RSA256"
    public = serialization.load_pem_public_key(account.gateway_public_pem().encode())
    assert isinstance(public, rsa.RSAPublicKey)
    content = content_of(path, account.client_id, headers["response-time"], body)
    try:
        signature = base64.b64decode(unquote(pairs["signature"]))
        public.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        return False
    return True
