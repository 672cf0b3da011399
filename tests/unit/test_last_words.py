"""What the program says when it breaks: where, and nothing of what it was working with."""

import logging
import subprocess
import sys
import threading
import warnings
from pathlib import Path

import pytest

from pos_cancel.adapters import last_words, logs
from tests.unit.spoken_cases import ROOT

PASSWORD = "hunter2 horse"
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\n-----END PRIVATE KEY-----"
START = (
    "import sys, threading\n"
    "from pathlib import Path\n"
    "from pos_cancel.adapters import last_words, logs\n"
    "last_words.install()\n"
    "logs.setup(Path(sys.argv[1]))\n"
    "secret = sys.stdin.read()\n"
    "class Ends:\n"
    "    def __del__(self): raise ValueError(secret)\n"
    "def broken(given): raise ValueError(given)\n"
)
ENDS = {
    "main thread": "broken(secret)",
    "other thread": "thread = threading.Thread(target=broken, args=(secret,)); thread.start(); thread.join()",
    "nobody can raise it": "Ends()",
    "group": "raise ExceptionGroup(secret, [ValueError(secret)])",
    "chain": "try:\n    broken(secret)\nexcept ValueError:\n    raise KeyError(secret)",
    "stderr is gone": "sys.stderr.close(); sys.stderr = None; broken(secret)",
    "a text that cannot be made": (
        "class Odd(Exception):\n    def __str__(self): raise ValueError(secret)\nraise Odd(secret)"
    ),
}


@pytest.mark.parametrize("end", ENDS)
def test_no_end_shows_what_it_worked_with(tmp_path: Path, end: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START + ENDS[end], str(tmp_path)],
        input=f"{PASSWORD} {PEM}",
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout + done.stderr
    log = (tmp_path / logs.NAME).read_text()
    assert PASSWORD not in said + log
    assert "MIIEvQ" not in said + log
    assert last_words.FAULT in log
    if end != "stderr is gone":
        assert last_words.FAULT in said


def test_where_names_the_place() -> None:
    with pytest.raises(ValueError, match="hunter2") as caught:
        int(PASSWORD)
    told = last_words.where(caught.value)
    assert told.startswith("a fault of the program (ValueError)\n")
    assert Path(__file__).name in told
    assert "hunter2" not in told


def test_a_thread_that_ends_itself_is_no_fault(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for hook in ("excepthook", "unraisablehook"):
        monkeypatch.setattr(sys, hook, getattr(sys, hook))
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    last_words.install()
    with warnings.catch_warnings(), caplog.at_level(logging.ERROR):
        thread = threading.Thread(target=sys.exit)
        thread.start()
        thread.join()
    assert caplog.text == ""
