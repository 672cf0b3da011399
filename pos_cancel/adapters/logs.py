"""The log of this till: one rotating file that only its owner reads, with every secret taken out.

What is cleaned is the finished text of a record, so that message, arguments, exception and traceback
are all covered by one pass. An exception that shows a value keeps its kind and its place, and loses its text.
"""

import copy
import io
import logging
import os
import re
import traceback
from collections.abc import Iterator
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, quote_plus

from pos_cancel.domain.errors import LocalError, PosCancelError

NAME = "pos-cancel.log"
LONGEST_FILE = 1024 * 1024
OLD_FILES = 3
FORM = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"
GONE = "[removed]"
SHORTEST_SECRET = 4
# Foreign libraries say at lower levels what goes over their wires.
NOISY = ("urllib3", "requests", "keyring", "secretstorage", "jeepney")

# Their texts are made of names and places. A ValueError shows the value, a library's whatever it had.
PLAIN_SPEAKERS = (
    PosCancelError,
    OSError,
    ImportError,
    NameError,
    AttributeError,
    TypeError,
    IndexError,
    RecursionError,
)

# Patterns are compiled when the first record is written: a till that starts does not wait for them.
ARMOUR = r"(?s)-{2,}\s*BEGIN [^-]*-{2,}.*?(?:-{2,}\s*END [^-]*-{2,}|\Z)"
# sign=…, "signature": "…", <sign>…</sign>: hex, base64, and both percent-encoded.
SIGNATURE = r"(?i)(\bsign(?:ature)?\b[\"']?\s*[=:>]\s*[\"']?)[0-9A-Za-z+/=%_.-]{8,}"
NAMED = (
    r"(?i)(\b(?:pin|pass(?:word|phrase)|secret|authorization|md5[_ -]?key|approval[_ -]?code)\b"
    r"[\"']?\s*[=:]\s*)(?:([\"'])(?:\\.|(?!\2).)+|(?:basic |bearer )?\S{3,})"
)
PIN = r"(?i)(\bpin\b[^0-9\n]{0,12})\d{3,12}"
# Sign type MD5's secret: 32 small letters and digits. A case's id in hex is as long and has no letter past f.
MD5_LIKE = r"\b(?=[0-9a-f]*[g-z])[0-9a-z]{32}\b"
# Longer than a SHA-1 in hex, shorter than any key or signature in base64 or decimal; slashes may be escaped.
LONG = r"(?i)(?:[0-9A-Za-z+/_-]|%2[BF]|%3D|\\+/|\\+u00(?:2b|2f|3d)){60,}={0,2}"
# The same in short lines. Sale numbers have no letters and ids no capitals, so a list of them stays.
WRAPPED = (
    r"(?:(?<![0-9A-Za-z+/_-])|(?<=\\[nrt]))(?=[0-9A-Z+/_-]*[a-z])(?=[0-9a-z+/_-]*[A-Z])"
    r"(?:[0-9A-Za-z+/_-]{24,}+(?:\s|\\+[nrt]|[\"',>|]){1,40}+){2,}[0-9A-Za-z+/_-]*={0,2}"
)
# Bytes as Python writes them: more than a third of a key's bytes are printable or have a short escape.
BYTES = r"(?:\\(?:x[0-9a-f]{2}|[tnr'\"\\])[ -\[\]-~]{0,16}){8,}"
# Bytes as openssl prints them, and as numbers.
PAIRS = r"(?i)(?:[0-9a-f]{2}:(?:\s|\\n)*){11,}(?:[0-9a-f]{2})?"
NUMBERS = r"(?:\d{1,3},\s?){15,}\d{1,3}"
SHAPES = (ARMOUR, MD5_LIKE, WRAPPED, LONG, BYTES, PAIRS, NUMBERS)
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Redactor:
    """Takes secrets out of a text: those it was told of, and whatever looks like one."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def tell(self, secret: str) -> None:
        """Take this text out from now on, percent-encoded or not; very short ones would hit too much."""
        if len(secret) >= SHORTEST_SECRET:
            self._told |= {secret, quote(secret, safe=""), quote_plus(secret)}

    def clean(self, text: str) -> str:
        """Give the text without secrets."""
        for secret in sorted(self._told, key=len, reverse=True):
            text = text.replace(secret, GONE)
        for shape in SHAPES:
            text = re.sub(shape, GONE, text)
        for named in (SIGNATURE, NAMED, PIN):
            text = re.sub(named, rf"\1{GONE}", text)
        return text


class CleanFormatter(logging.Formatter):
    """Formats a record and cleans what came of it."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__(FORM)
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Give the clean text; the record itself is not touched, others may format it too."""
        own = copy.copy(record)
        # Another handler has left its own text of the exception there.
        own.exc_text = None
        return self._redactor.clean(super().format(own))

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's own name
        """Give the ways and the kinds of an exception and of those behind it, oldest first."""
        links = [] if ei[1] is None else list(_chain(ei[1]))
        return "\n".join(
            "".join(traceback.format_tb(link.__traceback__)) + _kind(link) for link in links[::-1]
        )


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    met: list[BaseException] = []
    while seen is not None and seen not in met:
        met.append(seen)
        yield seen
        seen = seen.__cause__ or (None if seen.__suppress_context__ else seen.__context__)


def _kind(error: BaseException) -> str:
    # The database is not loaded for a name that may never come up.
    is_plain = isinstance(error, PLAIN_SPEAKERS) or type(error).__module__ == "sqlite3"
    said = f": {error}" if is_plain else ""
    return f"{type(error).__module__}.{type(error).__qualname__}{said}"


class OwnersFile(RotatingFileHandler):
    """A rotating file with mode 0600 from its first byte on."""

    def __init__(self, path: Path, redactor: Redactor) -> None:
        super().__init__(path, maxBytes=LONGEST_FILE, backupCount=OLD_FILES, encoding="utf-8")
        self.redactor = redactor
        self.setFormatter(CleanFormatter(redactor))

    def _open(self) -> io.TextIOWrapper:
        def private(name: str, flags: int) -> int:
            return os.open(name, flags, 0o600)

        path = self.baseFilename
        stream = open(path, "a", encoding="utf-8", errors="backslashreplace", opener=private)  # noqa: SIM115 - the handler closes it
        Path(path).chmod(0o600)
        return stream

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's own name
        """Say nothing: the library would print the record, secrets and all."""


def setup(home: Path, level: int = logging.INFO) -> OwnersFile:
    """Log into the till's home from now on. Raises `LocalError` when the file cannot be written."""
    try:
        handler = OwnersFile(home / NAME, Redactor())
    except OSError:
        raise LocalError("This till cannot write its log.", "Check the rights of its home folder.") from None
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    return handler


def stop(handler: OwnersFile) -> None:
    """End the log."""
    logging.getLogger().removeHandler(handler)
    handler.close()
