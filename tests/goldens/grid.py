"""Every state and variant of the card in the real window: each language, each theme, two sizes.

One window walks the whole grid, on a clock that stands still and with the bundled fonts alone, so that
a picture depends on the product and on how this Qt draws letters, and on nothing else.
"""

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from pos_cancel.adapters.settings import Settings
from pos_cancel.domain.case import WORKED, Ask, Case, State
from pos_cancel.domain.outcome import Progress
from pos_cancel.gui.application import application
from pos_cancel.gui.dresser import Dresser
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.menu_host import Menu, MenuHost
from pos_cancel.gui.rubbish import destroy
from pos_cancel.gui.theme import Looks, Theme
from pos_cancel.gui.till import Till
from pos_cancel.gui.worker import Worker
from tests.gui.conftest import product_looks, product_words
from tests.gui.scripted_desk import ScriptedDesk, StoppedClock
from tests.unit.spoken_cases import CELLS, FULL_CASE, SHOP, pending

LANGUAGES = ("en", "zh_CN", "zh_TW")
THEMES = ("light", "dark", "high_contrast")
SMALL, USUAL = (800, 560), (1024, 600)
SIZES = (USUAL, SMALL)
UNSENT = frozenset({State.NOT_SENT, State.WITHDRAWN})
BESIDE = (pending(id="c-2", ref="K7-202"), pending(id="c-3", ref="K7-203", amount_minor=4550))


def stand_still() -> None:
    """Take away what a session would change in the pictures; call it before Qt starts."""
    for name in [name for name in os.environ if name.startswith("QT_")]:
        del os.environ[name]
    os.environ |= {
        "QT_QPA_PLATFORM": "offscreen",
        "FONTCONFIG_FILE": str(Path(__file__).with_name("fonts.conf")),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
    time.tzset()


def name_of(language: str, theme: str, size: tuple[int, int], state: State, variant: str) -> str:
    """How a picture is called: its place in the grid."""
    cell = f"{state.value}-{variant}" if variant else state.value
    return f"{language}/{theme}/{size[0]}x{size[1]}/{cell}"


def walk(looks: Looks | None = None) -> Iterator[tuple[str, MainWindow]]:
    """Show one card after the other; gives each with its name, laid out and ready to be looked at."""
    looks = looks or product_looks()
    with _window(looks) as window:
        for size in SIZES:
            window.resize(*size)
            for theme in THEMES:
                for language in LANGUAGES:
                    window.show_language(language)
                    window.show_theme(Theme(looks, theme))
                    for state, variant in CELLS:
                        window.show_case(_case(state, variant))
                        settle()
                        yield name_of(language, theme, size, state, variant), window


def _case(state: State, variant: str) -> Case:
    # What is beside the headline is what such a case would have: people look at these pictures.
    if state in UNSENT:
        plain = replace(FULL_CASE, tries=0, setup_code="")
    elif state is State.SENDING:
        plain = replace(
            FULL_CASE, tries=1, next_try_at=None, in_flight=Ask.CANCEL, progress=Progress.CONNECTED
        )
    else:
        plain = replace(FULL_CASE, progress=Progress.SENT if state in WORKED else Progress.ANSWERED)
    return replace(plain, state=state, variant=variant)


@contextmanager
def _window(looks: Looks) -> Iterator[MainWindow]:
    # A cursor that blinks would make two pictures of one.
    application(looks).setCursorFlashTime(0)
    till = Till(
        words=product_words(),
        language="en",
        zone=SHOP,
        clock=StoppedClock(),
        name="Till 2",
        sounds=False,
        fade_ms=0,
    )
    worker = Worker(ScriptedDesk(cases=BESIDE))
    window = MainWindow(worker, till, Theme(looks, "light"))
    dresser = Dresser(window, looks, "light")
    MenuHost(window, worker, Menu(desk=None, settings=Settings(), till="Till 2"), dresser, str)
    worker.list_cases()
    window.show()
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    yield window
    window.end_at_once()
    destroy(window)


def settle() -> None:
    """Let Qt lay out what was changed."""
    for _ in range(3):
        QApplication.sendPostedEvents()


def picture_of(window: MainWindow) -> QImage:
    """Take the picture, as plain RGBA."""
    image = QImage(window.size(), QImage.Format.Format_RGBA8888)
    image.fill(0)
    window.render(image, QPoint(0, 0))
    return image


def pixels(image: QImage, part: QRect | None = None) -> bytes:
    """Give the raw bytes of a picture or of a part of it."""
    # The picture has to outlive the view of its bytes.
    whole = image.copy(part) if part is not None else image
    return bytes(whole.constBits())


def hash_of(image: QImage) -> str:
    """Give the hash of the raw bytes."""
    return hashlib.sha256(pixels(image)).hexdigest()
