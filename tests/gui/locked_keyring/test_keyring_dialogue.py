"""The real window on a desktop that asks for the keyring's password, and waits for it without end."""

import shutil

import pytest

from tests.gui.locked_keyring.story import RIGHT, WRONG, Prompt, Session, window_of

pytestmark = [
    pytest.mark.alone,
    pytest.mark.daemon,
    pytest.mark.display,
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool"
    ),
]


def test_a_dialogue_that_is_answered_wrong_and_then_right(asking_session: Session, display: str) -> None:
    desk, till = asking_session
    with window_of(till, "asked, wrong and then right") as window:
        window.do("scan", "R-11-REFUND")
        prompt = Prompt(display)
        prompt.press("Return", WRONG)
        decision = window.sees(lambda moment: moment["stage"] == "Deciding")
        assert decision["trouble"] in {"key_locked", "key_hung"}
        window.confirm(decision, "R-11-REFUND")
        assert window.sees_state("sending")["tries"] == 0
        assert desk.is_locked
        prompt.press("Return", RIGHT)
        window.sees_state("refunded")


def test_a_dialogue_that_is_put_away(asking_session: Session, display: str) -> None:
    desk, till = asking_session
    with window_of(till, "asked, and put away") as window:
        window.do("scan", "R-12-REFUND")
        Prompt(display).press("Escape")
        decision = window.sees(lambda moment: moment["stage"] == "Deciding")
        window.confirm(decision, "R-12-REFUND")
        ended = window.sees_state("not_sent", "refunded")
        assert (ended["state"], ended["tries"]) == ("not_sent", 0)
        assert desk.is_locked


def test_a_dialogue_that_nobody_answers(asking_session: Session, display: str) -> None:
    _, till = asking_session
    with window_of(till, "asked, and nobody there") as window:
        window.cancel("R-13-REFUND")
        assert Prompt(display).is_shown
        ended = window.sees_state("not_sent", "refunded")
        assert (ended["state"], ended["tries"]) == ("not_sent", 0)
