"""No clipped text: every label and button of every state, in every language, at the smallest size."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QLabel

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.outcome import NotFound, Progress, Reason, Unknown
from pos_cancel.domain.receipt import Receipt
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.scan_field import Entry
from pos_cancel.gui.till_button import WRAP, TillButton
from tests.gui.at_the_till import SCAN
from tests.gui.conftest import MakeWindow, product_words
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import CELLS, FULL_CASE, NOW, PAID_SALE, look, look_at, pending, words_of

LANGUAGES = ("en", "zh_CN", "zh_TW")
PSEUDO = {"qps": words_of("qps")}
TOMORROW = NOW + timedelta(days=1)
# What a busy card shows: a deadline on another day, a code, a network number, an amount of six figures.
FULLEST = replace(
    FULL_CASE,
    progress=Progress.SENT,
    deadline=TOMORROW,
    amount_minor=12345600,
    currency="USD",
    gateway_code="SYSTEM_ERROR",
    number=SCAN,
)
MEANT = Receipt(profile="shop-1", number=SCAN[:20], amount=FULLEST.amount, at=NOW - timedelta(days=1))
LOOKS = {
    "paid": look_at(PAID_SALE, deadline=TOMORROW),
    "earlier": look_at(PAID_SALE, deadline=TOMORROW, earlier=(replace(FULL_CASE, operator="Mei Lin"),)),
    "not found": look(NotFound()),
    "meant another": look(NotFound(), odd=True, near=(MEANT, MEANT, MEANT), others=("shop-2",)),
    "not asked": look(Unknown(Reason.SILENCE), trouble="silence", deadline=TOMORROW),
}


def clipped(window: MainWindow) -> Iterator[str]:
    """Name every label and button that needs more room than it has."""
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.text() and label.objectName() not in {"accountName", "saleLine"}:
            flags = Qt.TextFlag.TextWordWrap if label.wordWrap() else Qt.TextFlag.TextSingleLine
            room = label.contentsRect()
            rect = QFontMetrics(label.font()).boundingRect(
                QRect(0, 0, room.width(), 10_000), flags, label.text()
            )
            if rect.height() > room.height() + 1 or rect.width() > room.width() + 1:
                yield f"{label.objectName()}: {label.text()!r} needs {rect.size()}, has {room.size()}"
    for button in window.findChildren(TillButton):
        room = button.label_rect()
        rect = QFontMetrics(button.label_font()).boundingRect(
            QRect(0, 0, room.width(), 10_000), WRAP, button.drawn_text()
        )
        if button.isVisible() and (rect.width() > room.width() or rect.height() > room.height()):
            yield f"{button.objectName()}: {button.text()!r} needs {rect.size()}, has {room.size()}"
    card = window.board.card
    if card.needed_height() > card.height():
        yield f"the card needs {card.needed_height()}, has {card.height()}"
    for box in (*card.findChildren(QLabel), window.board.questions):
        if box.isVisible() and not card.rect().contains(
            QRect(box.mapTo(card, box.rect().topLeft()), box.size())
        ):
            yield f"{box.objectName()} stands out of the card"


def settle(window: MainWindow) -> None:
    """Let Qt lay out what was changed."""
    for _ in range(3):
        QApplication.sendPostedEvents()


def window_in(make_window: MakeWindow, language: str, desk: ScriptedDesk | None = None) -> MainWindow:
    return make_window(desk, words=product_words() | PSEUDO, language=language, training=True, sets_up=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", [FULL_CASE, FULLEST], ids=["plain", "fullest"])
def test_every_state_fits(make_window: MakeWindow, language: str, case: Case) -> None:
    window = window_in(make_window, language)
    found = []
    for state, variant in CELLS:
        window.flow.show_case(replace(case, state=state, variant=variant))
        settle(window)
        found += [f"{state.value} {variant}: {what}" for what in clipped(window)]
    assert not found, "\n".join(found)


def test_headline_and_advice_of_a_long_language_fit(make_window: MakeWindow) -> None:
    window = window_in(make_window, "qps")
    found = []
    for state, variant in CELLS:
        window.flow.show_case(replace(FULL_CASE, state=state, variant=variant))
        settle(window)
        names = ("headline", "doText", "dontText", "statusLine", "the card")
        found += [f"{state.value} {variant}: {what}" for what in clipped(window) if what.startswith(names)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("scanned", [True, False])
@pytest.mark.parametrize("name", LOOKS)
def test_every_decision_fits(make_window: MakeWindow, language: str, name: str, scanned: bool) -> None:
    window = window_in(make_window, language, ScriptedDesk(looks={SCAN: LOOKS[name]}))
    window.flow.enter(Entry(SCAN, scanned))
    settle(window)
    found = list(clipped(window))
    window.press("go_on")
    for question in ("amount", "again", "manager"):
        window.board.questions.write(question, "1")
    window.check_aloud()
    settle(window)
    assert not found + list(clipped(window))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_other_moments_fit(make_window: MakeWindow, language: str) -> None:
    open_cases = tuple(pending(id=str(place), ref=f"K7-20{place}") for place in range(7))
    window = window_in(make_window, language, ScriptedDesk(cases=open_cases, holds=True))
    settle(window)
    found = [f"invitation {what}" for what in clipped(window)]
    window.flow.enter(Entry("1" * 65, scanned=True))
    settle(window)
    found += [f"fault {what}" for what in clipped(window)]
    window.flow.enter(Entry(SCAN, scanned=True))
    settle(window)
    found += [f"looking {what}" for what in clipped(window)]
    window.flow.leave(window.cases.left_behind())
    settle(window)
    found += [f"leaving {what}" for what in clipped(window)]
    for state, action in (
        (State.CALL_SUPPORT, "end"),
        (State.NOT_SENT, "withdraw"),
        (State.NOT_SENT, "send_again"),
    ):
        window.flow.show_case(replace(FULLEST, state=state))
        window.press(action)
        settle(window)
        found += [f"{action} {what}" for what in clipped(window)]
    window.flow.show_case(pending())
    window.press("keep")
    settle(window)
    found += [f"keep {what}" for what in clipped(window)]
    assert not found, "\n".join(found)


def test_the_measure_sees_what_is_clipped(make_window: MakeWindow) -> None:
    window = window_in(make_window, "en")
    settle(window)
    assert not list(clipped(window))
    window.board.sale.amount.show()
    window.board.sale.amount.setText("x" * 500)
    window.board.sale.amount.setFixedWidth(50)
    settle(window)
    assert list(clipped(window))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_strip_covers_no_word_by_half(make_window: MakeWindow, language: str) -> None:
    tomorrow = pending(id="2", deadline=TOMORROW)
    window = make_window(desk := ScriptedDesk(cases=(pending(),)), language=language)
    window.flow.show_case(tomorrow)
    desk.tell(replace(pending(), state=State.REFUNDED))
    settle(window)
    window.cues.count()
    covered = window.cues.toast.geometry()
    for part in window.board.header.findChildren(QLabel):
        # The account's name has all the room that is left, and seldom fills it.
        if part.isVisible() and part.objectName() != "accountName":
            place = QRect(part.mapTo(window.board, QPoint(0, 0)), part.size())
            assert covered.contains(place) or not covered.intersects(place), part.objectName()
