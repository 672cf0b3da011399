"""The words of one language: sentences per state and every other text that is shown (outcomes.md §4).

A text can have several forms, of which the first one is taken whose fields are all known. So a sentence
without a deadline is a whole sentence of its own and never a longer one with a piece cut out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from math import ceil
from string import Formatter
from typing import NamedTuple

from pos_cancel.domain.case import State
from pos_cancel.domain.languages import PSEUDO_LANGUAGE

# How much longer than English a language can be, the sounds that make it so, and its letters.
PSEUDO_LENGTH = 1.4
PSEUDO_SOUNDS = " öhm ähem üppig ößer"
PSEUDO_LETTERS = str.maketrans("AaCcDdEeGgIiKkLlNnOoRrSsTtUuWwYyZz", "ÅåÇçĎďÉéĞğÎîĶķĻļÑñÖöŘřŠšŢţÛûŴŵÝýŽž")

Forms = tuple[str, ...]


class MissingWords(LookupError):
    """The wording has no such text, or none that goes with the known fields: a fault of the program."""


class Sentences(NamedTuple):
    """What the person at the till is told, as templates in several forms each."""

    headline: Forms
    do: Forms
    dont: Forms


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """All words of one language; `table` is the parsed `resources/wording/<language>.toml`."""

    table: Mapping[str, object] = field(repr=False)
    _forms: dict[str, Forms] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_forms", dict(_flat(self.table, "")))

    @property
    def language(self) -> str:
        """The language as POSIX writes it: en, zh_CN, zh_TW."""
        return self.text("language")

    @property
    def keys(self) -> frozenset[str]:
        """Every key, dotted."""
        return frozenset(self._forms)

    def sentences(self, state: State, variant: str = "", gateway: str = "acquire") -> Sentences:
        """Give headline, do and don't of a state as templates.

        The words of the gateway come before those of all JSON gateways, those before the variant's,
        and the state's own words stand behind them all. Raises `MissingWords`.
        """
        layers = [f"state.{state.value}.{gateway}", f"state.{state.value}.{variant}", f"state.{state.value}"]
        if gateway != "acquire":
            layers.insert(1, f"state.{state.value}.json")
        return Sentences(*(self._layered(layers, part) for part in Sentences._fields))

    def _layered(self, layers: list[str], part: str) -> Forms:
        for layer in layers:
            forms = self._forms.get(f"{layer}.{part}")
            if forms is not None:
                return forms
        return self.forms(f"{layers[-1]}.{part}")

    def text(self, key: str, **fields: object) -> str:
        """Give the text of a dotted key, its fields filled in; a field of None is not known.

        Raises `MissingWords` for a key that is not there, and where every form wants more fields.
        """
        return self.fill(self.forms(key), fields)

    def find(self, key: str, **fields: object) -> str | None:
        """Give the text, or None where the key is not there."""
        return self.text(key, **fields) if key in self._forms else None

    def forms(self, key: str) -> Forms:
        """Give the templates of a key, the fullest first. Raises `MissingWords`."""
        forms = self._forms.get(key)
        if forms is None:
            raise MissingWords(f"The wording for {self.language} has no text {key!r}.")
        return forms

    def fill(self, forms: Forms, fields: Mapping[str, object]) -> str:
        """Fill in the first form whose fields are all known. Raises `MissingWords` when there is none."""
        known = {name: value for name, value in fields.items() if value is not None}
        for form in forms:
            if fields_of(form) <= known.keys():
                return form.format_map(known)
        raise MissingWords(
            f"The wording for {self.language} needs more than {sorted(known)} for {forms[-1]!r}."
        )


@cache
def fields_of(form: str) -> frozenset[str]:
    """Give the names of the fields in a template."""
    return frozenset(name for _, name, _, _ in Formatter().parse(form) if name)


def pseudo(words: Wording) -> Wording:
    """Give a made-up language that shows what is not translated or does not fit.

    Every text has accents, is 40 % longer and stands in brackets; fields are untouched, and so is a form
    that holds no word, such as that of a time.
    """
    table: dict[str, object] = {key: [_odd(form) for form in words.forms(key)] for key in words.keys}
    return Wording(table | {"language": PSEUDO_LANGUAGE})


def _odd(form: str) -> str:
    pieces = list(Formatter().parse(form))
    if not any(letter.isalpha() for text, *_ in pieces for letter in text):
        return form
    odd = "".join(_accented(text) + _field(*rest) for text, *rest in pieces)
    missing = ceil(len(form) * PSEUDO_LENGTH) - len(odd) - 2
    return f"[{odd}{(PSEUDO_SOUNDS * (missing // len(PSEUDO_SOUNDS) + 1))[: max(0, missing)]}]"


def _accented(text: str) -> str:
    return text.translate(PSEUDO_LETTERS).replace("{", "{{").replace("}", "}}")


def _field(name: str | None, spec: str | None, _conversion: str | None) -> str:
    if name is None:
        return ""
    return f"{{{name}:{spec}}}" if spec else f"{{{name}}}"


def _flat(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, Forms]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, list):
            yield f"{prefix}{name}", tuple(str(form) for form in value)
        else:
            yield f"{prefix}{name}", (str(value),)
