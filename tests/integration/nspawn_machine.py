"""A small Debian that boots in a container of systemd, with this checkout in it: for tests of services.

The root is made once by debootstrap and kept in a cache outside the checkout; each boot sees it through an
overlay, so nothing that a test does stays in it. What a test wants to keep over a restart lies in `kept`.
"""

import os
import platform
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CACHE_VARIABLE = "POS_CANCEL_TEST_CACHE"
CACHE = Path("/var/cache/pos-cancel-tests")
PACKAGES = ("ca-certificates", "dbus", "python3", "systemd", "systemd-sysv")
NEEDED = ("debootstrap", "nsenter", "systemd-nspawn")
ENVIRONMENT = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
SITE, CHECKOUT = "/opt/site-packages", "/opt/pos-cancel"
PROGRAM = f"""#!/bin/sh
export PYTHONPATH={CHECKOUT}:{SITE} PYTHONDONTWRITEBYTECODE=1
exec python3 -m pos_cancel "$@"
"""
USER = "till"
BOOT_S, STOP_S, CALL_S = 90.0, 30.0, 60.0


@dataclass(frozen=True)
class Done:
    """How a command in the machine ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Machine:
    """A machine that has booted; `leader` is its first process as this machine counts."""

    leader: int

    def command(self, *arguments: str) -> list[str]:
        """What runs a command in the machine, as root."""
        return ["nsenter", f"--target={self.leader}", "--all", "--", *arguments]

    def run(self, *arguments: str, typed: bytes = b"") -> Done:
        """Run a command in the machine, as root."""
        done = subprocess.run(
            self.command(*arguments),
            env=ENVIRONMENT,
            input=typed,
            capture_output=True,
            timeout=CALL_S,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def must(self, *arguments: str, typed: bytes = b"") -> str:
        """Run a command that has to succeed; gives its output."""
        done = self.run(*arguments, typed=typed)
        assert done.code == 0, f"{arguments}: {done.out}{done.err}"
        return done.out

    def write(self, path: str, content: str, mode: str = "644") -> None:
        """Write a file in the machine."""
        self.must("install", "-D", f"--mode={mode}", "/dev/stdin", path, typed=content.encode())


def skip_unless_possible() -> None:
    """Skip, with the reason, where no machine can be booted."""
    missing = [program for program in NEEDED if shutil.which(program) is None]
    if os.geteuid() != 0:
        pytest.skip("only root boots a machine with systemd-nspawn")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}; `packaging/run prove` installs them")


def machine_root() -> Path:
    """Give the cached root of this machine's own Debian; makes it where there is none, or skips."""
    release = platform.freedesktop_os_release()
    suite = release.get("VERSION_CODENAME", "") if release.get("ID") == "debian" else "bookworm"
    cache = Path(os.environ.get(CACHE_VARIABLE, CACHE))
    root = cache / suite
    if not root.exists():
        cache.mkdir(parents=True, exist_ok=True)
        # Under another name until it is whole: what was interrupted is never booted.
        half = Path(tempfile.mkdtemp(prefix=f"{suite}-", dir=cache))
        command = ["debootstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", suite, str(half)]
        made = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=False)
        if made.returncode:
            shutil.rmtree(half)
            pytest.skip(f"debootstrap could not make a Debian {suite}: {made.stdout.strip()[-300:]}")
        half.chmod(0o755)
        half.rename(root)
    # The compiled parts of the locked packages are made for one version of Python.
    minor = f"python{sys.version_info.major}.{sys.version_info.minor}"
    if not (root / "usr" / "bin" / minor).exists():
        pytest.skip(f"Debian {suite} has no {minor}, which the packages of this environment are made for")
    return root


@contextmanager
def booted(root: Path, log: Path, kept: Mapping[str, Path]) -> Iterator[Machine]:
    """Boot until the end of the block; `kept` are folders of this machine by their place in the other.

    Skips, with the end of the console, where it does not come up.
    """
    binds = [f"--bind={folder}:{place}" for place, folder in kept.items()]
    binds += [f"--bind-ro={ROOT}:{CHECKOUT}", f"--bind-ro={sysconfig.get_path('purelib')}:{SITE}"]
    # Neither registered nor in a scope of its own: there may be no systemd around it.
    how = ["--register=no", "--keep-unit", "--volatile=overlay", "--private-network", "--console=read-only"]
    command = ["systemd-nspawn", "--quiet", *how, f"--directory={root}", *binds, "--boot"]
    with log.open("wb") as console:
        nspawn = subprocess.Popen(
            command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=console, stderr=console
        )
        try:
            machine = _up(nspawn)
            if machine is None:
                pytest.skip(f"no machine boots here: {log.read_text(errors='replace').strip()[-500:]}")
            _furnish(machine)
            yield machine
        finally:
            nspawn.terminate()
            try:
                nspawn.wait(STOP_S)
            except subprocess.TimeoutExpired:
                nspawn.kill()
                nspawn.wait()


def _up(nspawn: "subprocess.Popen[bytes]") -> Machine | None:
    """Wait for the machine to have started; None when it does not."""
    end = time.monotonic() + BOOT_S
    while nspawn.poll() is None and time.monotonic() < end:
        children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children").read_text().split()
        for child in children:
            machine = Machine(int(child))
            # Before it has a world of its own it still stands in ours.
            if machine.run("systemd-detect-virt", "--container").out.strip() == "systemd-nspawn":
                state = machine.run("systemctl", "is-system-running", "--wait").out.strip()
                if state in {"running", "degraded"}:
                    return machine
        time.sleep(0.1)
    return None


def _furnish(machine: Machine) -> None:
    machine.must("useradd", "--system", "--home-dir=/var/lib/till", USER)
    machine.must("install", "--directory", f"--owner={USER}", "--mode=700", "/var/lib/till")
    machine.write("/usr/local/bin/pos-cancel", PROGRAM, "755")
