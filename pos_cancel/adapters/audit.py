"""Checking a journal from end to end: the file, the chain, what lies beside it, and every case's row.

Orders and requests lie outside the chain: nothing is decided by them alone that a case does not hold too.
"""

import contextlib
import itertools
import math
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial

from pos_cancel.adapters import chain, schema
from pos_cancel.adapters.case_rows import COLUMNS, numbers_of, read, values_of
from pos_cancel.adapters.database import FAULTS, Database, Row, in_words
from pos_cancel.domain.errors import JournalError
from pos_cancel.engine.ports import Entry

# What reading a value of the wrong type raises: a damaged file holds anything.
WRONG_VALUE = (TypeError, ValueError, AttributeError, OverflowError)
_CASES = (
    f"SELECT {', '.join(COLUMNS)}, record, salt, row, "  # noqa: S608 - names of our own
    "(SELECT e.record FROM events e WHERE e.case_id = cases.id ORDER BY e.seq DESC LIMIT 1) "
    "FROM cases ORDER BY row"
)
_NAMED = "SELECT 1 FROM numbers WHERE backwards = ? AND row = ?"


def entries(database: Database, case_id: str) -> list[Entry]:
    """Give a case's events in their order; values that were taken out are left out."""
    fields, bodies = _pairs(database, "fields", case_id), _pairs(database, "bodies", case_id)
    sql = "SELECT seq, name, at FROM events WHERE case_id = ? ORDER BY seq"
    return [
        Entry(name, datetime.fromisoformat(at), tuple(fields[seq]), tuple(bodies[seq]))
        for seq, name, at in database.rows(sql, (case_id,))
    ]


def _pairs(database: Database, table: str, case_id: str) -> defaultdict[int, list[Row]]:
    """Give names and values of all events of a case, by the event's number."""
    sql = (
        f"SELECT e.seq, t.name, t.value FROM events e JOIN {table} t "  # noqa: S608 - names of our own
        f"ON t.place >= e.seq * {schema.PLACES} AND t.place < (e.seq + 1) * {schema.PLACES} "
        "WHERE e.case_id = ? AND t.value IS NOT NULL ORDER BY t.place"
    )
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for seq, *pair in database.rows(sql, (case_id,)):
        found[seq].append(tuple(pair))
    return found


