"""The journal's tables, and the way from an older form to this one: linear and additive."""

import contextlib
import sqlite3
import string
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from pos_cancel.adapters.database import DAMAGED, Database
from pos_cancel.domain.errors import JournalError

APPLICATION_ID = 0x504F5343  # "POSC"
# The oldest program that may work with a journal of this form.
LEAST_PROGRAM = "0.1.0"
ID_LENGTH = 32
# Fields, and bodies, that one event may have.
PLACES = 256
# Neither I nor O nor Q, neither 0 nor 1: the reference is read out on the telephone.
LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
DIGITS = "23456789"

FIRST = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # One row: the end of the chain, sealed, so that rows dropped from the end are missed.
    """CREATE TABLE head (
        id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, chain BLOB NOT NULL, seal BLOB NOT NULL,
        refs INTEGER NOT NULL DEFAULT 100, logs INTEGER NOT NULL DEFAULT 0
    ) STRICT""",
    """CREATE TABLE cases (
        row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, ref TEXT NOT NULL UNIQUE,
        gateway TEXT NOT NULL, profile TEXT NOT NULL, number TEXT NOT NULL, number_kind TEXT NOT NULL,
        trade_no TEXT, out_trade_no TEXT, amount_minor INTEGER, currency TEXT NOT NULL,
        sold_at INTEGER NOT NULL, opened_at INTEGER NOT NULL, updated_at INTEGER NOT NULL,
        state TEXT NOT NULL, is_open INTEGER NOT NULL, is_interrupted INTEGER NOT NULL,
        is_watched INTEGER NOT NULL, is_background INTEGER NOT NULL, due_at INTEGER, deadline INTEGER,
        record TEXT NOT NULL, salt BLOB NOT NULL
    ) STRICT""",
    # The index is the queue.
    "CREATE INDEX cases_due ON cases (is_background, due_at) WHERE due_at IS NOT NULL",
    "CREATE UNIQUE INDEX cases_one_open ON cases (gateway, profile, number) WHERE is_open",
    "CREATE INDEX cases_interrupted ON cases (is_interrupted) WHERE is_interrupted",
    "CREATE INDEX cases_watched ON cases (is_watched) WHERE is_watched",
    "CREATE INDEX cases_opened ON cases (opened_at)",
    "CREATE INDEX cases_amount ON cases (amount_minor, sold_at) WHERE amount_minor IS NOT NULL",
    # Every number a case names, written backwards: one tree finds it whole or by its last characters.
    """CREATE TABLE numbers (
        backwards TEXT NOT NULL, row INTEGER NOT NULL REFERENCES cases (row), PRIMARY KEY (backwards, row)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY, case_id TEXT NOT NULL REFERENCES cases (id), name TEXT NOT NULL,
        at TEXT NOT NULL, content BLOB NOT NULL, record BLOB NOT NULL, chain BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX events_of_case ON events (case_id)",
    # What an event says lies beside the chain: value and salt may go, the digest stays. A row's place is
    # its event's number times 256 plus its rank, so that rows are appended and need no index of their own.
    *(
        f"""CREATE TABLE {table} (
            place INTEGER PRIMARY KEY CHECK (place / {PLACES} = seq),
            seq INTEGER NOT NULL REFERENCES events (seq), name TEXT NOT NULL,
            digest BLOB NOT NULL, salt BLOB, value {kind}
        ) STRICT"""
        for table, kind in (("fields", "TEXT"), ("bodies", "BLOB"))
    ),
    """CREATE TRIGGER events_stay BEFORE UPDATE ON events
       BEGIN SELECT RAISE(ABORT, 'events are only added'); END""",
    """CREATE TRIGGER events_remain BEFORE DELETE ON events
       BEGIN SELECT RAISE(ABORT, 'events are only added'); END""",
    "CREATE TRIGGER cases_remain BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, 'cases stay'); END",
    *(
        statement
        for table in ("fields", "bodies")
        for statement in (
            f"""CREATE TRIGGER {table}_stay BEFORE UPDATE ON {table}
                WHEN NEW.value IS NOT NULL OR NEW.salt IS NOT NULL OR NEW.digest IS NOT OLD.digest
                  OR NEW.seq IS NOT OLD.seq OR NEW.place IS NOT OLD.place OR NEW.name IS NOT OLD.name
                BEGIN SELECT RAISE(ABORT, 'only a value and its salt may be taken out'); END""",
            f"""CREATE TRIGGER {table}_remain BEFORE DELETE ON {table}
                BEGIN SELECT RAISE(ABORT, 'only a value and its salt may be taken out'); END""",
        )
    ),
    # Open orders that the POS handed over.
    """CREATE TABLE orders (
        profile TEXT NOT NULL, number TEXT NOT NULL, backwards TEXT NOT NULL, amount_minor INTEGER,
        currency TEXT NOT NULL, sold_at INTEGER, status TEXT NOT NULL, PRIMARY KEY (profile, number)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX orders_tail ON orders (backwards)",
    "CREATE INDEX orders_amount ON orders (amount_minor, sold_at) WHERE amount_minor IS NOT NULL",
    # What a command line asks of the program that holds the sender's lock.
    """CREATE TABLE requests (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, status TEXT NOT NULL,
        payload TEXT NOT NULL, answer TEXT
    ) STRICT""",
    "CREATE INDEX requests_posted ON requests (id) WHERE status = 'posted'",
)
# What the numbers of each account look like (domain.shape), learnt one by one as they come.
FORMS = (
    """CREATE TABLE forms (
        profile TEXT NOT NULL, form TEXT NOT NULL, count INTEGER NOT NULL, length INTEGER NOT NULL,
        beginning TEXT NOT NULL, PRIMARY KEY (profile, form)
    ) STRICT, WITHOUT ROWID""",
)
# All that is shown of an order stands in the index, so that an end is found in one place of the disk.
TAILS = (
    "DROP INDEX orders_tail",
    "CREATE INDEX orders_tail ON orders (backwards, amount_minor, currency, sold_at, status)",
)
# Version n of the form is what the first n tuples make. Only ever add one at the end.
MIGRATIONS: tuple[tuple[str, ...], ...] = (FIRST, FORMS, TAILS)


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]]) -> None:
    """Bring an older journal to today's form in one transaction."""
    if connection.execute("PRAGMA user_version").fetchone()[0] == len(migrations):
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have done it while this one waited.
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        for statement in (statement for step in migrations[done:] for statement in step):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {max(done, len(migrations))}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


@cache
def form() -> Mapping[str, str]:
    """Give the statement behind every table, index and trigger of today's form, by kind and name."""
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        for statement in (statement for step in MIGRATIONS for statement in step):
            connection.execute(statement)
        sql = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
        return MappingProxyType(dict(connection.execute(sql).fetchall()))


def id_of(database: Database) -> str:
    """Give the id of the journal."""
    found = database.row("SELECT value FROM meta WHERE name = 'id'")
    if found is None or len(found[0]) != ID_LENGTH or not set(found[0]) <= set(string.hexdigits):
        raise JournalError(*DAMAGED)
    return str(found[0])


def prefix_of(name: str) -> str:
    """Give the letter and the digit that begin the references of the journal with this id."""
    drawn = int(name[:8], 16)
    return f"{LETTERS[drawn % len(LETTERS)]}{DIGITS[drawn // len(LETTERS) % len(DIGITS)]}"
