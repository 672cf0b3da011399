"""The real window while a real keyring is locked, held, killed: it always answers, and ends honestly."""

import shutil
import time
from pathlib import Path

import pytest

from tests.gui.locked_keyring.story import RIGHT, WRONG, Session, window_of
from tests.integration.cli.command_line import Gateway
from tests.integration.keyring_desk import until

pytestmark = [pytest.mark.alone, pytest.mark.daemon, pytest.mark.timeout(300)]


def test_a_fresh_keyring_says_that_there_is_no_key_and_takes_one(
    session: Session, tmp_path: Path, running_gateway: Gateway
) -> None:
    desk, till = session
    shutil.rmtree(Path(desk.environment["XDG_DATA_HOME"]))
    desk.start(RIGHT)
    with window_of(till, "fresh") as window:
        assert window.cancel("R-1-REFUND")["trouble"] == "key_missing"
        ended = window.sees_state("setup_problem")
        assert (ended["tries"], ended["setup_code"]) == (0, "S-01")
        running_gateway.set_up(till)
        assert window.cancel("R-2-REFUND")["sale"]
        window.sees_state("refunded")


def test_locked_and_then_unlocked_while_the_window_waits(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.lock()
    with window_of(till, "locked, then unlocked") as window:
        assert window.cancel("R-3-REFUND")["trouble"] == "key_locked"
        waiting = window.sees_state("sending")
        assert waiting["tries"] == 0
        time.sleep(1.5)
        assert window.moments[-1]["state"] == "sending"
        desk.unlock(RIGHT)
        window.sees_state("refunded")


def test_locked_under_a_window_that_has_its_key(session: Session) -> None:
    """The look was taken with a key in memory; the lock drops it, and the cancel waits."""
    desk, till = session
    desk.start(RIGHT)
    with window_of(till, "locked in between") as window:
        # The lock is listened for once the till has had a second of rest.
        assert window.scan("R-4-REFUND")["sale"]
        time.sleep(3.0)
        desk.lock()
        time.sleep(0.5)
        window.do("confirm")
        assert window.sees_state("sending", "refunded")["state"] == "sending"
        time.sleep(1.0)
        assert window.moments[-1]["state"] == "sending"
        desk.unlock(RIGHT)
        window.sees_state("refunded")


def test_a_daemon_that_is_held_in_the_middle(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.hold()
    with window_of(till, "held, then let go") as window:
        assert window.cancel("R-5-REFUND")["trouble"] == "key_hung"
        assert window.sees_state("sending")["tries"] == 0
        time.sleep(1.0)
        desk.go_on()
        window.sees_state("refunded")


def test_a_daemon_that_never_goes_on(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.hold()
    with window_of(till, "held for good") as window:
        window.cancel("R-6-REFUND")
        ended = window.sees_state("not_sent", "refunded")
        assert (ended["state"], ended["tries"]) == ("not_sent", 0)
        assert "Not sent" in ended["headline"]
        desk.go_on()


def test_a_daemon_that_is_killed_while_a_case_waits(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    desk.lock()
    with window_of(till, "killed while waiting") as window:
        window.cancel("R-7-REFUND")
        window.sees_state("sending")
        desk.kill()
        ended = window.sees_state("setup_problem", "not_sent")
        assert (ended["tries"], ended["setup_code"]) == (0, "S-02")
        desk.start(RIGHT)
        # What was found a moment ago still counts for a second.
        until(lambda: bool(window.scan("R-8-REFUND")["sale"]), "a look with the key")
        window.do("confirm")
        window.sees_state("refunded")


def test_a_daemon_that_is_killed_under_a_window_that_has_its_key(session: Session) -> None:
    desk, till = session
    desk.start(RIGHT)
    with window_of(till, "killed with the key in memory") as window:
        assert window.scan("R-9-REFUND")["sale"]
        desk.kill()
        window.do("confirm")
        window.sees_state("refunded")


def test_a_wrong_password_at_the_login(session: Session) -> None:
    """The daemon runs and its keyring stays locked; the case is not sent, and is sent when it is right."""
    desk, till = session
    desk.start(WRONG)
    with window_of(till, "wrong password") as window:
        assert window.cancel("R-10-REFUND")["trouble"] == "key_locked"
        ended = window.sees_state("not_sent", "refunded")
        assert (ended["state"], ended["tries"]) == ("not_sent", 0)
        desk.kill()
        desk.start(RIGHT)
        since = len(window.moments)
        window.do("press", "send_again")
        asked = window.sees(lambda moment: moment["stage"] == "Asking", since)
        window.confirm(asked)
        window.sees_state("refunded")
