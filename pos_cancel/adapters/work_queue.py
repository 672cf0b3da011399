"""What the journal knows of the work ahead: what is due, what waits, what is open. The index is the queue.

A till may have very many open cases, so what is asked often reads places, not cases.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from pos_cancel.adapters.case_rows import read
from pos_cancel.adapters.database import Database
from pos_cancel.domain.case import Case
from pos_cancel.domain.listing import NO_DEADLINE, Listing, micros, moment
from pos_cancel.engine.worklist import LATE

LONG_AGO = -(2**63)
BY_DEADLINE = "ORDER BY deadline IS NULL, deadline, opened_at, row"
# So many cases are read at a time where nobody knows how many will be wanted.
PAGE = 100
# Two searches in the index; one over both kinds of work would read all of it.
_NEXT_DUE = (
    "SELECT min(due_at) FROM (SELECT min(due_at) AS due_at FROM cases "
    "WHERE is_background = 0 AND due_at IS NOT NULL UNION ALL SELECT min(due_at) FROM cases "
    "WHERE is_background = 1 AND due_at IS NOT NULL)"
)
# The index of open cases begins with the gateway; named, it keeps the rows of other accounts out.
_OF_PROFILE = "is_open AND gateway IN (SELECT DISTINCT gateway FROM cases WHERE is_open) AND profile = ?"


def cases(database: Database, where: str, *values: object) -> list[Case]:
    """Give the cases that a clause of our own finds."""
    rows = database.rows(f"SELECT record FROM cases {where}", values)  # noqa: S608 - clauses of our own
    return [read(record) for (record,) in rows]


def due(database: Database, now: datetime, limit: int, *, behind: bool) -> list[Case]:
    """Give cases whose next act is due: those that somebody waits for first, then by time."""
    found: list[Case] = []
    late, at = micros(now - LATE), micros(now)
    spans = ((0, late, at), (0, LONG_AGO, late), (1, LONG_AGO, at))
    where = "WHERE is_background = ? AND due_at > ? AND due_at <= ? ORDER BY due_at, row LIMIT ?"
    for span in spans if behind else spans[:1]:
        found += cases(database, where, *span, limit - len(found))
    return found


def next_due(database: Database) -> datetime | None:
    """Give when the next act is due."""
    (time,) = database.only_row(_NEXT_DUE)
    return None if time is None else moment(time)


def listing(database: Database, full: int) -> Listing:
    """List the open cases, so many of them in full, the first ones."""
    sql = "SELECT coalesce(deadline, ?), opened_at, id FROM cases WHERE is_open ORDER BY 1, 2, 3"
    places = tuple(database.rows(sql, (NO_DEADLINE,)))
    return Listing(places, tuple(of_ids(database, [case_id for _, _, case_id in places[:full]])))


def waiting(database: Database, profile: str, now: datetime) -> Iterator[Case]:
    """Give the account's open cases that are due later, earliest deadline first, as they are asked for."""
    where = f"WHERE {_OF_PROFILE} AND due_at > ? {BY_DEADLINE}"
    found = database.rows(f"SELECT id FROM cases {where}", (profile, micros(now)))  # noqa: S608 - our own
    return of_ids(database, [case_id for (case_id,) in found])


def undue(database: Database, profile: str) -> list[str]:
    """Give the ids of the account's open cases for which nothing is planned, oldest first."""
    sql = f"SELECT id FROM cases WHERE {_OF_PROFILE} AND due_at IS NULL ORDER BY row"  # noqa: S608 - our own
    return [case_id for (case_id,) in database.rows(sql, (profile,))]


def of_ids(database: Database, case_ids: Collection[str]) -> Iterator[Case]:
    """Give the cases with these ids in their order, read as they are asked for."""
    ids = tuple(case_ids)
    for start in range(0, len(ids), PAGE):
        part = ids[start : start + PAGE]
        found = {
            case.id: case for case in cases(database, f"WHERE id IN ({', '.join('?' * len(part))})", *part)
        }
        yield from (found[case_id] for case_id in part if case_id in found)
