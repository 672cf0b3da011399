"""The drill in the window: offered in training only, answered by fingers and keys, cut off from the till."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication
from pytestqt.qtbot import QtBot

from pos_cancel.gui.application import Start, run
from pos_cancel.gui.drill_screens import Page
from pos_cancel.gui.drill_view import DrillView
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.stages import Inviting, Leaving
from pos_cancel.gui.theme import Looks
from pos_cancel.presenters.card import present
from tests.gui.at_the_till import SCAN, focused, press, stage_of
from tests.gui.conftest import MakeWindow, product_words
from tests.gui.drill_till import Fingers, answer, drilled, go_through, page_of, pages, right_number
from tests.gui.measure import labels
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import NOW, SHOP, pending, words_of

Key = Qt.Key


def test_only_a_training_till_offers_the_drill(make_window: MakeWindow) -> None:
    live, training = make_window(), make_window(training=True)
    assert not live.board.sale.buttons["drill"].isVisible()
    assert training.board.sale.buttons["drill"].isVisible()
    assert training.board.sale.buttons["drill"].key == "F7"
    _, view = drilled(training)
    assert view.isVisible()
    assert not training.board.isVisible()


@pytest.mark.parametrize("training", [True, False])
def test_the_program_brings_the_drill_along_in_training(
    qapp: QApplication, looks: Looks, training: bool
) -> None:
    seen: list[int] = []

    def press_its_key() -> None:
        shown = [each for each in qapp.topLevelWidgets() if each.isVisible()]
        window = next(each for each in shown if isinstance(each, MainWindow))
        QTest.keyClick(window, Key.Key_F7)
        seen.append(len(window.findChildren(DrillView)))
        window.end_at_once()

    start = Start(language="en", theme="light", training=training)
    run(ScriptedDesk(), looks, product_words(), start, zone=SHOP, painted=press_its_key)
    assert seen == [int(training)]


def test_its_key_opens_it_and_esc_leaves_it_at_any_moment(make_window: MakeWindow) -> None:
    window = make_window(training=True)
    host, _ = drilled(window)
    for steps in range(4):
        view = host.view
        assert view is not None
        if steps > 0:
            answer(view, right=False)
        if steps == 2:
            press(window, Key.Key_Return)
        if steps == 3:
            press(window, Key.Key_Return)
            for _ in range(9):
                answer(view, right=False)
                view.buttons["next"].click()
            assert page_of(view) is Page.RESULT
        press(window, Key.Key_Escape)
        assert host.view is None
        assert window.board.isVisible()
        assert stage_of(window) == Inviting()
        assert window.board.scan.field.hasFocus()
        press(window, Key.Key_F7)


def test_ten_cases_lead_to_a_result_and_to_the_cards_of_what_was_missed(make_window: MakeWindow) -> None:
    window = make_window(training=True)
    _, view = drilled(window)
    go_through(view, missed=(1, 4))
    assert page_of(view) is Page.RESULT
    assert "8 of 10 right." in labels(view)
    assert [button.name for button in view.answers.buttons] == ["1", "4"]
    press(window, Key.Key_2)
    QTest.qWait(200)
    assert page_of(view) is Page.AGAIN
    question = view.drill.questions[4]
    assert present(question.case, NOW, words_of("en"), SHOP).dont in labels(view)
    press(window, Key.Key_Return)
    assert page_of(view) is Page.RESULT
    press(window, Key.Key_F5)
    assert page_of(view) is Page.ASK
    assert view.drill.given == ()
    go_through(view, missed=())
    assert "10 of 10 right." in labels(view)
    assert not view.answers.buttons
    view.buttons["back"].click()
    assert window.board.isVisible()


@pytest.mark.parametrize("right", [True, False])
def test_the_verdict_is_a_word_and_a_sentence_beside_the_right_card(
    make_window: MakeWindow, right: bool
) -> None:
    _, view = drilled(make_window(training=True))
    question = view.drill.questions[0]
    answer(view, right=right)
    card = present(question.case, NOW, words_of("en"), SHOP)
    said = labels(view)
    assert {card.headline, card.do, card.dont} <= said
    assert ("Right" in said, "Not quite" in said) == (right, not right)
    assert words_of("en").text(f"drill.why.{question.story.name}") in said
    assert any(text.startswith("You said:") for text in said) is not right


def test_keys_alone_go_through_it(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(training=True)
    _, view = drilled(window)
    assert view.card.hasFocus()
    press(window, Key.Key_Return)
    assert page_of(view) is Page.ASK
    QTest.keyClicks(focused(window), str(right_number(view)))
    qtbot.waitUntil(lambda: page_of(view) is Page.CARD, timeout=2_000)
    assert view.drill.missed == ()
    QTest.keyClicks(focused(window), " ")
    qtbot.waitUntil(lambda: page_of(view) is Page.ASK, timeout=2_000)
    press(window, Key.Key_Tab)
    assert view.answers.buttons[0].hasFocus()
    press(window, Key.Key_Down, Key.Key_Right, Key.Key_Right, Key.Key_Up, Key.Key_Backtab)
    assert view.answers.buttons[1].hasFocus()
    press(window, Key.Key_Return)
    assert view.drill.given[1] == view.drill.questions[1].answers[1]
    assert view.card.hasFocus()
    QTest.keyClicks(focused(window), "9")
    QTest.qWait(200)
    assert page_of(view) is Page.CARD
    press(window, Key.Key_Down, Key.Key_Return)
    # A person who presses Enter right after the digit has answered as well.
    QTest.keyClicks(focused(window), "1")
    press(window, Key.Key_Return)
    assert view.drill.given[2] == view.drill.questions[2].answers[0]


@pytest.mark.parametrize("page", [Page.ASK, Page.CARD, Page.RESULT])
@pytest.mark.parametrize("ends", [(Key.Key_Return,), (Key.Key_Return, Key.Key_Return), (Key.Key_Tab,)])
def test_a_scan_is_told_that_this_is_the_drill(
    make_window: MakeWindow, page: Page, ends: tuple[Qt.Key, ...]
) -> None:
    desk = ScriptedDesk()
    window, fingers = make_window(desk, training=True), Fingers()
    _, view = drilled(window, fingers)
    if page is Page.CARD:
        answer(view, right=True)
    elif page is Page.RESULT:
        go_through(view, missed=tuple(range(10)))
    before = view.drill
    fingers.gap_ms = 5
    QTest.keyClicks(focused(window), SCAN)
    for end in ends:
        QTest.keyClick(focused(window), end)
    QTest.qWait(200)
    assert (view.drill, page_of(view)) == (before, page)
    assert words_of("en").text("drill.scanned") in labels(view)
    assert (desk.looked, desk.suggested, desk.requests, desk.acts) == ([], [], [], [])
    assert stage_of(window) == Inviting()


def test_a_short_burst_answers_nothing(make_window: MakeWindow) -> None:
    window, fingers = make_window(training=True), Fingers()
    _, view = drilled(window, fingers)
    fingers.gap_ms = 5
    QTest.keyClicks(focused(window), "12")
    QTest.keyClick(focused(window), Key.Key_Return)
    QTest.qWait(200)
    assert page_of(view) is Page.ASK


def test_no_key_reaches_the_till_behind_it(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    window = make_window(desk, training=True)
    _, view = drilled(window)
    press(window, Key.Key_F8, Key.Key_F8, Key.Key_F9, Key.Key_F2, Key.Key_F3, Key.Key_F11)
    assert view.isVisible()
    assert (desk.looked, desk.requests, desk.acts) == ([], [], [])


def test_language_and_look_change_in_the_middle(make_window: MakeWindow) -> None:
    window = make_window(training=True)
    _, view = drilled(window)
    answer(view, right=False)
    press(window, Key.Key_F10)
    assert "不太对" in labels(view)
    assert "演练" in labels(view)
    with patch.object(window, "theme_wished") as wished:
        press(window, Key.Key_F12)
    assert wished.emit.called


def test_closing_over_open_cases_brings_the_till_back(make_window: MakeWindow) -> None:
    window = make_window(ScriptedDesk(cases=(pending(),)), training=True)
    host, _ = drilled(window)
    assert not window.close()
    assert isinstance(stage_of(window), Leaving)
    assert host.view is None
    assert window.board.isVisible()


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What a screen reader is told to say at once."""
    said: list[str] = []
    with (
        patch.object(QAccessible, "isActive", return_value=True),
        patch.object(QAccessible, "updateAccessibility", lambda event: said.append(event.message())),
    ):
        yield said


def test_pages_are_read_out(make_window: MakeWindow, heard: list[str], qtbot: QtBot) -> None:
    window = make_window(training=True)
    _, view = drilled(window)
    question = view.card.accessibleName()
    assert "What do you tell the customer?" in question
    QTest.keyClicks(focused(window), str(right_number(view)))
    qtbot.waitUntil(lambda: bool(heard), timeout=2_000)
    assert heard[-1].startswith("Right.")
    assert view.card.accessibleName() == heard[-1]


def test_every_part_has_a_name_and_the_marks_of_training(make_window: MakeWindow) -> None:
    window = make_window(training=True)
    _, view = drilled(window)
    for page in pages(view):
        parts = [part for part in view.findChildren(QAbstractButton) if part.isVisible()]
        assert all(part.objectName() and part.accessibleName() for part in parts), page
        assert len({part.objectName() for part in parts}) == len(parts), page
        assert view.strip.isVisible(), page
        assert "TRAINING" in labels(view), page
        assert view.card.accessibleName(), page
