"""A bare client of the training gateway: its own signing and reading, nothing of the product."""

import base64
import hashlib
import http.client
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from urllib.parse import quote_plus, urlsplit
from xml.etree import ElementTree as ET

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pos_cancel.sandbox import Sandbox, SandboxKeys
from pos_cancel.sandbox.ledger import GATEWAY_TIME

CANCEL = "alipay.acquire.cancel"
QUERY = "alipay.acquire.query"
OVERSEAS_QUERY = "alipay.acquire.overseas.query"
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=GATEWAY_TIME)


@cache
def training_keys() -> SandboxKeys:
    """One set of keys for all tests: making them is slow and shows nothing."""
    return SandboxKeys.generate()


@dataclass(frozen=True, slots=True)
class HttpReply:
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def content_type(self) -> str:
        return dict(self.headers)["content-type"]


@dataclass(frozen=True, slots=True)
class GatewayReply:
    """A readable XML answer; `valid` tells whether its signature fits (None: it has none)."""

    is_success: str
    error: str | None
    fields: Mapping[str, str]
    echo: Mapping[str, str]
    encoding: str
    valid: bool | None
    sign_type: str | None


@contextmanager
def connected(sandbox: Sandbox, timeout_s: float = 10.0) -> Iterator[http.client.HTTPConnection]:
    """Connect to the gateway's address, trusting its own authority alone."""
    place = urlsplit(sandbox.urls["acquire"])
    assert place.hostname is not None
    if place.scheme == "https":
        context = ssl.create_default_context(cadata=sandbox.ca_pem.decode())
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            place.hostname, place.port, timeout=timeout_s, context=context
        )
    else:
        connection = http.client.HTTPConnection(place.hostname, place.port, timeout=timeout_s)
    try:
        yield connection
    finally:
        connection.close()


def exchange(
    connection: http.client.HTTPConnection, method: str, target: str, body: bytes = b""
) -> HttpReply:
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if method == "POST" else {}
    connection.request(method, target, body or None, headers)
    with connection.getresponse() as response:
        return HttpReply(response.status, tuple(response.getheaders()), response.read())


def signed(
    keys: SandboxKeys, params: Mapping[str, str], sign_type: str = "MD5", codec: str = "utf-8"
) -> dict[str, str]:
    """Sign as gateways.md A1.2 says; gives the parameters with sign and sign_type."""
    content = "&".join(f"{k}={v}" for k, v in sorted(params.items()) if v).encode(codec)
    return {
        **params,
        "sign": _sign(keys.md5_secret(), keys.merchant, sign_type, content),
        "sign_type": sign_type,
    }


def _sign(md5: str, key: rsa.RSAPrivateKey, sign_type: str, content: bytes) -> str:
    if sign_type == "MD5":
        return hashlib.md5(content + md5.encode()).hexdigest()
    # The protocol's old signature is SHA-1.
    algorithm = hashes.SHA1() if sign_type == "RSA" else hashes.SHA256()  # noqa: S303
    return base64.b64encode(key.sign(content, padding.PKCS1v15(), algorithm)).decode()


def form(params: Mapping[str, str], codec: str = "utf-8") -> bytes:
    return "&".join(f"{quote_plus(k)}={quote_plus(v, encoding=codec)}" for k, v in params.items()).encode()


def request_params(keys: SandboxKeys, service: str = CANCEL, **ids: str) -> dict[str, str]:
    return {"service": service, "partner": keys.partner, "_input_charset": "UTF-8", **ids}


def post(
    connection: http.client.HTTPConnection, params: Mapping[str, str], codec: str = "utf-8"
) -> HttpReply:
    """Send `_input_charset` in the URL and everything else in the body."""
    rest = {name: value for name, value in params.items() if name != "_input_charset"}
    return exchange(
        connection, "POST", f"/gateway.do?_input_charset={params['_input_charset']}", form(rest, codec)
    )


def ask(
    sandbox: Sandbox, service: str = CANCEL, *, sign_type: str = "MD5", timeout_s: float = 10.0, **ids: str
) -> GatewayReply:
    """Make one signed call and read its XML answer."""
    params = signed(sandbox.keys, request_params(sandbox.keys, service, **ids), sign_type)
    with connected(sandbox, timeout_s) as connection:
        return read_xml(sandbox.keys, post(connection, params))


def read_xml(keys: SandboxKeys, reply: HttpReply) -> GatewayReply:
    assert reply.status == 200
    assert reply.content_type.startswith("text/xml;charset=")
    declared = re.match(rb'<\?xml version="1.0" encoding="([A-Z0-9-]+)"\?>', reply.body)
    assert declared is not None
    encoding = declared[1].decode()
    assert reply.content_type == f"text/xml;charset={encoding}"
    root = ET.fromstring(reply.body[declared.end() :].decode(encoding))  # noqa: S314 - our own gateway's
    answer = root.find("response/alipay")
    children = list(answer) if answer is not None else []
    # An element with children is signed as it stands in the document.
    values = {
        child.tag: ET.tostring(child, "unicode") if len(child) else child.text or "" for child in children
    }
    return GatewayReply(
        is_success=root.findtext("is_success", ""),
        error=root.findtext("error"),
        fields=values,
        echo={param.get("name", ""): param.text or "" for param in root.findall("request/param")},
        encoding=encoding,
        valid=_valid(keys, root, values, encoding),
        sign_type=root.findtext("sign_type"),
    )


def _valid(keys: SandboxKeys, root: ET.Element, values: Mapping[str, str], encoding: str) -> bool | None:
    sign, sign_type = root.findtext("sign"), root.findtext("sign_type")
    if sign is None or sign_type is None:
        return None
    content = "&".join(f"{k}={v}" for k, v in sorted(values.items()) if v).encode(encoding)
    if sign_type == "MD5":
        return hashlib.md5(content + keys.md5_secret().encode()).hexdigest() == sign
    public = serialization.load_pem_public_key(keys.gateway_public_pem().encode())
    assert isinstance(public, rsa.RSAPublicKey)
    # PKCS#1 v1.5 signatures are deterministic, so equal means valid.
    return _sign("", keys.gateway, sign_type, content) == sign and public.key_size >= 2048
