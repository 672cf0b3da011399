"""Cases, replies and exchanges for the tests of the state machine: acquire's own reader judges real XML."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.sax.saxutils import escape

from pos_cancel.adapters.resources import gateway_table
from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.events import Answered, Event, Sent
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import Found, NotFound, NotSent, Progress, Reading, Reason, Signature, Unknown
from pos_cancel.domain.profile import Profile, ProfileKind, Schedule, SignType
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.domain.step import step
from pos_cancel.gateways import Question
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.signing import Keys

# Noon in Beijing, twelve hours before the window of a sale of that day ends.
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
MIDNIGHT = NOON + timedelta(hours=12)
PACE = Schedule()
NUMBER = "SHOP-0001-4821"
MD5_KEY = b"a-test-secret-of-thirty-two-bytes"
PROFILE = Profile(
    name="till",
    kind=ProfileKind.TRAINING,
    gateway="acquire",
    endpoint="https://127.0.0.1/gateway.do",
    merchant_id="2088000000000001",
    sign_type=SignType.MD5,
)
ACQUIRE = Acquire(gateway_table("acquire"))
KEYS = Keys(md5=MD5_KEY)
PAID = Sale(status=PaymentStatus.PAID, amount=Money(12_800, "CNY"))
CLOSED = Sale(status=PaymentStatus.CLOSED, amount=Money(12_800, "CNY"))
UNPAID = Sale(status=PaymentStatus.UNPAID, amount=Money(12_800, "CNY"))
FINISHED = Sale(status=PaymentStatus.FINISHED, amount=Money(12_800, "CNY"))
PROCESSING = Sale(status=PaymentStatus.PROCESSING, amount=Money(12_800, "CNY"))
FROZEN = Sale(status=PaymentStatus.FROZEN, amount=Money(12_800, "CNY"))
PARTLY = Sale(status=PaymentStatus.PAID, amount=Money(12_800, "CNY"), refunded=Money(2_000, "CNY"))
FULLY = Sale(status=PaymentStatus.PAID, amount=Money(12_800, "CNY"), refunded=Money(12_800, "CNY"))

BLANK = Case(
    id="case-1",
    ref="K7-204",
    gateway="acquire",
    profile="till",
    number=NUMBER,
    number_kind=NumberKind.OUT_TRADE_NO,
    opened_at=NOON,
    updated_at=NOON,
    params=(("_input_charset", "UTF-8"), ("out_trade_no", NUMBER)),
    params_at=NOON,
    out_trade_no=NUMBER,
    currency="CNY",
    stop_at=NOON + timedelta(hours=24),
    foreground_from=NOON,
    next_ask=Ask.CANCEL,
    next_try_at=NOON,
)


def at(delay_s: float) -> datetime:
    """Give a moment after the story's beginning."""
    return NOON + timedelta(seconds=delay_s)


def looked_up(case: Case, sale: Sale) -> Case:
    """Give the case as it opens after a verified look."""
    paid = sale.status in {PaymentStatus.PAID, PaymentStatus.FROZEN, PaymentStatus.FINISHED}
    return replace(case, sale_known=True, looked_up=sale.status, looked_up_at=NOON, seen_paid=paid)


def document(fields: Mapping[str, str], *, signed_with: bytes | None, sign_type: str = "MD5") -> bytes:
    """Give a reply as acquire writes it, signed with the given secret or not at all."""
    inside = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if fields[name])
    tail = ""
    if signed_with is not None:
        sign = hashlib.md5(text.encode() + signed_with).hexdigest()
        tail = f"<sign>{sign}</sign><sign_type>{sign_type}</sign_type>"
    body = f"<is_success>T</is_success><response><alipay>{inside}</alipay></response>{tail}"
    return f'<?xml version="1.0" encoding="UTF-8"?><alipay>{body}</alipay>'.encode()


def answer(body: bytes, *, case: Case = BLANK, status: int = 200, **headers: str) -> Reading:
    """Let acquire read a cancel's reply."""
    named = {"Content-Type": "text/xml;charset=UTF-8"} | {k.replace("_", "-"): v for k, v in headers.items()}
    reply = HttpReply(status, tuple(named.items()), body)
    question = Question(profile=PROFILE, number=case.sale_number, params=case.params)
    return ACQUIRE.read_cancel(question, KEYS, Exchange(progress=Progress.ANSWERED, reply=reply))


def success(action: str = "", *, number: str = NUMBER, key: bytes | None = MD5_KEY) -> Reading:
    """Give a success; `key` None leaves it unsigned, another key signs it wrongly."""
    fields = {"result_code": "SUCCESS", "out_trade_no": number}
    return answer(document(fields | ({"action": action} if action else {}), signed_with=key))


def fail(code: str, flag: str = "", *, case: Case = BLANK, key: bytes | None = MD5_KEY) -> Reading:
    """Give a refusal that names the sale, signed unless told otherwise."""
    fields = {"result_code": "FAIL", "detail_error_code": code, case.number_kind.value: case.number}
    return answer(document(fields | ({"retry_flag": flag} if flag else {}), signed_with=key), case=case)


def outer(code: str, *, case: Case = BLANK) -> Reading:
    """Give an unsigned F with a code, as the gateway answers what it did not take."""
    body = f"<alipay><is_success>F</is_success><error>{code}</error></alipay>"
    return answer(body.encode(), case=case)


def silence(reason: Reason = Reason.SILENCE) -> Reading:
    """Give an exchange that may have arrived and was not answered."""
    return Reading(outcome=Unknown(reason), progress=Progress.SENT)


def unsent(reason: Reason = Reason.REFUSED) -> Reading:
    """Give an exchange of which no byte left the till."""
    return Reading(outcome=NotSent(reason), progress=Progress.RESOLVED)


def shows(sale: Sale, signature: Signature = Signature.VERIFIED) -> Reading:
    """Give an inquiry that shows the sale."""
    return Reading(outcome=Found(sale), signature=signature, progress=Progress.ANSWERED, code="SUCCESS")


def shows_none(signature: Signature = Signature.VERIFIED) -> Reading:
    """Give an inquiry that does not know the number."""
    return Reading(
        outcome=NotFound("TRADE_NOT_EXIST"),
        signature=signature,
        progress=Progress.ANSWERED,
        code="TRADE_NOT_EXIST",
    )


def happen(case: Case, *events: Event, schedule: Schedule = PACE) -> Case:
    """Give the case after the events."""
    for event in events:
        case = step(case, event, schedule)
    return case


def exchange(case: Case, *readings: Reading, took_s: float = 0.0, jitter: float = 0.0) -> Case:
    """Let the case do its next exchanges, each exactly when it is due."""
    for reading in readings:
        due, what = case.next_try_at, case.next_ask
        assert due is not None, f"nothing is due in {case.state}"
        assert what is not None, f"nothing is asked in {case.state}"
        back = due + timedelta(seconds=took_s)
        case = happen(case, Sent(at=due, ask=what), Answered(at=back, reading=reading, jitter=jitter))
    return case


def unanswered(case: Case = BLANK) -> Case:
    """Give the case after its first try was not answered, the second being due."""
    return exchange(case, silence())


def wait_s(case: Case) -> float:
    """Give the seconds from the case's last change to its next exchange."""
    assert case.next_try_at is not None
    return (case.next_try_at - case.updated_at).total_seconds()
