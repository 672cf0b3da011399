"""A second program that reads the journal while the till writes it."""

from datetime import datetime
from typing import Any

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.schema import PLACES
from pos_cancel.engine.ports import Entry

LAST = "SELECT seq, name, at FROM events WHERE case_id = ? ORDER BY seq DESC LIMIT 1"


class Reader(Journal):
    """Reads cases as everybody does, and of a case's events the last one alone: a run writes thousands."""

    def entries(self, case_id: str) -> list[Entry]:
        """Give the last event of a case."""
        return [
            Entry(name, datetime.fromisoformat(at), self._beside("fields", seq), self._beside("bodies", seq))
            for seq, name, at in self._database.rows(LAST, (case_id,))
        ]

    def _beside(self, table: str, seq: int) -> tuple[Any, ...]:
        sql = f"SELECT name, value FROM {table} WHERE place >= ? AND place < ? ORDER BY place"  # noqa: S608
        return tuple(self._database.rows(sql, (seq * PLACES, (seq + 1) * PLACES)))
