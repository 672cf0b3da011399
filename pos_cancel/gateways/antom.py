"""Antom, also called AMS: `cancel` and `inquiryPayment` (gateways.md A2; seed 000)."""

from collections.abc import Mapping

from pos_cancel.domain.outcome import Outcome, Reason, Unknown
from pos_cancel.domain.profile import Timestamp
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.gateways import CodeTable, Question
from pos_cancel.gateways.json_gateway import Dialect, JsonGateway
from pos_cancel.gateways.json_judge import cancelled, names_sale, unknown_result
from pos_cancel.gateways.json_reply import LONGEST_CODE, JsonReply
from pos_cancel.gateways.json_sale import found

# PROCESSING and PENDING are all that these systems have for a sale that waits for its payment.
STATUSES: Mapping[str, PaymentStatus] = {
    "SUCCESS": PaymentStatus.PAID,
    "PROCESSING": PaymentStatus.PROCESSING,
    "PENDING": PaymentStatus.PROCESSING,
    "CANCELLED": PaymentStatus.CLOSED,
    "FAIL": PaymentStatus.FAILED,
}


def read_cancelled(reply: JsonReply, question: Question) -> Outcome:
    """Judge a verified S: it has to name the sale. One that names none may be about any."""
    return cancelled(reply) if names_sale(reply, question) else unknown_result(reply)


def read_payment(reply: JsonReply, question: Question) -> Outcome:
    """Judge a verified S of an inquiry, which is the inquiry's own; the payment has another status (T41)."""
    if not names_sale(reply, question):
        return unknown_result(reply)
    told = reply.text("paymentStatus")
    # One official sample writes "Success".
    status = STATUSES.get(told.upper())
    if status is None:
        return Unknown(Reason.RESULT_UNKNOWN, told[:LONGEST_CODE] if told.isprintable() else "")
    return found(reply, status)


DIALECT = Dialect(
    name="antom",
    prefix="/ams/api/v1",
    sandbox_prefix="/ams/sandbox/api/v1",
    cancel_call="cancel",
    inquiry_call="inquiryPayment",
    timestamp=Timestamp.MS,
    cancelled=read_cancelled,
    inquired=read_payment,
)


class Antom(JsonGateway):
    """The gateway of that name."""

    def __init__(self, table: CodeTable) -> None:
        super().__init__(DIALECT, table)
