"""Whatever is changed in a journal behind its back is named by `verify`."""

import contextlib
import random
import shutil
import sqlite3
from pathlib import Path

import pytest

from pos_cancel.adapters import chain
from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import State
from pos_cancel.domain.errors import JournalError
from tests.integration.journal_cases import REPLY, keep, make_case, make_entry, meddling

# What is taken out of a journal on purpose leaves name and digest behind.
TAKE_OUT = "UPDATE {} SET value = NULL, salt = NULL WHERE seq = 3"

MEDDLED = [
    ("UPDATE events SET name = 'sent' WHERE seq = 3", "Event 3 is not what was written"),
    ("UPDATE events SET at = '2026-11-20T12:00:01+00:00' WHERE seq = 3", "Event 3 is not what was written"),
    ("UPDATE events SET case_id = (SELECT id FROM cases WHERE row = 2) WHERE seq = 3", "Event 3 is not what"),
    ("UPDATE events SET chain = zeroblob(32) WHERE seq = 3", "Event 3 is not what was written"),
    ("UPDATE events SET content = zeroblob(32) WHERE seq = 3", "bodies of event 3 are not those"),
    ("UPDATE events SET record = zeroblob(32) WHERE seq = 3", "Event 3 is not what was written"),
    ("DELETE FROM events WHERE seq = 3", "Event 3 is missing; event 4 follows"),
    ("DELETE FROM events WHERE seq = 1", "Event 1 is missing; event 2 follows"),
    ("DELETE FROM events WHERE seq = 6", "ends with event 5, but 6 were written"),
    (
        "INSERT INTO events SELECT 7, case_id, name, at, content, record, chain FROM events WHERE seq = 6",
        "Event 7",
    ),
    ("UPDATE events SET seq = seq + 1 WHERE seq = 6", "Event 6 is missing; event 7 follows"),
    (
        "UPDATE fields SET value = 'nobody' WHERE seq = 3 AND name = 'operator'",
        "field operator of event 3 is not",
    ),
    ("UPDATE fields SET salt = NULL WHERE seq = 3", "The field operator of event 3 is not"),
    ("UPDATE fields SET name = 'approver' WHERE place = 768", "The field approver of event 3 is not"),
    ("DELETE FROM fields WHERE seq = 3", "fields or bodies of event 3 are not those"),
    (
        "UPDATE bodies SET value = CAST(value || ' ' AS BLOB) WHERE seq = 3",
        "The body request of event 3 is not",
    ),
    ("UPDATE bodies SET digest = zeroblob(32) WHERE seq = 3", "The body request of event 3 is not"),
    ("DELETE FROM bodies WHERE place = 768", "fields or bodies of event 3 are not those"),
    (
        "UPDATE cases SET record = replace(record, 'acquire', 'antom') WHERE row = 2",
        "X9-2 is not what its last",
    ),
    ("UPDATE cases SET record = '{}' WHERE row = 2", "The row of case X9-2 cannot be read"),
    ("UPDATE cases SET state = 'refunded', is_open = 0 WHERE row = 2", "Case X9-2 is filed under what"),
    ("UPDATE cases SET due_at = NULL WHERE row = 2", "Case X9-2 is filed under what"),
    ("DELETE FROM numbers WHERE row = 2", "Case X9-2 is not found under a number"),
    ("INSERT INTO numbers VALUES ('1234', 2)", "Numbers are filed that no case names"),
    ("DELETE FROM cases WHERE row = 2", "belongs to a row of cases that is not there"),
    ("UPDATE meta SET value = '0.0.9' WHERE name = 'least_program'", "oldest program"),
    (
        "UPDATE meta SET value = lower(hex(randomblob(16))) WHERE name = 'id'",
        "Event 1 is not what was written",
    ),
    ("UPDATE head SET seq = 5", "ends with event 6, but 5 were written"),
    ("UPDATE head SET seal = zeroblob(32)", "not sealed with its key"),
    (
        "UPDATE events SET seq = 9223372036854775807 WHERE seq = 6",
        "Event 6 is missing; event 9223372036854775807",
    ),
    ("DELETE FROM head", "The journal cannot be read any further: The journal is damaged."),
    ("DROP INDEX cases_one_open", "The index cases_one_open is not as pos_cancel made it"),
    ("CREATE TRIGGER quiet AFTER INSERT ON cases BEGIN SELECT 1; END", "The trigger quiet is not as"),
]


@pytest.fixture
def filled(isolated_home: Path) -> Path:
    """A home whose journal holds six events of four cases."""
    with Journal.open(isolated_home) as journal:
        keep(journal, *(make_case(count) for count in range(1, 5)))
        keep(journal, make_case(1, state=State.REFUNDED, trade_no="2026112022001467890123454821"))
        keep(journal, make_case(3, state=State.RETRY_PENDING), entry=make_entry("answered", fields=()))
        assert journal.verify() == []
    return isolated_home


@pytest.mark.parametrize(("sql", "sentence"), MEDDLED)
def test_meddling_is_named(filled: Path, sql: str, sentence: str) -> None:
    with meddling(filled) as connection:
        connection.execute(sql)
    with Journal.open(filled) as journal:
        findings = journal.verify()
    assert any(sentence in finding for finding in findings), findings
    assert all(finding.endswith(".") for finding in findings)


