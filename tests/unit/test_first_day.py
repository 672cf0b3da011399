"""The README's first day has a picture for every step, and no picture is left over or heavy."""

import re

from tests.unit.spoken_cases import ROOT

FOLDER = "tests/goldens/walkthrough"
LARGEST = 600_000


def test_every_step_has_its_picture_and_every_picture_its_step() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.findall(rf"!\[[^\]]+\]\(({FOLDER}/[^)]+)\)", text)
    there = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / FOLDER).glob("*.png"))
    assert shown == there
    assert len(shown) >= 8


def test_the_pictures_are_light() -> None:
    assert sum(path.stat().st_size for path in (ROOT / FOLDER).glob("*.png")) < LARGEST
