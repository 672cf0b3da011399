"""What the fuzzer calls: each target takes bytes, builds what the product might meet, and holds it to a rule.

Half of the inputs are raw; the others are built from the grammar of the thing and then bent, so that the
fuzzer gets behind the first check. Run by `python -m tests.fuzz NAME`; an input that breaks a rule raises.
"""

import contextlib
import json
import tempfile
import xml.etree.ElementTree as ET
from argparse import Namespace
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from pos_cancel import bootstrap
from pos_cancel.cli import explain
from pos_cancel.domain.errors import InvalidNumber, PosCancelError, ReplyError
from pos_cancel.domain.identifiers import NumberKind, SaleNumber, parse
from pos_cancel.domain.outcome import Cancelled, Progress, Signature
from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.gateways import Gateway, Question, json_reply, signature_header, xml_reply
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.signing import Keys, canonical, sign

NUMBER = "SHOP-0001-4821"
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MD5 = Keys(md5=b"0123456789abcdefghijklmnopqrstuv")
XML = (("Content-Type", "text/xml;charset=UTF-8"),)
JSON_TYPE = ("Content-Type", "application/json; charset=UTF-8")
GATEWAYS: Mapping[str, Gateway] = bootstrap.make_gateways()
WORDS = bootstrap.words("en")
# Reading the code tables anew for every input would be most of the work.
bootstrap.make_gateways = lambda: GATEWAYS
RAW = 128


class Source(Protocol):
    """What is used of the fuzzer's provider: bytes turned into choices."""

    def ConsumeIntInRange(self, low: int, high: int) -> int: ...  # noqa: N802 - the library's name
    def ConsumeUnicodeNoSurrogates(self, count: int) -> str: ...  # noqa: N802 - the library's name
    def ConsumeBytes(self, count: int) -> bytes: ...  # noqa: N802 - the library's name
    def ConsumeBool(self) -> bool: ...  # noqa: N802 - the library's name


NAMES = (
    *("alipay", "response", "request", "is_success", "error", "sign", "sign_type", "fund_bill_list", "param"),
    *("result_code", "out_trade_no", "trade_no", "action", "detail_error_code", "retry_flag"),
)
SIGNED = NAMES[9:]
VALUES = ("T", "F", "SUCCESS", "FAIL", "UNKNOWN", "close", "refund", NUMBER, "Y", "N", "SYSTEM_ERROR", "")
PIECES = (
    *("<", ">", "</", "/>", "&lt;", "&#0;", "&x;", "<!DOCTYPE a>", "<![CDATA[", "]]>", "<!--", "-->"),
    *("<?a?>", "\0", "\ufeff", " a='b'", '<?xml version="1.0" encoding="GBK"?>'),
)
KEYS = (
    *("result", "resultStatus", "resultCode", "resultMessage", "paymentRequestId", "paymentId", "cancelTime"),
    *("transactions", "paymentStatus", "paymentResult", "paymentAmount", "value", "currency"),
)
SCALARS = (
    *('"S"', '"F"', '"U"', '"SUCCESS"', f'"{NUMBER}"', "null", "true", "0", "-1", "1e999", "NaN"),
    *('"\\ud800"', '"128.00"', "12345678901234567890123", "[]", "{}"),
)


def _pick(source: Source, among: tuple[str, ...]) -> str:
    return among[source.ConsumeIntInRange(0, len(among) - 1)]


def _element(source: Source, depth: int = 0) -> str:
    name = _pick(source, NAMES)
    kind = source.ConsumeIntInRange(0, 9)
    if kind == 0:
        return _pick(source, PIECES)
    if kind == 1:
        return source.ConsumeUnicodeNoSurrogates(6)
    if kind < 5 and depth < 6:
        count = source.ConsumeIntInRange(0, 5)
        return f"<{name}>{''.join(_element(source, depth + 1) for _ in range(count))}</{name}>"
    return f"<{name}>{_pick(source, VALUES)}</{name}>"


