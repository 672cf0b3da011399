"""The whole job with a screen reader: the program itself, found by roles and names alone, and heard."""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass

import pytest

from tests.gui.atspi_reader import Part, Reader, nameless
from tests.gui.atspi_session import PATIENCE_S, ReadingSession, launcher, reading_session
from tests.gui.x_hands import FINGERS_MS, XHands
from tests.unit.spoken_cases import ROOT

pytestmark = [
    pytest.mark.display,
    pytest.mark.skipif(
        shutil.which("Xvfb") is None or shutil.which("xdotool") is None, reason="needs Xvfb and xdotool"
    ),
    pytest.mark.skipif(
        launcher() is None or shutil.which("dbus-daemon") is None, reason="needs at-spi2-core and dbus"
    ),
]
REFUND, LOST, UNSIGNED, UNKNOWN = "R-1001-REFUND", "R-1002-LOST", "R-1003-BADSIGN", "R-1004-NOSCAN"
FIELD = "Receipt number"
CONFIRM = r"Cancel the payment .*\(F8\)"
NOT_AGAIN = "Do not take payment again. No refund: not in cash, not in the portal."
# What a name calls a key, and what the server calls it.
KEYS = {"Esc": "Escape"}


@dataclass
class Listener:
    """A cashier who hears the window and has a keyboard."""

    reader: Reader
    hands: XHands

    def knows(self) -> list[Part]:
        """Go through all that is shown: every part of it can be told."""
        parts = self.reader.parts()
        assert nameless(parts) == []
        return parts

    def reads(self, words: str) -> bool:
        return any(words in part.name for part in self.knows())

    def presses(self, part: Part) -> None:
        """Press the key that a part tells in its name."""
        # Faster than fingers, the same key again would be one that is held down.
        time.sleep(FINGERS_MS / 1000)
        self.hands.press(KEYS.get(part.key, part.key))

    def does(self, role: str, name: str, action: str = "Press") -> None:
        """Find a part and have the reader act on it."""
        self.reader.act(self.reader.finds(role, name), action)

    def types(self, field: str, text: str) -> None:
        """Type into the field of this name, which has to have the focus already."""
        self.reader.finds("text", field, "focused")
        self.hands.scan(text, end=())

    def scans(self, number: str) -> None:
        """Scan a receipt into the field that waits for one."""
        self.reader.finds("text", FIELD, "focused")
        self.hands.scan(number)


StartProgram = Callable[..., Listener]


@pytest.fixture(scope="module")
def hands(display: str) -> Iterator[XHands]:
    with XHands(display) as found:
        yield found


@pytest.fixture(scope="module")
def session(display: str, hands: XHands) -> Iterator[ReadingSession]:
    """A session on a display that the hands keep: a server that its last client leaves begins anew."""
    with reading_session(display) as found:
        yield found


@pytest.fixture
def start(session: ReadingSession, hands: XHands) -> Iterator[StartProgram]:
    """Start the program in a session with a screen reader; gives who listens to it."""
    with ExitStack() as stack:
        reader = Reader(stack.enter_context(closing(session.connection())))

        def begin(*arguments: str) -> Listener:
            environment = session.environment | {"QT_QPA_PLATFORM": "xcb", "PYTHONPATH": str(ROOT)}
            program = subprocess.Popen(
                [sys.executable, "-m", "pos_cancel", "--language", "en", *arguments], env=environment
            )
            stack.callback(_end, program)
            _give_keys(hands, reader.finds("frame", "Cancel a payment").name, environment)
            reader.finds("frame", "Cancel a payment", "active")
            return Listener(reader, hands)

        yield begin


def _end(program: subprocess.Popen[bytes]) -> None:
    program.terminate()
    assert program.wait(PATIENCE_S) == 0


def _give_keys(hands: XHands, title: str, environment: dict[str, str]) -> None:
    # There is no window manager that would.
    search = ["xdotool", "search", "--sync", "--name", title]
    found = subprocess.run(search, env=environment, capture_output=True, check=True, timeout=PATIENCE_S)
    hands.focus(int(found.stdout.split()[-1]))


def test_a_refund(start: StartProgram) -> None:
    cashier = start("--training")
    reader = cashier.reader
    cashier.knows()
    cashier.scans(REFUND)
    assert "¥128.00 · …FUND (F8)" in reader.hears("Cancel this sale?", "¥128.00")
    cashier.knows()
    confirm = reader.finds("push button", CONFIRM)
    cashier.presses(confirm)
    reader.hears("Press F8 once more to confirm.")
    cashier.knows()
    cashier.presses(confirm)
    reader.hears("Asking Alipay to cancel.", "Do not take payment again.")
    told = reader.hears("Cancelled. The money is on its way back to the customer.")
    assert "No cash, no second refund." in told
    assert cashier.reads("Cancelled. The money is on its way back to the customer.")
    # Nothing is said twice.
    assert len(reader.heard) == len(set(reader.heard))


