"""What the form gateway says: the fields of its answers (gateways.md A1.4 and A1.8)."""

from collections.abc import Mapping
from types import MappingProxyType

from pos_cancel.sandbox.acquire_reply import Answer
from pos_cancel.sandbox.faults import Says
from pos_cancel.sandbox.ledger import GATEWAY_TIME, CancelResult, Trade

BUYER_ID = "2088000000000002"
BUYER_LOGIN = "138****0000"

_DESCRIPTIONS: Mapping[str, str] = MappingProxyType(
    {
        "SYSTEM_ERROR": "The system is not available.",
        "TRADE_NOT_EXIST": "The trade is not known.",
        "TRADE_STATUS_ERROR": "The trade's status does not allow it.",
        "TRADE_CANCEL_TIME_OUT": "The time for a cancel is over.",
        "TRADE_HAS_FINISHED": "The trade is finished.",
        "REASON_TRADE_BEEN_FREEZEN": "The trade is frozen.",
        "REASON_TRADE_REFUND_FEE_ERR": "The refund's amount is not valid.",
        "MERCHANT_BALANCE_NOT_ENOUGH": "The merchant's balance is too low.",
        "REFUND_CHARGE_ERROR": "The payment is being processed.",
        "FREQUENCY_LIMITED": "Too many requests.",
    }
)


def said_instead(says: Says | None, trade: Trade | None, ids: Mapping[str, str | None]) -> Answer | None:
    """Give the answer a story tells in place of the true one; None without one."""
    if says is None:
        return None
    if not says.result_code:
        return Answer(error=says.code)
    if says.result_code == "FAILED":
        return Answer({"error": says.code, "result_code": "FAILED"})
    return failure(says, trade, ids)


def failure(says: Says, trade: Trade | None, ids: Mapping[str, str | None]) -> Answer:
    """Say that it failed, about the sale that was asked for."""
    fields = _named(trade, ids) | {"result_code": says.result_code, "retry_flag": says.retry_flag}
    if says.code:
        fields["detail_error_code"] = says.code
        fields["detail_error_des"] = _DESCRIPTIONS.get(says.code, "It cannot be done.")
    return Answer(fields)


def cancel_answer(result: CancelResult, ids: Mapping[str, str | None], *, repeat_fails: bool) -> Answer:
    """Tell a cancel's result; a repeat is told like the first time, or as a wrong status."""
    refusal = "TRADE_STATUS_ERROR" if result.repeated and repeat_fails else result.refusal
    if refusal is not None:
        return failure(Says("FAIL", refusal), result.trade, ids)
    fields = _named(result.trade, ids) | {"result_code": "SUCCESS", "retry_flag": "N"}
    if result.action:
        fields["action"] = result.action
    return Answer(fields)


def query_answer(trade: Trade | None, ids: Mapping[str, str | None], partner: str, *, nested: bool) -> Answer:
    """Answer `alipay.acquire.query`; a paid trade lists where the money came from."""
    if trade is None:
        return failure(Says("FAIL", "TRADE_NOT_EXIST"), None, ids)
    fields = _named(trade, ids) | {
        "result_code": "SUCCESS",
        "partner": partner,
        "buyer_user_id": BUYER_ID,
        "buyer_logon_id": BUYER_LOGIN,
        "total_fee": f"{trade.amount:f}",
        "trade_status": trade.state.value,
    }
    if trade.paid_at is None:
        return Answer(fields)
    fields["send_pay_date"] = trade.paid_at.astimezone(GATEWAY_TIME).strftime("%Y-%m-%d %H:%M:%S")
    return Answer(fields, nested={"fund_bill_list": _fund_bills(trade)} if nested else {})


def _fund_bills(trade: Trade) -> str:
    # White space between elements would make the signed text depend on the reader.
    bill = f"<amount>{trade.amount:f}</amount><fund_channel>00</fund_channel>"
    return f"<fund_bill_list><TradeFundBill>{bill}</TradeFundBill></fund_bill_list>"


def overseas_query_answer(trade: Trade | None, ids: Mapping[str, str | None]) -> Answer:
    """Answer `alipay.acquire.overseas.query`, which names everything differently."""
    if trade is None:
        given = {name: value for name, value in ids.items() if value}
        return Answer(given | {"result_code": "FAIL", "error": "TRADE_NOT_EXIST"})
    fields = {
        "result_code": "SUCCESS",
        "out_trade_no": trade.number,
        "partner_trans_id": trade.number,
        "alipay_trans_id": trade.trade_no,
        "alipay_trans_status": trade.state.value,
        "alipay_buyer_user_id": BUYER_ID,
        "alipay_buyer_login_id": BUYER_LOGIN,
        "payment_inst": "ALIPAYCN",
        "currency": trade.currency,
        "trans_amount": f"{trade.amount:f}",
    }
    if trade.paid_at is not None:
        paid_at = trade.paid_at.astimezone(GATEWAY_TIME)
        fields["alipay_pay_time"] = paid_at.strftime("%Y%m%d%H%M%S")
    return Answer(fields)


def _named(trade: Trade | None, ids: Mapping[str, str | None]) -> dict[str, str]:
    """Name the sale by both ids where there is a trade, else by what was asked."""
    if trade is not None:
        return {"out_trade_no": trade.number, "trade_no": trade.trade_no}
    return {name: value for name, value in ids.items() if value}
