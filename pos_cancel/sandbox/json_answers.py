"""What the JSON gateways say: the contents of their answers (gateways.md A2.4, A3, A4).

Antom and APO speak alike.  The Alipay+ acquirer echoes no id after a cancel, and its
inquiry has two results: its own and the payment's.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType

from pos_cancel.sandbox.faults import Says
from pos_cancel.sandbox.json_request import CANCEL
from pos_cancel.sandbox.ledger import GATEWAY_TIME, Movement, Trade, TradeState

Body = dict[str, object]

# Currencies without a smaller unit; all others have two decimals (T28).
WHOLE_UNITS = frozenset({"CLP", "JPY", "KRW", "VND"})
ACQUIRER_ID = "1111088000000000000"
PSP_ID = "1022172000000000000"
WALLET = "Training wallet"

# Why the books refuse, as Antom and APO put it.
REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        "REASON_TRADE_REFUND_FEE_ERR": "PROCESS_FAIL",
        "TRADE_STATUS_ERROR": "ORDER_STATUS_INVALID",
        "REASON_TRADE_BEEN_FREEZEN": "ORDER_STATUS_INVALID",
        "TRADE_HAS_FINISHED": "ORDER_STATUS_INVALID",
        "TRADE_CANCEL_TIME_OUT": "CANCEL_WINDOW_EXCEED",
    }
)
# Alipay+ has names of its own (T22), and cancelPayment no more than thirteen codes.
ALIPAYPLUS_NAMES: Mapping[str, str] = MappingProxyType(
    {"CLIENT_INVALID": "INVALID_CLIENT", "SIGNATURE_INVALID": "INVALID_SIGNATURE"}
)
ALIPAYPLUS_CANCEL: Mapping[str, str] = MappingProxyType(
    {
        "ORDER_NOT_EXIST": "PROCESS_FAIL",
        "ORDER_STATUS_INVALID": "PROCESS_FAIL",
        "PAYMENT_IN_PROCESS": "UNKNOWN_EXCEPTION",
        "SYSTEM_ERROR": "UNKNOWN_EXCEPTION",
    }
)
# The payment's own result, by its status: Alipay+ says it, Antom repeats it.
PAYMENT_RESULTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "SUCCESS": ("S", "SUCCESS"),
        "PROCESSING": ("U", "PAYMENT_IN_PROCESS"),
        "CANCELLED": ("F", "ORDER_IS_CLOSED"),
        "FAIL": ("F", "ORDER_IS_CLOSED"),
    }
)


def result_body(gateway: str, call: str, status: str, code: str) -> Body:
    """Say a result alone; `code` is Antom's and is spelled as the gateway does."""
    return {"result": _result(status, spelled(gateway, call, code))}


def said_instead(gateway: str, call: str, says: Says) -> Body:
    """Say what a story tells in place of the true answer."""
    if says.as_spelled:
        return {"result": _result(says.result_code, says.code)}
    return result_body(gateway, call, says.result_code, says.code)


def spelled(gateway: str, call: str, code: str) -> str:
    """Give the gateway's own name of a code."""
    if gateway != "acqp":
        return code
    own = ALIPAYPLUS_CANCEL.get(code, code) if call == CANCEL else code
    return ALIPAYPLUS_NAMES.get(own, own)


def _result(status: str, code: str) -> Body:
    message = code.replace("_", " ").capitalize() + "."
    return {"resultCode": code, "resultStatus": status, "resultMessage": message}


def cancelled_body(trade: Trade, at: datetime) -> Body:
    """Say that a cancel has succeeded; a repeated one is told with the time of the first."""
    body: Body = {"result": _result("S", "SUCCESS")}
    if trade.gateway == "acqp":
        return body | {"acquirerId": ACQUIRER_ID, "pspId": PSP_ID}
    return body | {
        "paymentRequestId": trade.number,
        "paymentId": trade.trade_no,
        "cancelTime": gateway_time(trade.cancelled_at or at),
    }


def refused_body(gateway: str, refusal: str | None) -> Body:
    """Say why the books refused a cancel; None means that there is no such payment."""
    return result_body(gateway, CANCEL, "F", REFUSALS.get(refusal or "", "ORDER_NOT_EXIST"))


def inquiry_body(trade: Trade, refunds: Iterable[Movement]) -> Body:
    """Say what is known of a payment; `refunds` are its refunds so far."""
    # What a cancel gave back is part of the cancel, and no transaction of its own.
    listed = list(refunds) if trade.cancel_action is None else []
    body: Body = {
        "result": _result("S", "SUCCESS"),
        "paymentRequestId": trade.number,
        "paymentId": trade.trade_no,
        "paymentAmount": _amount(trade.amount, trade.currency),
        "paymentCreateTime": gateway_time(trade.created_at),
    }
    if trade.paid_at is not None:
        body["paymentTime"] = gateway_time(trade.paid_at)
    transactions = [_refund(row, place) for place, row in enumerate(listed, start=1)]
    return (
        body | (_alipayplus(trade) if trade.gateway == "acqp" else _ams(trade)) | _listed(trade, transactions)
    )


def _ams(trade: Trade) -> Body:
    status = payment_status(trade)
    code = PAYMENT_RESULTS[status][1]
    return {"paymentStatus": status, "paymentResultCode": code, "paymentResultMessage": f"{code.lower()}."}


def _alipayplus(trade: Trade) -> Body:
    return {
        "paymentResult": _result(*PAYMENT_RESULTS[payment_status(trade)]),
        "acquirerId": ACQUIRER_ID,
        "pspId": PSP_ID,
        "walletBrandName": WALLET,
    }


def _listed(trade: Trade, transactions: list[Body]) -> Body:
    # Antom writes null where Alipay+ leaves the list out.
    if not transactions and trade.gateway == "acqp":
        return {}
    return {"transactions": transactions or None}


def payment_status(trade: Trade) -> str:
    """Give the paymentStatus: a full refund from the portal leaves a payment SUCCESS."""
    if trade.state is TradeState.WAIT_BUYER_PAY:
        return "PROCESSING"
    if trade.cancel_action is not None:
        return "CANCELLED"
    return "SUCCESS" if trade.paid_at else "FAIL"


def _refund(row: Movement, place: int) -> Body:
    return {
        "transactionResult": _result("S", "SUCCESS"),
        "transactionId": f"4{row.trade_no[1:-2]}{place:02d}",
        "transactionRequestId": f"{row.number}-R{place}",
        "transactionType": "REFUND",
        "transactionStatus": "SUCCESS",
        "transactionAmount": _amount(row.amount, row.currency),
        "transactionTime": gateway_time(row.at),
    }


def _amount(amount: Decimal, currency: str) -> Body:
    minor = amount if currency in WHOLE_UNITS else amount.scaleb(2)
    return {"value": str(int(minor)), "currency": currency}


def gateway_time(at: datetime) -> str:
    """Write a time in ISO 8601 with seconds and the gateway's offset."""
    return at.astimezone(GATEWAY_TIME).isoformat(timespec="seconds")