def test_an_answer_that_is_lost(start: StartProgram) -> None:
    """The fields are written and the button is pressed by the reader: no key is pressed but Enter."""
    cashier = start("--training")
    reader = cashier.reader
    reader.write(reader.finds("text", FIELD, "focused"), LOST)
    cashier.hands.press("Return")
    reader.hears("Cancel this sale?", "¥128.00 · …LOST")
    # Typed, not scanned: the amount has to be known.
    reader.write(reader.finds("text", "Amount on the receipt", "focused"), "128.00")
    cashier.knows()
    confirm = reader.finds("push button", CONFIRM, "enabled")
    reader.act(confirm, "Press")
    reader.hears("Press F8 once more to confirm.")
    reader.act(confirm, "Press")
    assert NOT_AGAIN in reader.hears("Not sure yet. We keep trying.")
    # The till goes on by itself, and says so when it knows.
    reader.hears("Cancelled. The money is on its way back to the customer.")


def test_a_case_that_stays_open(start: StartProgram) -> None:
    cashier = start("--training")
    reader = cashier.reader
    cashier.scans(UNSIGNED)
    reader.hears("We could not look this sale up.", "…SIGN (F8)")
    cashier.types("A manager confirms", "Mei Lin")
    reader.finds("push button", CONFIRM, "enabled")
    cashier.does("push button", CONFIRM)
    reader.hears("Press F8 once more to confirm.")
    cashier.does("push button", CONFIRM)
    assert NOT_AGAIN in reader.hears("Not sure yet. We keep trying.")
    assert cashier.reads("Not sure yet. We keep trying.")
    assert cashier.reads(NOT_AGAIN)
    cashier.does("push button", "Next customer .*")
    reader.hears("Scan a receipt")
    reader.finds("text", FIELD, "focused")
    reader.finds("cell", r".+")
    # The key that goes through the open cases stands after their number.
    names = [part.name for part in cashier.knows()]
    cashier.hands.press(names[names.index("Open cases 1") + 1])
    assert NOT_AGAIN in reader.hears("Not sure yet. We keep trying.")


def test_a_number_that_nobody_knows(start: StartProgram) -> None:
    cashier = start("--training")
    reader = cashier.reader
    reader.finds("text", FIELD, "focused")
    cashier.hands.press("Return")
    reader.hears("There is no number to look for.")
    cashier.scans(UNKNOWN)
    reader.hears("Training shop does not know this number.", "…SCAN (F8)")
    cashier.knows()
    cashier.types("A manager confirms", "Mei Lin")
    confirm = reader.finds("push button", CONFIRM, "enabled")
    cashier.presses(confirm)
    reader.hears("Press F8 once more to confirm.")
    cashier.presses(confirm)
    told = reader.hears("No payment under this number in Training shop.")
    assert 'Do not say "refunded", do not give cash.' in told
    cashier.knows()


def test_the_first_start(start: StartProgram) -> None:
    """From an empty home into the training gateway, where a number is offered by what it shows."""
    cashier = start()
    reader = cashier.reader
    cashier.knows()
    cashier.does("radio button", "Try the training gateway.*", "Toggle")
    cashier.does("push button", "Next .*")
    reader.hears("Scan a receipt", "Tap a number")
    cashier.knows()
    cashier.does("push button", "paid: the money goes back")
    reader.hears("Cancel this sale?", "¥128.00")
    cashier.does("push button", CONFIRM)
    reader.hears("Press F8 once more to confirm.")
    cashier.does("push button", CONFIRM)
    reader.hears("Cancelled. The money is on its way back to the customer.")


def test_the_menu_and_the_drill(start: StartProgram) -> None:
    cashier = start("--training")
    cashier.does("push button", "Menu .*")
    cashier.reader.finds("check box", "Screen .*")
    cashier.knows()
    cashier.does("check box", "Shift end .*")
    cashier.reader.finds("panel", "Shift end", "focused")
    cashier.knows()
    cashier.does("push button", "Back to the till .*")
    cashier.does("push button", "Practise .*")
    cashier.reader.finds("panel", "Case 1 of 10.*", "focused")
    cashier.knows()
    cashier.does("push button", "Leave .*")
    cashier.reader.finds("text", FIELD, "focused")
