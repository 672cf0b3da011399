"""Sealed files and processes: writers at the same time, and one that dies at any of its system calls."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sealed_till import SealedTill

ROOT = Path(__file__).parents[2]
CALL = re.compile(r"^\d+ +(\w+)\(", re.MULTILINE)


def writer(till: SealedTill, profile_name: str, turns: int, *services: str) -> list[str]:
    program = [sys.executable, "-m", "tests.sealed_writer"]
    return [*program, str(till.folder), str(till.credentials), profile_name, str(turns), *services]


@pytest.fixture
def till(tmp_path: Path) -> SealedTill:
    return SealedTill(tmp_path)


def test_processes_that_write_at_once_lose_nothing(till: SealedTill) -> None:
    own = [[f"{name}-{number}" for name in ("left", "right")] for number in range(4)]
    programs = [subprocess.Popen(writer(till, "shop", 40, *services), cwd=ROOT) for services in own]
    programs.append(subprocess.Popen(writer(till, "branch", 40, "only"), cwd=ROOT))
    reader = till.vault("shop")
    looks = 0
    while any(program.poll() is None for program in programs):
        with reader:
            for left, right in own:
                assert reader.get_password(left, "") == reader.get_password(right, "")
        looks += 1
    assert looks
    assert [program.wait() for program in programs] == [0] * len(programs)
    assert {reader.get_password(name, "") for pair in own for name in pair} == {"39"}
    assert till.vault("branch").get_password("only", "") == "39"


def traced(till: SealedTill, *options: str) -> tuple[int, str]:
    """Write once under strace; gives the exit code and the calls that touch the folder."""
    if shutil.which("strace") is None:
        pytest.fail("strace is not installed; `packaging/run test` installs what the tests need.")
    vault = till.vault("shop")
    touched = (till.folder, till.folder / "lock", vault.path, vault.path.with_name("shop.sealed.new"))
    paths = [f"--trace-path={path}" for path in touched]
    log = till.home / "calls"
    command = ["strace", "-f", f"--output={log}", *paths, *options, *writer(till, "shop", 1, "left", "right")]
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, timeout=60)
    return done.returncode, log.read_text()


def test_a_writer_that_is_killed_leaves_the_old_or_the_new_file(till: SealedTill) -> None:
    """At every call that touches the folder; the file is durable before it is renamed, the name after."""
    with till.vault("shop") as vault:
        for service in ("left", "right"):
            vault.set_password(service, "", "old")
    whole = till.vault("shop").path.read_bytes()
    code, calls = traced(till)
    assert code == 0
    made = CALL.findall(calls)
    assert re.search(r"fsync.*rename\(.*fsync", calls, re.DOTALL)
    seen = set()
    for place, call in enumerate(made):
        till.vault("shop").path.write_bytes(whole)
        count = made[: place + 1].count(call)
        code, _ = traced(till, f"--inject={call}:signal=KILL:when={count}")
        assert code != 0, f"{call} number {count} was not the end of it"
        left, right = (till.vault("shop").get_password(service, "") for service in ("left", "right"))
        assert left == right
        seen.add(left)
        # What the dead one left behind is in nobody's way.
        till.vault("shop").set_password("left", "", "after")
        assert till.vault("shop").get_password("left", "") == "after"
    assert seen == {"old", "0"}
