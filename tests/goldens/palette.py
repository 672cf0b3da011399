"""Small PNGs: the commonest colours of a picture, and the nearest of them for the rest."""

from collections import Counter
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

MOST_COLOURS = 256


def save(image: QImage, path: Path) -> None:
    """Write a picture with 256 colours: nobody could tell more of them apart in so flat a window."""
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(plain.constBits()).cast("I"))
    table = [colour for colour, _ in counted.most_common(MOST_COLOURS)]
    path.parent.mkdir(parents=True, exist_ok=True)
    flags = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither
    small = plain.convertToFormat(QImage.Format.Format_Indexed8, table, flags)
    # For a PNG quality 0 means: as small as it gets.
    if not small.save(str(path), quality=0):
        raise OSError(f"{path} cannot be written.")