def _document(source: Source) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>' if source.ConsumeBool() else ""
    inside = "".join(_element(source) for _ in range(source.ConsumeIntInRange(0, 8)))
    return f"{head}<alipay>{inside}</alipay>".encode()


def _value(source: Source, depth: int = 0) -> str:
    kind = source.ConsumeIntInRange(0, 7)
    if kind == 0:
        return source.ConsumeUnicodeNoSurrogates(5)
    if kind == 1 and depth < 20:
        return f"[{','.join(_value(source, depth + 1) for _ in range(source.ConsumeIntInRange(0, 3)))}]"
    if kind < 4 and depth < 20:
        count = source.ConsumeIntInRange(0, 4)
        pairs = (f'"{_pick(source, KEYS)}":{_value(source, depth + 1)}' for _ in range(count))
        return f"{{{','.join(pairs)}}}"
    return _pick(source, SCALARS)


def _object(source: Source) -> bytes:
    result = f'"result":{{"resultStatus":{_value(source)},"resultCode":{_value(source)}}}'
    pairs = [f'"{_pick(source, KEYS)}":{_value(source)}' for _ in range(source.ConsumeIntInRange(0, 5))]
    return f"{{{','.join([result, *pairs])}}}".encode("utf-8", "surrogatepass")


def _xml_or_raw(source: Source) -> bytes:
    return source.ConsumeBytes(4096) if source.ConsumeIntInRange(0, 255) < RAW else _document(source)


def _json_or_raw(source: Source) -> bytes:
    return source.ConsumeBytes(4096) if source.ConsumeIntInRange(0, 255) < RAW else _object(source)


def xml(source: Source) -> None:
    """The XML reader refuses, or reads what another parser reads; it raises nothing else."""
    body = _xml_or_raw(source)
    try:
        read = xml_reply.read(body)
    except ReplyError:
        return
    text = body.decode(read.charset).lstrip("\ufeff \t\r\n")
    declared, _, rest = text.partition("?>")
    root = ET.fromstring(rest if declared.startswith("<?xml") else text)  # noqa: S314 - no DOCTYPE got here
    assert root.tag == "alipay"
    inside = root.findall("response/*")
    for name, value in read.response.items():
        assert len(inside) == 1
        found = inside[0].findall(name)
        assert len(found) == 1, name
        assert (found[0].text or "").strip() == value.strip(), name


def json_text(source: Source) -> None:
    """The JSON reader refuses, or reads what another parser reads; it raises nothing else."""
    body = _json_or_raw(source)
    try:
        read = json_reply.read(body)
    except ReplyError:
        return
    assert dict(read.fields) == json.loads(body.decode("utf-8-sig"))


def header(source: Source) -> None:
    """The signature header is refused, or read into what is written the same again."""
    text = source.ConsumeUnicodeNoSurrogates(300)
    if source.ConsumeBool():
        text = f"algorithm=RSA256,{text},signature={source.ConsumeUnicodeNoSurrogates(40)}"
    try:
        read = signature_header.parse(text)
    except ReplyError:
        return
    again = signature_header.parse(signature_header.write(read.key_version, read.signature))
    assert again.signature == read.signature


def _profile(gateway: str) -> Profile:
    is_form = gateway == "acquire"
    return Profile(
        name="till",
        kind=ProfileKind.LIVE,
        gateway=gateway,
        endpoint="https://gateway.invalid",
        merchant_id="2088000000000001",
        sign_type=SignType.MD5 if is_form else SignType.RSA256,
    )


PROFILES = {name: _profile(name) for name in GATEWAYS}


