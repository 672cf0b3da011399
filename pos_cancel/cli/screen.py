"""What the command line asks of the window, which stands beside it and is handed in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from pos_cancel.adapters.shop import Shop
from pos_cancel.domain.case import Case


class Screen(Protocol):
    """The window, as far as a command may use it."""

    def show(self, shop: Shop, *, training: bool = False) -> int:
        """Open the window until it is closed; gives the exit code."""

    def paint(self, shop: Shop, cases: Mapping[str, Case], folder: Path, language: str) -> list[Path]:
        """Write one picture per case into the folder; needs no display."""
