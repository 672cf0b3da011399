"""What comes back from a scripted acquire: whole exchanges, signed by it or not at all."""

from datetime import datetime
from email.utils import format_datetime

from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.gateways.http import Exchange, HttpReply
from tests.unit import acquire_replies
from tests.unit.till_stories import KEYS, NOON, NUMBER, document

XML = ("Content-Type", "text/xml;charset=UTF-8")
TRADE_NO = "2026112022001499999999998888"


def answered(body: bytes, at: datetime | None = NOON, status: int = 200) -> Exchange:
    """Give a reply, with the gateway's clock in it unless `at` is None."""
    date = () if at is None else (("Date", format_datetime(at, usegmt=True)),)
    return Exchange(progress=Progress.ANSWERED, reply=HttpReply(status, (XML, *date), body))


def did(action: str = "", at: datetime | None = NOON, number: str = NUMBER) -> Exchange:
    """Give a verified success of the cancel."""
    fields = {"result_code": "SUCCESS", "out_trade_no": number} | ({"action": action} if action else {})
    return answered(document(fields, signed_with=KEYS.md5), at)


def refused(code: str, at: datetime | None = NOON, number: str = NUMBER) -> Exchange:
    """Give a verified refusal that names the sale; a cancel's or an inquiry's."""
    fields = {"result_code": "FAIL", "detail_error_code": code, "out_trade_no": number}
    return answered(document(fields, signed_with=KEYS.md5), at)


def turned_away(code: str, at: datetime | None = NOON) -> Exchange:
    """Give an unsigned F."""
    return answered(f"<alipay><is_success>F</is_success><error>{code}</error></alipay>".encode(), at)


def sale_fields(status: str = "TRADE_SUCCESS", number: str = NUMBER, **more: str) -> dict[str, str]:
    """Give what an inquiry shows."""
    fields = {
        "result_code": "SUCCESS",
        "out_trade_no": number,
        "trade_no": TRADE_NO,
        "trade_status": status,
        "total_fee": "128.00",
    }
    return fields | more


def shows(status: str = "TRADE_SUCCESS", at: datetime | None = NOON, **more: str) -> Exchange:
    """Give a verified inquiry that shows the sale."""
    return answered(document(sale_fields(status, **more), signed_with=KEYS.md5), at)


def shows_unchecked(status: str = "TRADE_SUCCESS", **more: str) -> Exchange:
    """Give an inquiry with nested elements, signed in no known form."""
    fields = sale_fields(status, **more)
    return answered(acquire_replies.document(fields, keys=KEYS, nested=acquire_replies.BILLS))


def silence() -> Exchange:
    """Give an exchange that may have arrived."""
    return Exchange(progress=Progress.SENT, fault=Reason.SILENCE)


def unsent() -> Exchange:
    """Give an exchange of which no byte left."""
    return Exchange(progress=Progress.RESOLVED, fault=Reason.REFUSED)
