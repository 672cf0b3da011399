"""Amounts in minor units and the decimals of each currency (gateways.md T28)."""

import re
from dataclasses import dataclass

from pos_cancel.domain.errors import InvalidInput

# Currencies without a smaller unit; all others that the gateways name have two decimals.
WHOLE = frozenset({"CLP", "JPY", "KRW", "VND"})
SYMBOLS = {"CNY": "¥"}
DECIMAL = re.compile(r"(\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)


def decimals(currency: str) -> int:
    """Give the number of decimals that amounts of the currency have."""
    return 0 if currency in WHOLE else 2


@dataclass(frozen=True, slots=True)
class Money:
    """An amount: whole minor units (fen, cents, yen) and an ISO 4217 code in upper case."""

    minor: int
    currency: str

    @property
    def decimal(self) -> str:
        """The amount as the gateways and the receipt write it: `128.00`, `100` for yen."""
        places = decimals(self.currency)
        if not places:
            return str(self.minor)
        return f"{self.minor // 100}.{self.minor % 100:02d}"

    def __str__(self) -> str:
        """Give `¥128.00` or `USD 128.00`."""
        symbol = SYMBOLS.get(self.currency)
        return f"{symbol}{self.decimal}" if symbol else f"{self.currency} {self.decimal}".strip()


def parse_decimal(text: str, currency: str) -> Money:
    """Read a decimal amount such as `128.00`; raises `InvalidInput` for anything else."""
    match = DECIMAL.fullmatch(text.strip())
    if match is None or (match[2] and not decimals(currency) and int(match[2])):
        raise InvalidInput(
            f"{text[:20]!r} is not an amount.", "Write it as on the receipt, for example 128.00."
        )
    fraction = (match[2] or "").ljust(2, "0")
    minor = int(match[1]) if not decimals(currency) else int(match[1]) * 100 + int(fraction)
    return Money(minor, currency)
