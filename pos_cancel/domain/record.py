"""A case as a flat record of JSON values, for the journal, and back.

Unknown keys are ignored and missing ones take their default, so that a journal written by an older or a
newer release of the same major form can be read (design.md: migrations are additive).
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import MISSING, fields
from datetime import datetime
from enum import Enum
from typing import Any, get_args, get_origin, get_type_hints

from pos_cancel.domain.case import Case, case_of

_DEFAULTS = {each.name: each.default for each in fields(Case)}
_NEEDED = frozenset(name for name, default in _DEFAULTS.items() if default is MISSING)


def dump(case: Case) -> str:
    """Give the case as one line of JSON; fields at their default are left out."""
    told = {name: value for name, value in vars(case).items() if value != _DEFAULTS[name]}
    return _ENCODER.encode(told)


def load(text: str) -> Case:
    """Read what `dump` wrote. Raises ValueError, KeyError or TypeError for anything else."""
    record: dict[str, Any] = json.loads(text)
    if not isinstance(record, dict):
        raise TypeError("a case's record is an object")
    if not record.keys() >= _NEEDED:
        raise KeyError("a case's record has all that a case must have")
    told = {
        name: _READERS[name](value) if name in _READERS else value
        for name, value in record.items()
        if name in _DEFAULTS
    }
    return case_of(_DEFAULTS | told)


def _time(value: Any) -> datetime | None:  # noqa: ANN401 - whatever stood in the record
    return None if value is None else datetime.fromisoformat(value)


def _tuples(value: Any) -> tuple[object, ...]:  # noqa: ANN401 - whatever stood in the record
    # Two deep, as the fields of a case are at most: texts, or pairs of them.
    return tuple([tuple(item) if isinstance(item, list) else item for item in value])


def _readers() -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """Give what turns a value of JSON into one of the field, for each field that JSON has no word for."""
    for name, hint in get_type_hints(Case).items():
        kinds = [get_origin(hint) or hint, *get_args(hint)]
        words = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Enum)]
        if words:
            yield name, {None: None, **{member.value: member for member in words[0]}}.__getitem__
        elif datetime in kinds:
            yield name, _time
        elif tuple in kinds:
            yield name, _tuples


_READERS = dict(_readers())
# Made once: an encoder of one's own takes as long to make as a record to write.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=datetime.isoformat)
