"""A list so long that its cases are read late: what is chosen is shown when it is there."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from PySide6.QtCore import Qt

from pos_cancel.domain.case import Case
from pos_cancel.domain.listing import Listing
from pos_cancel.gui.stages import Inviting, Showing
from tests.gui.at_the_till import press, stage_of
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import ScriptedDesk
from tests.unit.spoken_cases import NOW, pending


class SlowReader(ScriptedDesk):
    """Lists its cases without reading any; what is asked for comes when it is let go."""

    def open_cases(self, done: Callable[[Listing], None]) -> None:
        super().open_cases(lambda listing: done(Listing(listing.places)))

    def read_cases(self, case_ids: Sequence[str], done: Callable[[tuple[Case, ...]], None]) -> None:
        self._held.append(lambda: super(SlowReader, self).read_cases(case_ids, done))


def test_a_case_that_is_chosen_before_it_was_read_is_shown_when_it_is_there(make_window: MakeWindow) -> None:
    late, soon = pending(id="a", ref="K7-1"), pending(id="b", ref="K7-2", deadline=NOW + timedelta(minutes=5))
    desk = SlowReader(cases=(late, soon))
    window = make_window(desk)
    press(window, Qt.Key.Key_F3)
    assert stage_of(window) == Inviting()
    desk.let_go()
    assert stage_of(window) == Showing(soon)
    window.cases.tick()
    assert stage_of(window) == Showing(soon)
