"""A case as a row of the journal: the columns that are searched, beside the whole case as a record."""

from functools import lru_cache

from pos_cancel.adapters.database import DAMAGED, Row
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import JournalError
from pos_cancel.domain.listing import micros
from pos_cancel.domain.record import load
from pos_cancel.domain.step import next_due
from pos_cancel.engine.worklist import is_background

KEPT = 64

COLUMNS = (
    "id",
    "ref",
    "gateway",
    "profile",
    "number",
    "number_kind",
    "trade_no",
    "out_trade_no",
    "amount_minor",
    "currency",
    "sold_at",
    "opened_at",
    "updated_at",
    "state",
    "is_open",
    "is_interrupted",
    "is_watched",
    "is_background",
    "due_at",
    "deadline",
)
NUMBERS = tuple(COLUMNS.index(name) for name in ("number", "trade_no", "out_trade_no"))


def values_of(case: Case) -> Row:
    """Give the values of `COLUMNS`; what is not known is NULL, so that it stays out of the indexes."""
    due_at = next_due(case)
    return (
        case.id,
        case.ref,
        case.gateway,
        case.profile,
        case.number,
        case.number_kind.value,
        case.trade_no or None,
        case.out_trade_no or None,
        case.amount_minor,
        case.currency,
        micros(case.sale_time or case.opened_at),
        micros(case.opened_at),
        micros(case.updated_at),
        case.state.value,
        int(case.is_open),
        int(case.in_flight is not None or case.state is State.SENDING),
        int(is_watched(case)),
        int(is_background(case)),
        None if due_at is None else micros(due_at),
        None if case.deadline is None else micros(case.deadline),
    )


def is_watched(case: Case) -> bool:
    """Tell whether a closed case is still looked at (outcomes.md R14)."""
    goes_on = case.next_ask is not None or case.in_flight is not None
    return not case.is_open and case.watching_until is not None and goes_on


def numbers_of(values: Row) -> set[str]:
    """Give, from the values of `COLUMNS`, every number of the sale, backwards, as it is looked for."""
    return {values[place][::-1] for place in NUMBERS if values[place]}


@lru_cache(maxsize=KEPT)
def read(record: str) -> Case:
    """Read the record of a row. Raises `JournalError` for one that no program wrote.

    A case is read several times between two writes: when it is due, when it is answered, when it is shown.
    """
    try:
        return load(record)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise JournalError(*DAMAGED) from error
