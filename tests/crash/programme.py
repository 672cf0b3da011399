"""A programme of proof, its work shared among processes."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.crash import kernel_calls

ROOT = Path(__file__).parents[2]
Json = dict[str, Any]
Record = Callable[[str, object], None]


def work(module: str, jobs: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Run a module once for each job, all at once; gives the lines of JSON that they print."""
    with ThreadPoolExecutor(len(jobs)) as pool:
        return [line for lines in pool.map(lambda job: _run(module, job), jobs) for line in lines]


def needs_held_calls() -> pytest.MarkDecorator:
    """Skip, with the reason, where the system calls of a process cannot be held."""
    reason = kernel_calls.why_not()
    return pytest.mark.skipif(bool(reason), reason=reason)


def _run(module: str, job: Mapping[str, Any]) -> list[Json]:
    # Killed processes say nothing to the coverage, and those beside them would be slowed by it.
    environment = {name: text for name, text in os.environ.items() if not name.startswith("COV")}
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(job),
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{module} ended with {done.returncode}: {done.stderr[-4000:]}"
    return [json.loads(line) for line in done.stdout.splitlines()]
