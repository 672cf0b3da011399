"""What acquire's replies mean: signature, sale, code table, in the order of R8 (gateways.md A1.3-A1.8)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pos_cancel.domain.errors import InvalidInput, ReplyError, SignatureError
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.money import Money, parse_decimal
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    Found,
    NotFound,
    Outcome,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import SignType
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.gateways import CodeTable, Question
from pos_cancel.gateways.signing import Keys, canonical, verify
from pos_cancel.gateways.times import parse_time
from pos_cancel.gateways.xml_reply import BLANKS, XmlReply

SUCCESS = "SUCCESS"
# The spelling changed in 2019; both are met.
FAILURES = frozenset({"FAIL", "FAILED"})
EFFECTS: Mapping[str, Effect] = {"close": Effect.CLOSE, "refund": Effect.REFUND, "": Effect.NONE}
FLAGS: Mapping[str, bool] = {"Y": True, "N": False}
STATUSES: Mapping[str, PaymentStatus] = {
    "WAIT_BUYER_PAY": PaymentStatus.UNPAID,
    "TRADE_SUCCESS": PaymentStatus.PAID,
    "TRADE_PENDING": PaymentStatus.FROZEN,
    "TRADE_FINISHED": PaymentStatus.FINISHED,
    "TRADE_CLOSED": PaymentStatus.CLOSED,
}
# Under which names a reply may echo the number; the first that is there counts.
CANCEL_ECHOES: Mapping[NumberKind, tuple[str, ...]] = {
    NumberKind.OUT_TRADE_NO: ("out_trade_no",),
    NumberKind.TRADE_NO: ("trade_no",),
}
INQUIRY_ECHOES: Mapping[NumberKind, tuple[str, ...]] = {
    NumberKind.OUT_TRADE_NO: ("partner_trans_id", "out_trade_no"),
    NumberKind.TRADE_NO: ("alipay_trans_id", "trade_no"),
}
LONGEST_CODE = 48
SHOWN_OF_LOGIN = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reply amounts to, what its signature is worth, and the gateway's own code."""

    outcome: Outcome
    signature: Signature = Signature.NONE
    code: str = ""


def check(document: XmlReply, sign_type: SignType, keys: Keys) -> Signature:
    """Tell what the document's signature is worth; `sign_type` must be the profile's (T31).

    A good signature over nothing proves no more than none. A document with nested elements that
    verifies in no known form is UNCHECKED: how the gateway signs them is documented nowhere.
    """
    if document.sign is None and document.sign_type is None:
        return Signature.UNSIGNED
    if not document.sign or (document.sign_type or "").strip(BLANKS).upper() != sign_type.value:
        return Signature.FAILED
    for text in signed_forms(document):
        if _verifies(document, text, sign_type, keys):
            return Signature.VERIFIED if text else Signature.UNSIGNED
    return Signature.UNCHECKED if document.nested else Signature.FAILED


def signed_forms(document: XmlReply) -> Iterator[str]:
    """Give the texts that the gateway may have signed: one, or two where elements are nested."""
    if not document.nested:
        yield canonical(document.response)
        return
    plain = dict(document.response)
    yield canonical(plain | {name: nested.source for name, nested in document.nested.items()})
    yield canonical(plain | {name: nested.compact for name, nested in document.nested.items()})


def _verifies(document: XmlReply, text: str, sign_type: SignType, keys: Keys) -> bool:
    try:
        verify(text.encode(document.charset), (document.sign or "").strip(BLANKS), sign_type, keys)
    except SignatureError:
        return False
    return True


def judge_cancel(document: XmlReply, question: Question, keys: Keys, table: CodeTable) -> Judged:
    """Judge a reply to a cancel."""
    signature = check(document, question.profile.sign_type, keys)
    # A cancel's reply has no nested elements; one that has is no better than a forged one.
    signature = Signature.FAILED if signature is Signature.UNCHECKED else signature
    code = _code(document, signature)
    outcome = _untrusted(document, signature, code, table) or _cancel(document, question, code, table)
    return Judged(outcome, signature, code)


def judge_inquiry(document: XmlReply, question: Question, keys: Keys, table: CodeTable) -> Judged:
    """Judge a reply to an inquiry; an unchecked one can show a sale and settles nothing."""
    signature = check(document, question.profile.sign_type, keys)
    code = _code(document, signature)
    outcome = _untrusted(document, signature, code, table) or _inquiry(document, question, code, table)
    if signature is Signature.UNCHECKED and not isinstance(outcome, Found | Unknown):
        outcome = Unknown(Reason.UNCHECKED, code)
    return Judged(outcome, signature, code)


