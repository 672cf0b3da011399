"""No clipped text in the menu: every page, in every language and size of text, in the smallest windows."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from pos_cancel.domain.case import State
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.finding import Finding, Report
from pos_cancel.gui.option_row import OptionChip
from tests.gui.conftest import MakeMenu
from tests.gui.menu_till import MenuTill, ScriptedOffice
from tests.gui.scripted_desk import ScriptedDesk
from tests.gui.test_fit import clipped, settle
from tests.unit.spoken_cases import CELLS, FULL_CASE, PROFILE

OTHER = replace(PROFILE, name="shop-2", account="Counter 2 Wan Chai Road North", merchant_id="5Y" + "1" * 20)
OPEN = tuple(
    replace(
        FULL_CASE, id=f"{place}", ref=f"K7-20{place}", state=state, variant=variant, amount_minor=12345600
    )
    for place, (state, variant) in enumerate(CELLS)
    if state in {State.RETRY_PENDING, State.CALL_SUPPORT, State.NOT_SENT}
)
REPORT = Report(
    findings=[Finding("key_missing", "x", about=OTHER.label), Finding("no_profile", "x")],
    facts={"profiles": ["a"], "open": []},
    cases=list(OPEN),
)


def cut(menu: MenuTill) -> list[str]:
    QApplication.processEvents()
    settle(menu.window)
    # A sale's line is shortened on purpose, and the card is behind the menu.
    found = [what for what in clipped(menu.window) if not what.startswith(("handoverSale", "the card"))]
    for chip in menu.view.findChildren(OptionChip):
        if chip.isVisible():
            row = chip.parentWidget()
            if row is not None and chip.geometry().right() > row.width():
                found.append(f"{chip.objectName()} stands out")
    viewport, body = menu.page.area.viewport(), menu.page.area.widget()
    needed = body.minimumSizeHint().width() if body else 0
    if viewport.width() < needed:
        found.append(f"the page is wider than its room: {needed} in {viewport.width()}")
    return found


@pytest.mark.parametrize(
    ("language", "size"),
    [("en", (800, 560)), ("en", (1024, 600)), ("zh_CN", (800, 560)), ("zh_TW", (1024, 600))],
)
def test_every_page_fits(make_menu: MakeMenu, language: str, size: tuple[int, int]) -> None:
    office = ScriptedOffice(report=REPORT)
    desk = ScriptedDesk(cases=OPEN, profiles=(PROFILE, OTHER))
    menu = make_menu(office, desk, language=language)
    menu.window.resize(*size)
    found = []
    for text_size in ("normal", "largest"):
        menu.host._dresser.magnify(text_size)  # noqa: SLF001 - as the page does
        for page in ("accounts", "screen", "till", "check", "shift"):
            menu.host.open(page)
            found += [f"{page} {text_size}: {what}" for what in cut(menu)]
        menu.host.open("accounts")
        menu.page.press("remove")
        found += [f"remove {text_size}: {what}" for what in cut(menu)]
        menu.page.back()
        menu.host.open("till")
        menu.host.flow.error = LocalError("/home/till/settings.toml cannot be written.", "Check the disk.")
        menu.host.flow.changed.emit()
        found += [f"error {text_size}: {what}" for what in cut(menu)]
        menu.host.flow.error = None
        menu.host.close()
        menu.window.close()
        found += [f"quit {text_size}: {what}" for what in cut(menu)]
        menu.host.close()
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
def test_the_header_has_room_for_the_menu(make_menu: MakeMenu, language: str) -> None:
    menu = make_menu(desk=ScriptedDesk(cases=OPEN, profiles=(PROFILE, OTHER)), language=language)
    for size in ((800, 560), (1024, 600)):
        menu.window.resize(*size)
        menu.window.flow.online = True
        menu.window.flow.show_case(OPEN[0])
        settle(menu.window)
        header = menu.window.board.header
        assert header.minimumSizeHint().width() <= header.width()
        assert not [what for what in clipped(menu.window) if "menuButton" in what or "cancelUntil" in what]
