"""How the window is dressed: colours, sizes, fonts and icons, all handed in as text (design.md rule 8)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPainter, QPixmap

from pos_cancel.gui.touch import TARGET_PX, target_px

TOKEN = re.compile(r"@([a-z-]+):\s*(#[0-9A-Fa-f]{6});")
TOKEN_USE = re.compile(r"@([a-z-]+)")
PIXELS = re.compile(r"(\d+)px")
NARROWEST, SHORTEST = 1024, 600
LARGEST_SCALE = 3.0
# In less than this, with the list of cases folded away, a full card would be cut.
NARROWEST_WHOLE, SHORTEST_WHOLE = 790, 522
HIGH_CONTRAST = "high_contrast"
THIN = re.compile(r"\b1px solid")
# The sizes of the text that a person can choose.
ZOOMS = {"normal": 1.0, "large": 1.1, "largest": 1.3}


@dataclass(frozen=True, slots=True)
class Looks:
    """The contents of `resources/styles`, `icons` and `fonts`.

    `styles` maps a file's stem to its text: `window` has the rules, each theme its colours, and behind them
    rules of its own where it has any.
    `icons` maps a stem to SVG text. `fonts` are paths, the first the one for Latin.
    """

    styles: Mapping[str, str]
    icons: Mapping[str, str]
    fonts: tuple[str, ...] = ()


def scale_for(size: QSize, zoom: float = 1.0) -> float:
    """Give the factor by which everything grows in a window of this size; never below 1.

    `zoom` is the person's wish for larger text, which a small window grants as far as it has the room.
    """
    factor = min(size.width() / NARROWEST, size.height() / SHORTEST)
    usual = min(max(1.0, round(factor * 20) / 20), LARGEST_SCALE)
    most = min(size.width() / NARROWEST_WHOLE, size.height() / SHORTEST_WHOLE)
    return max(usual, min(usual * zoom, most)) if zoom > 1 else usual


class Theme:
    """One set of colours at one scale."""

    def __init__(
        self,
        looks: Looks,
        name: str,
        scale: float = 1.0,
        zoom: float = 1.0,
        pixels_per_mm: float = 0.0,
    ) -> None:
        """Read the colours of the theme called `name`.

        `zoom` is what a person wishes of its size; the screen has so many pixels in a millimetre, 0 where it
        is unknown.
        """
        self.name = name
        self.scale = scale
        self.zoom = zoom
        self._pixels_per_mm = pixels_per_mm
        self._looks = looks
        self._colours = dict(TOKEN.findall(looks.styles[name]))
        self._icons: dict[tuple[str, str, float, float], QPixmap] = {}

    def resized(self, scale: float, pixels_per_mm: float = 0.0) -> "Theme":
        """Give the same theme at another scale, on a screen with so many pixels in a millimetre."""
        return Theme(self._looks, self.name, scale, self.zoom, pixels_per_mm)

    def recoloured(self, name: str) -> "Theme":
        """Give another theme at the same scale."""
        return Theme(self._looks, name, self.scale, self.zoom, self._pixels_per_mm)

    @property
    def line(self) -> int:
        """How thick a thin line is drawn; high contrast draws none thinner than two pixels."""
        return 2 if self.name == HIGH_CONTRAST else 1

    def colour(self, token: str) -> QColor:
        """Give a colour by its name; `check` looks like `act`."""
        return QColor(self._colours[token.replace("check", "act")])

    def tone(self, tone: str) -> tuple[QColor, QColor]:
        """Give what is written in a tone and the ground it is written on."""
        if not tone:
            return self.colour("muted"), self.colour("surface")
        return self.colour(tone), self.colour(f"{tone}-ground")

    def px(self, length: float) -> int:
        """Give a length of the 1024x600 drawing at this scale."""
        return round(length * self.scale)

    def touch(self, length: float = TARGET_PX) -> int:
        """Give a length of the drawing, but no less than a finger's target on this screen."""
        return max(self.px(length), target_px(self.scale, self._pixels_per_mm))

    def font(self, size: float, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
        """Give the application's font at a size of the drawing; digits are as wide as each other."""
        font = QFont()
        font.setPixelSize(self.px(size))
        font.setWeight(weight)
        font.setFeature(QFont.Tag("tnum"), 1)
        return font

    def style(self) -> str:
        """Give the style sheet, with colours and lengths filled in."""
        text = self._looks.styles["window"] + TOKEN.sub("", self._looks.styles[self.name])
        if self.line > 1:
            text = THIN.sub(f"{self.line}px solid", text)
        rules = TOKEN_USE.sub(lambda found: self._colours[found[1]], text)
        return PIXELS.sub(lambda found: f"{max(1, self.px(int(found[1])))}px", rules)

    def icon(self, name: str, token: str, side: float, ratio: float = 1.0) -> QPixmap:
        """Give an icon in a colour, `side` pixels of the drawing wide; sharp at device ratio `ratio`.

        It is drawn once: Qt keeps a copy of every new picture that it paints, up to ten mebibytes of them.
        """
        wanted = (name, token, side, ratio)
        if wanted not in self._icons:
            self._icons[wanted] = self._drawn(*wanted)
        return self._icons[wanted]

    def _drawn(self, name: str, token: str, side: float, ratio: float) -> QPixmap:
        from PySide6.QtSvg import QSvgRenderer

        text = self._looks.icons[name].replace("currentColor", self.colour(token).name())
        pixels = round(self.px(side) * ratio)
        pixmap = QPixmap(pixels, pixels)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, pixels, pixels))
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        return pixmap


def load_fonts(paths: tuple[str, ...]) -> list[str]:
    """Add the fonts to the application and give their families in the order of the paths."""
    families: list[str] = []
    for path in paths:
        added = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(path))
        families.extend(family for family in added if family not in families)
    return families
