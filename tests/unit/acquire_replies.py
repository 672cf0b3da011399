"""Replies as acquire would write and sign them, for the tests of its reader."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from pos_cancel.adapters import resources
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.outcome import Progress, Reading, Refused
from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.gateways import Question
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.signing import Keys, canonical, sign

NOW = datetime(2022, 2, 22, 18, 15, 57, 250_000, tzinfo=UTC)
TABLE = resources.gateway_table("acquire")
XML_HEADERS = (("Content-Type", "text/xml;charset=UTF-8"), ("Date", "Tue, 22 Feb 2022 18:15:58 GMT"))


def document(
    fields: Mapping[str, str],
    *,
    is_success: str = "T",
    error: str = "",
    keys: Keys | None = None,
    sign_type: SignType = SignType.MD5,
    nested: str = "",
    signed_nested: Mapping[str, str] | None = None,
    encoding: str = "UTF-8",
) -> bytes:
    """One reply document; signed where `keys` are given.

    `nested` is the source of elements to stand behind the fields, `signed_nested` what is signed for them.
    """
    codec = "gb18030" if encoding.upper().startswith("GB") else encoding
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items()) + nested
    parts = [f'<?xml version="1.0" encoding="{encoding}"?><alipay><is_success>{is_success}</is_success>']
    parts += [f"<error>{error}</error>"] if error else []
    parts += [f"<response><alipay>{inside}</alipay></response>"] if inside else []
    if keys is not None:
        text = canonical({**fields, **(signed_nested or {})}).encode(codec)
        parts.append(f"<sign>{sign(text, sign_type, keys)}</sign><sign_type>{sign_type}</sign_type>")
    return "".join([*parts, "</alipay>"]).encode(codec)


def answered(body: bytes, status: int = 200, headers: tuple[tuple[str, str], ...] = XML_HEADERS) -> Exchange:
    """The exchange that brought this reply."""
    return Exchange(progress=Progress.ANSWERED, reply=HttpReply(status, headers, body))


KEYS = Keys(md5=b"0123456789abcdefghijklmnopqrstuv")
GATEWAY = Acquire(TABLE)
TRADE_NO = "2019090422001436530558497325"
PROFILE = Profile(
    name="shop",
    kind=ProfileKind.LIVE,
    gateway="acquire",
    endpoint="https://first.example/gateway.do",
    merchant_id="2088000000000001",
    sign_type=SignType.MD5,
)
QUESTION = Question(profile=PROFILE, number=SaleNumber("R-1", NumberKind.OUT_TRADE_NO))
BY_TRADE_NO = replace(QUESTION, number=SaleNumber(TRADE_NO, NumberKind.TRADE_NO))
REFUNDED = {"action": "refund", "out_trade_no": "R-1", "result_code": "SUCCESS", "trade_no": TRADE_NO}
PAID = {
    "buyer_logon_id": "186****9439",
    "out_trade_no": "R-1",
    "result_code": "SUCCESS",
    "send_pay_date": "2022-02-23 02:10:00",
    "total_fee": "128.00",
    "trade_no": TRADE_NO,
    "trade_status": "TRADE_SUCCESS",
}
BILLS = "<fund_bill_list>\n <TradeFundBill><amount>128.00</amount></TradeFundBill>\n</fund_bill_list>"


def cancelled(body: bytes, question: Question = QUESTION, keys: Keys = KEYS) -> Reading:
    return GATEWAY.read_cancel(question, keys, answered(body))


def looked(body: bytes, question: Question = QUESTION, keys: Keys = KEYS) -> Reading:
    return GATEWAY.read_inquiry(question, keys, answered(body))


def signed(fields: Mapping[str, str]) -> bytes:
    return document(fields, keys=KEYS)


def without(fields: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in fields.items() if name not in names}


def refusal(code: str, flag: bool | None = None, *, bound: bool = True) -> Refused:
    """What a refusal with this code is by the table."""
    row = TABLE.row(code.upper())
    return Refused(code, row.advice, flag, bound, row.setup_code)
