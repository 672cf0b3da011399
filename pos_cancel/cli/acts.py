"""pos-cancel send, withdraw, keep and end: what a person may do with a case (outcomes.md R5, R13)."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import NamedTuple

from pos_cancel.cli.arguments import Usage, add_wait, plain
from pos_cancel.cli.till import Till
from pos_cancel.domain.case import WORKED

WAIT_S = 65.0


class Act(NamedTuple):
    """What the engine calls it, and whether something is sent because of it."""

    name: str
    sends: bool


ACTS: Mapping[str, Act] = {
    "send": Act("send_again", sends=True),
    "withdraw": Act("withdraw", sends=False),
    "keep": Act("keep", sends=True),
    "end": Act("end", sends=False),
}


def arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the arguments."""
    parser.set_defaults(command=command)
    parser.add_argument("case", metavar="CASE", help="id or short reference such as K7-204")
    parser.add_argument("--reason", type=plain, metavar="CODE", default="", help="why; `end` needs one")
    parser.add_argument("--operator", type=plain, metavar="NAME", help="who does it")
    add_wait(parser, WAIT_S, "how long to wait for the end")


def run(args: Namespace, till: Till) -> int:
    """Do it and print the case; gives the exit code of its state."""
    act = ACTS[args.command]
    if args.command == "end" and not args.reason.strip():
        raise Usage(till.words.text("gui.end.reason_missing"), "Say why with --reason.")
    with till.desk() as desk:
        found = desk.case(args.case)
        if act.sends:
            # First the right to send: who takes it over sees a prepared case as one left behind by a stop.
            desk.take_over()
            desk.watcher = till.tell_move
        case = desk.act(found.id, act.name, till.operator(args.operator), args.reason)
        if act.sends:
            case = desk.settle(case, args.wait, till.shop.profiles.get(case.profile))
            if case.state in WORKED:
                till.out.note(till.words.text("cli.leave" if desk.sends else "cli.handed_over"))
        return till.answer_case(case)
