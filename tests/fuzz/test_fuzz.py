"""Half a million inputs, guided by coverage, for every reader of what comes from outside.

A finding is repeated by its file: `python -m tests.fuzz NAME FILE`; it is then kept as a test of that reader.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Record = Callable[[str, object], None]
FOLDER = Path(__file__).parents[1] / "vectors"
ROOT = Path(__file__).parents[2]
RUNS = {
    "xml": 170_000,
    "json": 170_000,
    "header": 90_000,
    "number": 50_000,
    "judge": 30_000,
    "explain": 5_000,
}
# The proving run does two hundred times as many.
PROVEN = 200
DONE = re.compile(r"Done (\d+) runs")
needs_fuzzer = pytest.mark.skipif(
    importlib.util.find_spec("atheris") is None, reason="the fuzzer has no wheel for this system or Python"
)


def corpus(folder: Path) -> Path:
    """The documents of the vectors, with the byte at the end that makes a target take them as they are."""
    folder.mkdir()
    for path in FOLDER.glob("*.json"):
        for field in _texts(json.loads(path.read_text("utf-8"))):
            (folder / f"{path.stem}-{len(field)}").write_bytes(field.encode() + b"\0")
    return folder


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    return [value] if isinstance(value, str) and value.lstrip().startswith(("<", "{")) else []


def fuzz(name: str, runs: int, seed: int, folder: Path) -> int:
    """Let the fuzzer work; gives how many inputs it tried."""
    # The fuzzer measures coverage itself.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COVERAGE_")}
    found = folder / "found"
    found.mkdir()
    command = [sys.executable, "-m", "tests.fuzz", name, f"-runs={runs}", f"-seed={seed % 2**31 or 1}"]
    command += ["-max_len=4096", "-timeout=20", "-rss_limit_mb=1024", f"-artifact_prefix={found}/"]
    done = subprocess.run(
        [*command, str(found), str(corpus(folder / "corpus"))],
        cwd=ROOT,
        env=environment | {"TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    told = DONE.search(done.stderr)
    assert told is not None, done.stderr[-3000:]
    return int(told[1])


@needs_fuzzer
@pytest.mark.programme("fuzzed readers")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", RUNS)
def test_nothing_from_outside_breaks_a_reader(
    name: str, seed: int, tmp_path: Path, record_property: Record
) -> None:
    tried = fuzz(name, RUNS[name], seed, tmp_path)
    record_property("points", tried)
    assert tried >= RUNS[name]


@needs_fuzzer
@pytest.mark.prove
@pytest.mark.programme("fuzzed readers, at length")
@pytest.mark.timeout(0)
@pytest.mark.parametrize("name", RUNS)
def test_nothing_from_outside_breaks_a_reader_at_length(
    name: str, seed: int, tmp_path: Path, record_property: Record
) -> None:
    tried = fuzz(name, RUNS[name] * PROVEN, seed, tmp_path)
    record_property("points", tried)
    assert tried >= RUNS[name] * PROVEN


def test_half_a_million_inputs_are_tried() -> None:
    assert sum(RUNS.values()) >= 500_000
