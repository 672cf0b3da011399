"""What a core file forced by root would hold: the cached key, never its text, never a password."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from pos_cancel.gateways.keys import compact, read_private
from tests.integration.cli.command_line import PROFILE, PROGRAM, Gateway, Till
from tests.integration.cli.conftest import MakeTill
from tests.key_in_memory import texts_of, words_of
from tests.memory import found_in_memory, regions_of

PASSWORD = "correct horse battery 密码"
PATIENCE_S = 60.0
ALIVE = Path(__file__).parents[1] / "importing.py"

pytestmark = [
    pytest.mark.daemon,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may read another process's memory"),
]


@pytest.fixture
def private(sandbox: Gateway) -> RSAPrivateKey:
    try:
        next(regions_of(os.getppid()))
    except PermissionError:
        pytest.skip("this root may not read another process's memory")
    return read_private((sandbox.folder / "acquire.private.pem").read_bytes())


def pem_of(private: RSAPrivateKey, form: PrivateFormat, lock: KeySerializationEncryption) -> bytes:
    return private.private_bytes(Encoding.PEM, form, lock)


@contextmanager
def alive(till: Till, *arguments: str, typed: str = "") -> Iterator[int]:
    """Run a command in a process that stays; gives its process id when the command has ended well."""
    process = subprocess.Popen(
        [sys.executable, str(ALIVE), *arguments],
        env=till.env,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(typed)
        process.stdin.flush()
        assert "done 0\n" in iter(process.stdout.readline, "")
        try:
            yield process.pid
        finally:
            process.kill()


def memory_holds(pid: int, private: RSAPrivateKey) -> dict[str, int]:
    return found_in_memory(pid, texts_of(private), words_of(private, PASSWORD))


@pytest.mark.parametrize("form", ["plain", "locked", "bare"])
def test_after_an_import_the_text_is_gone(
    sandbox: Gateway, new_till: MakeTill, tmp_path: Path, private: RSAPrivateKey, form: str
) -> None:
    till, file = new_till(), tmp_path / "key.pem"
    assert till.run("profile", "import", str(sandbox.folder / "acquire.toml")).code == 0
    lock = BestAvailableEncryption(PASSWORD.encode()) if form == "locked" else NoEncryption()
    pem = pem_of(private, PrivateFormat.PKCS8, lock)
    file.write_bytes(b"".join(pem.splitlines()[1:-1]) if form == "bare" else pem)
    command = ["key", "import", "--profile", PROFILE, "--private", str(file)]
    command += ["--gateway-public", str(sandbox.folder / "acquire.gateway-public.pem"), "--password-stdin"]
    with alive(till, *command, typed=f"{PASSWORD}\n") as pid:
        found = memory_holds(pid, private)
    assert {name: count for name, count in found.items() if name != "prime"} == {}


def test_a_window_that_has_fetched_its_key_holds_the_key_and_no_text(
    sandbox: Gateway, new_till: MakeTill, private: RSAPrivateKey
) -> None:
    till = new_till()
    sandbox.set_up(till)
    window = subprocess.Popen(
        [*PROGRAM], env=till.env | {"QT_QPA_PLATFORM": "offscreen"}, stderr=subprocess.DEVNULL
    )
    with window:
        try:
            ends_at = time.monotonic() + PATIENCE_S
            # That the key itself is found shows that the search works, and that there was a text to forget.
            while not found_in_memory(window.pid, {}, words_of(private, PASSWORD)).get("prime"):
                assert time.monotonic() < ends_at, "the window never fetched its key"
                time.sleep(0.2)
            found = memory_holds(window.pid, private)
        finally:
            window.kill()
    assert set(found) == {"prime"}


def test_the_search_finds_a_text_that_is_kept(private: RSAPrivateKey) -> None:
    """The same search over this process, which has the texts in hand, one of them as Qt would."""
    pkcs8 = pem_of(private, PrivateFormat.PKCS8, NoEncryption()).decode().encode("utf-16-le")
    pkcs1 = pem_of(private, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    kept = [pkcs8, pkcs1, compact(private).encode(), PASSWORD.encode()]
    found = memory_holds(os.getpid(), private)
    assert {"PKCS#8", "PKCS#1", "the keyring's form", "password"} <= set(found)
    assert len(kept) == 4
