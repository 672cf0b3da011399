"""A receipt that this till has heard of: in a case of its own, or handed over by the POS."""

from dataclasses import dataclass
from datetime import datetime

from pos_cancel.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """One known number of one account. `at` is aware; `ref` and `state` are the case's where there is one."""

    profile: str
    number: str
    amount: Money | None = None
    at: datetime | None = None
    ref: str = ""
    state: str = ""
