"""Arguments: a parser whose complaints are errors of the product, and the types it reads."""

import argparse
import math
import re
from collections.abc import Iterable
from datetime import datetime
from typing import NoReturn

from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.identifiers import NumberKind

LONGEST_WAIT_S = 7 * 24 * 3600.0
FIRST_YEAR, LAST_YEAR = 1970, 2200
LONGEST_TEXT = 200
KEY_VERSION = re.compile(r"\d{1,9}", re.ASCII)
OWN_KINDS = {"acquire": NumberKind.OUT_TRADE_NO}
GATEWAY_KINDS = {"acquire": NumberKind.TRADE_NO}


class Usage(InvalidInput):
    """The arguments do not say what is to be done."""

    code = "usage"


class Parser(argparse.ArgumentParser):
    """A parser that raises `Usage` where the library would print and exit."""

    def __init__(self, **options: object) -> None:
        options = {"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter} | options
        super().__init__(**options)  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Raise the complaint as a sentence."""
        sentence = message[:1].upper() + message[1:].rstrip(".")
        raise Usage(f"{sentence}.", f"See: {self.prog} --help")


def add_common(parser: argparse.ArgumentParser) -> None:
    """Add what every command takes."""
    parser.add_argument("--language", metavar="L", default=None, help="en, zh_CN or zh_TW")
    parser.add_argument("--json", action="store_true", help="print JSON")


def add_common_to(acts: Iterable[argparse.ArgumentParser]) -> None:
    """Add the same to the acts of a command, so that both places do."""
    for parser in acts:
        parser.add_argument("--language", metavar="L", default=argparse.SUPPRESS, help="en, zh_CN or zh_TW")
        parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print JSON")


def add_number_kind(parser: argparse.ArgumentParser) -> None:
    """Add the two flags that say what kind of number is given."""
    kinds = parser.add_mutually_exclusive_group()
    kinds.add_argument("--trade-no", action="store_true", help="the number is the gateway's own")
    kinds.add_argument("--out-trade-no", action="store_true", help="the number is the shop's (the receipt's)")


def add_wait(parser: argparse.ArgumentParser, default_s: float, what: str) -> None:
    """Add --wait SECONDS."""
    text = f"{what} (default {default_s:g}; fractions are allowed)"
    parser.add_argument("--wait", type=wait_s, default=default_s, metavar="SECONDS", help=text)


def forced_kind(args: argparse.Namespace, gateway: str) -> NumberKind | None:
    """Give the kind that the flags force, in the words of the gateway; None without a flag."""
    if args.trade_no:
        return GATEWAY_KINDS.get(gateway, NumberKind.PAYMENT_ID)
    if args.out_trade_no:
        return OWN_KINDS.get(gateway, NumberKind.PAYMENT_REQUEST_ID)
    return None


def wait_s(text: str) -> float:
    """Read a number of seconds."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= LONGEST_WAIT_S:
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a number of seconds")
    return value


def key_version(text: str) -> str:
    """Read a key version as the portals give it."""
    if not KEY_VERSION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text[:20]!r} is not a key version such as 2")
    return text


def moment(text: str) -> datetime:
    """Read a day or a moment; without a zone it is meant in shop time and comes back naive."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    # Further away, a change of the time zone could leave the calendar.
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"{text[:30]!r} is not a date such as 2026-11-21")
    return found


def plain(text: str) -> str:
    """Read a name or a reason: one line that can be printed."""
    stripped = text.strip()
    if not stripped.isprintable() or len(stripped) > LONGEST_TEXT:
        raise argparse.ArgumentTypeError(f"a name or reason is one line of {LONGEST_TEXT} characters at most")
    return stripped
