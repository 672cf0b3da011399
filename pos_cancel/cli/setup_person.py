"""The person at the terminal who sets an account up: questions, choices, keys, and what is wrong."""

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TypeVar

from pos_cancel.adapters.key_files import LARGEST, content_of
from pos_cancel.adapters.setup import Setup
from pos_cancel.cli.arguments import Usage
from pos_cancel.cli.hidden_input import InputEnded, hidden_line, pasted_text
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput, PosCancelError
from pos_cancel.presenters.terminal import error_text
from pos_cancel.presenters.wording import Wording

LONGEST_LINE = 4096

T = TypeVar("T")
A = TypeVar("A")


class Person:
    """Asks at the terminal. Where there is none, what no flag said is an error that names the flag."""

    def __init__(self, till: Till) -> None:
        self._till = till
        self.is_there = till.out.has_terminal and not till.out.wants_json

    def settle(
        self, given: Callable[[], A] | None, flag: str, ask: Callable[[], A], use: Callable[[A], T]
    ) -> T:
        """Use what a flag gave, else what the person says, until it is right.

        Raises what `use` raises, or `Usage`, where there is nobody to ask, and `InputEnded`.
        """
        source = given
        while True:
            if source is None:
                self._need(flag)
            try:
                return use((source or ask)())
            except InputEnded:
                raise
            except PosCancelError as error:
                if not self.is_there:
                    raise
                self.note(error_text(error, self._till.words))
                source = None

    def line(self, question: str, usual: str = "") -> str:
        """Ask for a line; an empty one means the usual answer. Raises `InputEnded`."""
        sys.stderr.write(f"{question} [{usual}]: " if usual else f"{question}: ")
        sys.stderr.flush()
        said = sys.stdin.readline()
        if not said:
            raise InputEnded
        return said.strip() or usual

    def choice(self, title: str, rows: Sequence[tuple[str, str]]) -> str:
        """Have one of the rows (name, what it is) chosen by number or name."""
        lines = [f"  {place}  {text}" for place, (_, text) in enumerate(rows, 1)]
        self.note("\n".join(["", title, *lines]))
        said = self.line(self._till.words.text("cli.setup.choose"), "1")
        by_place = {str(place): name for place, (name, _) in enumerate(rows, 1)}
        return by_place.get(said, said)

    def key(self, question: str, *, hidden: bool) -> bytes:
        """Have a key given as a file or pasted; a secret one is not shown."""
        said = self.line(question)
        if said:
            return content_of(Path(said))
        self.note(self._till.words.text("cli.setup.paste_hidden" if hidden else "cli.setup.paste"))
        return pasted_text(hidden=hidden).encode("utf-8", "replace")

    def secret(self, name: str) -> str:
        """Ask for a secret line, which is not shown; `name` is `password` or `md5`."""
        return hidden_line(f"{self._till.words.text(f'cli.setup.{name}')}: ")

    def note(self, text: str) -> None:
        """Say something that is not the answer."""
        if text:
            self._till.out.note(text)

    def _need(self, flag: str) -> None:
        if not self.is_there:
            raise Usage(self._till.words.text("cli.setup.flag", flag=flag), "See: pos-cancel setup --help")


@dataclass(frozen=True, slots=True)
class Talk:
    """One set-up at the command line: what the flags said, the account so far, and the person, if any."""

    args: Namespace
    till: Till
    setup: Setup
    person: Person

    @property
    def words(self) -> Wording:
        """The words of the language."""
        return self.till.words


def line_of_input(what: str) -> str:
    """Read one line of stdin that a flag has announced. Raises `InvalidInput` where there is none."""
    line = _stdin().readline(LONGEST_LINE).decode("utf-8", "replace").rstrip("\r\n")
    if not line:
        raise InvalidInput(f"There is no {what} on stdin.", "Give it as one line.")
    return line


def rest_of_input() -> bytes:
    """Read a key from stdin, after the lines that other flags have announced."""
    return _stdin().read(LARGEST)


def _stdin() -> BinaryIO:
    # Bytes throughout: the text layer would read ahead what belongs to the next flag.
    if sys.stdin is None:
        raise InvalidInput("There is no stdin to read from.", "Give it as one line.")
    return sys.stdin.buffer
