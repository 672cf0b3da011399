"""pos-cancel resume: work the due cases and stop."""

from argparse import ArgumentParser, Namespace

from pos_cancel.cli.arguments import add_wait
from pos_cancel.cli.cases import answer_cases
from pos_cancel.cli.till import Till

WAIT_S = 20.0


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.epilog = (
        "Pending cases are tried at once, kept and watched ones when they are due. It ends when nothing is\n"
        "on the wire and nothing more falls due within SECONDS of the start. What was never sent stays\n"
        "unsent: see pos-cancel send."
    )
    add_wait(parser, WAIT_S, "how long to go on at most")


def run(args: Namespace, till: Till) -> int:
    """Work what is due; prints the cases that were worked."""
    with till.desk() as desk:
        due = desk.due(args.wait)
        if not desk.take_over():
            till.out.note(till.words.text("gui.notice.other_sender"))
        desk.work(args.wait)
        worked = list(desk.told) if desk.sends else due
        cases = [desk.case(case_id) for case_id in worked]
    answer_cases(cases, till, "cli.resume_none")
    return 0
