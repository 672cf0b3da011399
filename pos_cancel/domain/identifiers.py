"""Receipt and trade numbers, parsed once (gateways.md A1.4, T2, T11, T27)."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pos_cancel.domain.errors import InvalidNumber

LONGEST = 64
SHORTEST_TRADE_NO = 16
# Blanks that people paste: the ASCII ones, the no-break space, the ideographic space, zero-width marks.
OUTER_BLANKS = " \t\r\n\f\v\u00a0\u3000\u200b\u2060\ufeff"
TRADE_NO = re.compile(r"20\d{26}", re.ASCII)
WAY_ON = "Scan the receipt again, or type the number that is printed on it."


class NumberKind(StrEnum):
    """What the number names; the wire name of the parameter."""

    OUT_TRADE_NO = "out_trade_no"
    TRADE_NO = "trade_no"
    PAYMENT_REQUEST_ID = "payment_request_id"
    PAYMENT_ID = "payment_id"

    @property
    def is_gateways(self) -> bool:
        """Whether the gateway (not the shop) gave the number."""
        return self in {NumberKind.TRADE_NO, NumberKind.PAYMENT_ID}


@dataclass(frozen=True, slots=True)
class SaleNumber:
    """One id of one sale, exactly as it will be sent."""

    text: str
    kind: NumberKind

    @property
    def tail(self) -> str:
        """The last four characters, for words and the telephone."""
        return self.text[-4:]


def parse(text: str, *, gateway: str = "acquire", forced: NumberKind | None = None) -> SaleNumber:
    """Turn what was scanned, typed or pasted into a `SaleNumber`.

    Outer blanks go, inner ones stay (they can be part of a receipt number). 28 digits that begin with
    a date are a trade number, all else is a receipt number, unless `forced` says which. Raises
    `InvalidNumber` for an empty text, more than 64 characters, or control characters.
    """
    number = text.strip(OUTER_BLANKS)
    if not number:
        raise InvalidNumber("There is no number to look for.", WAY_ON)
    if len(number) > LONGEST:
        raise InvalidNumber(
            f"This number has {len(number)} characters; a sale's has {LONGEST} at most.", WAY_ON
        )
    if not number.isprintable():
        raise InvalidNumber("This number holds characters that no receipt has.", WAY_ON)
    return SaleNumber(number, forced if forced is not None else _kind(number, gateway))


def _kind(number: str, gateway: str) -> NumberKind:
    is_trade_no = trade_day(number) is not None
    if gateway == "acquire":
        return NumberKind.TRADE_NO if is_trade_no else NumberKind.OUT_TRADE_NO
    return NumberKind.PAYMENT_ID if is_trade_no else NumberKind.PAYMENT_REQUEST_ID


def trade_day(number: str) -> date | None:
    """Give the Beijing day on which a 28-digit trade number was made, or None if it is none."""
    if not TRADE_NO.fullmatch(number):
        return None
    try:
        return date(int(number[:4]), int(number[4:6]), int(number[6:8]))
    except ValueError:
        return None


def breaks_rule(number: SaleNumber, charset: str) -> bool:
    """Tell whether the gateway's length or charset rule forbids the number (INVALID_PARAMETER)."""
    if number.kind is NumberKind.TRADE_NO and len(number.text) < SHORTEST_TRADE_NO:
        return True
    try:
        number.text.encode(charset)
    except UnicodeEncodeError:
        return True
    return False
