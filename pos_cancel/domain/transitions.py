"""The state table: the whole truth about which event may lead where (outcomes.md §1, design.md rule 2).

The README's diagram is drawn from it.
"""

from collections.abc import Mapping
from types import MappingProxyType

from pos_cancel.domain.case import State

_S = State
_FINAL = frozenset(state for state in State if not state.is_open)
_WATCHED = frozenset({_S.CLOSED, _S.CLOSED_UNSCANNED, _S.NO_PAYMENT_FOUND, _S.REFUNDED, _S.CANCELLED})
# Where an exchange can lead from a state that is still being worked; only people make kept, withdrawn
# and not_sent, and only the watch makes paid_late (as a new, linked case).
_SETTLED = frozenset(_FINAL - {_S.PAID_LATE, _S.WITHDRAWN})
_BY_INQUIRY = frozenset(_SETTLED - {_S.CLOSED, _S.CLOSED_UNSCANNED, _S.NO_PAYMENT_FOUND, _S.SETUP_PROBLEM})
_BY_CANCEL = frozenset(_SETTLED - {_S.ALREADY_CLOSED, _S.ALREADY_REFUNDED, _S.USE_REFUND, _S.KEPT})
# What ends the cancels makes the case retry_pending before an inquiry can say these.
_ENDED_FIRST = frozenset({_S.KEPT, _S.USE_REFUND})
_OPEN = frozenset({_S.RETRY_PENDING, _S.CALL_SUPPORT})


def _to(*states: State) -> frozenset[State]:
    return frozenset(states)


TRANSITIONS: Mapping[tuple[State, str], frozenset[State]] = MappingProxyType(
    {
        (_S.SENDING, "looked_up"): _to(_S.ALREADY_CLOSED, _S.ALREADY_REFUNDED, _S.REFUNDED, _S.CANCELLED),
        (_S.SENDING, "sent"): _to(_S.SENDING),
        (_S.SENDING, "answered"): _BY_CANCEL | _OPEN | {_S.SENDING, _S.WAITING, _S.NOT_SENT},
        (_S.SENDING, "recovered"): _to(_S.NOT_SENT, _S.RETRY_PENDING),
        (_S.SENDING, "key_failed"): _to(_S.SENDING, _S.NOT_SENT, _S.SETUP_PROBLEM, _S.RETRY_PENDING),
        (_S.SENDING, "gave_up"): _to(_S.NOT_SENT),
        (_S.RETRY_PENDING, "sent"): _to(_S.RETRY_PENDING),
        (_S.RETRY_PENDING, "answered"): _BY_CANCEL | _BY_INQUIRY | _OPEN | {_S.WAITING},
        (_S.RETRY_PENDING, "recovered"): _to(_S.RETRY_PENDING),
        (_S.RETRY_PENDING, "key_failed"): _to(_S.RETRY_PENDING),
        (_S.RETRY_PENDING, "setup_changed"): _to(_S.RETRY_PENDING),
        (_S.RETRY_PENDING, "window_closed"): _to(_S.RETRY_PENDING),
        (_S.RETRY_PENDING, "send_again"): _to(_S.RETRY_PENDING),
        (_S.RETRY_PENDING, "keep"): _to(_S.RETRY_PENDING),
        (_S.RETRY_PENDING, "end"): _to(_S.CALL_SUPPORT),
        (_S.WAITING, "sent"): _to(_S.WAITING),
        (_S.WAITING, "answered"): (_BY_CANCEL | _BY_INQUIRY | _OPEN | {_S.WAITING}) - _ENDED_FIRST,
        (_S.WAITING, "recovered"): _to(_S.WAITING, _S.RETRY_PENDING),
        (_S.WAITING, "key_failed"): _to(_S.RETRY_PENDING),
        (_S.WAITING, "window_closed"): _to(_S.RETRY_PENDING),
        (_S.WAITING, "send_again"): _to(_S.WAITING),
        (_S.WAITING, "keep"): _to(_S.RETRY_PENDING),
        (_S.WAITING, "end"): _to(_S.CALL_SUPPORT),
        (_S.CALL_SUPPORT, "sent"): _to(_S.CALL_SUPPORT),
        (_S.CALL_SUPPORT, "answered"): _BY_INQUIRY | {_S.CALL_SUPPORT},
        (_S.CALL_SUPPORT, "recovered"): _to(_S.CALL_SUPPORT),
        (_S.CALL_SUPPORT, "key_failed"): _to(_S.CALL_SUPPORT),
        (_S.CALL_SUPPORT, "send_again"): _to(_S.RETRY_PENDING),
        (_S.CALL_SUPPORT, "end"): _to(_S.CALL_SUPPORT),
        (_S.NOT_SENT, "recovered"): _to(_S.NOT_SENT),
        (_S.NOT_SENT, "send_again"): _to(_S.SENDING),
        (_S.NOT_SENT, "withdraw"): _to(_S.WITHDRAWN),
        **{(state, name): _to(state) for state in _WATCHED for name in ("sent", "answered", "recovered")},
        **{(state, "key_failed"): _to(state) for state in _WATCHED},
    }
)
