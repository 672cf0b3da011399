"""The journal among processes: killed writers, readers beside a writer, requests, flushes."""

import contextlib
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pos_cancel.adapters.journal import Journal
from tests.integration.journal_cases import NOON, keep, make_case

ROOT = Path(__file__).parents[2]
WRITER = Path(__file__).with_name("journal_writer.py")
ENDLESS = "1000000"


@contextlib.contextmanager
def writer(home: Path, transactions: str = ENDLESS) -> Iterator[subprocess.Popen[str]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(WRITER), str(home), transactions]
    with subprocess.Popen(command, env=environment, stdout=-1, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("point", range(30))
def test_a_kill_loses_nothing_that_was_acknowledged(
    isolated_home: Path, rng: random.Random, point: int
) -> None:
    with writer(isolated_home) as process:
        assert process.stdout is not None
        said = [process.stdout.readline() for _ in range(rng.randrange(1, 15))]
        time.sleep(rng.random() * 0.002)
        process.send_signal(signal.SIGKILL)
        # Each line was said after its transaction was durable; some are still in the pipe.
        said += process.stdout.readlines()
    with Journal.open(isolated_home) as journal:
        found = len(journal.open_cases())
        assert journal.verify() == []
        assert found in {2 * len(said), 2 * len(said) + 2}
        assert all(journal.get(f"X9-{count}") for count in range(found))
        keep(journal, make_case(found))


def test_processes_that_start_together_make_one_journal(isolated_home: Path) -> None:
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(writer(isolated_home, "0")) for _ in range(4)]
        said = [process.communicate()[0] for process in writers]
        assert [process.returncode for process in writers] == [0] * 4, said
    assert [path.name for path in isolated_home.iterdir()] == ["journal"]
    with Journal.open(isolated_home) as journal:
        assert journal.verify() == []


def test_a_reader_sees_whole_transactions_beside_a_writer(isolated_home: Path) -> None:
    with writer(isolated_home) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with Journal.open(isolated_home) as journal:
            seen = [len(journal.open_cases())]
            while seen[-1] < seen[0] + 40:
                process.stdout.readline()
                seen.append(len(journal.open_cases()))
            assert journal.verify() == []
    assert seen == sorted(seen)
    assert all(count % 2 == 0 for count in seen)


def test_a_request_is_taken_once_and_answered(isolated_home: Path) -> None:
    with Journal.open(isolated_home) as sender, Journal.open(isolated_home) as asking:
        assert sender.take_requests() == []
        first = asking.post_request({"do": "cancel", "number": "单号"})
        second = asking.post_request({"do": "send", "case": "X9-1"})
        taken = sender.take_requests()
        assert [(request.id, request.payload["do"]) for request in taken] == [
            (first, "cancel"),
            (second, "send"),
        ]
        assert abs(taken[0].at - datetime.now(UTC)) < timedelta(seconds=60)
        assert sender.take_requests() == []
        assert asking.answer_of(first) is None
        sender.answer_request(first, {"case": "X9-1"})
        assert asking.answer_of(first) == {"case": "X9-1"}
        sender.answer_request(first, {"case": "another"})
        assert asking.answer_of(first) == {"case": "X9-1"}
        assert asking.answer_of(99) is None


def test_a_request_that_nobody_took_can_be_taken_back(isolated_home: Path) -> None:
    with Journal.open(isolated_home) as journal:
        number = journal.post_request({})
        assert journal.withdraw_request(number)
        assert not journal.withdraw_request(number)
        assert journal.take_requests() == []
        taken = journal.post_request({})
        assert [request.id for request in journal.take_requests()] == [taken]
        assert not journal.withdraw_request(taken)


def test_an_old_request_is_refused_and_not_done(isolated_home: Path) -> None:
    with Journal.open(isolated_home) as journal:
        number = journal.post_request({})
        assert journal.take_requests(not_before=datetime.now(UTC) + timedelta(seconds=60)) == []
        assert journal.answer_of(number) == {"refused": "too_late"}


def test_requests_orders_and_cases_are_durable_together(isolated_home: Path) -> None:
    with Journal.open(isolated_home) as journal:
        number = journal.post_request({})
        with journal.transaction():
            journal.take_requests()
            ref = journal.next_ref()
            journal.answer_request(number, {"case": ref})
            journal.add_orders([])
        assert journal.answer_of(number) == {"case": ref}


def test_the_log_is_copied_only_when_something_was_written(isolated_home: Path) -> None:
    log = isolated_home / "journal" / "journal.db-wal"
    with Journal.open(isolated_home) as journal:
        assert journal.checkpoint()
        keep(journal, *(make_case(count) for count in range(50)))
        grown = log.stat().st_size
        assert journal.checkpoint()
        before = log.read_bytes()
        assert journal.checkpoint()
        assert log.read_bytes() == before
        keep(journal, make_case(99))
        assert log.stat().st_size == grown
        with Journal.open(isolated_home) as reader:
            reading = reader.open_cases()
            assert len(reading) == 51


def test_a_reader_keeps_the_old_log_until_it_is_done(isolated_home: Path) -> None:
    with Journal.open(isolated_home) as journal, Journal.open(isolated_home) as reader:
        keep(journal, make_case(1))
        with contextlib.closing(sqlite3.connect(isolated_home / "journal" / "journal.db")) as slow:
            slow.execute("BEGIN")
            slow.execute("SELECT count(*) FROM cases").fetchone()
            keep(journal, make_case(2))
            assert not journal.checkpoint()
        assert journal.checkpoint()
        assert len(reader.open_cases()) == 2


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace counts the flushes")
def test_a_transaction_costs_one_flush(isolated_home: Path, tmp_path: Path) -> None:
    few, many = (flushes(isolated_home / str(count), count, tmp_path / "calls") for count in (5, 45))
    assert many - few == 40


def flushes(home: Path, transactions: int, log: Path) -> int:
    command = ["strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(log)]
    run = subprocess.run(
        [*command, sys.executable, str(WRITER), str(home), str(transactions)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if "ptrace" in run.stderr or "PTRACE" in run.stderr:
        pytest.skip("this user may not trace a process")
    assert run.stdout.count("durable") == transactions, run.stderr
    return len(re.findall(r"f(?:data)?sync\(", log.read_text()))


def test_the_first_transaction_after_idling_costs_one_flush_too(isolated_home: Path) -> None:
    """Beginning a log writes its header with a flush of its own; `checkpoint` has done that."""
    with Journal.open(isolated_home) as journal:
        keep(journal, make_case(1))
        assert journal.checkpoint()
        header = (isolated_home / "journal" / "journal.db-wal").read_bytes()[:32]
        keep(journal, make_case(2, updated_at=NOON))
        assert (isolated_home / "journal" / "journal.db-wal").read_bytes()[:32] == header
