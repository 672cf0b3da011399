"""pos-cancel pending and show: what the journal says; nothing is sent."""

from argparse import ArgumentParser, Namespace

from pos_cancel.cli.till import Till
from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.engine.ports import Entry
from pos_cancel.presenters.terminal import card_text, list_text


def arguments(parser: ArgumentParser, command: str) -> None:
    """Declare the arguments."""
    parser.set_defaults(command=command)
    if command == "show":
        parser.add_argument("case", metavar="CASE", help="id or short reference such as K7-204")


def run(args: Namespace, till: Till) -> int:
    """List the open cases, or show one."""
    return _show(args, till) if args.command == "show" else _pending(till)


def _pending(till: Till) -> int:
    with till.journal() as journal:
        cases, watched = journal.open_cases(), len(journal.watching())
    answer_cases(cases, till, "cli.pending_none")
    if watched and not till.out.wants_json:
        till.out.note(till.words.text("cli.watching_count", count=watched))
    return 0


def answer_cases(cases: list[Case], till: Till, empty: str) -> None:
    """Print cases as a list; `empty` is the text where there are none."""
    text = list_text([till.card(case) for case in cases], till.words, till.words.text(empty))
    till.answer(text, [till.json(case) for case in cases])


def _show(args: Namespace, till: Till) -> int:
    with till.journal() as journal:
        case = journal.get(args.case)
        if case is None:
            raise InvalidInput(
                till.words.text("cli.no_case", ref=args.case[:40]),
                "See: pos-cancel pending, pos-cancel history",
            )
        entries = journal.entries(case.id)
    lines = [card_text(till.card(case), till.words), "", *(_line(entry) for entry in entries)]
    till.answer("\n".join(lines), till.json(case) | {"events": [_event(entry) for entry in entries]})
    return 0


def _line(entry: Entry) -> str:
    told = " ".join(f"{name}={value}" for name, value in entry.fields if name != "params_sha256")
    return f"{entry.at:%Y-%m-%d %H:%M:%S}Z  {entry.name}  {told}".rstrip()


def _event(entry: Entry) -> dict[str, object]:
    at = entry.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"name": entry.name, "at": at, "fields": dict(entry.fields)}
