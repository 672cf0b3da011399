"""The stories of the JSON gateways: the same endings as the form gateway's wherever they make sense."""

from pos_cancel.sandbox.faults import PAID_AFTER_S, Birth, Fault, Harm, Says, Story, done, undone
from pos_cancel.sandbox.json_faults import ALIPAYPLUS, AMS, fails, refuses, told, unsure
from pos_cancel.sandbox.json_troubles import TROUBLES

# At APO a payment that was not submitted can be paid after its cancel, so it is never called closed.
_NEVER_CLOSED = {"apo": "cancelled"}

ANSWERS: tuple[Story, ...] = (
    told(
        "BADSIGN",
        "The money is refunded, but every answer about this sale has a wrong signature.",
        "retry_pending",
        then=done(Harm.WRONG_SIGN),
        queries=done(Harm.WRONG_SIGN),
    ),
    told(
        "UNSIGNED",
        "The money is refunded, and the cancel's answers have no signature; inquiries do.",
        "refunded",
        then=done(Harm.NO_SIGN),
    ),
    told(
        "HALFSIGN",
        "The money is refunded, and the cancel's answers lack one of the headers that a signature needs.",
        "refunded",
        then=done(Harm.HALF_SIGN),
    ),
    told(
        "PAIRS",
        "The signature's parts come in another order, with blanks and with one more.",
        "refunded",
        then=done(Harm.EXTRA_PAIRS),
        queries=done(Harm.EXTRA_PAIRS),
    ),
    told(
        "OTHER",
        "Every cancel is answered with the good news about another sale; this one stays paid.",
        "call_support",
        then=undone(Harm.OTHER_SALE),
        gateways=AMS,
    ),
    told(
        "STALE",
        "Two cancels are answered with a success that was signed an hour ago, then the refund goes through.",
        "refunded",
        cancels=(undone(Harm.STALE),) * 2,
        gateways=ALIPAYPLUS,
    ),
    told(
        "NOTOK",
        "The money is refunded, but the first answer has status S with another code than SUCCESS.",
        "refunded",
        cancels=(Fault(says=Says("S", "PROCESS_FAIL")),),
        gateways=ALIPAYPLUS,
    ),
    told(
        "MIXED",
        "The inquiry writes the payment's status in mixed case; the cancel refunds.",
        "refunded",
        queries=done(Harm.MIXED_CASE),
        gateways=AMS,
    ),
    told(
        "TRUNC",
        "The money is refunded, and the first answer stops in the middle of the text.",
        "refunded",
        cancels=(done(Harm.CUT_SHORT),),
    ),
    told(
        "DUP",
        "The money is refunded, and the first answer has two contradicting results.",
        "refunded",
        cancels=(done(Harm.DUPLICATE),),
    ),
    told(
        "NAN",
        "The money is refunded, and the first answer holds a number that is none.",
        "refunded",
        cancels=(done(Harm.NOT_A_NUMBER),),
    ),
    told(
        "NORESULT",
        "The money is refunded, but the first answer does not say so.",
        "refunded",
        cancels=(done(Harm.NO_RESULT),),
    ),
    told(
        "BLIND",
        "Inquiries never know the result, but the cancel refunds.",
        "cancelled",
        queries=unsure("UNKNOWN_EXCEPTION"),
    ),
)

REFUSED: tuple[Story, ...] = (
    told(
        "UNLISTED",
        "Every cancel fails with a code in no list.",
        "call_support",
        then=fails("TRAINING_UNLISTED"),
    ),
    told(
        "SYSTEM",
        "Every cancel fails because the gateway is out of order, which here is final.",
        "call_support",
        then=fails("SYSTEM_ERROR"),
        gateways=AMS,
    ),
    told(
        "BLOCKED",
        "The customer's account is blocked, so the cancel is refused.",
        "call_support",
        then=fails("USER_STATUS_ABNORMAL"),
        gateways=AMS,
    ),
    told(
        "CAPTURED",
        "The card was charged for good, so the sale can only be refunded.",
        "use_refund",
        then=fails("PAYMENT_METHOD_NOT_SUPPORTED"),
        gateways=AMS,
    ),
    told(
        "WINDOW",
        "The time for a cancel of this sale is over.",
        "use_refund",
        Birth.PAID_YESTERDAY,
    ),
    told(
        "FROZEN",
        "The payment is in a state in which it cannot be cancelled.",
        "use_refund",
        Birth.FROZEN,
        expected_at={"acqp": "call_support"},
    ),
    told(
        "FEE",
        "A part was refunded before, so the sale cannot be cancelled.",
        "already_refunded",
        Birth.PARTLY_REFUNDED,
    ),
    told(
        "FEEFULL",
        "All of it was refunded before, so the sale cannot be cancelled.",
        "already_refunded",
        Birth.FULLY_REFUNDED,
    ),
    told(
        "GONE",
        "The gateway does not know the number; the Alipay+ acquirer only says PROCESS_FAIL.",
        "wrong_number",
        Birth.NEVER_SCANNED,
        expected_at={"acqp": "call_support"},
    ),
    told(
        "CLOSED",
        "The sale had timed out before and holds no money.",
        "already_closed",
        Birth.TIMED_OUT,
    ),
    told(
        "SETUP",
        "The shop's contract does not cover the interface.",
        "setup_problem",
        then=fails("ACCESS_DENIED"),
        queries=fails("ACCESS_DENIED"),
    ),
    told(
        "WRONGKEY",
        "The gateway does not accept the till's key.",
        "setup_problem",
        then=refuses("SIGNATURE_INVALID"),
        queries=refuses("SIGNATURE_INVALID"),
    ),
)

JSON_STORIES: tuple[Story, ...] = (
    told(
        "CLOSE",
        "The customer did not pay; the cancel closes the sale.",
        "closed",
        Birth.UNPAID,
        expected_at=_NEVER_CLOSED,
    ),
    told("REFUND", "The customer paid; the cancel gives the money back.", "refunded"),
    told(
        "NOSCAN",
        "Nobody scanned the code; these gateways know the payment all the same, as unpaid.",
        "closed",
        Birth.UNPAID,
        expected_at=_NEVER_CLOSED,
    ),
    told(
        "PAIDLATE",
        "The unpaid sale is cancelled, but the customer pays half a minute later.",
        "closed",
        Birth.UNPAID,
        paid_after_s=PAID_AFTER_S,
        expected_at=_NEVER_CLOSED,
    ),
    *TROUBLES,
    *ANSWERS,
    *REFUSED,
)
