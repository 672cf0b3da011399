"""Stories of the JSON gateways in which an answer is unknown, lost, late, or not the gateway's."""

from pos_cancel.sandbox.faults import LATE_S, LOST, TOO_LATE_S, Birth, Harm, Story, astray, done
from pos_cancel.sandbox.json_faults import AMS, fails, refuses, told, unsure

TROUBLES: tuple[Story, ...] = (
    told(
        "BUSY",
        "The gateway is out of order twice and says that the result is unknown, then refunds.",
        "refunded",
        cancels=(unsure("SYSTEM_ERROR"),) * 2,
    ),
    told(
        "BUSYF",
        "The gateway refuses twice, unsigned, because it is out of order; then it refunds.",
        "refunded",
        cancels=(refuses("SYSTEM_ERROR"),) * 2,
    ),
    told(
        "UNKNOWN",
        "The gateway twice does not know the result itself, then refunds.",
        "refunded",
        cancels=(unsure("UNKNOWN_EXCEPTION"),) * 2,
    ),
    told(
        "UNSURE",
        "The gateway twice does not find the key and calls the result unknown, then refunds.",
        "refunded",
        cancels=(unsure("KEY_NOT_FOUND"),) * 2,
    ),
    told(
        "CHARGE",
        "The payment is still being processed twice, then the refund goes through.",
        "refunded",
        cancels=(unsure("PAYMENT_IN_PROCESS"),) * 2,
    ),
    told(
        "LIMIT",
        "The gateway has too many requests twice, then refunds.",
        "refunded",
        cancels=(unsure("REQUEST_TRAFFIC_EXCEED_LIMIT"),) * 2,
    ),
    told(
        "FUNDS",
        "The shop's balance is too low three times, then the refund goes through.",
        "refunded",
        cancels=(fails("MERCHANT_BALANCE_NOT_ENOUGH"),) * 3,
        gateways=AMS,
    ),
    told(
        "LOST",
        "The money is refunded, but the answer never comes; a second cancel is answered as a repeat.",
        "refunded",
        cancels=(LOST,),
    ),
    told(
        "LOSTSTATUS",
        "The answer of the refund is lost, and a second cancel meets ORDER_STATUS_INVALID.",
        "refunded",
        cancels=(LOST,),
        then=fails("ORDER_STATUS_INVALID"),
    ),
    told(
        "LOSTGONE",
        "The answer of the refund is lost, and a second cancel meets ORDER_NOT_EXIST though it is cancelled.",
        "refunded",
        cancels=(LOST,),
        then=fails("ORDER_NOT_EXIST"),
    ),
    told(
        "LOSTFAIL",
        "The answer of the refund is lost, a second cancel meets PROCESS_FAIL; the inquiry shows a refund.",
        "refunded",
        cancels=(LOST,),
        then=fails("PROCESS_FAIL"),
        queries=done(Harm.AS_REFUND),
    ),
    told(
        "LOSTCLOSE",
        "An unpaid sale is cancelled, but the answer never comes.",
        "cancelled",
        Birth.UNPAID,
        cancels=(LOST,),
    ),
    told(
        "DROP",
        "The money is refunded, and the line breaks half way through the answer.",
        "refunded",
        cancels=(done(Harm.DROP),),
    ),
    told(
        "LATE",
        "The refund's answer comes so late that a client has almost given up.",
        "refunded",
        cancels=(done(Harm.LATE, LATE_S),),
    ),
    told(
        "TOOLATE",
        "The refund's answer comes after the client has given up.",
        "refunded",
        cancels=(done(Harm.LATE, TOO_LATE_S),),
    ),
    told(
        "HTML",
        "A guest network answers twice with its login page, then the refund goes through.",
        "refunded",
        cancels=(astray("HTML"),) * 2,
    ),
    told(
        "REDIRECT",
        "A guest network sends the till elsewhere twice, then the refund goes through.",
        "refunded",
        cancels=(astray("302"),) * 2,
    ),
    told(
        "HTTP500",
        "The gateway breaks down twice, then refunds.",
        "refunded",
        cancels=(astray("500"),) * 2,
    ),
    told(
        "HTTP502",
        "A relay in front of the gateway breaks down twice, then the refund goes through.",
        "refunded",
        cancels=(astray("502"),) * 2,
    ),
    told(
        "HTTP503",
        "The gateway is overloaded once and says when to come back, then refunds.",
        "refunded",
        cancels=(astray("503"),),
    ),
)
