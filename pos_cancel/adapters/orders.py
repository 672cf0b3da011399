"""Orders that a POS handed over, and how a number is found by its end."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pos_cancel.adapters import number_forms
from pos_cancel.adapters.database import Database, Row
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.listing import micros, moment

OPEN = "open"
SHORTEST_TAIL = 4
# Sorts after every character that a number can hold.
LAST = "\U0010ffff"
# Both give rows of cases; the numbers are stored backwards, so an end is a beginning.
WHOLE = "SELECT row FROM numbers WHERE backwards = ?"
ENDING = "SELECT row FROM numbers WHERE backwards >= ? AND backwards < ?"
_COLUMNS = "profile, number, amount_minor, currency, sold_at, status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order as the POS knows it. `status` is "open" while it may still be paid; `time` is aware."""

    profile: str
    number: str
    amount_minor: int | None = None
    currency: str = ""
    time: datetime | None = None
    status: str = OPEN


def span(text: str) -> tuple[str, str]:
    """Give the range of backward numbers that end with `text`."""
    return text[::-1], text[::-1] + LAST


def tail_span(digits: str) -> tuple[str, str]:
    """Give the range for the last characters of a number; raises `InvalidInput` for less than four."""
    if len(digits) < SHORTEST_TAIL:
        raise InvalidInput(
            f"{len(digits)} characters are too few to find a sale.",
            f"Give at least the last {SHORTEST_TAIL} of its number.",
        )
    return span(digits)


def add(database: Database, rows: Iterable[Order]) -> int:
    """Keep orders in one transaction (the open one, if there is one); gives how many are new or changed."""
    if not database.is_writing():
        with database.transaction():
            return add(database, rows)
    kept = list(rows)
    _teach(database, kept)
    return database.run_all(
        "INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
        "amount_minor = excluded.amount_minor, currency = excluded.currency, sold_at = excluded.sold_at, "
        "status = excluded.status WHERE (amount_minor, currency, sold_at, status) IS NOT "
        "(excluded.amount_minor, excluded.currency, excluded.sold_at, excluded.status)",
        (_values(order) for order in kept),
    )


def _teach(database: Database, kept: Iterable[Order]) -> None:
    sql = "SELECT 1 FROM orders WHERE profile = ? AND number = ?"
    new: dict[str, set[str]] = {}
    for order in kept:
        if database.row(sql, (order.profile, order.number)) is None:
            new.setdefault(order.profile, set()).add(order.number)
    for profile, numbers in new.items():
        number_forms.teach(database, profile, sorted(numbers))


def _values(order: Order) -> Row:
    sold_at = None if order.time is None else micros(order.time)
    named = (order.profile, order.number, order.number[::-1])
    return (*named, order.amount_minor, order.currency, sold_at, order.status)


def is_open(database: Database, profile: str, number: str) -> bool:
    """Tell whether the order is there and open."""
    sql = "SELECT 1 FROM orders WHERE profile = ? AND number = ? AND status = ?"
    return database.row(sql, (profile, number, OPEN)) is not None


def by_tail(database: Database, digits: str, limit: int) -> list[Order]:
    """Give orders whose number ends so, newest first."""
    return _orders(database, "backwards >= ? AND backwards < ?", (*tail_span(digits), limit))


def amount_on(database: Database, amount: tuple[int, str], start: datetime, end: datetime) -> list[Order]:
    """Give orders of this amount (minor units, currency) in [start, end), newest first."""
    minor, currency = amount
    values = (minor, micros(start), micros(end), currency, -1)
    return _orders(database, "amount_minor = ? AND sold_at >= ? AND sold_at < ? AND currency = ?", values)


def _orders(database: Database, where: str, values: Row) -> list[Order]:
    sql = f"SELECT {_COLUMNS} FROM orders WHERE {where} ORDER BY sold_at DESC, number LIMIT ?"  # noqa: S608
    return [
        Order(
            profile=profile,
            number=number,
            amount_minor=amount_minor,
            currency=currency,
            time=None if sold_at is None else moment(sold_at),
            status=status,
        )
        for profile, number, amount_minor, currency, sold_at, status in database.rows(sql, values)
    ]
