"""One moment of the window as plain values: what the card, the sale panel and the fields show."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What the card shows. Empty texts take no room.

    `tone` is a tone of `domain.case.Tone` or "" for the quiet card. `facts` are short lines of what is
    known; `cautions` are lines with a hand beside them; `notice` is one sentence about what was just done.
    """

    headline: str
    tone: str = ""
    icon: str = "receipt"
    word: str = ""
    ref: str = ""
    status: str = ""
    countdown_label: str = ""
    countdown: str = ""
    steps: tuple[tuple[str, bool], ...] = ()
    step_sentence: str = ""
    facts: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    notice: str = ""
    manager: str = ""
    do_label: str = ""
    do: str = ""
    dont_label: str = ""
    dont: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to fill in, in place. `name` is `amount`, `again`, `manager` or `reason`.

    `example` stands in the field while it is empty.
    """

    name: str
    label: str
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """Everything that changes from moment to moment.

    `buttons` maps the name of a button to its label; one that is not named is not shown. `offers` are
    numbers to tap (number, what it shows): in training to try, where a tap is a scan (`offers_scan`), else
    receipts that may have been meant, where it is not. `topic` tells two moments apart: fields keep
    their contents as long as it stays the same.
    """

    topic: str
    face: Face
    amount: str = ""
    sale_line: str = ""
    buttons: Mapping[str, str] = field(default_factory=dict)
    questions: tuple[Question, ...] = ()
    offers: tuple[tuple[str, str], ...] = ()
    offers_scan: bool = False
    until: str = ""
