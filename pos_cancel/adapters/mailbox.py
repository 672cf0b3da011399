"""Requests of a command line to the process that sends, and the answers, through the journal's file.

A request goes from *posted* to *taken* to *answered*, or from *posted* to *withdrawn* or *refused*, and is
taken once: if the taker dies, nobody does it a second time, and the poster sees that no answer comes.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pos_cancel.adapters.database import Database
from pos_cancel.domain.listing import EPOCH, micros, moment

Json = dict[str, Any]
TOO_LATE: Json = {"refused": "too_late"}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `payload` is what the poster gave; it must hold no secret."""

    id: int
    at: datetime
    payload: Json


def post(database: Database, payload: Json) -> int:
    """Write a request down, durably."""
    sql = "INSERT INTO requests (at, status, payload) VALUES (?, 'posted', ?) RETURNING id"
    with database.transaction():
        return int(database.rows(sql, (micros(datetime.now(UTC)), _text(payload)))[0][0])


def take(database: Database, not_before: datetime | None) -> list[Request]:
    """Take all posted requests in their order; older ones than `not_before` are refused, durably."""
    # Most looks find nothing, and a look must not cost a flush.
    if database.row("SELECT 1 FROM requests WHERE status = 'posted' LIMIT 1") is None:
        return []
    if not database.is_writing():
        with database.transaction():
            return take(database, not_before)
    oldest = micros(not_before or EPOCH)
    refuse = "UPDATE requests SET status = 'refused', answer = ? WHERE status = 'posted' AND at < ?"
    database.run(refuse, (_text(TOO_LATE), oldest))
    taken = database.rows(
        "UPDATE requests SET status = 'taken' WHERE status = 'posted' RETURNING id, at, payload"
    )
    return [Request(number, moment(at), json.loads(payload)) for number, at, payload in sorted(taken)]


def answer(database: Database, request_id: int, reply: Json) -> None:
    """Answer a taken request; joins the open transaction, if there is one."""
    if not database.is_writing():
        with database.transaction():
            return answer(database, request_id, reply)
    sql = "UPDATE requests SET status = 'answered', answer = ? WHERE id = ? AND status = 'taken'"
    database.run(sql, (_text(reply), request_id))
    return None


def answer_of(database: Database, request_id: int) -> Json | None:
    """Give the answer, or None while there is none."""
    found = database.row("SELECT answer FROM requests WHERE id = ?", (request_id,))
    return None if found is None or found[0] is None else json.loads(found[0])


def withdraw(database: Database, request_id: int) -> bool:
    """Take a request back before it is taken; tells whether that was in time."""
    sql = "UPDATE requests SET status = 'withdrawn' WHERE id = ? AND status = 'posted'"
    with database.transaction():
        return database.run(sql, (request_id,)).rowcount == 1


def _text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
