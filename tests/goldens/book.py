"""The book of hashes: one line per picture, and above them with what the pictures were made."""

import hashlib
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import PySide6
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from pos_cancel.gui.theme import Theme
from tests.goldens.grid import hash_of
from tests.gui.conftest import product_looks

FILE = Path(__file__).with_name("cards.sha256")
# Latin, digits, both kinds of Chinese, at the sizes of hints and of headlines.
SAMPLE = "Cancelled · USD 128.00 已撤销 請勿退現金"
SAMPLE_SIZES = (14, 18, 34)
FONTS = "fonts"


@dataclass(frozen=True, slots=True)
class Book:
    """With what the pictures were made, and their hashes by name."""

    facts: Mapping[str, str]
    hashes: Mapping[str, str]


def facts() -> dict[str, str]:
    """Tell with what pictures are made here; needs the application with its fonts.

    `letters` is the hash of a sample that this Qt drew with the bundled fonts: FreeType, fontconfig and the
    processor have their say in it.
    """
    return {
        "PySide6": PySide6.__version__,
        "machine": platform.machine(),
        FONTS: _hash_of_fonts(),
        "letters": hash_of(_sample())[:16],
    }


def _hash_of_fonts() -> str:
    whole = hashlib.sha256()
    for path in product_looks().fonts:
        whole.update(Path(path).read_bytes())
    return whole.hexdigest()[:16]


def _sample() -> QImage:
    image = QImage(900, 150, QImage.Format.Format_RGBA8888)
    image.fill(QColor("white"))
    painter = QPainter(image)
    theme, base = Theme(product_looks(), "light"), 0
    for size in SAMPLE_SIZES:
        base += size + 12
        painter.setFont(theme.font(size))
        painter.drawText(10, base, SAMPLE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor("#1456A0"))
    painter.drawRoundedRect(10, base + 10, 300, 30, 14, 14)
    painter.end()
    return image


def read() -> Book:
    """Read the book."""
    made: dict[str, str] = {}
    hashes: dict[str, str] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines():
        words = line.removeprefix("# ").split()
        (made if line.startswith("# ") else hashes)[words[0]] = words[1]
    return Book(made, hashes)


def write(book: Book) -> None:
    """Write the book anew."""
    made = [f"# {name} {value}\n" for name, value in book.facts.items()]
    lines = sorted(f"{name} {value}\n" for name, value in book.hashes.items())
    FILE.write_text("".join([*made, *lines]), encoding="utf-8")


def differences(here: Mapping[str, str], there: Mapping[str, str]) -> list[str]:
    """Say in which way letters are drawn otherwise here; the fonts themselves do not count."""
    return [
        f"{name} is {here[name]}, the goldens were made with {there.get(name, 'another')}"
        for name in here
        if name != FONTS and here[name] != there.get(name)
    ]
