"""Looks at sales on the owner thread: keys may have to load first, a second query may follow."""

import logging
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from pos_cancel.adapters.sender_pool import SenderPool
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.engine.looker import Looker
from pos_cancel.engine.lookup import Lookup
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.http import Exchange

LOG = logging.getLogger(__name__)
KEY_WAIT_S = 5.0
KEY_TURN_S = 0.02
Later = Callable[[Callable[[], None]], None]
Done = Callable[[Lookup], None]
# The trouble of a look that met a fault of the program.
FAULT = "fault"

T = TypeVar("T")


class Looks:
    """Belongs to the owner thread; `later` puts a job into the owner's inbox from any thread."""

    def __init__(self, looker: Looker, pool: SenderPool, later: Later) -> None:
        self._looker = looker
        self._pool = pool
        self._later = later

    def begin(self, number: SaleNumber, profile: str, done: Done, deadline: float | None = None) -> None:
        """Look once; `done` always gets something, in the worst case what the journal knows."""
        until = time.monotonic() + KEY_WAIT_S if deadline is None else deadline
        begun = self._told(partial(self._looker.begin, profile, number), number, profile)
        if isinstance(begun, Lookup):
            done(begun)
        elif isinstance(begun, KeyTrouble):
            self._wait_for_key(number, profile, done, until)
        else:
            self._pool.post(begun, partial(self._came_back, begun, done))

    def _wait_for_key(self, number: SaleNumber, profile: str, done: Done, until: float) -> None:
        if time.monotonic() >= until:
            done(self._unlooked(profile, number, "key_hung"))
            return
        again = partial(self.begin, number, profile, done, until)
        timer = threading.Timer(KEY_TURN_S, self._later, (again,))
        timer.daemon = True
        timer.start()

    def _came_back(self, dispatch: Dispatch, done: Done, exchange: Exchange) -> None:
        self._later(partial(self._read, dispatch, done, exchange))

    def _read(self, dispatch: Dispatch, done: Done, exchange: Exchange) -> None:
        self._pool.landed()
        question = dispatch.question
        ask = partial(self._looker.finish, dispatch, exchange)
        read = self._told(ask, question.number, question.profile.name)
        if isinstance(read, Lookup):
            done(read)
        else:
            self._pool.post(read, partial(self._came_back, read, done))

    def _told(self, ask: Callable[[], T], number: SaleNumber, profile: str) -> T | Lookup:
        """Ask the looker; whatever breaks, whoever waits for the look gets what is known without it."""
        try:
            return ask()
        except PosCancelError as error:
            return self._unlooked(profile, number, error.code)
        except Exception:
            LOG.exception("a look broke")
            return self._unlooked(profile, number, FAULT)

    def _unlooked(self, profile: str, number: SaleNumber, trouble: str) -> Lookup:
        try:
            return self._looker.without_profile(profile, number, trouble)
        except PosCancelError as error:
            # Not even the journal can be read; whoever asked is told, and not left waiting.
            trouble = error.code
        except Exception:
            LOG.exception("a look broke")
            trouble = FAULT
        return Lookup(profile=profile, number=number, at=self._looker.clock.now(), trouble=trouble)
