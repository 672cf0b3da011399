"""What settles a case, and that a settled one stays what it is."""

from pos_cancel.domain.case import Case, State
from tests.invariants.facts import Proof, need

BY_PEOPLE = frozenset({State.WITHDRAWN, State.NOT_SENT, State.SETUP_PROBLEM})
OPEN_OR_PEOPLES = frozenset({State.SENDING, State.RETRY_PENDING, State.WAITING, State.CALL_SUPPORT})


def check_proof(before: Case, after: Case, proof: Proof, *, succeeded: bool) -> None:
    """Hold one step of a case against what really came back of the exchange that led to it.

    `succeeded` tells that an authentic success about this sale came before (ACQP's names none, R8).
    """
    if after.state is before.state and after.variant == before.variant:
        return
    told = f"{after.ref}: {before.state.value} -> {after.state.value} {after.variant} by {proof.value}"
    settles = not after.state.is_open and after.state not in BY_PEOPLE
    by_success = after.gateway == "acqp" and after.state is State.CANCELLED and succeeded
    need(not settles or proof is Proof.AUTHENTIC or by_success, "proof", told)
    if proof is Proof.UNSENT:
        need(after.state in OPEN_OR_PEOPLES | {State.NOT_SENT} or by_success, "unknown", told)
    if after.state is State.NOT_SENT:
        need(proof is Proof.UNSENT, "unknown", told)
    if proof is Proof.NOTHING:
        need(after.state in OPEN_OR_PEOPLES or by_success, "unknown", told)
        refused = after.state is State.CALL_SUPPORT and after.variant == "refused"
        need(not refused or before.refusals or before.doubt, "unknown", told)
    if proof is Proof.UNSIGNED_F:
        need(after.state in OPEN_OR_PEOPLES | {State.SETUP_PROBLEM} or by_success, "unknown", told)


def check_refund_seen(case: Case) -> None:
    """Hold a case that has just heard of a refund, in a verified inquiry, against what that means."""
    waits = case.state in OPEN_OR_PEOPLES and not case.ended
    need(not waits, "refund seen", f"{case.ref} was told of a refund and is {case.state.value}")


def check_final(before: Case, after: Case) -> None:
    """A final case stays what it is; only its watch moves."""
    if before.state.is_open:
        return
    same = (before.state, before.variant, before.updated_at, before.tries, before.number, before.params)
    now = (after.state, after.variant, after.updated_at, after.tries, after.number, after.params)
    need(same == now, "final", f"{before.ref} was {before.state.value} and is {after.state.value}: {now}")
