"""One page of the assistant as plain values: what its parts show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_cancel.adapters.qr_code import Squares


@dataclass(frozen=True, slots=True)
class Choice:
    """One row to choose: its name, what it is, and a line about it."""

    name: str
    title: str
    line: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line to write; `text` is there at first. `counted` says of a secret how many characters it has."""

    name: str
    label: str
    example: str = ""
    text: str = ""
    counted: str = ""


@dataclass(frozen=True, slots=True)
class Taking:
    """The place where a key is pasted or dropped; `seen` is set once a good one is there."""

    line: str
    hint: str
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """Our public key to hand over; `large` shows the QR code alone."""

    text: str
    size: str
    squares: "Squares"
    name: str
    square_name: str
    large: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence and a way on, in a tone; `detail` is small print."""

    tone: str
    icon: str
    sentence: str
    way_on: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetupScreen:
    """Everything that changes from page to page. `buttons` maps a button's name to its label.

    `topic` tells two pages apart: fields keep their contents as long as it stays the same.
    """

    topic: str
    headline: str
    title: str = ""
    sentence: str = ""
    icon: str = ""
    tone: str = ""
    steps: tuple[tuple[str, bool], ...] = ()
    choices: tuple[Choice, ...] = ()
    chosen: str = ""
    entries: tuple[Entry, ...] = ()
    taking: Taking | None = None
    paper: Paper | None = None
    facts: tuple[str, ...] = ()
    message: Message | None = None
    busy: str = ""
    buttons: Mapping[str, str] = field(default_factory=dict)