def test_the_end_cannot_be_cut_off_without_the_key(isolated_home: Path) -> None:
    with Journal.open(isolated_home) as journal:
        keep(journal, make_case(1))
        journal.backup(isolated_home / "before")
        keep(journal, make_case(2))
    with contextlib.closing(sqlite3.connect(isolated_home / "before" / "journal.db")) as plain:
        old = plain.execute("SELECT seq, chain FROM head").fetchone()
    with meddling(isolated_home) as connection:
        for table in ("bodies WHERE seq = 2", "fields WHERE seq = 2", "events WHERE seq = 2"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a table of ours
        connection.execute("DELETE FROM numbers WHERE row = 2")
        connection.execute("DELETE FROM cases WHERE row = 2")
        connection.execute("UPDATE head SET (seq, chain) = (?, ?)", old)
    with Journal.open(isolated_home) as journal:
        assert journal.verify() == ["The end of the journal is not sealed with its key."]


def test_two_swapped_events_are_named(filled: Path) -> None:
    with meddling(filled) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for old, new in ((2, 99), (3, 2), (99, 3)):
            connection.execute("UPDATE events SET seq = ? WHERE seq = ?", (new, old))
    with Journal.open(filled) as journal:
        findings = journal.verify()
    assert "Event 2 is not what was written, or not in its place." in findings
    assert "Event 3 is not what was written, or not in its place." in findings


def test_another_key_fits_nothing(filled: Path, tmp_path: Path) -> None:
    with Journal.open(tmp_path / "other"):
        pass
    shutil.copy(tmp_path / "other" / "journal" / "journal.key", filled / "journal" / "journal.key")
    with Journal.open(filled) as journal:
        findings = journal.verify()
    assert findings[:2] == [
        "Event 1 is not what was written, or not in its place.",
        "Event 2 is not what was written, or not in its place.",
    ]
    assert findings[-1] == "The end of the journal is not sealed with its key."


def test_what_is_taken_out_on_purpose_breaks_nothing(filled: Path) -> None:
    with contextlib.closing(
        sqlite3.connect(filled / "journal" / "journal.db", isolation_level=None)
    ) as plain:
        for table in ("fields", "bodies"):
            plain.execute(TAKE_OUT.format(table))
        digest = plain.execute("SELECT digest FROM bodies WHERE seq = 3 AND name = 'reply'").fetchone()[0]
    with Journal.open(filled) as journal:
        assert journal.verify() == []
        assert journal.entries(make_case(3).id)[0].bodies == ()
    # Whoever kept value and salt can still prove that this was it.
    with contextlib.closing(sqlite3.connect(filled / "journal" / "journal.db")) as plain:
        salt, other = plain.execute(
            "SELECT salt, digest FROM bodies WHERE seq = 4 AND name = 'reply'"
        ).fetchone()
    assert chain.leaf_digest(salt, "reply", REPLY) == other
    assert other != digest


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE events SET name = 'x' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 1",
        "DELETE FROM cases WHERE row = 1",
        "UPDATE fields SET value = 'x' WHERE seq = 1",
        "UPDATE bodies SET value = NULL WHERE seq = 1",
        "UPDATE bodies SET digest = zeroblob(32), value = NULL, salt = NULL WHERE seq = 1",
        "DELETE FROM fields WHERE seq = 1",
    ],
)
def test_the_file_itself_refuses_meddling(filled: Path, sql: str) -> None:
    with contextlib.closing(
        sqlite3.connect(filled / "journal" / "journal.db", isolation_level=None)
    ) as plain:
        plain.execute("PRAGMA foreign_keys=ON")
        with pytest.raises(sqlite3.IntegrityError):
            plain.execute(sql)


def contents(home: Path) -> list[tuple[object, ...]]:
    """Every value that the journal answers for; orders, requests and the count of logs are none."""
    tables = ("meta", "cases", "numbers", "events", "fields", "bodies")
    with contextlib.closing(sqlite3.connect(home / "journal" / "journal.db")) as plain:
        plain.text_factory = bytes
        rows = [row for table in tables for row in plain.execute(f"SELECT * FROM {table} ORDER BY 1, 2")]  # noqa: S608
        return rows + plain.execute("SELECT seq, chain, seal FROM head").fetchall()


@pytest.mark.parametrize(
    "flips", [400, pytest.param(20_000, marks=[pytest.mark.prove, pytest.mark.timeout(900)])]
)
def test_a_flipped_bit_is_named_or_changes_nothing(filled: Path, rng: random.Random, flips: int) -> None:
    file = filled / "journal" / "journal.db"
    whole, expected = file.read_bytes(), contents(filled)
    unnamed = []
    for _ in range(flips):
        place, bit = rng.randrange(len(whole)), 1 << rng.randrange(8)
        file.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        for beside in ("-wal", "-shm"):
            file.with_name(file.name + beside).unlink(missing_ok=True)
        try:
            with Journal.open(filled) as journal:
                findings = journal.verify()
        except JournalError:
            continue
        if not findings and contents(filled) != expected:
            unnamed.append((place, bit))
    assert unnamed == []
