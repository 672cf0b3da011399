"""What a check of the till found: each thing that is wrong, and what was looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import PosCancelError


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    `sentence` and `way_on` are for a terminal. In other words and languages it is told by `error`, or else by
    `code` with what is `known`; `about` names the account that it is about.
    """

    code: str
    sentence: str
    way_on: str = ""
    about: str = ""
    error: PosCancelError | None = None
    known: Mapping[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Report:
    """What was looked at and what was found; `cases` are the open ones, of which each may want a person."""

    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def add(self, error: PosCancelError) -> None:
        """Take an error as a finding."""
        self.findings.append(Finding(error.code, error.sentence, error.way_on, error=error))