class _Leaves:
    """The fields or the bodies of all events, read through once: each event is asked for after the last."""

    def __init__(self, database: Database, table: str) -> None:
        sql = f"SELECT place, name, digest, salt, value FROM {table} ORDER BY place"  # noqa: S608 - our own
        rows = database.connection.execute(sql)
        self._events = itertools.groupby(rows, lambda row: row[0] // schema.PLACES)
        self._seq: float = -math.inf
        self._rows: list[Row] = []

    def of(self, seq: int) -> list[Row]:
        """Give the rows of an event; of events that are not there they are passed over."""
        while self._seq < seq:
            self._seq, rows = next(self._events, (math.inf, ()))
            self._rows = list(rows)
        return self._rows if self._seq == seq else []


def verify(database: Database, key: bytes, journal: str) -> list[str]:
    """Give one sentence per finding. Reads one snapshot, so it may run beside a writer.

    Raises RuntimeError inside a transaction.
    """
    if database.is_writing():
        raise RuntimeError("a transaction of the journal is open")
    findings: list[str] = []
    # Text that is no UTF-8 any more must be seen as wrong, and not end the check.
    database.connection.text_factory = partial(str, encoding="utf-8", errors="surrogateescape")
    try:
        database.connection.execute("BEGIN")
        for look in (
            _file(database),
            _form(database),
            _chain(database, key, journal),
            _cases(database, journal),
        ):
            findings += look
    except (*FAULTS, *WRONG_VALUE, JournalError) as error:
        findings.append(f"The journal cannot be read any further: {_told(error)}")
    finally:
        database.connection.text_factory = str
        with contextlib.suppress(sqlite3.Error):
            database.connection.rollback()
    return findings


def _told(error: Exception) -> str:
    words = error if isinstance(error, JournalError) else in_words(error)
    return words.sentence if words is not None else f"{error}."


def _file(database: Database) -> Iterator[str]:
    for (text,) in database.connection.execute("PRAGMA integrity_check"):
        if text != "ok":
            yield f"The file is damaged: {text}."
    for table, row, parent, _ in database.connection.execute("PRAGMA foreign_key_check"):
        yield f"Row {row} of {table} belongs to a row of {parent} that is not there."


def _form(database: Database) -> Iterator[str]:
    wanted = schema.form()
    sql = "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    found = dict(database.connection.execute(sql).fetchall())
    for name in sorted(wanted.keys() | found.keys(), key=str):
        if wanted.get(name) != found.get(name):
            yield f"The {name} is not as pos_cancel made it."
    least = database.connection.execute("SELECT value FROM meta WHERE name = 'least_program'").fetchall()
    if least != [(schema.LEAST_PROGRAM,)]:
        yield "The oldest program that the journal allows is not what was written."


def _chain(database: Database, key: bytes, journal: str) -> Iterator[str]:
    before, expected = chain.start(key, journal), 1
    fields, bodies = _Leaves(database, "fields"), _Leaves(database, "bodies")
    sql = "SELECT seq, case_id, name, at, content, record, chain FROM events ORDER BY seq"
    for row in database.connection.execute(sql):
        *event, value = row
        seq = event[0]
        if seq != expected:
            yield f"Event {expected} is missing; event {seq} follows."
        elif not _follows(key, before, event, value):
            yield f"Event {seq} is not what was written, or not in its place."
        yield from _beside(seq, event[4], {"field": fields.of(seq), "body": bodies.of(seq)})
        before, expected = value, seq + 1
    yield from _end(database, key, (expected - 1, before))


def _follows(key: bytes, before: bytes, event: Row | list[object], value: bytes) -> bool:
    try:
        return chain.link(key, before, chain.Link(*event)) == value
    except WRONG_VALUE:
        return False


def _end(database: Database, key: bytes, last: tuple[int, bytes]) -> Iterator[str]:
    seq, value, seal = database.only_row("SELECT seq, chain, seal FROM head")
    if (seq, value) != last:
        yield f"The journal ends with event {last[0]}, but {seq} were written."
    try:
        sealed = chain.seal(key, seq, value) == seal
    except WRONG_VALUE:
        sealed = False
    if not sealed:
        yield "The end of the journal is not sealed with its key."


def _beside(seq: int, content: bytes, found: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    """Check fields and bodies of one event; a value that was taken out on purpose is no finding."""
    for kind, rows in found.items():
        for place, (filed, name, digest, salt, value) in enumerate(rows, seq * schema.PLACES):
            if filed != place or not _is_written(name, digest, salt, value):
                yield f"The {kind} {name} of event {seq} is not what was written."
    fields, bodies = ([(name, digest) for _, name, digest, _, _ in rows] for rows in found.values())
    try:
        whole = chain.content_digest(fields, bodies) == content
    except WRONG_VALUE:
        whole = False
    if not whole:
        yield f"The fields or bodies of event {seq} are not those that were written."


def _is_written(name: str, digest: bytes, salt: bytes | None, value: str | bytes | None) -> bool:
    if salt is None and value is None:
        return True
    try:
        return chain.leaf_digest(salt, name, value) == digest  # type: ignore[arg-type]
    except WRONG_VALUE:
        return False


def _cases(database: Database, journal: str) -> Iterator[str]:
    filed = 0
    (given,) = database.only_row("SELECT refs FROM head")
    prefix = f"{schema.prefix_of(journal)}-"
    for *values, record, salt, row, digest in database.connection.execute(_CASES):
        ref = values[COLUMNS.index("ref")]
        try:
            is_written = chain.record_digest(salt, record) == digest
            wanted = values_of(read(record))
        except (*WRONG_VALUE, JournalError):
            yield f"The row of case {ref} cannot be read."
            continue
        if not is_written:
            yield f"The row of case {ref} is not what its last event says."
        if wanted != tuple(values):
            yield f"Case {ref} is filed under what its row does not say."
        filed += len(numbers_of(wanted))
        for text in numbers_of(wanted):
            if not database.connection.execute(_NAMED, (text, row)).fetchone():
                yield f"Case {ref} is not found under a number it names."
        count = str(ref).removeprefix(prefix)
        if count != ref and count.isdecimal() and int(count) > given:
            yield f"Case {ref} has a reference that was not given yet."
    if (filed,) != database.connection.execute("SELECT count(*) FROM numbers").fetchone():
        yield "Numbers are filed that no case names."
