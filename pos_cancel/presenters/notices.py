"""A notice: one strip above the card that says something about the shop's day, not about one sale."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the strip shows. `key` tells two notices apart; one with a `seen` label can be put away.

    `way` is the label of the button that leads to the open cases, "" where none are meant.
    """

    key: str
    tone: str
    icon: str
    word: str
    sentence: str
    detail: str = ""
    seen: str = ""
    way: str = ""
