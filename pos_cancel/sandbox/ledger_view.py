"""The ledger as JSON, for scripts and tests that ask what the gateway did."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal

from pos_cancel.sandbox.exchange import RequestLog
from pos_cancel.sandbox.ledger import Ledger


def movements_json(ledger: Ledger) -> bytes:
    """Give an array with one row per movement of money, oldest first."""
    return _array(
        {
            "kind": row.kind,
            "number": row.number,
            "trade_no": row.trade_no,
            "amount": _decimal(row.amount),
            "currency": row.currency,
            "at": row.at.isoformat(),
            "gateway": row.gateway,
        }
        for row in ledger.movements
    )


def trades_json(ledger: Ledger) -> bytes:
    """Give an array of every trade with its state and what was refunded of it."""
    return _array(
        {
            "number": trade.number,
            "trade_no": trade.trade_no,
            "amount": _decimal(trade.amount),
            "currency": trade.currency,
            "state": trade.state.value,
            "created_at": trade.created_at.isoformat(),
            "paid_at": trade.paid_at.isoformat() if trade.paid_at else None,
            "refunded": _decimal(trade.refunded),
            "cancel_action": trade.cancel_action,
            "gateway": trade.gateway,
        }
        for trade in ledger.trades
    )


def requests_json(log: RequestLog) -> bytes:
    """Give an array of every request received and what was done about it."""
    return _array(
        {
            "service": request.service,
            "params": dict(request.params),
            "at": request.at.isoformat(),
            "story": request.story,
            "did": request.did,
            "gateway": request.gateway,
        }
        for request in log.read()
    )


def _decimal(value: Decimal) -> str:
    return f"{value:f}"


def _array(rows: Iterable[Mapping[str, object]]) -> bytes:
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode() + b"\n"
