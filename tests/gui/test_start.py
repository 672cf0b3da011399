"""How the window starts: what it imports, which language and theme it takes, its pictures."""

import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from pos_cancel.adapters.profile_files import import_profile
from pos_cancel.adapters.settings import open_home
from pos_cancel.domain.case import State
from pos_cancel.gui.application import Start, till_of
from pos_cancel.gui.dresser import Dresser, theme_name
from pos_cancel.gui.languages import Languages
from pos_cancel.gui.pictures import grab_cards
from pos_cancel.gui.theme import Looks, Theme, scale_for
from pos_cancel.presenters.wording import Wording
from tests.gui.conftest import MakeWindow, product_words
from tests.unit.spoken_cases import FULL_CASE, NOW, PROFILE, ROOT, SHOP, pending, words_of

HEAVY = (
    "fpdf",
    "PIL",
    "requests",
    "urllib3",
    "cryptography",
    "keyring",
    "qrcode",
    "sqlite3",
    "tomlkit",
    "http.client",
)
# What only a first start, a practice or a gateway needs.
LATER = ("pos_cancel.gui.drill_view", "pos_cancel.domain.step", "pos_cancel.sandbox")


ACCOUNT = """
name = "training-acquire"
kind = "training"
gateway = "acquire"
endpoint = "https://127.0.0.1:9/gateway.do"
partner = "2088000000000001"
sign_type = "RSA2"
support = "the trainer"
"""
AT_THE_FIRST_PAINT = """
import sys
from PySide6.QtCore import QTimer
from pos_cancel.__main__ import main
from pos_cancel.gui.main_window import MainWindow

paint = MainWindow.paintEvent

def watched(window, event):
    paint(window, event)
    print([name for name in {heavy} if name in sys.modules], flush=True)
    MainWindow.paintEvent = paint
    QTimer.singleShot(0, window.end_at_once)

MainWindow.paintEvent = watched
main()
"""


@pytest.mark.parametrize("accounts", [0, 1])
def test_nothing_but_qt_is_imported_for_the_first_paint(tmp_path: Path, accounts: int) -> None:
    """The whole program, as it is started: with an account, and at the first start without one."""
    home = open_home(str(tmp_path / "till"))
    for _ in range(accounts):
        profile = tmp_path / "profile.toml"
        profile.write_text(ACCOUNT, encoding="utf-8")
        import_profile(home, profile)
    later = (*LATER, "pos_cancel.gui.setup_view") if accounts else LATER
    script = AT_THE_FIRST_PAINT.format(heavy=HEAVY + later)
    # Measuring coverage would bring imports of its own.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    plain["POS_CANCEL_HOME"] = str(home.path)
    run = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=plain, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_settings_become_the_till() -> None:
    till = till_of(product_words(), Start(language="zh_TW", till="T1", operator="Lee", training=True), SHOP)
    assert (till.language, till.name, till.operator, till.training) == ("zh_TW", "T1", "Lee", True)
    assert till.clock().tzinfo is not None
    assert till_of(product_words(), Start(language="fr"), SHOP).language == "en"


def test_a_language_is_read_when_it_is_spoken(make_window: MakeWindow) -> None:
    read: list[str] = []

    def reader(tag: str) -> Wording:
        read.append(tag)
        return words_of(tag)

    languages = Languages(("en", "zh_CN", "zh_TW"), reader)
    window = make_window(words=languages)
    assert read == ["en"]
    window.press("language")
    window.press("language")
    window.press("language")
    assert read == ["en", "zh_CN", "zh_TW"]
    assert len(languages) == 3
    assert "fr" not in languages
    with pytest.raises(KeyError):
        languages["fr"]


@pytest.mark.parametrize("wish", ["light", "dark", "high_contrast"])
def test_a_chosen_theme_is_worn(qapp: QApplication, wish: str) -> None:
    assert theme_name(wish) == wish
    assert theme_name("system") in {"light", "dark", "high_contrast"}


def test_the_theme_turns_and_stays(make_window: MakeWindow, looks: Looks) -> None:
    window = make_window()
    dresser = Dresser(window, looks, "system")
    dresser.turn()
    assert window.theme.name == "dark"
    dresser.follow(Qt.ColorScheme.Light)
    assert window.theme.name == "dark"
    dresser.turn()
    assert window.theme.name == "high_contrast"
    dresser.turn()
    assert window.theme.name == "light"
    dresser.magnify("largest")
    assert (window.theme.name, window.theme.zoom) == ("light", 1.3)


def test_larger_text_is_shown_as_far_as_there_is_room() -> None:
    assert scale_for(QSize(1024, 600), 1.1) == pytest.approx(1.1)
    assert 1.1 < scale_for(QSize(1024, 600), 1.3) < 1.2
    assert scale_for(QSize(800, 560), 1.3) < 1.05
    assert scale_for(QSize(1024, 768), 1.3) > 1.25
    assert scale_for(QSize(800, 560)) == 1.0


def test_high_contrast_is_black_white_and_two_pixels(looks: Looks) -> None:
    theme = Theme(looks, "high_contrast")
    colours = set(re.findall(r"#[0-9A-Fa-f]{6}", theme.style()))
    assert colours == {"#000000", "#FFFFFF"}
    assert theme.line == 2
    assert "1px solid" not in theme.style()
    assert Theme(looks, "light").line == 1


def test_every_theme_names_every_colour(looks: Looks) -> None:
    for name in ("light", "dark", "high_contrast"):
        theme = Theme(looks, name)
        assert "@" not in theme.style()
        assert "px" in theme.style()
        for icon in looks.icons:
            assert not theme.icon(icon, "ink", 24).isNull()
        for tone in ("", "done", "working", "act", "check", "call", "idle"):
            assert all(colour.isValid() for colour in theme.tone(tone))


def test_pictures_need_no_display_and_are_the_same_twice(qapp: QApplication, looks: Looks) -> None:
    cases = {"refunded": FULL_CASE, "closed": replace(FULL_CASE, state=State.CLOSED)}

    def draw() -> dict[str, bytes]:
        return grab_cards(
            cases,
            looks,
            product_words(),
            Start(language="zh_CN", theme="dark", training=True),
            profiles=(PROFILE,),
            zone=SHOP,
            now=NOW,
            listed=(pending(),),
        )

    pictures = draw()
    assert set(pictures) == set(cases)
    assert pictures["refunded"] != pictures["closed"]
    assert QImage.fromData(pictures["refunded"]).size().toTuple() == (1024, 600)
    assert draw() == pictures
