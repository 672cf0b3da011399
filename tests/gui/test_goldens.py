"""Every card as it was looked at: measured everywhere, compared pixel by pixel where letters are drawn alike.

The pictures are made by a program of its own, so that nothing which other tests did to Qt shows in them.
"""

import json
import subprocess
import sys
from dataclasses import dataclass

import pytest
from PySide6.QtWidgets import QLabel

from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.theme import Looks
from tests.goldens import book
from tests.goldens.grid import LANGUAGES, SIZES, THEMES, picture_of, settle
from tests.goldens.sight import Letters, troubles
from tests.gui.conftest import MakeWindow
from tests.unit.spoken_cases import CELLS, FULL_CASE, ROOT

NEW_PICTURES = ROOT / "screenshots" / "goldens"
REWRITE = "python -m tests.goldens"
PATIENCE_S = 110
LARGEST_KEPT = 5_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the walk over the grid found."""

    facts: dict[str, str]
    names: list[str]
    troubles: list[str]
    differs: list[str]


@pytest.fixture(scope="module")
def seen() -> Seen:
    walk = subprocess.run(
        [sys.executable, "-m", "tests.goldens", "--check", NEW_PICTURES],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert walk.returncode == 0, walk.stderr
    return Seen(**json.loads(walk.stdout))


def test_every_card_can_be_read(seen: Seen) -> None:
    assert len(seen.names) == len(CELLS) * len(LANGUAGES) * len(THEMES) * len(SIZES)
    assert not seen.troubles, "\n".join(seen.troubles)


def test_every_card_has_a_golden(seen: Seen) -> None:
    assert sorted(seen.names) == sorted(book.read().hashes), REWRITE


def test_every_card_looks_as_it_did(seen: Seen) -> None:
    made = book.read().facts
    assert seen.facts[book.FONTS] == made[book.FONTS], f"The bundled fonts changed: {REWRITE}"
    if others := book.differences(seen.facts, made):
        pytest.skip(f"Pictures were measured, their hashes not compared: {'; '.join(others)}.")
    files = [f"{NEW_PICTURES.relative_to(ROOT)}/{name}.png" for name in seen.differs]
    assert not files, f"These look otherwise now ({REWRITE} takes them over):\n" + "\n".join(files)


def test_the_kept_pictures_are_few_and_small() -> None:
    kept = sorted((ROOT / "tests/goldens/cards").rglob("*.png"))
    assert len(kept) == len(CELLS) * 2
    assert sum(path.stat().st_size for path in kept) < LARGEST_KEPT


def test_it_is_told_what_draws_letters_otherwise() -> None:
    here = {"PySide6": "6.11.3", book.FONTS: "a", "letters": "b"}
    assert not book.differences(here, here | {book.FONTS: "c"})
    assert book.differences(here, here | {"letters": "c"}) == ["letters is b, the goldens were made with c"]


def broken(window: MainWindow, looks: Looks) -> str:
    return "\n".join(troubles(window, picture_of(window), Letters(looks.fonts)))


def test_the_measure_sees_what_nobody_could_read(make_window: MakeWindow, looks: Looks) -> None:
    window = make_window()
    window.show_case(FULL_CASE)
    settle()
    headline, do = (window.findChild(QLabel, name) for name in ("headline", "doText"))
    assert headline is not None
    assert do is not None
    box = do.parentWidget()
    assert box is not None
    assert not broken(window, looks)
    headline.hide()
    assert "is not on the screen" in broken(window, looks)
    headline.show()
    headline.setStyleSheet(f"color: {window.theme.tone('done')[1].name()};")
    settle()
    assert "is drawn in the colour of its ground" in broken(window, looks)
    headline.setStyleSheet("")
    do.setText("Hand over the slip \u0e01.")
    assert "no bundled font has '\u0e01'" in broken(window, looks)
    headline.move(0, 0)
    assert "lies over" in broken(window, looks)
    do.move(0, box.height() - 5)
    assert "is cut by what it stands in" in broken(window, looks)
