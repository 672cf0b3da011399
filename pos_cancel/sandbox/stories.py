"""The stories of the training gateway: the end of a receipt number picks what happens.

One table, so that a trainer, a test and a bug report speak of the same thing.
"""

from pos_cancel.sandbox.faults import (
    LATE_S,
    LOST,
    PAID_AFTER_S,
    TOO_LATE_S,
    Birth,
    Fault,
    Harm,
    Says,
    Story,
    astray,
    done,
    undone,
)


def _fails(code: str, retry_flag: str = "N") -> Fault:
    return Fault(executes=False, says=Says("FAIL", code, retry_flag))


def _refuses(code: str) -> Fault:
    return Fault(executes=False, says=Says("", code))


STORIES: tuple[Story, ...] = (
    Story(
        "CLOSE", "The customer scanned and did not pay; the cancel closes the sale.", "closed", Birth.UNPAID
    ),
    Story("REFUND", "The customer paid; the cancel gives the money back.", "refunded"),
    Story(
        "NOSCAN",
        "Nobody scanned the code, so the gateway knows no trade and the cancel succeeds without an action.",
        "no_payment_found",
        Birth.NEVER_SCANNED,
        expected_known="closed_unscanned",
    ),
    Story(
        "PAIDLATE",
        "Nobody had scanned the code, but the customer pays half a minute after the cancel.",
        "no_payment_found",
        Birth.NEVER_SCANNED,
        expected_known="closed_unscanned",
        paid_after_s=PAID_AFTER_S,
    ),
    Story(
        "BUSY",
        "The gateway is out of order twice, then refunds.",
        "refunded",
        cancels=(_fails("SYSTEM_ERROR", "Y"),) * 2,
    ),
    Story(
        "BUSYF",
        "The gateway refuses twice, unsigned, because it is out of order; then it refunds.",
        "refunded",
        cancels=(_refuses("SYSTEM_ERROR"),) * 2,
    ),
    Story(
        "UNKNOWN",
        "The gateway twice does not know the result itself, then refunds.",
        "refunded",
        cancels=(Fault(executes=False, says=Says("UNKNOWN", retry_flag="Y")),) * 2,
    ),
    Story(
        "FAILED",
        "The gateway twice says FAILED with the error inside the answer, then refunds.",
        "refunded",
        cancels=(Fault(executes=False, says=Says("FAILED", "SYSTEM_ERROR")),) * 2,
    ),
    Story(
        "LOST",
        "The money is refunded, but the answer never comes; a second cancel is answered as a repeat.",
        "refunded",
        cancels=(LOST,),
    ),
    Story(
        "LOSTSTATUS",
        "The answer of the refund is lost, and a second cancel meets TRADE_STATUS_ERROR.",
        "refunded",
        cancels=(LOST,),
        then=_fails("TRADE_STATUS_ERROR"),
    ),
    Story(
        "LOSTGONE",
        "The answer of the refund is lost, and a second cancel meets TRADE_NOT_EXIST though it is closed.",
        "refunded",
        cancels=(LOST,),
        then=_fails("TRADE_NOT_EXIST"),
    ),
    Story(
        "LOSTCLOSE",
        "An unpaid sale is closed, but the answer never comes.",
        "cancelled",
        Birth.UNPAID,
        cancels=(LOST,),
    ),
    Story(
        "DROP",
        "The money is refunded, and the line breaks half way through the answer.",
        "refunded",
        cancels=(done(Harm.DROP),),
    ),
    Story(
        "LATE",
        "The refund's answer comes so late that a client has almost given up.",
        "refunded",
        cancels=(done(Harm.LATE, LATE_S),),
    ),
    Story(
        "TOOLATE",
        "The refund's answer comes after the client has given up.",
        "refunded",
        cancels=(done(Harm.LATE, TOO_LATE_S),),
    ),
    Story(
        "HTML",
        "A guest network answers twice with its login page, then the refund goes through.",
        "refunded",
        cancels=(astray("HTML"),) * 2,
    ),
    Story(
        "REDIRECT",
        "A guest network sends the till elsewhere twice, then the refund goes through.",
        "refunded",
        cancels=(astray("302"),) * 2,
    ),
    Story(
        "HTTP500",
        "The gateway breaks down twice, then refunds.",
        "refunded",
        cancels=(astray("500"),) * 2,
    ),
    Story(
        "HTTP502",
        "A relay in front of the gateway breaks down twice, then the refund goes through.",
        "refunded",
        cancels=(astray("502"),) * 2,
    ),
    Story(
        "HTTP503",
        "The gateway is overloaded once and says when to come back, then refunds.",
        "refunded",
        cancels=(astray("503"),),
    ),
    Story(
        "BADSIGN",
        "The money is refunded, but every answer about this sale has a wrong signature.",
        "retry_pending",
        then=done(Harm.WRONG_SIGN),
        queries=done(Harm.WRONG_SIGN),
    ),
    Story(
        "UNSIGNED",
        "The money is refunded, and the cancel's answers have no signature; inquiries do.",
        "refunded",
        then=done(Harm.NO_SIGN),
    ),
    Story(
        "GBK",
        "Every answer comes in GBK, whatever was asked.",
        "refunded",
        then=done(Harm.GBK),
        queries=done(Harm.GBK),
    ),
    Story(
        "OTHER",
        "Every cancel is answered with the good news about another sale; this one stays paid.",
        "call_support",
        then=undone(Harm.OTHER_SALE),
    ),
    Story(
        "NOACTION",
        "The money is refunded, but the first answer does not say so.",
        "refunded",
        cancels=(done(Harm.NO_ACTION),),
    ),
    Story(
        "TRUNC",
        "The money is refunded, and the first answer stops in the middle of the text.",
        "refunded",
        cancels=(done(Harm.CUT_SHORT),),
    ),
    Story(
        "DUP",
        "The money is refunded, and the first answer has two contradicting results.",
        "refunded",
        cancels=(done(Harm.DUPLICATE),),
    ),
    Story(
        "DOCTYPE",
        "The money is refunded, and the first answer brings a document type with an outside file.",
        "refunded",
        cancels=(done(Harm.DOCTYPE),),
    ),
    Story(
        "FAILY",
        "Every cancel fails with a code in no list, although it says that it may be tried again.",
        "call_support",
        then=_fails("TRAINING_UNLISTED", "Y"),
    ),
    Story(
        "TRY",
        "Every cancel fails on the trade's status although it is paid, and says that it may be tried again.",
        "call_support",
        then=_fails("TRADE_STATUS_ERROR", "Y"),
    ),
    Story(
        "LIMIT",
        "The gateway has too many requests twice, then refunds.",
        "refunded",
        cancels=(_fails("FREQUENCY_LIMITED", "Y"),) * 2,
    ),
    Story(
        "FUNDS",
        "The shop's balance is too low three times, then the refund goes through.",
        "refunded",
        cancels=(_fails("MERCHANT_BALANCE_NOT_ENOUGH"),) * 3,
    ),
    Story(
        "CHARGE",
        "The payment is still being processed twice, then the refund goes through.",
        "refunded",
        cancels=(_fails("REFUND_CHARGE_ERROR"),) * 2,
    ),
    Story(
        "WINDOW",
        "The sale was paid yesterday, so it cannot be cancelled any more.",
        "use_refund",
        Birth.PAID_YESTERDAY,
    ),
    Story(
        "FINISHED",
        "The trade is finished and can be neither cancelled nor refunded by the till.",
        "call_support",
        Birth.FINISHED,
    ),
    Story("FROZEN", "The trade is frozen for security reasons.", "call_support", Birth.FROZEN),
    Story(
        "FEE",
        "A part was refunded before, so the sale cannot be cancelled.",
        "already_refunded",
        Birth.PARTLY_REFUNDED,
    ),
    Story(
        "FEEFULL",
        "All of it was refunded before, so the sale cannot be cancelled.",
        "already_refunded",
        Birth.FULLY_REFUNDED,
    ),
    Story(
        "GONE",
        "The gateway does not know the number and says so.",
        "wrong_number",
        Birth.NEVER_SCANNED,
        then=_fails("TRADE_NOT_EXIST"),
    ),
    Story("CLOSED", "The sale had timed out before and holds no money.", "already_closed", Birth.TIMED_OUT),
    Story(
        "BLIND",
        "Inquiries end in a process exception, but the cancel refunds.",
        "refunded",
        queries=Fault(says=Says("PROCESS_EXCEPTION", "SYSTEM_ERROR")),
    ),
    Story(
        "SETUP",
        "The shop's contract does not cover the interface.",
        "setup_problem",
        then=_refuses("ILLEGAL_PARTNER_EXTERFACE"),
        queries=_refuses("ILLEGAL_PARTNER_EXTERFACE"),
    ),
    Story(
        "WRONGKEY",
        "The gateway does not accept the till's key.",
        "setup_problem",
        then=_refuses("ILLEGAL_SIGN"),
        queries=_refuses("ILLEGAL_SIGN"),
    ),
)
