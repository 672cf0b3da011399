"""Numbers of the training day that are worth a try, for a person who has no receipt in hand."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pos_cancel.adapters.journal import Journal

# The end of a number picks its story; the numbers stand on the list that the POS handed over. What a story
# shows is said by the wording under `gui.try`.
ENDINGS: Mapping[str, str] = MappingProxyType(
    {
        "close": "CLOSE",
        "refund": "REFUND",
        "noscan": "NOSCAN",
        "mistyped": "1002-REFUMD",
        "lost": "LOST",
        "window": "WINDOW",
    }
)


def numbers_to_try(journal: "Journal") -> tuple[tuple[str, str], ...]:
    """Give each number with the name of its story."""
    return tuple((_number(journal, ending), name) for name, ending in ENDINGS.items())


def _number(journal: "Journal", ending: str) -> str:
    order = next(iter(journal.orders_by_tail(f"-{ending}")), None)
    return order.number if order else ending
