"""What is told of the codes of outcomes.md §2, in groups: several lines of the table ask for the same.

A telling is the ending of a receipt number (see the README: `CODE` answers every cancel so, `LOST` and `MISS`
leave the first one unanswered), the state and its variant, and the exchanges of the case: C for a cancel, I
for an inquiry, as a regular expression. Where `~` stands more cancels may follow; elsewhere they may not.
"""

Tellings = tuple[tuple[str, str, str], ...]

# What is this till's own fault is said at once, and after an unanswered try stops the case.
OWN_FAULT: Tellings = (
    ("CODE.{}", "setup_problem", "C"),
    ("CODE.{}.UNSIGNED", "setup_problem", "C"),
    ("LOST.{}", "retry_pending/stopped", "CC"),
    ("MISS.{}", "retry_pending/stopped", "CC"),
)
# R8: a refusal without a signature may end in setup_problem alone; any other code in it is asked about.
UNSIGNED: Tellings = (("CODE.{}.UNSIGNED", "retry_pending/background", "CI~"),)
# R7: after an unanswered try an inquiry decides.
LOST: Tellings = (
    ("LOST.{}", "refunded", "CCI"),
    ("LOST.{}.UNPAID", "cancelled", "CCI"),
    ("MISS.{}.CLOSED", "cancelled", "CCI"),
)
STILL_PAID: Tellings = (("MISS.{}", "retry_pending/background", "CCIC~"),)
UNDECIDED: Tellings = (
    *STILL_PAID,
    ("MISS.{}.UNPAID", "retry_pending/background", "CCIC~"),
    ("LOST.{}.BLIND", "retry_pending/background", "CCI~"),
)
# Only the JSON gateways' inquiries show refunds; the in-store gateway's a closed sale when all went back.
REFUNDS_SEEN: Tellings = (
    ("MISS.{}.PARTLY", "already_refunded/part", "CCI"),
    ("MISS.{}.FULLY", "refunded", "CCI"),
)
NOT_FOUND: Tellings = (
    *UNSIGNED,
    *LOST,
    *STILL_PAID,
    ("CODE.{}.NOSCAN", "wrong_number", "C"),
    ("CODE.{}.UNSIGNED.NOSCAN", "wrong_number", "CIII"),
    ("MISS.{}.NOSCAN", "wrong_number", "CCIII"),
    # The gateway's inquiries do find it, so that it is not "not found by the gateway" (§1).
    ("CODE.{}", "call_support/refused", "CICICIC"),
)
BLOCKED: Tellings = (("CODE.{}", "call_support/refused", "C"), *UNSIGNED, *LOST, *STILL_PAID)
WINDOW: Tellings = (
    *UNSIGNED,
    *LOST,
    ("CODE.{}.CLOSED", "already_closed", "CI"),
    ("CODE.{}.CANCELLED", "already_closed", "CI"),
    ("CODE.{}.UNPAID", "retry_pending", "CI+"),
    ("CODE.{}.BLIND", "retry_pending", "CI+"),
    ("MISS.{}.UNPAID", "retry_pending", "CCI+"),
    ("MISS.{}.BLIND", "retry_pending", "CCI+"),
    ("MISS.{}.FULLY", "refunded", "CCI"),
)
JSON_WINDOW: Tellings = (
    *WINDOW,
    ("CODE.{}", "use_refund", "CI"),
    ("CODE.{}.PARTLY", "already_refunded/part", "CI"),
    ("CODE.{}.FULLY", "already_refunded/full", "CI"),
    ("MISS.{}", "use_refund", "CCI"),
    ("MISS.{}.PARTLY", "already_refunded/part", "CCI"),
)
LATER: Tellings = (
    ("LOST.{}", "refunded", "CC+I"),
    ("LOST.{}.UNPAID", "cancelled", "CC+I"),
    ("MISS.{}", "retry_pending", "CC~"),
    ("CODE.{}.UNSIGNED", "retry_pending", "CI~"),
)
UNLISTED: Tellings = (
    ("CODE.{}", "call_support/refused", "CI"),
    ("CODE.{}.CLOSED", "already_closed", "CI"),
    ("CODE.{}.UNPAID", "call_support/refused", "CI"),
    ("CODE.{}.BLIND", "call_support/refused", "CI+"),
    ("LOST.{}", "refunded", "CC+I"),
    ("LOST.{}.UNPAID", "cancelled", "CC+I"),
    ("MISS.{}", "retry_pending/background", "CC~"),
    *UNSIGNED,
)
PROCESS_FAIL: Tellings = (
    *UNSIGNED,
    *LOST,
    *STILL_PAID,
    *REFUNDS_SEEN,
    ("CODE.{}", "call_support/refused", "CI"),
    ("CODE.{}.UNPAID", "call_support/refused", "CI"),
    ("CODE.{}.BLIND", "call_support/refused", "CI+"),
    ("CODE.{}.PARTLY", "already_refunded/part", "CI"),
    ("CODE.{}.FULLY", "already_refunded/full", "CI"),
    ("CODE.{}.CANCELLED", "already_closed", "CI"),
)
# T4: whatever the code is, under status U nothing is known.
UNDER_U: Tellings = (
    ("CODE.{}.U", "retry_pending/background", "CCCC~"),
    ("LOST.{}.U", "refunded", "CC+I"),
)
TOO_MANY: Tellings = (
    ("CODE.{}.U", "retry_pending", "C~"),
    ("LOST.{}.U", "refunded", "CC+I"),
    ("MISS.{}.U", "retry_pending", "CC~"),
)
NO_ANSWER: Tellings = (
    ("CODE.{}", "retry_pending/background", "CCCC~"),
    ("LOST.{}", "refunded", "CC+I"),
)
OUT_OF_ORDER: Tellings = (
    ("CODE.{}", "retry_pending/background", "CCCCIC~"),
    ("CODE.{}.Y", "retry_pending/background", "CCCC~"),
    ("CODE.{}.FAILED", "retry_pending/background", "C~"),
    ("LOST.{}", "refunded", "CC+I"),
    ("LOST.{}.UNPAID", "cancelled", "CC+I"),
    ("MISS.{}", "retry_pending/background", "CC~"),
    *UNSIGNED,
)
STATUS: Tellings = (
    *UNSIGNED,
    *LOST,
    *UNDECIDED,
    ("CODE.{}", "call_support/refused", "CI"),
    ("CODE.{}.Y", "call_support/refused", "CICICICI"),
    ("CODE.{}.CLOSED", "already_closed", "CI"),
    ("CODE.{}.CANCELLED", "already_closed", "CI"),
    ("CODE.{}.UNPAID", "retry_pending/background", "CIC~"),
    ("CODE.{}.BLIND", "retry_pending/background", "CI~"),
    ("MISS.{}.FULLY", "refunded", "CCI"),
)
ACQUIRE_WINDOW: Tellings = (
    *WINDOW,
    ("CODE.{}", "use_refund/refunds_not_visible", "CI"),
    ("CODE.{}.FINISHED", "call_support", "CI"),
    ("MISS.{}", "use_refund/refunds_not_visible", "CCI"),
    ("MISS.{}.FINISHED", "call_support", "CCI"),
)
REFUND_FEE: Tellings = (
    *UNSIGNED,
    ("CODE.{}", "already_refunded/not_visible", "CI"),
    ("CODE.{}.PARTLY", "already_refunded/not_visible", "CI"),
    ("CODE.{}.FULLY", "already_refunded/full", "CI"),
    ("CODE.{}.BLIND", "retry_pending/background", "CI~"),
    ("LOST.{}", "refunded", "CCI"),
    ("MISS.{}.FULLY", "refunded", "CCI"),
    ("MISS.{}", "retry_pending/background", "CCIC~"),
)
JSON_STATUS: Tellings = (
    *UNSIGNED,
    *LOST,
    *UNDECIDED,
    *REFUNDS_SEEN,
    ("CODE.{}", "use_refund", "CI"),
    ("CODE.{}.CANCELLED", "already_closed", "CI"),
    ("CODE.{}.CLOSED", "already_closed", "CI"),
    ("CODE.{}.UNPAID", "retry_pending/background", "CIC~"),
    ("CODE.{}.BLIND", "retry_pending/background", "CI~"),
    ("CODE.{}.PARTLY", "already_refunded/part", "CI"),
    ("CODE.{}.FULLY", "already_refunded/full", "CI"),
)
FINAL_ERROR: Tellings = (
    *UNSIGNED,
    *LOST,
    ("CODE.{}", "call_support", "CI+"),
    ("CODE.{}.UNPAID", "call_support", "CI+"),
    ("CODE.{}.BLIND", "call_support", "CI+"),
    ("CODE.{}.CANCELLED", "cancelled", "CI"),
    ("MISS.{}", "call_support", "CCI+"),
    ("MISS.{}.BLIND", "call_support", "CCI+"),
)
ODD_SUCCESS: Tellings = (
    ("CODE.{}.S", "retry_pending/background", "CI~"),
    ("CODE.{}.S.UNPAID", "retry_pending/background", "CI~"),
    ("LOST.{}.S", "refunded", "CCI"),
    ("LOST.{}.S.UNPAID", "cancelled", "CCI"),
    ("MISS.{}.S", "retry_pending/background", "CCI~"),
)
