"""Whatever hands do, in whatever order: no exception, nothing sent twice, nothing without the deliberate act.

A window lives through many short sequences, as in a shop. A failure prints what was done since the window was
made; `--seed` draws the same again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from random import Random

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QDialog, QWidget

from pos_cancel.domain.case import State
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.engine.lookup import Lookup
from pos_cancel.gui.hold_button import HoldButton
from pos_cancel.gui.setup_host import Assistant, SetupHost
from pos_cancel.gui.stages import Counting
from tests.gui.at_the_till import focused, press, scan
from tests.gui.conftest import MakeMenu
from tests.gui.drill_till import Fingers
from tests.gui.menu_till import MenuTill, OfficeDesk
from tests.gui.scripted_desk import ScriptedDesk, StoppedClock
from tests.unit.spoken_cases import FULL_CASE, PROFILE, pending

SEQUENCES, WINDOWS = 1_000, 10
LONGEST = 5
# Escape goes back one page at a time.
MOST_PAGES = 6
# Painting takes most of the time.
PAINTED_EVERY = 5
Key = Qt.Key
KEYS = (
    *(Key(Key.Key_F1.value + number) for number in range(12)),
    *(Key.Key_Return, Key.Key_Enter, Key.Key_Escape, Key.Key_Tab, Key.Key_Space, Key.Key_Backtab),
    *(Key.Key_Up, Key.Key_Down, Key.Key_Left, Key.Key_Right, Key.Key_Backspace, Key.Key_Home),
    *(Key.Key_1, Key.Key_2, Key.Key_9, Key.Key_A),
)
CONFIRM = Key.Key_F8
STATES = tuple(State)


class ShopDesk(ScriptedDesk):
    """Knows every number as a paid sale; its looks come at once, or late."""

    def __init__(self, clock: StoppedClock) -> None:
        shown = tuple(
            pending(id=f"o-{place}", ref=f"K7-{place}", number=f"OPEN-{place}") for place in range(2)
        )
        super().__init__(cases=shown, profiles=(PROFILE, replace(PROFILE, name="other", account="Other")))
        self._clock = clock
        self.acted: list[str] = []

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        super().look_up(number, profile, lambda look: done(replace(look, at=self._clock())))

    def act(self, case_id: str, action: str, by: str, reason: str, done: Callable[..., None]) -> None:
        self.acted.append(action)
        if any(case.id == case_id for case in self._cases):
            super().act(case_id, action, by, reason, done)
        else:
            done(replace(FULL_CASE, id=case_id))


@dataclass
class Shop:
    """A till, the hands at it, and what is allowed to be sent so far."""

    menu: MenuTill
    desk: ShopDesk
    clock: StoppedClock
    fingers: Fingers
    chance: Random
    done: list[str] = field(default_factory=list)
    numbers: int = 0
    closes: int = 0

    @property
    def seen(self) -> list[QWidget]:
        window = self.menu.window
        kinds = (QAbstractButton, QAbstractItemView)
        found = [part for kind in kinds for part in window.findChildren(kind)]
        return [part for part in found if part.isVisible() and part.isEnabled() and part.objectName()]


def _scan(shop: Shop) -> str:
    shop.numbers += shop.chance.random() < 0.8
    number, gap_ms = f"R{shop.numbers:07}", shop.chance.choice((0, 5, 50))
    shop.fingers.gap_ms = gap_ms
    scan(shop.menu.window, number, shop.chance.choice((Key.Key_Return, Key.Key_Enter, Key.Key_Tab)))
    if shop.chance.random() < 0.3:
        press(shop.menu.window, Key.Key_Return)
    shop.fingers.gap_ms = 300
    return f"scan {number} at {gap_ms} ms"


def _type(shop: Shop) -> str:
    text = shop.chance.choice(("R0000001", "128.00", "mei lin", "12", "Chen M"))
    for character in text:
        QTest.keyClicks(focused(shop.menu.window), character)
    return f"type {text}"


def _press(shop: Shop) -> str:
    key = shop.chance.choice(KEYS)
    press(shop.menu.window, key)
    return f"press {key.name}"


def _tap(shop: Shop) -> str:
    part = shop.chance.choice(shop.seen)
    name, where = part.objectName(), part.rect().center()
    target = part.viewport() if isinstance(part, QAbstractItemView) else part
    QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=where)
    return f"tap {name}"


def _confirm(shop: Shop) -> str:
    press(shop.menu.window, CONFIRM, CONFIRM)
    return "press F8 twice"


def _cancel(shop: Shop) -> str:
    return f"{_scan(shop)}, {_confirm(shop)}"


def _close(shop: Shop) -> str:
    shop.menu.window.close()
    return "close"


def _open_again(shop: Shop) -> None:
    window = shop.menu.window
    if not window.isVisible():
        shop.closes += 1
        window._may_close = False  # noqa: SLF001 - the shop opens again with the same window
        window.show()
        window.activateWindow()


def _turn(shop: Shop) -> str:
    name = shop.chance.choice(("language", "theme", "account"))
    shop.menu.window.press(name)
    return f"turn {name}"


def _pass(shop: Shop) -> str:
    seconds = shop.chance.choice((1, 1, 7, 61))
    shop.clock.pass_s(seconds)
    shop.menu.window.tick()
    for _ in range(min(seconds, 7)):
        shop.menu.window.flow.count()
        shop.menu.window.cues.count()
    return f"{seconds} s pass"


def _hear(shop: Shop) -> str:
    state, request = shop.chance.choice(STATES), shop.chance.choice([*shop.desk.requests, None])
    number = request.number.text if request else "BESIDE"
    shop.desk.tell(replace(FULL_CASE, id="new" if request else "beside", number=number, state=state))
    return f"{number} is {state}"


def _answer(shop: Shop) -> str:
    shop.desk.holds = not shop.desk.holds
    if not shop.desk.holds:
        shop.desk.let_go()
    return f"looks {'wait' if shop.desk.holds else 'come'}"


def _fault(shop: Shop) -> str:
    shop.desk.complain(LocalError("The disk is full.", "Call the manager."))
    return "a fault"


def _resize(shop: Shop) -> str:
    size = shop.chance.choice(((800, 560), (1024, 600), (1280, 800)))
    shop.menu.window.resize(*size)
    return f"resize {size}"


DEEDS: dict[Callable[[Shop], str], int] = {
    _scan: 8, _type: 2, _press: 10, _tap: 6, _confirm: 3, _cancel: 6, _close: 1, _turn: 1, _pass: 3, _hear: 2,
    _answer: 1, _fault: 1, _resize: 1,
}  # fmt: skip


class Judge:
    """Counts what the window may send: every confirmation that hands gave, once, for the sale they saw."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._flow = shop.menu.window.flow
        self._allowed: list[str] = []
        for button in shop.menu.window.findChildren(HoldButton):
            button.confirmed.connect(self._confirmed)
        # The window's own slot came first and has judged by now: what it sent was for this very press.
        self.pressed = 0

    def _confirmed(self) -> None:
        self.pressed += 1

    def check(self) -> None:
        """Compare after every deed."""
        requests, shop = self._shop.desk.requests, self._shop
        assert len(requests) + len(shop.desk.acted) <= self.pressed, "sent without the deliberate act"
        assert len({id(request) for request in requests}) == len(requests), "sent twice"
        stage = self._flow.stage
        if isinstance(stage, Counting):
            assert all(request is not stage.request for request in requests), "sent while it counts down"
        for request in requests[len(self._allowed) :]:
            assert request.lookup is not None
            assert request.number == request.lookup.number, "another number than was shown"
            self._allowed.append(request.number.text)


