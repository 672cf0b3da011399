"""The strict reader of JSON replies (gateways.md A2.4; facts.md, XML and JSON).

Every real field but a list is a text, so whatever else a parser would let through is refused or left out:
a name given twice, numbers that are none, depths and sizes that no answer has.
"""

import json
from codecs import BOM_UTF8
from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import NoReturn

from pos_cancel.domain.errors import ReplyError

LARGEST_BYTES = 64 * 1024
DEEPEST = 16
LONGEST_NUMBER = 20
LONGEST_CODE = 64


@dataclass(frozen=True, slots=True)
class Result:
    """A result object: `status` in upper case (S, F or U), `code` as it came, 64 characters at most."""

    status: str
    code: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class JsonReply:
    """One well-formed reply: the result of the call itself, and all fields as they came."""

    result: Result
    fields: Mapping[str, object]

    def text(self, name: str) -> str:
        """Give a field that is a text, or an empty one where it is absent, null or anything else."""
        return text_of(self.fields, name)


def read(body: bytes) -> JsonReply:
    """Read a reply's body.

    Raises `ReplyError` for anything but one object in UTF-8, of at most 64 KiB and 16 levels, with no name
    twice in any object, only plain numbers, and a `result` object inside.
    """
    if len(body) > LARGEST_BYTES:
        raise ReplyError("The reply is larger than any real one.")
    fields = _object(_text(body))
    result = result_of(fields.get("result"))
    if result is None:
        raise ReplyError("The reply holds no result.")
    return JsonReply(result, fields)


def result_of(value: object) -> Result | None:
    """Give the result that an object holds, or None where the value is no object."""
    if not isinstance(value, dict):
        return None
    code = text_of(value, "resultCode")
    # A code stands in journals and on screens: one with control characters in it is no code.
    shown = code[:LONGEST_CODE] if code.isprintable() else ""
    return Result(text_of(value, "resultStatus").upper(), shown, text_of(value, "resultMessage"))


def text_of(fields: Mapping[str, object], name: str) -> str:
    """Give a field that is a text, or an empty one where it is absent, null or anything else."""
    value = fields.get(name)
    return value if isinstance(value, str) else ""


def _text(body: bytes) -> str:
    try:
        return body.removeprefix(BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        raise ReplyError("The reply is not UTF-8.") from None


def _object(text: str) -> dict[str, object]:
    try:
        value = DECODER.decode(text)
    except (ValueError, RecursionError):
        raise ReplyError("The reply is not well-formed JSON.") from None
    if not isinstance(value, dict):
        raise ReplyError("The reply is not an object.")
    if _is_too_deep(value):
        raise ReplyError("The reply is nested deeper than any real one.")
    if "\\u" in text:
        _check_escapes(value)
    return value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ReplyError("The reply holds a name twice.")
    return fields


def _integer(text: str) -> int:
    return int(text) if len(text) <= LONGEST_NUMBER else _refuse(text)


def _fraction(text: str) -> float:
    number = float(text)
    return number if len(text) <= LONGEST_NUMBER and isfinite(number) else _refuse(text)


def _refuse(_: str) -> NoReturn:
    raise ReplyError("The reply holds a number that no reply has.")


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _check_escapes(value: object) -> None:
    # Half of a surrogate pair is a character for JSON, and for nothing that would have to keep it.
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        raise ReplyError("The reply holds half a character.") from None


# Made once: a decoder with hooks takes as long to make as a reply to read.
DECODER = json.JSONDecoder(
    object_pairs_hook=_once, parse_int=_integer, parse_float=_fraction, parse_constant=_refuse
)
