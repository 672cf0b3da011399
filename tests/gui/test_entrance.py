"""The program from its first start into training: what was chosen on the way goes along, and is kept."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from pos_cancel import bootstrap
from pos_cancel.adapters.settings import HOME_VARIABLE, Settings, load_settings, open_home
from pos_cancel.adapters.training_numbers import ENDINGS
from pos_cancel.cli.main import run
from pos_cancel.gui.application import application
from pos_cancel.gui.entrance import LIKED, Entrance, as_chosen
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.rubbish import destroy
from pos_cancel.gui.setup_view import SetupView
from pos_cancel.gui.theme import Looks
from tests.gui.at_the_till import press

POLL_MS = 10
PATIENCE_S = 30.0
Key = Qt.Key
Steps = Iterator[Callable[[], object]]


class Hands(QObject):
    """Go on with the next step as soon as what the one before waits for is there."""

    def __init__(self, steps: Callable[["Hands"], Steps]) -> None:
        super().__init__()
        self._steps = steps(self)
        self._awaited: Callable[[], object] = lambda: True
        self.errors: list[BaseException] = []
        self.is_done = False
        self._end = time.monotonic() + PATIENCE_S
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()

    @property
    def window(self) -> MainWindow:
        """The window that is shown."""
        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        return next(each for each in shown if each.isVisible())

    def has_window(self) -> bool:
        shown = [each for each in QApplication.topLevelWidgets() if isinstance(each, MainWindow)]
        return any(each.isVisible() for each in shown)

    @property
    def has_assistant(self) -> bool:
        return self.has_window() and bool(self.window.findChildren(SetupView))

    @Slot()
    def _look(self) -> None:
        try:
            if self._awaited():
                self._awaited = next(self._steps)
            assert time.monotonic() < self._end, "Nothing more came."
        except StopIteration:
            self.is_done = True
            self._stop()
        except AssertionError as error:
            self.errors.append(error)
            self._stop()

    def _stop(self) -> None:
        self._timer.stop()
        if self.has_window():
            self.window.end_at_once()


@pytest.fixture
def open_program(
    qapp: QApplication, looks: Looks, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., None]:
    application(looks)
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))

    def open_with(steps: Callable[[Hands], Steps], *arguments: str) -> None:
        hands = Hands(steps)
        code = run(arguments, Entrance())
        for window in QApplication.topLevelWidgets():
            destroy(window)
        if hands.errors:
            raise hands.errors[0]
        assert hands.is_done
        assert code == 0

    return open_with


def into_training(hands: Hands) -> Steps:
    yield lambda: hands.has_assistant
    press(hands.window, Key.Key_F10)
    press(hands.window, Key.Key_F12)
    assert (hands.window.words.language, hands.window.theme.name) == ("zh_CN", "dark")
    press(hands.window, Key.Key_2, Key.Key_Return)
    yield lambda: hands.has_window() and not hands.has_assistant and hands.window.till.training
    assert (hands.window.words.language, hands.window.theme.name) == ("zh_CN", "dark")
    offers_numbers(hands.window)
    # The menu writes behind the window, which waits for no disk.
    yield lambda: load_settings(open_home()).theme == "dark"


def offers_numbers(window: MainWindow) -> None:
    shown = window.screen_shown
    assert shown is not None
    assert len(shown.offers) == len(ENDINGS)
    assert shown.offers[1][0].endswith("-REFUND")
    assert shown.offers[1][1] == window.words.text("gui.try.refund")


def by_hand(hands: Hands) -> Steps:
    yield hands.has_window
    assert hands.window.till.training
    offers_numbers(hands.window)


def test_what_is_chosen_at_the_first_start_goes_along_and_is_kept(
    open_program: Callable[..., None], tmp_path: Path
) -> None:
    open_program(into_training)
    kept = load_settings(open_home(str(tmp_path / "home")))
    assert (kept.language, kept.theme) == ("zh_CN", "dark")


def test_training_opened_by_hand_offers_numbers_too(open_program: Callable[..., None]) -> None:
    open_program(by_hand, "--training")


def test_only_what_eyes_and_ears_like_goes_along() -> None:
    chosen = Settings(
        language="zh_TW", theme="dark", text_size="large", sounds=False, till="Bar", default_profile="shop-1"
    )
    with bootstrap.training_shop() as (shop, _):
        settings = as_chosen(shop, chosen).settings
    assert settings == replace(shop.settings, **{name: getattr(chosen, name) for name in LIKED})
    assert (settings.till, settings.language, settings.sounds) == ("T1", "zh_TW", False)
