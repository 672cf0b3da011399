"""The running program, seen by another program of the same user, and after a crash."""

import contextlib
import ctypes
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.unit.spoken_cases import ROOT

PATIENCE_S = 30.0
NOBODY = 65534
# A common user cannot write down what was covered.
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
ATTACKER = Path(__file__).with_name("attacker.py")
# What a program without the guard is: the tests must be able to fail.
OPEN_BOOK = (sys.executable, "-c", "import time; print('ready', flush=True); time.sleep(60)")
SANDBOX = (sys.executable, "-m", "pos_cancel", "sandbox", "--port", "0")
WINDOW = (sys.executable, "-m", "pos_cancel", "--training")

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the guard is Linux' own")


@pytest.fixture
def as_user(tmp_path: Path) -> Sequence[str]:
    """The words in front of a command that make it a common user's: for root nothing is out of reach."""
    if os.geteuid() != 0:
        return ()
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        pytest.skip("setpriv is not installed, and root may look into everything")
    command = (setpriv, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    tried = subprocess.run(
        [*command, sys.executable, "-c", "import PySide6"], capture_output=True, check=False
    )
    if tried.returncode != 0:
        pytest.skip("nobody may not run this interpreter, and root may look into everything")
    # The way to the folder must be open to them as well.
    for folder in (tmp_path, *tmp_path.parents):
        with contextlib.suppress(PermissionError):
            folder.chmod(folder.stat().st_mode | 0o011)
    os.chown(tmp_path, NOBODY, NOBODY)
    return command


@contextmanager
def running(command: Sequence[str], home: Path, prepare: Callable[[], None] | None = None) -> Iterator[int]:
    """Run a program until it says or shows that it works; gives its process id."""
    environment = PLAIN | {"POS_CANCEL_HOME": str(home / "till"), "PYTHONPATH": str(ROOT)}
    environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "PYTHONPYCACHEPREFIX": str(home)}
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        preexec_fn=prepare,  # noqa: PLW1509 - the limit of the child alone is meant
    )
    with process:
        assert process.stdout is not None
        if WINDOW[-1] in command:
            until(lambda: _threads(process.pid) > 1)
        else:
            assert process.stdout.readline()
        yield process.pid
        process.kill()


def _threads(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Threads:"))


def until(holds: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.02)


def attacks_on(pid: int, as_user: Sequence[str]) -> dict[str, str]:
    """Let another process of the same user try all it can; gives what came of each try."""
    done = subprocess.run(
        [*as_user, sys.executable, str(ATTACKER), str(pid)],
        env=PLAIN,
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("command", [SANDBOX, WINDOW], ids=["command line", "window"])
def test_another_process_of_the_same_user_is_refused(
    tmp_path: Path, as_user: Sequence[str], command: Sequence[str]
) -> None:
    with running((*as_user, *command), tmp_path) as pid:
        tries = attacks_on(pid, as_user)
    assert set(tries.values()) == {"refused"}, tries
    assert len(tries) >= 6


def test_the_same_attacks_open_a_program_without_the_guard(tmp_path: Path, as_user: Sequence[str]) -> None:
    with running((*as_user, *OPEN_BOOK), tmp_path) as pid:
        tries = attacks_on(pid, as_user)
    if "refused" in (tries["ptrace"], tries["maps"]):
        pytest.skip("this system refuses them for every program")
    assert {tries[name] for name in ("environ", "maps", "mem", "fd", "ptrace")} == {"open"}


def raise_core_limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def leaves_core(command: Sequence[str], home: Path, number: signal.Signals) -> bool:
    """Crash a program whose caller wished for a core; tells whether the system made one."""
    if resource.getrlimit(resource.RLIMIT_CORE)[1] != resource.RLIM_INFINITY and os.geteuid() != 0:
        pytest.skip("this user may not wish for a core")
    with running(command, home, raise_core_limit) as pid:
        os.kill(pid, number)
        _, status = os.waitpid(pid, 0)
    assert os.WTERMSIG(status) == number
    return os.WCOREDUMP(status) or any(home.glob("core*"))


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGABRT, signal.SIGQUIT])
def test_a_crash_leaves_no_core(tmp_path: Path, number: signal.Signals) -> None:
    assert not leaves_core(SANDBOX, tmp_path, number)


def test_a_crash_of_the_window_leaves_no_core(tmp_path: Path) -> None:
    assert not leaves_core(WINDOW, tmp_path, signal.SIGSEGV)


def test_a_crash_of_a_program_without_the_guard_leaves_one(tmp_path: Path) -> None:
    if not leaves_core(OPEN_BOOK, tmp_path, signal.SIGSEGV):
        pytest.skip("this system makes no cores at all")


def test_freed_memory_is_overwritten() -> None:
    """What was freed is read again in a process of its own, which may do so."""
    script = (
        "import ctypes\n"
        "from pos_cancel.adapters.process_guard import guard\n"
        "guard()\n"
        "library = ctypes.CDLL(None)\n"
        "library.malloc.restype, library.free.argtypes = ctypes.c_void_p, (ctypes.c_void_p,)\n"
        "place, behind = library.malloc(1700), library.malloc(16)\n"
        "ctypes.memset(place, 65, 1700)\n"
        "library.free(place)\n"
        "print(ctypes.string_at(place, 1700).count(b'A'))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    if not hasattr(ctypes.CDLL(None), "gnu_get_libc_version"):
        pytest.skip("only GNU's C library overwrites")
    assert done.stdout.strip() == "0"