def _untrusted(document: XmlReply, signature: Signature, code: str, table: CodeTable) -> Outcome | None:
    """Give the outcome of a reply whose signature is not good, or None where it is."""
    if signature is Signature.FAILED:
        return Unknown(Reason.BAD_SIGNATURE, code)
    if signature is not Signature.UNSIGNED:
        return None
    if _flag(document) == "F":
        return _refused(document.response, code, table, bound=False)
    return Unknown(Reason.UNSIGNED, code)


def _cancel(document: XmlReply, question: Question, code: str, table: CodeTable) -> Outcome:
    result = _result(document)
    same = _echoes(document, question, CANCEL_ECHOES)
    if same is False or (same is None and result == SUCCESS):
        return Unknown(Reason.OTHER_SALE, code)
    if result == SUCCESS:
        return _cancelled(document.response)
    if result in FAILURES:
        return _refused(document.response, code, table, bound=same is True)
    return Unknown(Reason.RESULT_UNKNOWN, code)


def _cancelled(fields: Mapping[str, str]) -> Outcome:
    effect = EFFECTS.get(fields.get("action", "").lower())
    if effect is None:
        return Unknown(Reason.RESULT_UNKNOWN, SUCCESS)
    return Cancelled(effect, fields.get("trade_no", ""), fields.get("out_trade_no", ""))


def _inquiry(document: XmlReply, question: Question, code: str, table: CodeTable) -> Outcome:
    result = _result(document)
    same = _echoes(document, question, INQUIRY_ECHOES)
    if same is False or (same is None and result == SUCCESS):
        return Unknown(Reason.OTHER_SALE, code)
    if result == SUCCESS:
        return _found(document.response, question.profile.currency)
    if result not in FAILURES:
        return Unknown(Reason.RESULT_UNKNOWN, code)
    refused = _refused(document.response, code, table, bound=same is True)
    return NotFound(code) if refused.advice is Advice.NOT_FOUND else refused


def _found(fields: Mapping[str, str], currency: str) -> Outcome:
    told = _first(fields, "trade_status", "alipay_trans_status")
    status = STATUSES.get(told.upper())
    if status is None:
        return Unknown(Reason.RESULT_UNKNOWN, told[:LONGEST_CODE])
    sale = Sale(
        status=status,
        trade_no=_first(fields, "trade_no", "alipay_trans_id"),
        out_trade_no=_first(fields, "out_trade_no", "partner_trans_id"),
        amount=_amount(fields, currency),
        paid_at=_time(_first(fields, "send_pay_date", "alipay_pay_time")),
        buyer=masked(_first(fields, "buyer_logon_id", "alipay_buyer_login_id")),
    )
    return Found(sale)


def masked(login: str) -> str:
    """Give the buyer's login as the gateway masks it; one that comes unmasked is cut short here."""
    if "*" in login or not login:
        return login[:LONGEST_CODE]
    return f"{login[:SHOWN_OF_LOGIN]}****"


def _amount(fields: Mapping[str, str], currency: str) -> Money | None:
    # acquire.query tells no currency: it is the account's own.
    text = fields.get("total_fee", "")
    if not text:
        text, currency = fields.get("trans_amount", ""), fields.get("currency", currency).upper()
    try:
        return parse_decimal(text, currency)
    except InvalidInput:
        return None


def _time(text: str) -> datetime | None:
    try:
        return parse_time(text)
    except ReplyError:
        return None


def _first(fields: Mapping[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name)), "")


def _echoes(
    document: XmlReply, question: Question, echoes: Mapping[NumberKind, tuple[str, ...]]
) -> bool | None:
    """Tell whether the reply names the number that was sent, another one, or (None) none."""
    echo = _first(document.response, *echoes.get(question.number.kind, ()))
    return echo == question.number.text if echo else None


def _refused(fields: Mapping[str, str], code: str, table: CodeTable, *, bound: bool) -> Refused:
    flag = FLAGS.get(fields.get("retry_flag", "").upper())
    row = table.row(code.upper())
    return Refused(code, row.advice, flag, bound, row.setup_code)


def _code(document: XmlReply, signature: Signature) -> str:
    """Give the gateway's own word for what happened, at most as long as the longest that is documented.

    The outer `error` is never signed: beside a good signature it does not count.
    """
    fields = document.response
    outer = "" if signature in {Signature.VERIFIED, Signature.UNCHECKED} else document.error or ""
    code = outer.strip(BLANKS) or _first(fields, "detail_error_code", "error", "result_code").strip(BLANKS)
    return code[:LONGEST_CODE]


def _flag(document: XmlReply) -> str:
    return document.is_success.strip(BLANKS).upper()


def _result(document: XmlReply) -> str:
    """Give the result code; a success inside a request that was not taken is none."""
    result = document.response.get("result_code", "").upper()
    return "" if result == SUCCESS and _flag(document) != "T" else result
