"""A journal that cannot be used says so in a sentence with a way on, and is left as it is."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pos_cancel.adapters import journal_folder, schema
from pos_cancel.adapters.database import Database, prepare
from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.errors import JournalError
from tests.integration.journal_cases import keep, make_case, make_entry

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).with_name("journal_writer.py")
HEADER_BYTES = 100


@pytest.fixture
def filled(isolated_home: Path) -> Path:
    with Journal.open(isolated_home) as journal:
        keep(journal, make_case(1))
    return isolated_home


def run_sql(home: Path, sql: str) -> None:
    with contextlib.closing(sqlite3.connect(home / "journal" / "journal.db", isolation_level=None)) as plain:
        plain.execute(sql)


def refusal(home: Path, **options: float | str) -> JournalError:
    """What opening says; it must change no byte in the journal's folder."""
    files = {path.name: path.read_bytes() for path in (home / "journal").iterdir()}
    with pytest.raises(JournalError) as told:
        Journal.open(home, **options)  # type: ignore[arg-type]
    left = {path.name: path.read_bytes() for path in (home / "journal").iterdir()}
    # Looking into a journal may leave the files that belong to its log, empty.
    assert {name: left[name] for name in files} == files
    assert told.value.sentence.endswith(".")
    assert told.value.way_on.endswith(".")
    return told.value


def test_a_newer_form_is_refused(filled: Path) -> None:
    run_sql(filled, f"PRAGMA user_version = {len(schema.MIGRATIONS) + 1}")
    told = refusal(filled)
    assert told.sentence == "This journal was written by a newer pos_cancel; this one is 0.1.0."
    assert told.way_on == "Install the newest pos_cancel. Nothing was changed."


def test_a_journal_names_the_oldest_program_it_allows(filled: Path) -> None:
    run_sql(filled, "UPDATE meta SET value = '2.10.0' WHERE name = 'least_program'")
    told = refusal(filled, program="2.9.3")
    assert told.sentence == "This journal was written by a newer pos_cancel; this one is 2.9.3."
    assert told.way_on == "Install pos_cancel 2.10.0 or newer. Nothing was changed."


def test_a_newer_journal_keeps_even_its_log(filled: Path, tmp_path: Path) -> None:
    """A newer program that was stopped hard leaves a log; it stays for that program."""
    with Journal.open(filled):
        run_sql(filled, "PRAGMA user_version = 99")
        shutil.copytree(filled / "journal", tmp_path / "stopped" / "journal")
    (tmp_path / "stopped" / "journal" / "journal.db-shm").unlink()
    assert "newer" in refusal(tmp_path / "stopped").sentence


def truncated(file: Path) -> None:
    file.write_bytes(b"")


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:5000])


def text(file: Path) -> None:
    file.write_bytes(b"This is a text and not a database. " * 200)


def torn(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:HEADER_BYTES] + os.urandom(8000) + whole[HEADER_BYTES + 8000 :])


def foreign(file: Path) -> None:
    file.unlink()
    with contextlib.closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE cookies (name TEXT)")


@pytest.mark.parametrize(
    ("name", "harm", "sentence"),
    [
        ("journal.db", truncated, "The journal is damaged."),
        ("journal.db", cut, "The journal is damaged."),
        ("journal.db", torn, "The journal is damaged."),
        ("journal.db", text, "The journal's file is not a journal of pos_cancel."),
        ("journal.db", foreign, "The journal's file is not a journal of pos_cancel."),
        ("journal.db", Path.unlink, "The journal's file journal.db is missing."),
        ("journal.key", Path.unlink, "The journal's file journal.key is missing."),
        ("journal.key", truncated, "The journal's file journal.key is damaged."),
    ],
)
def test_a_damaged_journal_is_told_and_not_repaired(
    filled: Path, name: str, harm: Callable[[Path], None], sentence: str
) -> None:
    harm(filled / "journal" / name)
    assert refusal(filled).sentence == sentence


def test_damage_met_while_running_stops_all_writing(filled: Path) -> None:
    with Journal.open(filled) as journal:
        keep(journal, *(make_case(count) for count in range(2, 200)))
    file = filled / "journal" / "journal.db"
    whole = file.read_bytes()
    file.write_bytes(whole[: 40 * 4096] + bytes(len(whole) - 40 * 4096))
    with Journal.open(filled) as journal:
        with pytest.raises(JournalError, match="damaged"):
            journal.open_cases()
        assert journal.verify()
        with pytest.raises(JournalError, match="stopped after a fault") as told:
            keep(journal, make_case(999))
        assert told.value.way_on == "Close pos_cancel and start it again."


def test_a_journal_without_its_end_takes_no_event(filled: Path) -> None:
    run_sql(filled, "DELETE FROM head")
    with Journal.open(filled) as journal, pytest.raises(JournalError, match="damaged"):
        keep(journal, make_case(2))


