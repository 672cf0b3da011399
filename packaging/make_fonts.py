"""Makes resources/fonts from Debian's fonts-inter and fonts-wqy-microhei.

Inter is copied as it is, in the four weights that the window uses. Of WenQuanYi Micro Hei only the
characters stay that GB2312 and Big5 can write, and Latin: enough for the wording in Simplified and
Traditional Chinese and for what a shop is called, at half the size. The same input gives the same bytes.

    .venv/bin/python packaging/make_fonts.py [--debian FOLDER] [--into FOLDER]
"""

import argparse
import shutil
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

WEIGHTS = ("Regular", "Medium", "SemiBold", "Bold")
INTER = "opentype/inter/Inter-{weight}.otf"
WENQUANYI = "truetype/wqy/wqy-microhei.ttc"
SUBSET_NAME = "WenQuanYiMicroHei-Subset.ttf"
LATIN = frozenset(range(0x20, 0x7F)) | frozenset(range(0xA0, 0x180))
# Dashes, quotation marks, ellipsis, arrows, CJK punctuation and full-width forms, which the two
# charsets hold only in part.
SIGNS = frozenset(range(0x2010, 0x2040)) | frozenset(range(0x3000, 0x3018)) | frozenset(range(0xFF01, 0xFF5F))


def main() -> None:
    """Write the fonts and say how large they are."""
    parser = argparse.ArgumentParser(description="Make resources/fonts from Debian's font packages.")
    parser.add_argument(
        "--debian", type=Path, default=Path("/usr/share/fonts"), help="where Debian's fonts are"
    )
    parser.add_argument("--into", type=Path, default=Path(__file__).parents[1] / "resources" / "fonts")
    chosen = parser.parse_args()
    chosen.into.mkdir(parents=True, exist_ok=True)
    for weight in WEIGHTS:
        source = chosen.debian / INTER.format(weight=weight)
        shutil.copyfile(source, chosen.into / source.name)
    cut_wenquanyi(chosen.debian / WENQUANYI, chosen.into / SUBSET_NAME)
    for font in sorted(chosen.into.iterdir()):
        print(f"{font.stat().st_size:9,d}  {font.name}")


def cut_wenquanyi(source: Path, target: Path) -> None:
    """Keep the characters of `wanted_characters` from the proportional face of the collection."""
    font: TTFont = TTCollection(source).fonts[0]
    # A screen in a shop is drawn without hinting and never from top to bottom.
    options = subset.Options(
        hinting=False,
        layout_features=["kern"],
        drop_tables=["FFTM", "vhea", "vmtx"],
        name_IDs=["*"],
        name_languages=["*"],
        recalc_timestamp=False,
        glyph_names=False,
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted_characters())
    cutter.subset(font)
    font.recalcTimestamp = False
    font.save(target)


def wanted_characters() -> frozenset[int]:
    """Give the code points of Latin, GB2312, Big5 and the signs around them."""
    return LATIN | SIGNS | two_byte_characters("gb2312") | two_byte_characters("big5")


def two_byte_characters(charset: str) -> frozenset[int]:
    """Give the code points that the charset writes with two bytes."""
    pairs = (bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    texts = (pair.decode(charset, "ignore") for pair in pairs)
    return frozenset(ord(text) for text in texts if len(text) == 1 and not text.isascii())


if __name__ == "__main__":
    main()
