"""A key that was pasted into the assistant: the window holds the key, and no text of it, no password."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.integration.keyring_desk import keyring_desk
from tests.key_in_memory import texts_of, words_of
from tests.memory import found_in_memory
from tests.unit import key_forms as forms
from tests.unit.spoken_cases import ROOT

PATIENCE_S = 10.0
PASSWORD = "correct horse battery"
PROGRAM = Path(__file__).with_name("pasting_program.py")

pytestmark = [
    pytest.mark.alone,
    pytest.mark.daemon,
    pytest.mark.skipif(os.geteuid() != 0, reason="only root may read another process's memory"),
]


def memory_of(pid: int) -> dict[str, int]:
    return found_in_memory(pid, texts_of(forms.PRIVATE), words_of(forms.PRIVATE, PASSWORD))


@pytest.mark.parametrize("is_locked", [False, True], ids=["plain", "locked"])
def test_what_was_pasted_is_gone(tmp_path: Path, is_locked: bool) -> None:
    file = tmp_path / "key.pem"
    file.write_text(forms.locked(PASSWORD) if is_locked else forms.PEM)
    with keyring_desk(tmp_path / "session") as desk:
        desk.start("login")
        own = {
            "POS_CANCEL_HOME": str(tmp_path / "till"),
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "offscreen",
        }
        window = subprocess.Popen(
            [sys.executable, str(PROGRAM), str(file)],
            env=desk.environment | own,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        with window:
            assert window.stdin is not None
            assert window.stdout is not None
            try:
                window.stdin.write(f"{PASSWORD}\n")
                window.stdin.flush()
                assert window.stdout.readline() == "taken\n"
                found = memory_of(window.pid)
                # The thread that took the key tidies up a moment after it has answered.
                ends_at = time.monotonic() + PATIENCE_S
                while set(found) != {"prime"} and time.monotonic() < ends_at:
                    found = memory_of(window.pid)
            except PermissionError:
                pytest.skip("this root may not read another process's memory")
            finally:
                window.kill()
    assert set(found) == {"prime"}
