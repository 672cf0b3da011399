"""pos-cancel journal: is it whole, a copy of it, a new one beside a damaged one, what need not be kept."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import timedelta
from pathlib import Path

from pos_cancel.adapters.durable import make_folders
from pos_cancel.cli.arguments import add_common_to
from pos_cancel.cli.faults import TILL
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput, JournalError, LocalError

KEPT_DAYS = 400


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("verify", help="check every event and every case")
    backup = acts.add_parser("backup", help="copy it into a new folder")
    backup.add_argument("target", type=Path, nargs="?", metavar="DIR", help="must not exist yet")
    acts.add_parser("fresh", help="put a journal that is damaged aside and begin a new one")
    prune = acts.add_parser("prune", help="take out the messages of old cases; the proof stays whole")
    prune.add_argument(
        "--days", type=_days, default=KEPT_DAYS, metavar="N", help=f"older than N days ({KEPT_DAYS})"
    )
    add_common_to(acts.choices.values())


def run(args: Namespace, till: Till) -> int:
    """Do one of the acts."""
    return ACTS[args.act](args, till)


def _verify(_: Namespace, till: Till) -> int:
    with till.journal() as journal:
        findings = journal.verify()
    till.answer("\n".join(findings) or "The journal is whole.", {"ok": not findings, "findings": findings})
    return TILL if findings else 0


def _backup(args: Namespace, till: Till) -> int:
    name = f"journal-{till.now():%Y%m%d-%H%M%S}"
    target = args.target or till.shop.home.path / "backups" / name
    if args.target is None:
        make_folders(target.parent)
    with till.journal() as journal:
        journal.backup(target)
    till.answer(str(target), {"backup": str(target)})
    return 0


def _fresh(_: Namespace, till: Till) -> int:
    """Begin a new journal where the old one is damaged; nothing of the old one is changed."""
    from pos_cancel.adapters.journal import FOLDER, Journal
    from pos_cancel.adapters.journal_folder import set_aside
    from pos_cancel.adapters.lease import SenderLease

    home = till.open_home().path
    lease = SenderLease(home)
    if not lease.acquire():
        raise LocalError("Another pos_cancel works with this journal.", "Close it, then try again.")
    try:
        lost = _open_cases(home)
        kept = set_aside(home / FOLDER, f"{till.now():%Y%m%d-%H%M%S}")
        Journal.open(home).close()
    finally:
        lease.release()
    lines = [f"A new journal has begun. The old one is kept: {kept}"]
    if lost is None:
        lines.append("Its open cases cannot be read: ask the gateway about every sale that may be open.")
    elif lost:
        lines.append(f"These cases were open in it, and nobody works them now: {', '.join(lost)}")
    till.answer("\n".join(lines), {"kept": str(kept), "open_cases": lost})
    return 0


def _open_cases(home: Path) -> list[str] | None:
    """Give the open cases of a damaged journal, None where they cannot be read.

    Raises `InvalidInput` for a journal that is whole, and what opening raises for one that is not damaged.
    """
    from pos_cancel.adapters.database import DAMAGED, FOREIGN
    from pos_cancel.adapters.journal import Journal

    try:
        with Journal.open(home) as journal:
            if not journal.verify():
                raise InvalidInput("The journal is whole; it stays in use.", "Nothing was changed.")
            return [f"{case.ref} ({case.number})" for case in journal.open_cases()]
    except JournalError as error:
        if error.way_on not in {DAMAGED[1], FOREIGN[1]}:
            raise
        return None


def _prune(args: Namespace, till: Till) -> int:
    from pos_cancel.adapters.pruning import prune

    with till.journal():
        # Opened once, so that a journal that is not there yet is made and a newer one is refused.
        count = prune(till.shop.home.path, till.now() - timedelta(days=args.days))
    till.answer(f"{count} messages were taken out.", {"pruned": count})
    return 0


def _days(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= 36500):  # noqa: PLR2004 - a hundred years
        raise ArgumentTypeError(f"{text[:20]!r} is not a number of days")
    return int(text)


ACTS = {"verify": _verify, "backup": _backup, "fresh": _fresh, "prune": _prune}
