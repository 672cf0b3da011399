"""Pictures of the window without a display, for `demo` and for looking at what was built."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice

from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.listing import Listing, listing_of
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.gui.application import START_SIZE, Start, application, till_of
from pos_cancel.gui.dresser import theme_name
from pos_cancel.gui.main_window import MainWindow
from pos_cancel.gui.rubbish import destroy
from pos_cancel.gui.theme import Looks, Theme
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.wording import Wording

if TYPE_CHECKING:
    from pos_cancel.engine.suggest import Suggestion


class StillDesk:
    """A desk at which nothing happens: accounts, and no engine behind them."""

    def __init__(self, profiles: tuple[Profile, ...]) -> None:
        """Stand there with these accounts."""
        self.profiles = profiles

    def look_up(self, number: SaleNumber, profile: str, done: Callable[[Lookup], None]) -> None:
        """Do nothing."""

    def suggest(
        self, text: str, preferred: str, done: "Callable[[Suggestion | PosCancelError], None]"
    ) -> None:
        """Do nothing."""

    def submit(self, request: CancelRequest, done: Callable[[Submitted | PosCancelError], None]) -> None:
        """Do nothing."""

    def act(
        self, case_id: str, action: str, by: str, reason: str, done: Callable[[Case | PosCancelError], None]
    ) -> None:
        """Do nothing."""

    def hand_over(self, name: str, done: Callable[[list[Case] | PosCancelError], None]) -> None:
        """Do nothing."""

    def open_cases(self, done: Callable[[Listing], None]) -> None:
        """Do nothing."""

    def read_cases(self, case_ids: Sequence[str], done: Callable[[tuple[Case, ...]], None]) -> None:
        """Do nothing."""

    def listen(self, listener: Callable[[Case], None]) -> None:
        """Do nothing."""

    def listen_faults(self, listener: Callable[[PosCancelError], None]) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


def grab_cards(
    cases: Mapping[str, Case],
    looks: Looks,
    words: Mapping[str, Wording],
    start: Start,
    *,
    profiles: tuple[Profile, ...],
    zone: tzinfo,
    now: datetime,
    listed: tuple[Case, ...] = (),
) -> dict[str, bytes]:
    """Give a PNG of the window showing each case, by the names given; `listed` stand in the open list."""
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application(looks)
    till = replace(till_of(words, start, zone), clock=lambda: now, fade_ms=0)
    window = MainWindow(Worker(StillDesk(profiles)), till, Theme(looks, theme_name(start.theme)))
    window.resize(*START_SIZE)
    window.cases.take_all(listing_of(listed))
    pictures = {}
    for name, case in cases.items():
        window.flow.show_case(case)
        pictures[name] = png_of(window)
    window.end_at_once()
    destroy(window)
    return pictures


def png_of(window: MainWindow) -> bytes:
    """Give the window as it is now as a PNG."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    window.grab().save(buffer, "PNG")
    return bytes(data.data())