def number(source: Source) -> None:
    """A number is refused in words, or goes to the gateway exactly as it was read."""
    name = _pick(source, tuple(GATEWAYS))
    try:
        read = parse(source.ConsumeUnicodeNoSurrogates(80), gateway=name)
        params = dict(GATEWAYS[name].freeze(PROFILES[name], read, NOW))
    except InvalidNumber:
        return
    assert 0 < len(read.text) <= 64
    sent = params if name == "acquire" else json.loads(params["body"])
    assert read.text in sent.values()


def _fields(source: Source) -> dict[str, str]:
    return {_pick(source, SIGNED): _pick(source, VALUES) for _ in range(source.ConsumeIntInRange(1, 6))}


def judge(source: Source) -> None:
    """Nothing that a gateway sends raises, and a success is believed only where the key signed it."""
    name = _pick(source, tuple(GATEWAYS))
    kind = NumberKind.OUT_TRADE_NO if name == "acquire" else NumberKind.PAYMENT_REQUEST_ID
    question = Question(profile=PROFILES[name], number=SaleNumber(NUMBER, kind), asked_at=NOW)
    signed = ""
    if name == "acquire" and source.ConsumeBool():
        fields = {
            _pick(source, NAMES[7:13]): _pick(source, VALUES) for _ in range(source.ConsumeIntInRange(1, 6))
        }
        signed = sign(canonical(fields).encode(), SignType.MD5, MD5)
        inside = "".join(f"<{key}>{value}</{key}>" for key, value in fields.items())
        body = f"<is_success>T</is_success><response><alipay>{inside}</alipay></response>"
        text = f"<alipay>{body}<sign>{signed}</sign><sign_type>MD5</sign_type></alipay>"
        reply = HttpReply(200, XML, text.encode())
    else:
        fields = {}
        headers = (
            XML if name == "acquire" else (JSON_TYPE, ("signature", source.ConsumeUnicodeNoSurrogates(60)))
        )
        body_bytes = _xml_or_raw(source) if name == "acquire" else _json_or_raw(source)
        reply = HttpReply(source.ConsumeIntInRange(199, 204), headers, body_bytes)
    exchange = Exchange(progress=Progress.ANSWERED, reply=reply)
    for read in (GATEWAYS[name].read_cancel, GATEWAYS[name].read_inquiry):
        reading = read(question, MD5, exchange)
        if reading.signature is Signature.VERIFIED:
            assert signed
        if isinstance(reading.outcome, Cancelled) and reading.signature is Signature.VERIFIED:
            assert (fields["result_code"], fields["out_trade_no"]) == ("SUCCESS", NUMBER)


@dataclass
class QuietTill:
    """What `explain` needs of a till: words and a clock; what it answers is looked at by nobody."""

    words: object = WORDS

    def now(self) -> datetime:
        return NOW

    def answer(self, text: str, value: object) -> None:
        json.dumps(value)
        text.encode("utf-8", "replace")


SAVED = Path(tempfile.gettempdir()) / "pos-cancel-fuzz-reply"
ASKED = Namespace(
    file=SAVED, gateway=None, profile=None, public_key=None, md5_key_stdin=False, call=None, path=None,
    number=None, sign_type=None,
)  # fmt: skip


def explained(source: Source) -> None:
    """`explain` says something about every file, or one sentence about why it cannot."""
    head = source.ConsumeUnicodeNoSurrogates(80).encode("utf-8", "replace") if source.ConsumeBool() else b""
    body = _xml_or_raw(source) if source.ConsumeBool() else _json_or_raw(source)
    SAVED.write_bytes(head + body)
    args = Namespace(**(vars(ASKED) | {"call": "cancel" if source.ConsumeBool() else None}))
    # One sentence about why it cannot be read is an answer; anything else that is raised is a finding.
    with contextlib.suppress(PosCancelError):
        explain.run(args, QuietTill())  # type: ignore[arg-type]


TARGETS: Mapping[str, Callable[[Source], None]] = {
    "xml": xml,
    "json": json_text,
    "header": header,
    "number": number,
    "judge": judge,
    "explain": explained,
}
