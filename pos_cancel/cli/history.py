"""pos-cancel history: all cases, newest first, also as CSV for a spreadsheet."""

import csv
import io
import sys
from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path

from pos_cancel.adapters.settings import replace_file
from pos_cancel.cli.arguments import moment
from pos_cancel.cli.cases import answer_cases
from pos_cancel.cli.till import Till

# The columns are a contract: more may come at the end.
COLUMNS = (
    "case",
    "id",
    "gateway",
    "profile",
    "number",
    "number_kind",
    "state",
    "amount",
    "currency",
    "refunded_amount",
    "sale_time",
    "trade_no",
    "tries",
    "gateway_code",
    "variant",
    "operator",
    "approver",
    "reason",
    "deadline",
    "linked_case",
    "training",
    "opened_at",
    "updated_at",
)
# A spreadsheet takes a cell that begins so for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
MOST = 1_000_000
STDOUT = "-"


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument("--since", type=moment, metavar="DATE", help="opened on or after, in shop time")
    parser.add_argument("--number", default="", metavar="TEXT", help="a case, or the end of a number")
    parser.add_argument("--csv", metavar="FILE", help=f"write a CSV file; {STDOUT} is stdout")


def run(args: Namespace, till: Till) -> int:
    """Print or write the cases."""
    since = None if args.since is None else _aware(args.since, till)
    with till.journal() as journal:
        cases = journal.history(since=since, text=args.number.strip(), limit=MOST)
    if args.csv is None:
        answer_cases(cases, till, "cli.history_none")
        return 0
    text = csv_text([till.json(case) for case in cases])
    if args.csv == STDOUT:
        sys.stdout.write(text)
    else:
        # With a mark in front, or a spreadsheet takes Chinese names for something else.
        replace_file(Path(args.csv), "\ufeff" + text)
    return 0


def _aware(given: datetime, till: Till) -> datetime:
    local = given if given.tzinfo is not None else given.replace(tzinfo=till.zone)
    return local.astimezone(UTC)


def csv_text(rows: list[dict[str, object]]) -> str:
    """Give rows as CSV with the columns of the contract; no cell can be taken for a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(row[name]) for name in COLUMNS] for row in rows)
    return text.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
