"""Chooses the command. Each command's file is imported when it is the one that was asked for."""

import logging
import os
import re
import sys
from argparse import SUPPRESS, Namespace
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import NamedTuple

from pos_cancel import __version__
from pos_cancel.cli.arguments import Parser, Usage, add_common
from pos_cancel.cli.faults import Interrupted, exit_code, internal_fault
from pos_cancel.cli.output import Output
from pos_cancel.cli.screen import Screen
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import PosCancelError

# Options of the program itself that are followed by a value.
VALUED = frozenset({"--home", "--language"})
# What Python makes of bytes that are not UTF-8.
SURROGATE = re.compile("[\ud800-\udfff]")
Run = Callable[[Namespace, Till], int]


class Command(NamedTuple):
    """Where a command lives, and what it does in one line."""

    module: str
    help: str


COMMANDS: Mapping[str, Command] = {
    "lookup": Command("lookup", "show a sale; nothing is cancelled"),
    "cancel": Command("cancel", "take a payment back"),
    "pending": Command("cases", "list the open cases"),
    "show": Command("cases", "show one case"),
    "resume": Command("resume", "work the due cases and stop"),
    "send": Command("acts", "send a case again"),
    "withdraw": Command("acts", "take back a case that was never sent"),
    "keep": Command("acts", "stop a case and keep the sale"),
    "end": Command("acts", "end an open case with a reason"),
    "history": Command("history", "list all cases, or write them to a CSV file"),
    "setup": Command("setup", "set up an account: questions at a terminal, or all by flags"),
    "profile": Command("profiles", "accounts of this till: list, show, add, import, export, remove"),
    "key": Command(
        "keys", "keys of this till: import, generate, show, check, rotate, send, receive, shop, remove, seal"
    ),
    "sale": Command("sales", "take over sales from the POS"),
    "handover": Command("handover", "what the next shift must know"),
    "explain": Command("explain", "read a saved reply of the gateway"),
    "sandbox": Command("sandbox", "serve the training gateway on this machine"),
    "demo": Command("demo", "the main job on the training gateway"),
    "doctor": Command("doctor", "what is wrong with this till"),
    "journal": Command("journal", "verify, back up or prune the journal"),
}


def run(arguments: Sequence[str], screen: Screen) -> int:
    """Run one command; gives the exit code. Every error becomes one sentence on stderr, or JSON."""
    # Whether an error is told as JSON must be known before the arguments can be understood.
    # Without any handler Python itself would print warnings to stderr, uncleaned.
    logging.getLogger().addHandler(logging.NullHandler())
    out = Output(wants_json="--json" in arguments)
    till = Till(out, screen)
    try:
        return _chosen(arguments, till)
    except PosCancelError as error:
        out.fail(error, till.words)
        return exit_code(error)
    except Interrupted as stop:
        return 128 + stop.number
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader has gone; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the last resort: one sentence, the rest in the log
        fault = internal_fault(error, till.log_fault(error))
        out.fail(fault, till.words)
        return exit_code(fault)


def _chosen(arguments: Sequence[str], till: Till) -> int:
    if any(SURROGATE.search(argument) for argument in arguments):
        raise Usage("An argument holds bytes that are not text.", "Write it in UTF-8.")
    place = _place(arguments)
    given = _top().parse_args(arguments[:place])
    till.settle(home=given.home, language=given.language)
    if place == len(arguments):
        from pos_cancel.cli.window import open_window

        return open_window(given, till)
    name = arguments[place]
    if name not in COMMANDS:
        raise Usage(f"There is no command {name[:30]!r}.", "See: pos-cancel --help")
    module = import_module(f"pos_cancel.cli.{COMMANDS[name].module}")
    parser = Parser(prog=f"pos-cancel {name}", description=COMMANDS[name].help)
    add_common(parser)
    module.arguments(parser, name)
    args = parser.parse_args(arguments[place + 1 :])
    till.settle(language=args.language)
    run_command: Run = module.run
    return run_command(args, till)


def _place(arguments: Sequence[str]) -> int:
    """Give where the command's name stands: the first word that is no option of the program itself."""
    place = 0
    while place < len(arguments) and arguments[place].startswith("-"):
        place += 2 if arguments[place] in VALUED else 1
    return min(place, len(arguments))


def _top() -> Parser:
    lines = "\n".join(f"  {name:<10} {command.help}" for name, command in COMMANDS.items())
    top = Parser(
        prog="pos-cancel",
        usage="%(prog)s [--home DIR] [--language L] [--training | COMMAND ...]",
        description="Takes back an Alipay payment at the till and says honestly how it ended.",
        epilog=f"Without a command the window opens.\n\ncommands:\n{lines}\n\n"
        "pos-cancel COMMAND --help tells more about one.",
    )
    top.add_argument("--home", metavar="DIR", help="where settings, journal and logs lie (POS_CANCEL_HOME)")
    top.add_argument("--training", action="store_true", help="the window on the training gateway")
    top.add_argument("--language", metavar="L", help="en, zh_CN or zh_TW")
    top.add_argument("--version", action="version", version=f"pos-cancel {__version__}")
    top.add_argument("--json", action="store_true", help=SUPPRESS)
    return top
