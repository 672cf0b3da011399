"""What the replies of the JSON gateways mean, in the order of R8 (gateways.md A2.4-A4, T4; outcomes.md §2).

The status decides and the code only chooses the advice: the same code stands under F and under U.

On what a verified F is bound to: the JSON gateways echo no id under F, so that it can only be bound by the
signature over client, path and time. That is enough for a refusal, because none of them ends a case with
"the money is back": what would say so asks an inquiry first, and an inquiry has to name the sale.
"""

from collections.abc import Callable

from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    NotFound,
    Outcome,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.gateways import CodeTable, Question
from pos_cancel.gateways.json_reply import JsonReply

SUCCESS = "SUCCESS"
PAYMENT_ID = "paymentId"
PAYMENT_REQUEST_ID = "paymentRequestId"

# What a verified S means is each gateway's own.
Success = Callable[[JsonReply, Question], Outcome]


def id_name(kind: NumberKind) -> str:
    """Give the name under which a number is sent and echoed."""
    return PAYMENT_ID if kind.is_gateways else PAYMENT_REQUEST_ID


def names_sale(reply: JsonReply, question: Question) -> bool | None:
    """Tell whether the reply names the number that was sent, another one, or (None) none."""
    echo = reply.text(id_name(question.number.kind))
    return echo == question.number.text if echo else None


def judge(
    reply: JsonReply, signature: Signature, question: Question, table: CodeTable, success: Success
) -> Outcome:
    """Judge a reply to a cancel; `success` says what a verified S amounts to."""
    result, verified = reply.result, signature is Signature.VERIFIED
    if signature is Signature.FAILED:
        return Unknown(Reason.BAD_SIGNATURE, result.code)
    if verified and names_sale(reply, question) is False:
        return Unknown(Reason.OTHER_SALE, result.code)
    row = table.row(result.code.upper())
    if result.status == "F":
        return Refused(result.code, row.advice, None, verified, row.setup_code)
    if result.status == "U":
        busy = row.advice is Advice.BUSY
        return Unknown(Reason.BUSY if busy else Reason.RESULT_UNKNOWN, result.code)
    if not verified:
        return Unknown(Reason.UNSIGNED, result.code)
    return success(reply, question) if result.status == "S" else Unknown(Reason.RESULT_UNKNOWN, result.code)


def judge_inquiry(
    reply: JsonReply, signature: Signature, question: Question, table: CodeTable, success: Success
) -> Outcome:
    """Judge a reply to an inquiry; only a verified one knows that there is no such sale."""
    outcome = judge(reply, signature, question, table, success)
    if isinstance(outcome, Refused) and outcome.bound and outcome.advice is Advice.NOT_FOUND:
        return NotFound(outcome.code)
    return outcome


def cancelled(reply: JsonReply) -> Cancelled:
    """Give the success. None of these gateways says what it did to the money."""
    return Cancelled(Effect.UNTOLD, reply.text(PAYMENT_ID), reply.text(PAYMENT_REQUEST_ID))


def unknown_result(reply: JsonReply) -> Unknown:
    """Give the outcome of a success that proves nothing."""
    return Unknown(Reason.RESULT_UNKNOWN, reply.result.code)


Judge = Callable[[JsonReply, Signature, Question, CodeTable, Success], Outcome]
