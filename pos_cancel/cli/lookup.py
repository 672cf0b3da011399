"""pos-cancel lookup: ask the gateway for a sale, or the journal for its number; nothing is cancelled."""

from argparse import ArgumentParser, Namespace
from datetime import datetime, time, timedelta

from pos_cancel.adapters.orders import Order
from pos_cancel.cli.arguments import Usage, add_number_kind, forced_kind, moment
from pos_cancel.cli.faults import NOT_FOUND, TILL
from pos_cancel.cli.till import Till
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.money import Money, parse_decimal
from pos_cancel.domain.receipt import Receipt
from pos_cancel.presenters.case_json import lookup_json
from pos_cancel.presenters.lookup_card import present_lookup
from pos_cancel.presenters.terminal import lookup_text

# The gateway told nothing: as with a case that is pending, nobody knows yet.
NOT_KNOWN = 3


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "number", metavar="NUMBER", nargs="?", help="receipt number, or the gateway's 28 digits"
    )
    add_number_kind(parser)
    parser.add_argument("--last", metavar="DIGITS", help="find numbers that end so, four characters at least")
    parser.add_argument("--amount", metavar="A", help="find sales of this amount …")
    parser.add_argument("--on", type=moment, metavar="DATE", help="… on this day in shop time")
    parser.add_argument("--profile", metavar="NAME", help="the account, where there are several")
    parser.epilog = (
        "exit codes: 0 found, 3 the gateway could not be asked, 4 not found, 5 no usable key on this till"
    )


def run(args: Namespace, till: Till) -> int:
    """Look up in one of the three ways."""
    ways = [args.number is not None, args.last is not None, args.amount is not None or args.on is not None]
    if sum(ways) != 1 or (args.amount is None) != (args.on is None):
        raise Usage("Give a number, or --last, or --amount and --on.", "See: pos-cancel lookup --help")
    if args.number is not None:
        return _ask(args, till)
    found = _by_last(args, till) if args.last is not None else _by_amount(args, till)
    lines = [
        "  ".join(str(row[name] or "") for name in ("number", "amount", "time", "case")) for row in found
    ]
    till.answer("\n".join(lines) or till.words.text("lookup.status.not_found"), found)
    return 0 if found else NOT_FOUND


def _ask(args: Namespace, till: Till) -> int:
    profile = till.account(args.profile, args.number)
    number = parse(args.number, gateway=profile.gateway, forced=forced_kind(args, profile.gateway))
    with till.desk() as desk:
        look = desk.look_up(number, profile)
    card = present_lookup(look, till.now(), till.words, till.zone, profile=profile, scanned=True)
    till.answer(lookup_text(card, till.words), lookup_json(look))
    if look.sale is not None:
        return 0
    if look.not_found:
        return NOT_FOUND
    return TILL if look.trouble.startswith("key_") else NOT_KNOWN


def _by_last(args: Namespace, till: Till) -> list[dict[str, object]]:
    last = args.last.strip()
    with till.journal() as journal:
        return _rows(journal.by_tail(last), journal.orders_by_tail(last))


def _by_amount(args: Namespace, till: Till) -> list[dict[str, object]]:
    amount = parse_decimal(args.amount, till.profile(args.profile).currency)
    start = datetime.combine(args.on.date(), time(), till.zone)
    end = start + timedelta(days=1)
    with till.journal() as journal:
        return _rows(
            journal.amount_on(amount.minor, amount.currency, start, end),
            journal.orders_amount_on(amount.minor, amount.currency, start, end),
        )


def _rows(cases: list[Receipt], orders: list[Order]) -> list[dict[str, object]]:
    """Give what is known of each number, cases before orders, each number of an account once."""
    rows = {(order.profile, order.number): _of_order(order) for order in orders}
    rows = {(case.profile, case.number): _of_case(case) for case in reversed(cases)} | {
        key: row for key, row in rows.items() if key not in {(case.profile, case.number) for case in cases}
    }
    return list(rows.values())


def _of_case(case: Receipt) -> dict[str, object]:
    row = _row(case.profile, case.number, case.amount, case.at)
    return row | {"case": case.ref, "state": case.state}


def _of_order(order: Order) -> dict[str, object]:
    amount = None if order.amount_minor is None else Money(order.amount_minor, order.currency)
    return _row(order.profile, order.number, amount, order.time) | {"case": None, "state": None}


def _row(profile: str, number: str, amount: Money | None, at: datetime | None) -> dict[str, object]:
    return {
        "profile": profile,
        "number": number,
        "amount": None if amount is None else amount.decimal,
        "currency": None if amount is None else amount.currency,
        "time": None if at is None else at.isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
