"""Writing and signing the XML answers of the form gateway (gateways.md A1.3)."""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from cryptography.hazmat.primitives.asymmetric import padding

from pos_cancel.sandbox.acquire_request import RSA_HASHES, FormRequest
from pos_cancel.sandbox.keys import SandboxKeys

CODEC_NAMES: Mapping[str, str] = {"utf-8": "UTF-8", "gbk": "GBK"}


@dataclass(frozen=True, slots=True)
class Answer:
    """A business answer before it is written: its fields, or the error that refuses all.

    `nested` holds elements with children, by name, as the XML of the whole element.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    error: str | None = None
    nested: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seal:
    """How an answer is signed.

    `signs` False leaves the signature out; `spoils` signs something else;
    `nested_as_sent` False signs nested elements in a form nobody can rebuild.
    """

    signs: bool = True
    spoils: bool = False
    nested_as_sent: bool = True


def write_error(code: str, codec: str) -> bytes:
    """Write the unsigned answer that refuses a request as a whole."""
    body = f"<alipay><is_success>F</is_success><error>{escape(code)}</error></alipay>"
    return (_declaration(codec) + body).encode(codec)


def write_answer(answer: Answer, request: FormRequest, keys: SandboxKeys, seal: Seal, codec: str) -> bytes:
    """Write a business answer with the request's echo, signed in `codec`.

    The sign type is the request's.  Raises UnicodeEncodeError when the answer has
    characters that `codec` does not.
    """
    echo = "".join(
        f"<param name={quoteattr(name)}>{escape(value)}</param>" for name, value in request.params.items()
    )
    body = "".join(
        answer.nested.get(name) or f"<{name}>{escape(answer.fields[name])}</{name}>"
        for name in sorted({*answer.fields, *answer.nested})
    )
    document = (
        f"{_declaration(codec)}<alipay><is_success>T</is_success><request>{echo}</request>"
        f"<response><alipay>{body}</alipay></response>"
        f"{_signature(answer, request, keys, seal, codec)}</alipay>"
    )
    return document.encode(codec)


def _declaration(codec: str) -> str:
    return f'<?xml version="1.0" encoding="{CODEC_NAMES[codec]}"?>'


def _signature(answer: Answer, request: FormRequest, keys: SandboxKeys, seal: Seal, codec: str) -> str:
    if not seal.signs:
        return ""
    values = {name: value for name, value in answer.fields.items() if value}
    for name, xml in answer.nested.items():
        values[name] = xml if seal.nested_as_sent else xml.replace("><", ">\n  <")
    content = "&".join(f"{name}={values[name]}" for name in sorted(values))
    if seal.spoils:
        content += "&another=reply"
    sign_type = request.params["sign_type"]
    sign = sign_reply(keys, sign_type, content.encode(codec))
    return f"<sign>{sign}</sign><sign_type>{sign_type}</sign_type>"


def sign_reply(keys: SandboxKeys, sign_type: str, content: bytes) -> str:
    """Sign as the gateway: MD5 in lower-case hex, RSA and RSA2 in base64."""
    if sign_type == "MD5":
        return hashlib.md5(content + keys.md5.encode("ascii")).hexdigest()  # noqa: S324
    signature = keys.gateway.sign(content, padding.PKCS1v15(), RSA_HASHES[sign_type])
    return base64.b64encode(signature).decode("ascii")
