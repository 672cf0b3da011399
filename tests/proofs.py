"""The table of proofs: what each programme tried, what it found, and how long it took.

A test belongs to a programme by its marker, `@pytest.mark.programme("power cuts")`, and says how many points
it tried with `record_property("points", n)`; a test that says nothing is one point. The rows of a run stand
in `build/proofs.json`, from where `packaging/make_readme.py --proofs` takes them into the README.
"""

import json
import os
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

# So many processes may share one programme's work: all cores, or this run's part where it has workers itself.
WORKERS = max((os.cpu_count() or 1) // int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")), 1)
ROWS = Path(__file__).parents[1] / "build" / "proofs.json"


@dataclass
class Row:
    """One programme's line: points tried, faults found, seconds it took, the day, how to repeat it."""

    name: str
    command: str
    points: int = 0
    faults: int = 0
    seconds: float = 0.0
    day: str = ""


class Proofs:
    """Collects the rows of one run; a plugin of pytest. Reports may come from other processes."""

    def __init__(self, *, writes: bool) -> None:
        self._writes = writes
        self._rows: dict[str, Row] = {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Let each report say to which programme its test belongs."""
        for item in items:
            marker = item.get_closest_marker("programme")
            if marker is not None:
                word = "prove" if item.get_closest_marker("prove") else "test"
                item.user_properties.append(("programme", [marker.args[0], f"packaging/run {word}"]))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Add a test to its programme's row; a test that was skipped tried nothing."""
        told = dict(report.user_properties)
        if "programme" not in told or report.skipped:
            return
        name, command = cast("list[str]", told["programme"])
        row = self._rows.setdefault(name, Row(name, command))
        row.seconds += report.duration
        row.faults += report.failed
        if report.when == "call":
            row.points += int(str(told.get("points", 1)))

    def pytest_sessionfinish(self) -> None:
        """Write the rows down, beside those of other runs."""
        if not self._rows or not self._writes:
            return
        ROWS.parent.mkdir(exist_ok=True)
        rows = json.loads(ROWS.read_text("utf-8")) if ROWS.exists() else {}
        for name, row in self._rows.items():
            row.day = f"{datetime.now(UTC):%Y-%m-%d}"
            row.seconds = round(row.seconds, 1)
            rows[name] = asdict(row)
        ROWS.write_text(json.dumps(rows, indent=2) + "\n", "utf-8")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the rows of this run."""
        if self._rows:
            terminalreporter.section("proofs")
        for row in self._rows.values():
            terminalreporter.write_line(
                f"{row.name}: {row.points:,} points, {row.faults} faults, {row.seconds:.0f} s"
            )
