"""Secrets typed or pasted at a terminal: they are not shown, and stand in no argument."""

import contextlib
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from pos_cancel.domain.errors import InvalidInput

if sys.platform != "win32":
    import termios

MOST_LINES = 200
END = "-----END"
ECHO_PLACE = 3


class InputEnded(InvalidInput):
    """The person closed the input."""

    def __init__(self) -> None:
        way_on = "Start it again: pos-cancel setup"
        super().__init__("The input ended; nothing was kept.", way_on, topic="input_ended")


def hidden_line(prompt: str) -> str:
    """Ask for one line without showing it. Raises `InputEnded`."""
    if sys.platform == "win32":
        return getpass.getpass(prompt, stream=sys.stderr)
    sys.stderr.write(prompt)
    sys.stderr.flush()
    with _quiet():
        line = sys.stdin.readline()
    sys.stderr.write("\n")
    if not line:
        raise InputEnded
    return line.rstrip("\r\n")


def pasted_text(*, hidden: bool) -> str:
    """Read a pasted key up to its last armour line or an empty line; `hidden` for one that is secret."""
    lines: list[str] = []
    with _quiet() if hidden else contextlib.nullcontext():
        while len(lines) < MOST_LINES and (line := sys.stdin.readline()).strip():
            lines.append(line)
            if line.strip().startswith(END):
                break
    return "".join(lines)


@contextmanager
def _quiet() -> Iterator[None]:
    """Show nothing of what is typed, and keep what was typed ahead: a paste comes all at once."""
    if sys.platform == "win32":
        yield
        return
    descriptor = sys.stdin.fileno()
    before = termios.tcgetattr(descriptor)
    silent = [*before]
    silent[ECHO_PLACE] &= ~termios.ECHO
    termios.tcsetattr(descriptor, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(descriptor, termios.TCSADRAIN, before)
