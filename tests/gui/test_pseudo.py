"""The window in a made-up language: what is not in brackets is not translated, and nothing is clipped."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from pos_cancel import bootstrap
from pos_cancel.adapters.settings import Home, load_settings
from pos_cancel.adapters.training_numbers import ENDINGS
from pos_cancel.domain.case import State
from pos_cancel.domain.languages import LANGUAGES, PSEUDO_LANGUAGE
from pos_cancel.gui.entrance import spoken_in
from pos_cancel.gui.main_window import SMALLEST, MainWindow
from pos_cancel.gui.sale_view import HINTS
from pos_cancel.gui.scan_field import Entry
from pos_cancel.gui.stages import Counting, Leaving
from tests.gui.at_the_till import SCAN
from tests.gui.conftest import MakeMenu, MakeWindow, product_words
from tests.gui.drill_till import drilled, pages
from tests.gui.measure import clipped
from tests.gui.menu_till import ScriptedOffice
from tests.gui.scripted_desk import ScriptedDesk
from tests.gui.setup_scenes import scenes
from tests.gui.setup_stage import show_state, still_view
from tests.gui.test_fit import FULLEST, LOOKS
from tests.gui.test_menu_fit import OPEN, OTHER, REPORT, cut
from tests.unit.spoken_cases import CELLS, FULL_CASE, PROFILE, pending, words_of

SIZES = {"smallest": SMALLEST, "till": (1024, 600)}
WORDS = product_words() | {PSEUDO_LANGUAGE: words_of(PSEUDO_LANGUAGE)}
TONGUES = tuple(words_of(language).text("name") for language in LANGUAGES)
# What nobody translates: names, numbers, amounts, codes, and the keys that are printed beside a label.
DATA = (PROFILE.account, OTHER.account, *TONGUES, "Till 2", "Mei Lin", "shop-1", "USD", "CNY", "Enter", "Esc")
LETTERS = re.compile(r"[^\W\d_]{2,}")
HOST = r"(?:https://)?\w[\w-]*(?:\.[\w-]+)+|https://"
CODE = re.compile(rf"{HOST}|\b(?=\w*\d)[\w.:/-]+|\b[A-Z]+(?:_[A-Z]+)+\b")


def unspoken(text: str) -> str:
    """Give the words that stand in no brackets and are no data."""
    depth, left = 0, []
    for letter in text:
        depth += letter == "["
        left += [letter] if not depth else []
        depth -= letter == "]" and depth > 0
    rest = "".join(left)
    for name in DATA:
        rest = rest.replace(name, "")
    return " ".join(LETTERS.findall(CODE.sub("", rest)))


def hard_coded(root: QWidget) -> Iterator[str]:
    """Name every text that is shown or read out and does not come from the wording."""
    for part in root.findChildren(QWidget):
        if part.isVisible():
            texts = [part.toolTip(), part.accessibleName(), part.accessibleDescription()]
            texts += [part.text()] if isinstance(part, QLabel | QAbstractButton) else []
            texts += [part.placeholderText()] if isinstance(part, QLineEdit) else []
            yield from (f"{part.objectName()}: {text!r}" for text in texts if unspoken(text))


def faults(root: QWidget) -> list[str]:
    QApplication.processEvents()
    return [*hard_coded(root), *clipped(root)]


def states(window: MainWindow) -> Iterator[str]:
    for state, variant in CELLS:
        window.flow.show_case(replace(FULL_CASE, state=state, variant=variant))
        yield f"{state.value} {variant}"


def decisions(window: MainWindow) -> Iterator[str]:
    for name in LOOKS:
        for scanned in (True, False):
            window.flow.next_customer()
            window.flow.enter(Entry(f"{SCAN[:-1]}{list(LOOKS).index(name)}", scanned))
            yield f"{name} {scanned}"
            window.press("go_on")
            for question in ("amount", "again", "manager"):
                window.board.questions.write(question, "1")
            window.check_aloud()
            yield f"{name} {scanned} answered"
            for hint in HINTS:
                window.board.sale.hinted.emit(hint)
                yield f"{name} {scanned} {hint}"


def moments(window: MainWindow) -> Iterator[str]:
    yield "invitation"
    window.flow.take_back_s = 5
    window.flow.enter(Entry(SCAN[:-1] + "0", scanned=True))
    window.board.sale.confirm.confirmed.emit()
    assert isinstance(window.flow.stage, Counting)
    yield "counting"
    window.press("back")
    window.flow.enter(Entry("1" * 65, scanned=True))
    yield "fault"
    window.flow.enter(Entry("held", scanned=True))
    yield "looking"
    window.flow.leave(Leaving((pending(),) * 4, 7, pending().deadline))
    yield "leaving"
    for state, action in (
        (State.CALL_SUPPORT, "end"),
        (State.NOT_SENT, "withdraw"),
        (State.NOT_SENT, "send_again"),
        (State.RETRY_PENDING, "keep"),
    ):
        window.flow.show_case(replace(FULLEST, state=state))
        window.press(action)
        yield action


def desk() -> ScriptedDesk:
    looks = {f"{SCAN[:-1]}{place}": look for place, look in enumerate(LOOKS.values())}
    return ScriptedDesk(looks=looks, cases=tuple(pending(id=str(place)) for place in range(7)))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("walk", [states, decisions, moments])
def test_the_till_speaks_only_the_wording_and_all_of_it_fits(
    make_window: MakeWindow, walk: Callable[[MainWindow], Iterator[str]], size: str
) -> None:
    numbers = tuple((ending, story) for story, ending in ENDINGS.items())
    window = make_window(
        desk(), words=WORDS, language=PSEUDO_LANGUAGE, training=True, sets_up=True, offers=numbers
    )
    window.resize(QSize(*SIZES[size]))
    found = [f"{name}: {what}" for name in walk(window) for what in faults(window)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", SIZES)
def test_the_menu_speaks_only_the_wording_and_all_of_it_fits(make_menu: MakeMenu, size: str) -> None:
    till = ScriptedDesk(cases=OPEN, profiles=(PROFILE, OTHER))
    menu = make_menu(ScriptedOffice(report=REPORT), till, words=WORDS, language=PSEUDO_LANGUAGE)
    menu.window.resize(QSize(*SIZES[size]))
    found = []
    for page in ("accounts", "screen", "till", "check", "shift"):
        menu.host.open(page)
        found += [f"{page}: {what}" for what in (*cut(menu), *hard_coded(menu.window))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", SIZES)
def test_the_drill_speaks_only_the_wording_and_all_of_it_fits(make_window: MakeWindow, size: str) -> None:
    window = make_window(words=WORDS, language=PSEUDO_LANGUAGE, training=True)
    window.resize(QSize(*SIZES[size]))
    _, view = drilled(window)
    found = [f"{name}: {what}" for name in pages(view) for what in faults(view)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("size", SIZES)
def test_the_assistant_speaks_only_the_wording_and_all_of_it_fits(make_window: MakeWindow, size: str) -> None:
    window = make_window(words=WORDS, language=PSEUDO_LANGUAGE)
    window.resize(QSize(*SIZES[size]))
    view = still_view(window.words, window.theme)
    view.setStyleSheet(window.theme.style())
    view.resize(window.size())
    view.show()
    found = []
    for name, state in scenes().items():
        show_state(view, state)
        found += [f"{name}: {what}" for what in faults(view)]
    view.close()
    assert not found, "\n".join(found)


def test_the_measure_sees_a_hard_coded_text(make_window: MakeWindow) -> None:
    window = make_window(words=WORDS, language=PSEUDO_LANGUAGE, training=True)
    assert not list(hard_coded(window))
    window.board.sale.confirm.setToolTip("Press me")
    window.board.scan.field.setPlaceholderText("Number")
    window.board.sale.confirm.show()
    assert len(list(hard_coded(window))) == 2
    assert unspoken("[Škåñ] now · K7-204 · USD 128.00") == "now"


def test_it_is_spoken_only_where_it_is_set(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.settings_path.write_text(f'language = "{PSEUDO_LANGUAGE}"\n', encoding="utf-8")
    assert load_settings(home).language == PSEUDO_LANGUAGE
    assert spoken_in(PSEUDO_LANGUAGE) == (*LANGUAGES, PSEUDO_LANGUAGE)
    assert spoken_in("zh_CN") == spoken_in("") == LANGUAGES
    words = bootstrap.words(PSEUDO_LANGUAGE)
    assert words.language == PSEUDO_LANGUAGE
    assert words.text("gui.title").startswith("[")


def test_its_button_goes_back_to_the_languages_that_there_are(make_window: MakeWindow) -> None:
    window = make_window(words=WORDS, language=PSEUDO_LANGUAGE)
    window.press("language")
    assert window.words.language == "en"
