"""The simulated form gateway: fields in, signed XML out. It shares no code with the product."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime

from pos_cancel.gateways.http import HttpReply
from tests.simulation.books import BEIJING, Refusal, Sale, Status

MD5_SECRET = b"simulated0secret0of0thirty2bytes"
PARTNER = "2088000000000001"
LIFE = timedelta(minutes=30)
STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)
CODES: Mapping[Refusal, str] = {
    Refusal.REFUNDED: "REASON_TRADE_REFUND_FEE_ERR",
    Refusal.CLOSED: "TRADE_STATUS_ERROR",
    Refusal.FROZEN: "REASON_TRADE_BEEN_FREEZEN",
    Refusal.FINISHED: "TRADE_HAS_FINISHED",
    Refusal.WINDOW: "TRADE_CANCEL_TIME_OUT",
    Refusal.FUNDS: "SELLER_BALANCE_NOT_ENOUGH",
    Refusal.CHARGING: "REFUND_CHARGE_ERROR",
}
BILLS = "<fund_bill_list><TradeFundBill><amount>1.00</amount></TradeFundBill></fund_bill_list>"
QUERY, OVERSEAS, CANCEL = (
    "alipay.acquire.query",
    "alipay.acquire.overseas.query",
    "alipay.acquire.cancel",
)
IDS = {
    CANCEL: ("out_trade_no", "trade_no"),
    QUERY: ("out_trade_no", "trade_no"),
    OVERSEAS: ("partner_trans_id", "alipay_trans_id"),
}


@dataclass(slots=True, kw_only=True)
class Answer:
    """What a gateway sends: the reply, whether it is signed, and whether it is a success of a cancel."""

    reply: HttpReply
    is_signed: bool = True
    success: bool = False
    tells: str = field(default="")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as a gateway reads it."""

    fields: Mapping[str, str]
    sale: Sale
    case_id: str
    at: datetime
    is_cancel: bool


def dated(at: datetime, told: datetime | None) -> tuple[tuple[str, str], ...]:
    """Give the Date header, or none; `told` is a wrong one."""
    return (("Date", format_datetime(told or at, usegmt=True)),)


def signature(fields: Mapping[str, str], secret: bytes = MD5_SECRET) -> str:
    """Sign as acquire does with MD5."""
    kept = sorted(
        (name, value) for name, value in fields.items() if value and name not in {"sign", "sign_type"}
    )
    return hashlib.md5("&".join(f"{name}={value}" for name, value in kept).encode() + secret).hexdigest()


def document(fields: Mapping[str, str], secret: bytes = MD5_SECRET, nested: str = "") -> bytes:
    """Write and sign a reply; `nested` elements are signed as they stand, in another form, or not there."""
    inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    bills = {"fund_bill_list": BILLS} if nested else {}
    inside += "".join(bills.values())
    sign = signature({**fields, **(bills if nested == "signed" else {})}, secret)
    tail = f"<sign>{sign}</sign><sign_type>MD5</sign_type>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?><alipay><is_success>T</is_success>'
        f"<response><alipay>{inside}</alipay></response>{tail}</alipay>"
    ).encode()


def refused_document(code: str) -> bytes:
    """Write the unsigned F."""
    return f"<alipay><is_success>F</is_success><error>{code}</error></alipay>".encode()


class AcquireDesk:
    """Answers requests about sales."""

    def is_valid(self, fields: Mapping[str, str]) -> bool:
        """Tell whether the request is signed by this shop."""
        return fields.get("partner") == PARTNER and fields.get("sign") == signature(fields)

    def answer(self, asked: Asked, mood: str) -> Answer:
        """Answer in a mood: "" for the truth, or a code to say instead of doing anything."""
        headers = (("Content-Type", "text/xml;charset=UTF-8"),)
        fault = self._fault(asked)
        if fault or mood.startswith("F "):
            body = refused_document(fault or mood[2:])
            return Answer(reply=HttpReply(200, headers, body), is_signed=False, tells=fault or mood)
        fields = self._fields(asked, mood)
        success = asked.is_cancel and fields["result_code"] == "SUCCESS"
        told = " ".join(fields.get(name, "") for name in ("detail_error_code", "action", "trade_status"))
        shows = not asked.is_cancel and "trade_status" in fields
        body = document(fields, nested=asked.sale.nested if shows else "")
        return Answer(
            reply=HttpReply(200, headers, body), success=success, tells=f"{fields['result_code']} {told}"
        )

    def _fault(self, asked: Asked) -> str:
        if not self.is_valid(asked.fields):
            return "ILLEGAL_SIGN"
        stamp = asked.fields.get("timestamp")
        if stamp is None:
            return ""
        if not STAMP.fullmatch(stamp):
            return "INVALID_PARAMETER"
        made = datetime.fromisoformat(stamp).replace(tzinfo=BEIJING)
        return "" if asked.at - made <= LIFE else "INVALID_PARAMETER"

    def _fields(self, asked: Asked, mood: str) -> dict[str, str]:
        sale = asked.sale
        number_name, trade_name = IDS[asked.fields["service"]]
        named = {name: asked.fields[name] for name in (number_name, trade_name) if name in asked.fields}
        if sale.is_known:
            named |= {number_name: sale.number, trade_name: sale.trade_no}
        if mood:
            code, _, flag = mood.partition(" ")
            failed = {"result_code": "UNKNOWN" if code == "UNKNOWN" else "FAIL", "detail_error_code": code}
            return named | failed | ({"retry_flag": flag} if flag else {})
        if asked.is_cancel:
            return named | self._cancel(asked)
        return named | self._query(sale, asked.fields["service"])

    def _cancel(self, asked: Asked) -> dict[str, str]:
        sale = asked.sale
        if not sale.is_known:
            if sale.missing == "silent" and "out_trade_no" in asked.fields:
                return {"result_code": "SUCCESS"}
            return {"result_code": "FAIL", "detail_error_code": "TRADE_NOT_EXIST"}
        was_done = sale.action if sale.status is Status.CLOSED else ""
        refusal = sale.cancel(asked.at, asked.case_id, "")
        if refusal is None:
            return {"result_code": "SUCCESS", "action": sale.action}
        if was_done and sale.repeat == "same":
            return {"result_code": "SUCCESS", "action": was_done}
        if was_done and sale.repeat == "close" and asked.case_id in sale.cancelled_by:
            return {"result_code": "SUCCESS", "action": "close"}
        if was_done and sale.repeat == "missing":
            return {"result_code": "FAIL", "detail_error_code": "TRADE_NOT_EXIST"}
        return {"result_code": "FAIL", "detail_error_code": CODES[refusal], "retry_flag": "N"}

    def _query(self, sale: Sale, service: str) -> dict[str, str]:
        if not sale.is_known:
            return {"result_code": "FAIL", "detail_error_code": "TRADE_NOT_EXIST"}
        amount, paid_at = f"{sale.minor // 100}.{sale.minor % 100:02d}", sale.paid_at
        if service == OVERSEAS:
            shown = {"alipay_trans_status": sale.status.value, "trans_amount": amount, "currency": "CNY"}
            when = {"alipay_pay_time": f"{paid_at.astimezone(BEIJING):%Y%m%d%H%M%S}"} if paid_at else {}
        else:
            shown = {"trade_status": sale.status.value, "total_fee": amount}
            when = {"send_pay_date": f"{paid_at.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"} if paid_at else {}
        return {"result_code": "SUCCESS"} | shown | when
