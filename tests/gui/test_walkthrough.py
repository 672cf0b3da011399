"""The first day in the README can be spent again: the program still goes that way."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.walkthrough import FOLDER
from tests.unit.spoken_cases import ROOT

PATIENCE_S = 100


@pytest.mark.prove
def test_the_first_day_can_be_spent_again(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.gui.walkthrough", tmp_path], cwd=ROOT, check=True, timeout=PATIENCE_S
    )
    assert [path.name for path in sorted(tmp_path.glob("*.png"))] == [
        path.name for path in sorted(FOLDER.glob("*.png"))
    ]
