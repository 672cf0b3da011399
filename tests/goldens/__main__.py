"""Looks at every card there is, and keeps or compares the hashes of the pictures.

python -m tests.goldens                  writes the hashes and the kept pictures anew
python -m tests.goldens --check FOLDER   compares; pictures that differ go to the folder; prints JSON
"""

import json
import sys
from pathlib import Path

from PySide6.QtGui import QImage

from pos_cancel.gui.application import application
from tests.goldens import book
from tests.goldens.grid import SMALL, hash_of, picture_of, stand_still, walk
from tests.goldens.palette import save
from tests.goldens.sight import Letters, troubles
from tests.gui.conftest import product_looks

# The pictures that people look at lie in the repository; the rest are hashes.
KEPT = tuple(f"{language}/light/{SMALL[0]}x{SMALL[1]}/" for language in ("en", "zh_CN"))
HERE = Path(__file__).parent
# A change of the looks changes all pictures: some tell as much as all.
MOST_WRITTEN = 40


def rewrite() -> int:
    """Write the book of hashes and the kept pictures."""
    looks = product_looks()
    application(looks)
    letters, hashes, found = Letters(looks.fonts), dict[str, str](), list[str]()
    kept: dict[Path, QImage] = {}
    for name, window in walk(looks):
        image = picture_of(window)
        hashes[name] = hash_of(image)
        found += [f"{name}: {what}" for what in troubles(window, image, letters)]
        if name.startswith(KEPT):
            language, _, _, cell = name.split("/")
            kept[HERE / "cards" / language / f"{cell}.png"] = image
    book.write(book.Book(book.facts(), hashes))
    for old in set((HERE / "cards").rglob("*.png")) - set(kept):
        old.unlink()
    for path, image in kept.items():
        save(image, path)
    size = sum(path.stat().st_size for path in kept)
    print("\n".join([*found, f"{len(hashes)} hashes, {len(kept)} pictures of {size // 1000} kB in all"]))
    return 1 if found else 0


def check(folder: Path) -> int:
    """Compare, and print what was found as JSON."""
    looks = product_looks()
    application(looks)
    letters, known, facts = Letters(looks.fonts), book.read(), book.facts()
    differs, comparable = list[str](), not book.differences(facts, known.facts)
    names, found = list[str](), list[str]()
    for name, window in walk(looks):
        image = picture_of(window)
        names.append(name)
        found += [f"{name}: {what}" for what in troubles(window, image, letters)]
        path = folder / f"{name}.png"
        # What an earlier run left there would mislead.
        path.unlink(missing_ok=True)
        if comparable and hash_of(image) != known.hashes.get(name):
            differs.append(name)
            if len(differs) <= MOST_WRITTEN:
                save(image, path)
    print(json.dumps({"facts": facts, "names": names, "troubles": found, "differs": differs}))
    return 0


def main() -> int:
    """Do what the arguments say."""
    stand_still()
    if sys.argv[1:2] == ["--check"]:
        return check(Path(sys.argv[2]))
    return rewrite()


if __name__ == "__main__":
    sys.exit(main())