def test_a_record_that_no_program_wrote_is_damage(filled: Path) -> None:
    run_sql(filled, "UPDATE cases SET record = '[]'")
    with Journal.open(filled) as journal, pytest.raises(JournalError, match="damaged"):
        journal.open_cases()


def test_a_locked_journal_is_told_and_works_again(filled: Path) -> None:
    with Journal.open(filled, busy_s=0.02) as journal:
        with contextlib.closing(
            sqlite3.connect(filled / "journal" / "journal.db", isolation_level=None)
        ) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(JournalError, match="Another program holds the journal"):
                keep(journal, make_case(2))
            assert journal.get("X9-1") == make_case(1)
            other.execute("ROLLBACK")
        keep(journal, make_case(2))
        assert journal.verify() == []


def test_a_full_file_undoes_the_transaction_and_goes_on_when_there_is_space(filled: Path) -> None:
    """A limit on the file stands for the disk."""
    connection = journal_folder.open_file(filled / "journal", "0.1.0", 0.1)
    journal = Journal(Database(connection), filled / "journal")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(JournalError, match="The disk is full") as told:
        keep(journal, make_case(2), entry=make_entry(bodies=(("reply", bytes(60_000)),)))
    assert told.value.way_on
    assert journal.get("X9-2") is None
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    keep(journal, make_case(2), entry=make_entry(bodies=(("reply", bytes(60_000)),)))
    assert journal.verify() == []
    journal.close()


def in_small_disk(tmp_path: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run a shell script with a disk of 400 KiB at $DISK that nobody else sees; skips where it may not."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=400k none {disk} || exit 77\n"
    command = ["unshare", "--mount", "sh", "-c", mount + script]
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare here")
    places = {"DISK": str(disk), "PYTHON": sys.executable, "WRITER": str(WRITER), "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, env=os.environ | places, capture_output=True, text=True, check=False)
    if run.returncode == 77 or "unshare" in run.stderr:
        pytest.skip("this user may not mount a disk")
    return run


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    run = in_small_disk(tmp_path, '"$PYTHON" "$WRITER" "$DISK" 1000')
    lines = run.stdout.splitlines()
    durable = [line for line in lines if line.startswith("durable")]
    assert lines[-2:] == [
        "refused: The disk is full; the journal could not be written.",
        f"kept: {2 * len(durable)} []",
    ], run.stdout[-500:] + run.stderr
    assert len(durable) > 3


def test_a_disk_without_space_for_a_journal_is_told(tmp_path: Path) -> None:
    run = in_small_disk(
        tmp_path, 'head -c 390000 /dev/zero > "$DISK/big"; "$PYTHON" "$WRITER" "$DISK" 1; ls "$DISK"'
    )
    assert run.stdout.splitlines() == [
        "refused: The disk is full; the journal could not be written.",
        "big",
    ], run.stderr


def test_a_read_only_home_is_told(tmp_path: Path) -> None:
    script = '"$PYTHON" "$WRITER" "$DISK" 1; mount -o remount,ro none "$DISK"; "$PYTHON" "$WRITER" "$DISK" 1'
    run = in_small_disk(tmp_path, script)
    assert run.stdout.splitlines() == ["durable: 0", "refused: This till may not write its journal."], (
        run.stderr
    )


def test_a_read_only_home_without_a_journal_is_told(tmp_path: Path) -> None:
    script = 'mount -o remount,ro none "$DISK"; "$PYTHON" "$WRITER" "$DISK" 1'
    run = in_small_disk(tmp_path, script)
    assert run.stdout.splitlines() == ["refused: This till may not write its journal."], run.stderr


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(JournalError, match="cannot be opened"):
        Journal.open(tmp_path / "taken")


def test_an_older_form_is_brought_forward_once(filled: Path) -> None:
    """With a step that a later release could bring; a step that fails changes nothing."""
    folder = filled / "journal"
    step = ("CREATE TABLE till (name TEXT) STRICT", "INSERT INTO till VALUES ('K7')")
    with pytest.raises(sqlite3.OperationalError):
        journal_folder.open_file(folder, "0.2.0", 0.1, (*schema.MIGRATIONS, (*step, "NONSENSE")))
    for _ in range(2):
        with contextlib.closing(
            journal_folder.open_file(folder, "0.2.0", 0.1, (*schema.MIGRATIONS, step))
        ) as newer:
            assert newer.execute("SELECT name FROM till").fetchall() == [("K7",)]
            assert newer.execute("PRAGMA user_version").fetchone() == (len(schema.MIGRATIONS) + 1,)
    assert "newer" in refusal(filled).sentence


def test_a_file_that_left_the_log_mode_is_refused(filled: Path) -> None:
    run_sql(filled, "PRAGMA journal_mode = DELETE")
    assert "not a journal" in refusal(filled).sentence
    with contextlib.closing(sqlite3.connect(":memory:")) as memory, pytest.raises(JournalError):
        prepare(memory)
