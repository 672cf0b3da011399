"""pos-cancel handover: the open cases for the next shift, with a manager's name (outcomes.md R15)."""

from argparse import ArgumentParser, Namespace
from datetime import datetime
from pathlib import Path

from pos_cancel.cli.arguments import plain
from pos_cancel.cli.till import Till
from pos_cancel.domain.case import Case
from pos_cancel.engine.worklist import hand_over
from pos_cancel.presenters.handover import stay_on_until
from pos_cancel.presenters.handover_sheet import handover_sheet
from pos_cancel.presenters.moments import end_time
from pos_cancel.presenters.terminal import list_text


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--operator", type=plain, metavar="NAME", help="the manager who hands over; kept with each case"
    )
    parser.add_argument("--pdf", type=Path, metavar="FILE", help="write the list as PDF too, for printing")


def run(args: Namespace, till: Till) -> int:
    """List the open cases and say until when this till should stay on."""
    with till.journal() as journal:
        if args.operator:
            hand_over(journal, args.operator, till.now())
        cases = journal.open_cases()
    if args.pdf:
        _write_pdf(args, cases, till)
    until = stay_on_until(cases)
    text = list_text([till.card(case) for case in cases], till.words, till.words.text("cli.pending_none"))
    till.answer("\n".join([text, *_told(cases, until, till)]), _json(args, cases, until, till))
    return 0


def _write_pdf(args: Namespace, cases: list[Case], till: Till) -> None:
    from pos_cancel.adapters.paper import Printer

    name = till.shop.settings.till
    sheet = handover_sheet(cases, till.now(), till.words, till.zone, till=name, manager=args.operator or "")
    Printer().write(sheet, args.pdf)


def _told(cases: list[Case], until: datetime | None, till: Till) -> list[str]:
    if until is None:
        return []
    shown = end_time(until, till.now(), till.zone, till.words)
    return [till.words.text("gui.quit.question", count=len(cases), until=shown)]


def _json(args: Namespace, cases: list[Case], until: datetime | None, till: Till) -> dict[str, object]:
    return {
        "operator": args.operator or "",
        "stay_on_until": None
        if until is None
        else until.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "open": [till.json(case) for case in cases],
    } | ({"pdf": str(args.pdf)} if args.pdf else {})