def _sequence(shop: Shop, judge: Judge) -> None:
    # Each begins at the till, wherever the one before ended.
    for _ in range(MOST_PAGES):
        if shop.menu.window.board.isHidden():
            press(shop.menu.window, Key.Key_Escape)
    shop.desk.holds = False
    shop.desk.let_go()
    shop.menu.window.flow.next_customer()
    shop.done.append("next customer")
    deeds = shop.chance.choices(list(DEEDS), list(DEEDS.values()), k=shop.chance.randint(2, LONGEST))
    for deed in deeds:
        before = len(shop.desk.requests)
        shop.done.append(deed.__name__)
        shop.done[-1] = f"{deed(shop)} -> {type(shop.menu.window.flow.stage).__name__}"
        # By the button of the window, or with a name over open cases.
        _open_again(shop)
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            dialog.reject()
        judge.check()
        sent = len(shop.desk.requests) - before
        # One deed may end one countdown, or be one deliberate act.
        assert sent <= 1, f"{sent} sent by one deed"
        if deed is _scan or deed is _type:
            assert sent == 0, "sent by typing"


@contextmanager
def _told(shop: Shop) -> Iterator[None]:
    try:
        yield
    except BaseException:
        print("since the window was made:", *shop.done, sep="\n  ")
        raise


@pytest.mark.parametrize("window", range(WINDOWS))
def test_random_sequences(make_menu: MakeMenu, clock: StoppedClock, rng: Random, window: int) -> None:
    fingers, desk = Fingers(), ShopDesk(clock)
    menu = make_menu(
        desk=desk,
        key_time_ms=fingers,
        take_back_s=(0, 3)[window % 2],
        hold_ms=60_000,
        training=window % 3 == 0,
        sets_up=True,
    )
    host = SetupHost(menu.window, Assistant(OfficeDesk(None, holds=True), lambda _: None))
    shop = Shop(menu, desk, clock, fingers, rng)
    judge = Judge(shop)
    with _told(shop):
        for number in range(SEQUENCES // WINDOWS):
            _sequence(shop, judge)
            if number % PAINTED_EVERY == 0:
                QApplication.processEvents()
        assert host.parent() is menu.window
        assert desk.looked
        assert desk.requests, "a test in which nothing is ever confirmed shows nothing"
