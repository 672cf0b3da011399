"""What is said when the program breaks: where, and of which kind; never with which values.

Python's own words show the exception's text, a crash collector's hook even more of it. The text goes to the
log alone, which takes secrets out.
"""

import contextlib
import logging
import sys
import threading
import traceback
from types import TracebackType

LOG = logging.getLogger(__name__)
FAULT = "a fault of the program"


def install() -> None:
    """Take over Python's three last resorts: the main thread's, other threads', and what nobody can raise."""
    sys.excepthook = _main
    threading.excepthook = _thread
    sys.unraisablehook = _unraisable


def where(error: BaseException) -> str:
    """Give the kind of an exception and the lines it passed, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join((f"{FAULT} ({type(error).__name__})", *lines))


def _main(_: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    _tell(error.with_traceback(trace))


def _thread(broken: threading.ExceptHookArgs) -> None:
    # A thread that ends by SystemExit ends as it wants.
    if broken.exc_value is not None and not isinstance(broken.exc_value, SystemExit):
        _tell(broken.exc_value.with_traceback(broken.exc_traceback))


def _unraisable(broken: "sys.UnraisableHookArgs") -> None:
    if broken.exc_value is not None:
        _tell(broken.exc_value.with_traceback(broken.exc_traceback))


def _tell(error: BaseException) -> None:
    # A hook that raises makes Python print all that it was to keep back.
    with contextlib.suppress(Exception):
        # Where no log is open yet, Python would print the record as it is.
        if LOG.hasHandlers():
            LOG.error(FAULT, exc_info=error)
    with contextlib.suppress(Exception):
        sys.stderr.write(f"{where(error)}\n")
