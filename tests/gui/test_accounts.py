"""One scan, several systems: the journal chooses the account, and another one is offered, never tried."""

from dataclasses import replace

from PySide6.QtCore import Qt

from pos_cancel.domain.case import State
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import NotFound
from pos_cancel.domain.receipt import Receipt
from pos_cancel.engine.lookup import Submitted
from pos_cancel.engine.suggest import Suggestion
from pos_cancel.gui.stages import Deciding, Showing
from tests.gui.at_the_till import decided, press, scan, stage_of, tap
from tests.gui.conftest import MakeWindow
from tests.gui.scripted_desk import OPENED, ScriptedDesk, StoppedClock
from tests.unit.spoken_cases import NOW, PROFILE, look

ANTOM = replace(PROFILE, name="shop-2", gateway="antom", account="Antom online")
NUMBER = "20261121-4812"
MEANT = Receipt(profile="shop-1", number="20261121-4821", amount=Money(12800, "CNY"), at=NOW)
ELSEWHERE = look(NotFound("TRADE_NOT_EXIST"), others=("shop-2", "shop-1"), near=(MEANT,))


def test_the_account_that_knows_the_number_is_asked_first(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(
        profiles=(PROFILE, ANTOM), suggestions={NUMBER: Suggestion(NUMBER, ("shop-2",), is_clear=True)}
    )
    window = make_window(desk)
    scan(window, NUMBER)
    assert desk.asked_in == ["shop-2"]
    assert decided(window).lookup.number.kind is NumberKind.PAYMENT_REQUEST_ID
    assert window.screen_shown is not None
    assert any("Antom online" in fact for fact in window.screen_shown.face.facts)


def test_where_nothing_speaks_for_another_the_account_in_use_is_asked(make_window: MakeWindow) -> None:
    unclear = Suggestion(NUMBER, ("shop-2", "shop-1"), is_clear=False)
    desk = ScriptedDesk(profiles=(PROFILE, ANTOM), suggestions={NUMBER: unclear})
    scan(make_window(desk), NUMBER)
    assert desk.asked_in == ["shop-1"]


def test_with_one_account_nothing_is_chosen(make_window: MakeWindow) -> None:
    desk = ScriptedDesk()
    scan(make_window(desk), NUMBER)
    assert (desk.suggested, desk.looked) == ([], [NUMBER])


def test_after_not_found_the_next_account_is_offered_and_asked_only_when_pressed(
    make_window: MakeWindow,
) -> None:
    desk = ScriptedDesk(profiles=(PROFILE, ANTOM), looks={NUMBER: ELSEWHERE})
    window = make_window(desk)
    scan(window, NUMBER)
    assert desk.asked_in == ["shop-1"]
    assert window.screen_shown is not None
    assert "Antom online" in window.screen_shown.buttons["other"]
    press(window, Qt.Key.Key_F6)
    assert desk.asked_in == ["shop-1", "shop-2"]
    assert decided(window).lookup.profile == "shop-2"
    assert "other" not in window.screen_shown.buttons, "both have been asked"
    press(window, Qt.Key.Key_F6)
    assert len(desk.asked_in) == 2


def test_a_receipt_that_may_have_been_meant_is_looked_up_as_typed(make_window: MakeWindow) -> None:
    desk = ScriptedDesk(looks={NUMBER: ELSEWHERE})
    window = make_window(desk)
    scan(window, NUMBER)
    assert window.screen_shown is not None
    assert [number for number, _ in window.screen_shown.offers] == [MEANT.number]
    assert "confirm" not in window.screen_shown.buttons
    (button,) = [each for each in window.board.offers._buttons if not each.isHidden()]  # noqa: SLF001
    assert "128.00" in button.text()
    tap(button)
    stage = stage_of(window)
    assert isinstance(stage, Deciding)
    assert (stage.lookup.number.text, stage.scanned) == (MEANT.number, False)


def test_a_person_can_go_past_what_may_have_been_meant(make_window: MakeWindow, clock: StoppedClock) -> None:
    desk = ScriptedDesk(looks={NUMBER: ELSEWHERE})
    window = make_window(desk)
    scan(window, NUMBER)
    press(window, Qt.Key.Key_F5)
    assert window.screen_shown is not None
    assert "confirm" in window.screen_shown.buttons
    assert window.screen_shown.offers == ()
    clock.pass_s(61)
    window.tick()
    assert len(desk.looked) == 2
    assert "confirm" in window.screen_shown.buttons, "a fresh look does not ask again"


def test_a_case_without_a_payment_shows_what_may_have_been_meant(make_window: MakeWindow) -> None:
    case = replace(OPENED, state=State.NO_PAYMENT_FOUND, number=NUMBER)
    window = make_window(ScriptedDesk(answer=Submitted(case, is_new=True)))
    window.flow.stage = Showing(case, near=(MEANT,))
    window.render_moment()
    assert window.screen_shown is not None
    assert [number for number, _ in window.screen_shown.offers] == [MEANT.number]
    window.flow.stage = Showing(replace(case, state=State.SENDING), near=(MEANT,))
    window.render_moment()
    assert window.screen_shown.offers == ()
