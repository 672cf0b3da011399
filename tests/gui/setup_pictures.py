"""Pictures of the assistant: every page and every mistake, in each language and theme, at 1024x600.

python -m tests.gui.setup_pictures FOLDER [LANGUAGE…]
"""

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from pos_cancel.gui.application import application
from pos_cancel.gui.theme import Theme, scale_for
from tests.gui.conftest import product_looks
from tests.gui.setup_scenes import scenes
from tests.gui.setup_stage import show_state, still_view
from tests.unit.spoken_cases import words_of


def main() -> int:
    folder, languages = Path(sys.argv[1]), sys.argv[2:] or ["en", "zh_CN", "zh_TW"]
    looks = product_looks()
    application(looks)
    for language in languages:
        for theme_name in ("light", "dark"):
            view = still_view(words_of(language), Theme(looks, theme_name))
            view.resize(1024, 600)
            theme = Theme(looks, theme_name).resized(scale_for(view.size()))
            view.setStyleSheet(theme.style())
            view.dress(theme)
            view.show()
            place = folder / language / theme_name
            place.mkdir(parents=True, exist_ok=True)
            for name, state in scenes().items():
                show_state(view, state)
                QApplication.processEvents()
                view.grab().save(str(place / f"{name}.png"))
            view.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
