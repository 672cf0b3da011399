"""What stood still goes on: stopped cases when there is a key again, pending ones when the till is back."""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from pos_cancel.domain.case import Case
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.worklist import KEY_CODES, REVIVED

Later = Callable[[Callable[[], None]], None]


class Reviving:
    """Belongs to the owner thread; `later` puts a job into its inbox, `tell` hands changed cases on."""

    def __init__(self, later: Later, tell: Callable[[Iterable[Case]], None]) -> None:
        self._later = later
        self._tell = tell
        self._keyless: set[str] = set()
        self._codes = KEY_CODES

    def widen(self) -> None:
        """Try all that is stopped, as a till that starts does; else only what wanted a key goes on."""
        self._codes = frozenset()

    def note(self, case: Case) -> None:
        """Remember which accounts lack a key."""
        if case.stopped and case.setup_code in KEY_CODES:
            self._keyless.add(case.profile)

    @property
    def keyless(self) -> Collection[str]:
        """The accounts that lacked a key when they were last looked at."""
        return tuple(self._keyless)

    def revive(self, engine: Engine, profile: str) -> None:
        """Let stopped cases of the account go on if it has a key: a part now, the others after what waits."""
        if not isinstance(engine.key_of(profile), KeyTrouble):
            self._keyless.discard(profile)
            self._part(engine, profile, engine.journal.undue(profile))

    def _part(self, engine: Engine, profile: str, case_ids: Sequence[str]) -> None:
        self._tell(engine.setup_changed(profile, self._codes, case_ids[:REVIVED]))
        if len(case_ids) > REVIVED:
            self._later(partial(self._part, engine, profile, case_ids[REVIVED:]))

    def hurry(self, engine: Engine, profile: str) -> None:
        """Try what is pending at once."""
        self._tell(engine.hurry(profile))
