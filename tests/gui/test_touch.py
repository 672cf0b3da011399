"""A finger's target: 12 mm where the screen can be believed, 48 pixels everywhere."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from pos_cancel.domain.case import State
from pos_cancel.gui import main_window
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.stages import Leaving
from pos_cancel.gui.touch import believed, px_per_mm, target_px
from tests.gui.at_the_till import SCAN, scan
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk, StoppedClock
from tests.gui.test_fit import clipped, settle
from tests.unit.spoken_cases import FULL_CASE, PROFILE, pending

# A till of ten inches with 1024x600 has 4.6 pixels in a millimetre.
TEN_INCHES = 4.6
GAP_PX = 10


@pytest.mark.parametrize(
    ("pixels", "millimetres", "found"),
    [
        ((1024, 600), (222.6, 130.4), 4.6),
        ((1920, 1080), (344, 194), 5.58),
        ((1024, 600), (0, 0), 0),
        ((1920, 1080), (1600, 900), 0),
        ((1920, 1080), (64, 36), 0),
        ((1920, 1080), (160, 160), 0),
        ((3000, 2000), (1000, 667), 3.0),
    ],
)
def test_only_a_screen_that_can_be_is_believed(
    pixels: tuple[int, int], millimetres: tuple[float, float], found: float
) -> None:
    assert believed(*pixels, *millimetres) == pytest.approx(found, abs=0.01)


@pytest.mark.parametrize(
    ("scale", "density", "target"),
    [(1.0, 0.0, 48), (1.0, 3.8, 48), (1.0, 4.6, 55), (1.25, 5.9, 71), (1.0, 19.0, 72), (2.0, 0.0, 96)],
)
def test_the_target_is_twelve_millimetres_and_never_small(scale: float, density: float, target: int) -> None:
    assert target_px(scale, density) == target


def small_targets(window: MainWindow, least: int) -> list[str]:
    settle(window)
    found = []
    for kind in (QAbstractButton, QLineEdit):
        for part in window.findChildren(kind):
            # The scan field's panel is what a finger meets; the line itself is lower.
            met = window.board.scan if part is window.board.scan.field else part
            if part.isVisible() and min(met.width(), met.height()) < least:
                found.append(f"{part.objectName()} {met.width()}x{met.height()}")
    rows = window.board.open_cases.list
    if rows.isVisible() and window.cases.rowCount():
        row: QRect = rows.visualRect(window.cases.index(0))
        if row.height() - GAP_PX < least:
            found.append(f"row {row.height()}")
    return found


def walk(window: MainWindow, clock: StoppedClock, least: int) -> list[str]:
    found = [f"invitation {what}" for what in small_targets(window, least)]
    scan(window)
    found += [f"deciding {what}" for what in small_targets(window, least)]
    window.flow.show_case(replace(FULL_CASE, state=State.CALL_SUPPORT))
    window.press("end")
    found += [f"ending {what}" for what in small_targets(window, least)]
    for state in (State.NOT_SENT, State.RETRY_PENDING, State.REFUNDED):
        window.flow.show_case(replace(FULL_CASE, state=state, variant="background"))
        found += [f"{state} {what}" for what in small_targets(window, least)]
    window.flow.leave(Leaving((pending(),), 1, pending().deadline))
    found += [f"leaving {what}" for what in small_targets(window, least)]
    clock.now = datetime(2026, 11, 21, 15, 45, tzinfo=UTC)
    window.flow.next_customer()
    window.resize(820, 600)
    found += [f"narrow, with a notice {what}" for what in small_targets(window, least)]
    return found


@pytest.mark.parametrize(("density", "least"), [(0.0, 48), (TEN_INCHES, 55)])
def test_every_target_is_large_enough_at_every_moment(
    make_window: MakeWindow,
    clock: StoppedClock,
    monkeypatch: pytest.MonkeyPatch,
    density: float,
    least: int,
) -> None:
    monkeypatch.setattr(main_window, "px_per_mm", lambda _widget: density)
    first = pending(id="1", deadline=None)
    desk = ScriptedDesk(cases=(first, pending()), profiles=(PROFILE, replace(PROFILE, name="other")))
    window = make_window(desk, offers=(("1-REFUND", "refund"),), sets_up=True)
    desk.tell(replace(first, state=State.REFUNDED))
    assert window.cues.toast.isVisible()
    assert not walk(window, clock, least)


def test_larger_targets_leave_the_card_its_room(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(main_window, "px_per_mm", lambda _widget: TEN_INCHES)
    window = make_window(training=True)
    found: list[str] = []
    for state in State:
        window.flow.show_case(replace(FULL_CASE, state=state, number=SCAN))
        settle(window)
        found += clipped(window)
    assert not found


def test_the_screen_outlives_a_window_that_was_measured(make_window: MakeWindow) -> None:
    """PySide makes a screen that is asked of a widget the widget's child, and destroys it with it."""
    window = make_window()
    assert px_per_mm(window) >= 0
    source = Path(px_per_mm.__code__.co_filename).parent
    asks = [path.name for path in source.glob("*.py") if ".screen()" in path.read_text("utf-8")]
    assert asks == []
