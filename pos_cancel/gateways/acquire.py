"""The in-store gateway: `alipay.acquire.cancel` and its two inquiries (gateways.md A1; seeds/003)."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from urllib.parse import parse_qsl, quote_plus, urlsplit, urlunsplit

from pos_cancel.domain.errors import InvalidNumber, LocalError, ReplyError
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.outcome import Reading, Reason, Unknown
from pos_cancel.domain.profile import Profile, Timestamp
from pos_cancel.gateways import CodeTable, Params, Question, xml_reply
from pos_cancel.gateways.acquire_reply import Judged, judge_cancel, judge_inquiry
from pos_cancel.gateways.http import Exchange, HttpReply, HttpRequest, no_reply
from pos_cancel.gateways.http_status import unusable
from pos_cancel.gateways.signing import Keys, canonical, sign
from pos_cancel.gateways.times import beijing_datetime, milliseconds

CANCEL = "alipay.acquire.cancel"
QUERIES: Mapping[str, str] = {
    "acquire": "alipay.acquire.query",
    "overseas": "alipay.acquire.overseas.query",
}
OVERSEAS_NAMES: Mapping[NumberKind, str] = {
    NumberKind.OUT_TRADE_NO: "partner_trans_id",
    NumberKind.TRADE_NO: "alipay_trans_id",
}
CHARSET = "_input_charset"
CHARSETS: Mapping[str, str] = {"UTF-8": "utf-8", "GBK": "gbk", "GB2312": "gb2312"}
MEDIA_TYPES = frozenset({"text/xml", "application/xml"})
PLAIN_OR_BASE64 = re.compile(r"[A-Za-z0-9_.~+/=-]*")

Judge = Callable[[xml_reply.XmlReply, Question, Keys, CodeTable], Judged]


class Acquire:
    """The gateway of that name; pure, its code table is handed in."""

    name: str = "acquire"
    has_backup: bool = True

    def __init__(self, table: CodeTable) -> None:
        self._table = table

    def freeze(self, profile: Profile, number: SaleNumber, now: datetime) -> Params:
        """Give every parameter of the cancel but `sign` and `sign_type`, in signing order.

        Raises `InvalidNumber` for a number that the profile's charset cannot hold.
        """
        return _params(profile, CANCEL, (number.kind.value, number.text), now)

    def renew(self, params: Params, profile: Profile, now: datetime) -> Params:
        """Give the parameters with a new timestamp, all else untouched (R3)."""
        stamp = _timestamp(profile, now)
        return tuple((name, stamp if name == "timestamp" and stamp else value) for name, value in params)

    def cancel(self, question: Question, keys: Keys, now: datetime) -> HttpRequest:  # noqa: ARG002 - frozen time
        """Sign the frozen parameters anew. Raises `SignatureError` when a key is missing."""
        return _request(question, question.params, keys)

    def inquiry(self, question: Question, keys: Keys, now: datetime) -> HttpRequest:
        """Build and sign the inquiry that `question.query` or else the profile names.

        Raises `SignatureError` when a key is missing, `InvalidNumber` for a number that the charset
        cannot hold, and `LocalError` for an inquiry that acquire does not have.
        """
        query = question.query or question.profile.query
        if query not in QUERIES:
            raise LocalError(
                f"The profile asks for an inquiry called {query[:20]!r}.", "Set query to acquire or overseas."
            )
        kind = question.number.kind
        name = OVERSEAS_NAMES.get(kind, kind.value) if query == "overseas" else kind.value
        params = _params(question.profile, QUERIES[query], (name, question.number.text), now)
        return _request(question, params, keys)

    def read_cancel(self, question: Question, keys: Keys, exchange: Exchange) -> Reading:
        """Judge the reply to a cancel in the order of R8. Never raises for what a gateway sends."""
        return self._read(question, keys, exchange, judge_cancel)

    def read_inquiry(self, question: Question, keys: Keys, exchange: Exchange) -> Reading:
        """Judge the reply to an inquiry in the order of R8. Never raises for what a gateway sends."""
        return self._read(question, keys, exchange, judge_inquiry)

    def _read(self, question: Question, keys: Keys, exchange: Exchange, judge: Judge) -> Reading:
        reply = exchange.reply
        if reply is None:
            return Reading(outcome=no_reply(exchange), progress=exchange.progress)
        judged = self._judged(question, keys, reply, judge)
        return Reading(
            outcome=judged.outcome,
            signature=judged.signature,
            progress=exchange.progress,
            code=judged.code,
            gateway_time=reply.date,
            http_status=reply.status,
        )

    def _judged(self, question: Question, keys: Keys, reply: HttpReply, judge: Judge) -> Judged:
        trouble = unusable(reply, MEDIA_TYPES)
        if trouble is not None:
            return Judged(trouble)
        try:
            document = xml_reply.read(reply.body, reply.header("content-type"))
        except ReplyError:
            return Judged(Unknown(Reason.UNREADABLE))
        return judge(document, question, keys, self._table)


def _params(profile: Profile, service: str, number: tuple[str, str], now: datetime) -> Params:
    _encoded(number[1], profile.charset)
    params = {
        CHARSET: profile.charset,
        "partner": profile.merchant_id,
        "service": service,
        "timestamp": _timestamp(profile, now),
        number[0]: number[1],
    }
    return tuple(sorted((name, value) for name, value in params.items() if value))


def _timestamp(profile: Profile, now: datetime) -> str:
    if profile.timestamp is Timestamp.NONE:
        return ""
    return milliseconds(now) if profile.timestamp is Timestamp.MS else beijing_datetime(now)


def _encoded(text: str, charset: str) -> bytes:
    try:
        return text.encode(_codec(charset))
    except UnicodeEncodeError:
        raise InvalidNumber(
            f"This number holds a character that cannot be sent in {charset}.",
            "Scan the receipt again, or set the profile's charset to UTF-8.",
        ) from None


def _codec(charset: str) -> str:
    codec = CHARSETS.get(charset.upper())
    if codec is None:
        raise LocalError(
            f"The profile names an unknown charset, {charset[:20]!r}.", "Set it to UTF-8, GBK or GB2312."
        )
    return codec


def _request(question: Question, params: Params, keys: Keys) -> HttpRequest:
    """Give the POST: `_input_charset` in the address alone, all else in the body (A1.2 steps 5-7)."""
    fields, profile = dict(params), question.profile
    charset = fields[CHARSET]
    base, others = _address(profile, question.host, fields)
    text = canonical(fields | dict(others))
    signed = {
        "sign": sign(_encoded(text, charset), profile.sign_type, keys),
        "sign_type": profile.sign_type.value,
    }
    body = sorted((name, value) for name, value in (fields | signed).items() if name != CHARSET)
    return HttpRequest(
        url=f"{base}?{_form([*others, (CHARSET, charset)], charset)}",
        headers=(("Content-Type", f"application/x-www-form-urlencoded; charset={charset}"),),
        body=_form(body, charset).encode("ascii"),
    )


def _form(pairs: Iterable[tuple[str, str]], charset: str) -> str:
    codec = _codec(charset)
    return "&".join([f"{_escaped(name, codec)}={_escaped(value, codec)}" for name, value in pairs])


def _escaped(text: str, codec: str) -> str:
    # Nearly all is plain or base64, and the library takes ten times as long to see it.
    if PLAIN_OR_BASE64.fullmatch(text):
        return text.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")
    return quote_plus(text, encoding=codec)


def _address(profile: Profile, host: int, own: Mapping[str, str]) -> tuple[str, list[tuple[str, str]]]:
    """Give the address without its query, and what of that query is not ours.

    The gateway merges address and body and checks the signature over both, so the rest is signed too;
    a parameter given twice would be refused.
    """
    endpoint = (profile.backup_endpoint or profile.endpoint) if host else profile.endpoint
    parts = urlsplit(endpoint)
    ours = {*own, "sign", "sign_type"}
    others = [(name, value) for name, value in parse_qsl(parts.query) if name not in ours]
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")), others
