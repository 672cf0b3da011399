"""A case as a flat record of JSON values, for the journal, and back.

Unknown keys are ignored and missing ones take their default, so that a journal written by an older or a
newer release of the same major form can be read (design.md: migrations are additive).
"""

import json
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any, get_type_hints

from pos_cancel.domain.case import Case

_HINTS = get_type_hints(Case)


def dump(case: Case) -> str:
    """Give the case as one line of JSON; fields at their default are left out."""
    record = {
        f.name: _plain(getattr(case, f.name)) for f in fields(case) if getattr(case, f.name) != f.default
    }
    return json.dumps(record, ensure_ascii=False, separators=(",", ":"))


def load(text: str) -> Case:
    """Read what `dump` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    record: dict[str, Any] = json.loads(text)
    if not isinstance(record, dict):
        raise TypeError("a case's record is an object")
    return Case(**{name: _READERS[name](value) for name, value in record.items() if name in _READERS})


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    return value


def _tuples(value: object) -> object:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _reader(hint: object) -> Any:  # noqa: ANN401 - a reader gives whatever type its field has
    kinds = [hint, *getattr(hint, "__args__", ())]
    if datetime in kinds:
        return lambda value: None if value is None else datetime.fromisoformat(value)
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Enum):
            return lambda value, kind=kind: None if value is None else kind(value)
    return _tuples


_READERS = {f.name: _reader(_HINTS[f.name]) for f in fields(Case)}
