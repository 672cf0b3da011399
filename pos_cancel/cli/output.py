"""Answers to stdout, everything else to stderr; JSON or words."""

import json
import os
import sys
from typing import TextIO

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.presenters.terminal import error_text
from pos_cancel.presenters.wording import Wording

Json = dict[str, object] | list[dict[str, object]]


class Output:
    """Where a command's words go. `wants_json` is what --json asked for."""

    def __init__(
        self, *, wants_json: bool, stdout: TextIO | None = None, stderr: TextIO | None = None
    ) -> None:
        self.wants_json = wants_json
        # Either is None in a process that was started with it closed.
        self._stdout: TextIO | None = stdout or sys.stdout
        self._stderr: TextIO | None = stderr or sys.stderr

    def answer(self, text: str, value: Json) -> None:
        """Print the answer, in the form that was asked for."""
        if self.wants_json:
            self._write(self._stdout, _dumped(value, self._stdout))
        elif text:
            self._write(self._stdout, text)

    def note(self, text: str) -> None:
        """Say something that is not the answer."""
        self._write(self._stderr, text)

    def ask(self, prompt: str) -> str:
        """Ask a person on the terminal; gives the answer without its line end, "" at the end of input."""
        if self._stderr is not None:
            self._stderr.write(prompt)
            self._stderr.flush()
        return sys.stdin.readline().strip()

    def fail(self, error: PosCancelError, words: Wording) -> None:
        """Tell an error: one sentence on stderr, or an object on stdout."""
        if self.wants_json:
            told = {"code": error.code, "sentence": error.sentence, "way_on": error.way_on}
            self._write(self._stdout, _dumped({"error": told}, self._stdout))
        else:
            self._write(self._stderr, error_text(error, words))

    @property
    def has_terminal(self) -> bool:
        """Whether there is a person to ask."""
        return (
            sys.stdin is not None
            and sys.stdin.isatty()
            and self._stderr is not None
            and self._stderr.isatty()
        )

    def _write(self, stream: TextIO | None, text: str) -> None:
        """Write a line; where nobody can read it, the command about money still ends as it ended."""
        if stream is None:
            return
        # A terminal that cannot show a character must not end a command about money.
        encoding = stream.encoding or "utf-8"
        try:
            stream.write(text.encode(encoding, "replace").decode(encoding) + "\n")
            stream.flush()
        except BrokenPipeError:
            raise
        except OSError:
            # What could not be written must not be tried again, and complained of, when Python ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _dumped(value: Json, stream: TextIO | None) -> str:
    is_unicode = (stream.encoding if stream else "").lower().replace("-", "").startswith("utf")
    return json.dumps(value, ensure_ascii=not is_unicode)
