"""The promise of the product as checks on plain facts, for every kind of test that breaks things.

The facts are what any test can come by: the journal as a second program reads it, what is true of the money
at the gateway, what left the till and what really came back. A check that does not hold raises `Violation`
with the name of the invariant, one of `INVARIANTS`.
"""

from tests.invariants.departures import Tries, Written, check_departure, check_one_sender, frozen
from tests.invariants.facts import INVARIANTS, Departure, Money, Proof, Violation, need
from tests.invariants.proof import check_final, check_proof, check_refund_seen
from tests.invariants.words import SAYINGS, check_money, check_quiet, check_words
from tests.invariants.written import (
    check_acknowledged,
    check_chain,
    check_in_time,
    check_kept,
    check_one_case,
    check_opened,
    check_secrets,
    check_window,
    ends_by_clock,
)

__all__ = [
    "INVARIANTS",
    "SAYINGS",
    "Departure",
    "Money",
    "Proof",
    "Tries",
    "Violation",
    "Written",
    "check_acknowledged",
    "check_chain",
    "check_departure",
    "check_final",
    "check_in_time",
    "check_kept",
    "check_money",
    "check_one_case",
    "check_one_sender",
    "check_opened",
    "check_proof",
    "check_quiet",
    "check_refund_seen",
    "check_secrets",
    "check_window",
    "check_words",
    "ends_by_clock",
    "frozen",
    "need",
]
