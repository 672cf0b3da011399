"""Sales that a POS hands over as CSV or JSON: a bad line is named and skipped, the rest is taken."""

import csv
import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pos_cancel.adapters.orders import Order
from pos_cancel.domain.errors import InvalidInput, InvalidNumber
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.money import parse_decimal

COLUMNS = ("number", "amount", "currency", "time", "profile", "status")
STATUSES = ("open", "paid")
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
WAY_ON = f"Give a .csv file with the columns {', '.join(COLUMNS)}, or a .json list of such objects."


@dataclass(frozen=True, slots=True)
class Sales:
    """What a file held: the orders, and one sentence for each line that was skipped."""

    orders: tuple[Order, ...]
    skipped: tuple[str, ...]


def read_sales(path: Path) -> Sales:
    """Read a file of sales. Raises `InvalidInput` when the file as a whole cannot be used."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise InvalidInput(f"{path} cannot be read: {reason}.", WAY_ON) from None
    rows = _json_rows(text, path) if path.suffix.lower() == ".json" else _csv_rows(text, path)
    orders: list[Order] = []
    skipped: list[str] = []
    for place, row in rows:
        try:
            orders.append(_order(row))
        except (InvalidInput, InvalidNumber, ValueError) as error:
            skipped.append(f"{place} is skipped: {error}")
    return Sales(tuple(orders), tuple(skipped))


def _csv_rows(text: str, path: Path) -> list[tuple[str, Mapping[str, str]]]:
    reader = csv.DictReader(io.StringIO(text))
    try:
        if not {"number", "profile", "status"} <= set(reader.fieldnames or ()):
            raise InvalidInput(f"{path} does not begin with the names of the columns.", WAY_ON)
        return [(f"line {reader.line_num}", {k: v or "" for k, v in row.items() if k}) for row in reader]
    except csv.Error as error:
        raise InvalidInput(f"{path} is not a table of sales: {error}.", WAY_ON) from None


def _json_rows(text: str, path: Path) -> list[tuple[str, Mapping[str, str]]]:
    try:
        rows = json.loads(text)
    except (ValueError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise InvalidInput(f"{path} is not a list of sales.", WAY_ON)
    return [(f"entry {place}", _texts(row)) for place, row in enumerate(rows, 1)]


def _texts(row: object) -> Mapping[str, str]:
    if not isinstance(row, dict):
        return {}
    return {str(key): "" if value is None else str(value) for key, value in row.items()}


def _order(row: Mapping[str, str]) -> Order:
    number = parse(row.get("number", ""))
    status = row.get("status", "").strip().lower()
    if status not in STATUSES:
        raise InvalidInput(f"status is open or paid, not {status[:20]!r}.")
    profile = row.get("profile", "").strip()
    if not profile or not profile.isprintable():
        raise InvalidInput("profile is missing, or holds something that does not belong there.")
    currency = row.get("currency", "").strip().upper()
    if currency and not CURRENCY.fullmatch(currency):
        raise InvalidInput(f"currency is three letters such as CNY, not {currency[:20]!r}.")
    amount = parse_decimal(row["amount"], currency).minor if row.get("amount", "").strip() else None
    return Order(
        profile=profile,
        number=number.text,
        amount_minor=amount,
        currency=currency,
        time=_time(row.get("time", "").strip()),
        status=status,
    )


def _time(text: str) -> datetime | None:
    if not text:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{text[:30]!r} is not a time such as 2026-11-21T14:05:00+08:00.") from None
    if time.tzinfo is None:
        raise InvalidInput(f"{text[:30]!r} has no time zone; one is written +08:00.")
    return time
