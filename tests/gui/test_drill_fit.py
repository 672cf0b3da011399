"""Nothing of the drill is clipped: every story and its card, in every language and size."""

import pytest
from PySide6.QtCore import QSize

from pos_cancel.domain.languages import PSEUDO_LANGUAGE
from pos_cancel.gui.main_window import SMALLEST
from tests.gui.conftest import MakeWindow, product_words
from tests.gui.drill_till import drilled, pages
from tests.gui.measure import clipped
from tests.unit.spoken_cases import words_of

TILL, LARGE = (1024, 600), (2048, 1200)


# Each seed draws other stories of the groups that have several.
@pytest.mark.parametrize(
    ("language", "size", "seed"),
    [
        ("en", SMALLEST, 1),
        ("en", TILL, 2),
        ("en", LARGE, 3),
        ("zh_CN", SMALLEST, 4),
        ("zh_TW", TILL, 5),
        (PSEUDO_LANGUAGE, SMALLEST, 1),
        (PSEUDO_LANGUAGE, SMALLEST, 2),
        (PSEUDO_LANGUAGE, TILL, 3),
    ],
)
def test_every_page_fits(make_window: MakeWindow, language: str, size: tuple[int, int], seed: int) -> None:
    words = product_words() | {PSEUDO_LANGUAGE: words_of(PSEUDO_LANGUAGE)}
    window = make_window(words=words, language=language, training=True)
    window.resize(QSize(*size))
    _, view = drilled(window, seed=seed)
    found = [f"{page}: {what}" for page in pages(view) for what in clipped(view)]
    assert not found, "\n".join(found)
