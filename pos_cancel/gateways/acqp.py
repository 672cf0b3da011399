"""The Alipay+ acquirer: `cancelPayment` and `inquiryPayment` (gateways.md A4; seed 002)."""

from collections.abc import Mapping
from dataclasses import replace

from pos_cancel.domain.outcome import NotFound, Outcome
from pos_cancel.domain.profile import Timestamp
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.gateways import CodeTable, Question
from pos_cancel.gateways.json_gateway import Dialect, JsonGateway
from pos_cancel.gateways.json_judge import SUCCESS, cancelled, names_sale, unknown_result
from pos_cancel.gateways.json_reply import JsonReply, Result, result_of
from pos_cancel.gateways.json_sale import found

PREFIX = "/aps/api/v1"
NO_ORDER = "ORDER_NOT_EXIST"
STATUSES: Mapping[tuple[str, str], PaymentStatus] = {
    ("S", SUCCESS): PaymentStatus.PAID,
    ("F", "ORDER_IS_CLOSED"): PaymentStatus.CLOSED,
    ("U", "PAYMENT_IN_PROCESS"): PaymentStatus.PROCESSING,
}


def read_cancelled(reply: JsonReply, _: Question) -> Outcome:
    """Judge a verified S, which counts with the code SUCCESS alone; with another one an inquiry decides.

    The reply holds no id of the sale. What ties it to the sale is that it was not written before the
    request (`bound_by_time`) and an inquiry (R8), asked for elsewhere.
    """
    if reply.result.code.upper() == SUCCESS:
        return cancelled(reply)
    return replace(unknown_result(reply), inquire=True)


def read_payment(reply: JsonReply, question: Question) -> Outcome:
    """Judge a verified S of an inquiry: the result of the payment is a second one, and counts (T41)."""
    payment = result_of(reply.fields.get("paymentResult"))
    if payment is None or reply.result.code.upper() != SUCCESS or not names_sale(reply, question):
        return unknown_result(reply)
    if (payment.status, payment.code.upper()) == ("F", NO_ORDER):
        return NotFound(payment.code)
    status = _status(payment)
    return unknown_result(reply) if status is None else found(reply, status)


def _status(payment: Result) -> PaymentStatus | None:
    # Under F any other code is a reason why the payment failed; under S and U it leaves open what is true.
    status = STATUSES.get((payment.status, payment.code.upper()))
    return PaymentStatus.FAILED if status is None and payment.status == "F" else status


DIALECT = Dialect(
    name="acqp",
    prefix=PREFIX,
    # The official client leaves the path as it is for sandbox client ids.
    sandbox_prefix=PREFIX,
    cancel_call="cancelPayment",
    inquiry_call="inquiryPayment",
    timestamp=Timestamp.ISO,
    cancelled=read_cancelled,
    inquired=read_payment,
    bound_by_time=True,
)


class Acqp(JsonGateway):
    """The gateway of that name."""

    def __init__(self, table: CodeTable) -> None:
        super().__init__(DIALECT, table)
