"""What stands on a sheet of paper, and nothing of how it looks: whoever prints it decides that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing on the sheet: what it is, what stands at the right of that, and the lines below."""

    head: str
    right: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A sheet of paper. `mark` stands on every page, `under` below the title, `foot` after the last entry."""

    title: str
    mark: str = ""
    under: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = ()
    foot: tuple[str, ...] = ()
