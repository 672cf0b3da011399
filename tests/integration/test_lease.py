"""One sender for a journal: the right to send belongs to one process and dies with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pos_cancel.adapters.lease import SenderLease
from pos_cancel.domain.errors import JournalError

ROOT = Path(__file__).parents[2]
HOLDER = """
import subprocess, sys
from pathlib import Path
from pos_cancel.adapters.lease import SenderLease
lease = SenderLease(Path(sys.argv[1]))
held = lease.acquire()
# A program that outlives its parent and was given every file that a child may have.
child = subprocess.Popen(["sleep", "60"], close_fds=False) if sys.argv[2] == "child" else None
print(held, lease.holder, child.pid if child else 0, flush=True)
sys.stdin.read()
"""


@contextmanager
def holder(home: Path, child: str = "alone") -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """Another process that tries to get the right and lives until it is told to end."""
    command = [sys.executable, "-c", HOLDER, str(home), child]
    with subprocess.Popen(command, cwd=ROOT, stdin=-1, stdout=-1, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().split()
        finally:
            process.kill()


def test_one_process_holds_the_right(isolated_home: Path) -> None:
    lease = SenderLease(isolated_home)
    with holder(isolated_home) as (process, said):
        assert said == ["True", str(process.pid), "0"]
        assert not lease.acquire()
        assert not lease.is_held
        assert lease.holder == process.pid
        with holder(isolated_home) as (_, other):
            assert other == ["False", str(process.pid), "0"]


def test_the_right_dies_with_its_process_and_not_with_its_children(isolated_home: Path) -> None:
    lease = SenderLease(isolated_home)
    with holder(isolated_home, "child") as (process, said):
        child = int(said[2])
        try:
            assert not lease.acquire()
            process.kill()
            process.wait()
            os.kill(child, 0)
            assert lease.acquire()
            assert lease.holder == os.getpid()
        finally:
            os.kill(child, 9)
    lease.release()


def test_a_released_right_is_free(isolated_home: Path) -> None:
    lease = SenderLease(isolated_home)
    assert lease.acquire()
    assert lease.acquire()
    lease.release()
    lease.release()
    assert not lease.is_held
    assert lease.holder is None
    with holder(isolated_home) as (_, said):
        assert said[0] == "True"


def test_two_leases_of_one_process_exclude_each_other(isolated_home: Path) -> None:
    first, second = SenderLease(isolated_home), SenderLease(isolated_home)
    assert first.acquire()
    assert not second.acquire()
    assert second.holder == os.getpid()
    second.release()
    assert not second.acquire()
    first.release()
    assert second.acquire()
    second.release()


def test_the_lock_is_private_and_its_handle_stays_here(isolated_home: Path) -> None:
    lease = SenderLease(isolated_home)
    assert lease.acquire()
    assert (isolated_home / "sender.lock").stat().st_mode & 0o777 == 0o600
    handles = [int(entry.name) for entry in Path("/proc/self/fd").iterdir() if points_to_lock(entry)]
    assert len(handles) == 1
    assert not os.get_inheritable(handles[0])
    lease.release()


def points_to_lock(entry: Path) -> bool:
    try:
        return entry.readlink().name == "sender.lock"
    except FileNotFoundError:
        return False


def test_a_home_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(JournalError, match="cannot be opened") as told:
        SenderLease(tmp_path / "taken").acquire()
    assert told.value.way_on
