"""pos-cancel journal: is it whole, a copy of it, and what need not be kept for ever."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from datetime import timedelta
from pathlib import Path

from pos_cancel.cli.arguments import add_common_to
from pos_cancel.cli.faults import TILL
from pos_cancel.cli.till import Till

KEPT_DAYS = 400


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("verify", help="check every event and every case")
    backup = acts.add_parser("backup", help="copy it into a new folder")
    backup.add_argument("target", type=Path, nargs="?", metavar="DIR", help="must not exist yet")
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
        target.parent.mkdir(mode=0o700, exist_ok=True)
    with till.journal() as journal:
        journal.backup(target)
    till.answer(str(target), {"backup": str(target)})
    return 0


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


ACTS = {"verify": _verify, "backup": _backup, "prune": _prune}
