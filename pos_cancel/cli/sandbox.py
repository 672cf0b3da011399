"""pos-cancel sandbox: the training gateway in the foreground, until a signal ends it (design.md §3)."""

import json
import math
import signal
import threading
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import LocalError

HIGHEST_PORT = 65535


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument("--port", type=_port, default=0, metavar="PORT", help="0 takes a free one")
    parser.add_argument(
        "--write-profiles", type=Path, metavar="DIR", help="write profiles, keys and sales for a client"
    )
    parser.add_argument(
        "--repeat",
        choices=("success", "status_error"),
        default="success",
        help="what a second cancel of a cancelled sale is told",
    )
    parser.add_argument(
        "--nested",
        choices=("verifiable", "unverifiable", "none"),
        default="verifiable",
        help="how nested elements of an inquiry's reply are signed",
    )
    parser.add_argument("--pace", type=_pace, default=1.0, metavar="X", help="multiplies every delay")


def run(args: Namespace, _: Till) -> int:
    """Serve until SIGINT or SIGTERM; prints one line of JSON when it is ready."""
    from pos_cancel.sandbox import Sandbox, SandboxKeys, write_profiles

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    sandbox = Sandbox(
        keys=SandboxKeys.generate(), port=args.port, repeat=args.repeat, nested=args.nested, pace=args.pace
    )
    try:
        sandbox.start()
        if args.write_profiles is not None:
            write_profiles(sandbox, args.write_profiles)
    except OSError as error:
        sandbox.stop()
        raise LocalError(
            f"The training gateway cannot start: {error.strerror or error}.", "Choose another port or folder."
        ) from None
    with sandbox:
        print(json.dumps({"ready": True, **sandbox.urls}), flush=True)
        ended.wait()
    return 0


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) <= HIGHEST_PORT):
        raise ArgumentTypeError(f"{text[:20]!r} is not a port")
    return int(text)


def _pace(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not (math.isfinite(value) and value > 0):
        raise ArgumentTypeError(f"{text[:20]!r} is not a number above 0")
    return value
