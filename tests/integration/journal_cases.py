"""Cases and entries for the journal's tests, and a journal opened for meddling."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.engine.ports import Entry

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
REQUEST = b"service=alipay.acquire.cancel&out_trade_no=R-1"
REPLY = b"<alipay><is_success>T</is_success></alipay>"


def make_case(count: int, **changes: Any) -> Case:  # noqa: ANN401 - any field of a case
    """The case with this count: just opened, due at noon."""
    values: dict[str, Any] = {
        "id": f"case{count:028d}",
        "ref": f"X9-{count}",
        "gateway": "acquire",
        "profile": "shop",
        "number": f"R-2026-{count:08d}",
        "number_kind": NumberKind.OUT_TRADE_NO,
        "opened_at": NOON,
        "updated_at": NOON,
        "params": (("service", "alipay.acquire.cancel"), ("out_trade_no", f"R-2026-{count:08d}")),
        "params_at": NOON,
        "stop_at": NOON + timedelta(hours=24),
        "foreground_from": NOON,
        "next_ask": Ask.CANCEL,
        "next_try_at": NOON,
    }
    return Case(**(values | changes))


def make_entry(name: str = "prepared", **changes: Any) -> Entry:  # noqa: ANN401 - any field of an entry
    """An event at noon with two fields and two bodies."""
    values: dict[str, Any] = {
        "name": name,
        "at": NOON,
        "fields": (("operator", "陈"), ("state", "sending")),
        "bodies": (("request", REQUEST), ("reply", REPLY)),
    }
    return Entry(**(values | changes))


def keep(journal: Journal, *cases: Case, entry: Entry | None = None) -> None:
    """Write cases in one transaction."""
    with journal.transaction():
        for case in cases:
            journal.write(case, entry or make_entry())


@contextlib.contextmanager
def meddling(home: Path) -> Iterator[sqlite3.Connection]:
    """The file without its guards, as a person with an SQLite shell has it; the triggers are put back."""
    with contextlib.closing(
        sqlite3.connect(home / "journal" / "journal.db", isolation_level=None)
    ) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        yield connection
        for _, sql in triggers:
            connection.execute(sql)
