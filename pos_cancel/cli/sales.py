"""pos-cancel sale import: what the POS knows of its own orders, from a CSV or JSON file."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pos_cancel.adapters.sales_files import read_sales
from pos_cancel.cli.arguments import add_common_to
from pos_cancel.cli.faults import USAGE
from pos_cancel.cli.till import Till


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("import", help="take over a file of sales").add_argument(
        "file", type=Path, metavar="FILE"
    )
    add_common_to(acts.choices.values())


def run(args: Namespace, till: Till) -> int:
    """Take over what can be read; each bad line is named and skipped, and nothing is taken twice."""
    sales = read_sales(args.file)
    with till.journal() as journal:
        new = journal.add_orders(sales.orders)
    if not till.out.wants_json:
        for sentence in sales.skipped:
            till.out.note(sentence)
    value: dict[str, object] = {"read": len(sales.orders), "new": new, "skipped": list(sales.skipped)}
    till.answer(f"{len(sales.orders)} read, {new} new or changed, {len(sales.skipped)} skipped", value)
    return USAGE if sales.skipped and not sales.orders else 0
