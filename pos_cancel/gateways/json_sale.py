"""A sale as the JSON gateways' inquiries show it (gateways.md A2.4, A4, T28).

Amounts are whole minor units, written as text. Refunds stand among the sale's transactions.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from pos_cancel.domain.errors import ReplyError
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import Found, Outcome, Reason, Unknown
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.gateways.json_judge import PAYMENT_ID, PAYMENT_REQUEST_ID
from pos_cancel.gateways.json_reply import JsonReply, result_of, text_of
from pos_cancel.gateways.times import parse_time

REFUND = "REFUND"
REFUND_IN_PROCESS = "REFUND_IN_PROCESS"
# How a transaction ended, in the words of a result. What is not listed has not ended.
ENDS: Mapping[str, str] = {"SUCCESS": "S", "FAIL": "F", "CANCELLED": "F"}
MINOR_UNITS = re.compile(r"\d{1,12}", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)


def found(reply: JsonReply, status: PaymentStatus) -> Outcome:
    """Give the sale, or unknown where a refund of it is under way or cannot be read.

    Whoever does not know how much has gone back must not be told that a refund is due.
    """
    amount = money_of(reply.fields.get("paymentAmount"))
    try:
        refunds = _refunds(reply.fields.get("transactions"))
        if any(_end(refund) not in {"S", "F"} for refund in refunds):
            return Unknown(Reason.RESULT_UNKNOWN, REFUND_IN_PROCESS)
        refunded = _total([refund for refund in refunds if _end(refund) == "S"], amount)
    except ReplyError:
        return Unknown(Reason.UNREADABLE)
    sale = Sale(
        status=status,
        trade_no=reply.text(PAYMENT_ID),
        out_trade_no=reply.text(PAYMENT_REQUEST_ID),
        amount=amount,
        refunded=refunded,
        paid_at=_time(reply.text("paymentTime")),
        created_at=_time(reply.text("paymentCreateTime")),
    )
    return Found(sale)


def money_of(value: object) -> Money | None:
    """Read an amount object, or give None where it is none."""
    if not isinstance(value, dict):
        return None
    minor, currency = text_of(value, "value"), text_of(value, "currency").upper()
    if not MINOR_UNITS.fullmatch(minor) or not CURRENCY.fullmatch(currency):
        return None
    return Money(int(minor), currency)


def _refunds(transactions: object) -> list[dict[str, object]]:
    """Give the refunds among the transactions, which may be null. Raises `ReplyError`."""
    if transactions is None:
        return []
    if not isinstance(transactions, list) or not all(isinstance(each, dict) for each in transactions):
        raise ReplyError("The reply's transactions are not a list of objects.")
    return [each for each in transactions if text_of(each, "transactionType").upper() == REFUND]


def _end(refund: Mapping[str, object]) -> str:
    # The status is the refund's own; the result may only say that the refund was accepted.
    status = text_of(refund, "transactionStatus").upper()
    if status:
        return ENDS.get(status, "")
    result = result_of(refund.get("transactionResult"))
    return result.status if result else ""


def _total(refunds: Sequence[Mapping[str, object]], amount: Money | None) -> Money | None:
    """Add up what has gone back, or give None for nothing. Raises `ReplyError` for what cannot be added."""
    parts = [money_of(refund.get("transactionAmount")) for refund in refunds]
    known = [part for part in parts if part is not None]
    currencies = {part.currency for part in [*known, *([amount] if amount else [])]}
    if len(known) != len(parts) or (known and len(currencies) != 1):
        raise ReplyError("The reply shows a refund without a usable amount.")
    return Money(sum(part.minor for part in known), known[0].currency) if known else None


def _time(text: str) -> datetime | None:
    try:
        return parse_time(text)
    except ReplyError:
        return None
