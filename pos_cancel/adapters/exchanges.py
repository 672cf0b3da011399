"""Exchanges of cases: out to the senders, and what comes back into the journal, judged once."""

import threading
from collections.abc import Callable, Iterable
from functools import partial

from pos_cancel.adapters.sender_pool import SenderPool
from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import JournalError
from pos_cancel.domain.outcome import Reading
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.gateways.http import Exchange

AGAIN_S = 1.0
Later = Callable[[Callable[[], None]], None]


class Exchanges:
    """Belongs to the owner thread; `later` puts a job into the owner's inbox from any thread."""

    def __init__(self, pool: SenderPool, later: Later, tell: Callable[[Iterable[Case]], None]) -> None:
        self._pool = pool
        self._later = later
        self._tell = tell
        self._silent: set[str] = set()

    def send(self, engine: Engine, leaving: Iterable[Dispatch]) -> None:
        """Post what the journal says is sent; nothing may come between the two."""
        for dispatch in leaving:
            self._pool.post(dispatch, partial(self._came_back, engine, dispatch))

    def _came_back(self, engine: Engine, dispatch: Dispatch, exchange: Exchange) -> None:
        self._later(partial(self._finish, engine, dispatch, exchange))

    def _finish(self, engine: Engine, dispatch: Dispatch, exchange: Exchange) -> None:
        try:
            reading = engine.read(dispatch, exchange)
        except BaseException:
            self._pool.landed()
            raise
        self._record(engine, dispatch, exchange, reading)

    def _record(self, engine: Engine, dispatch: Dispatch, exchange: Exchange, reading: Reading) -> None:
        try:
            case = engine.record(dispatch, exchange, reading)
        except JournalError:
            # The answer is worth more than the time: keep it until the journal takes it.
            self._again(partial(self._record, engine, dispatch, exchange, reading))
            raise
        except BaseException:
            self._pool.landed()
            raise
        self._pool.landed()
        self._tell([case])
        self._note_network(engine, dispatch.question.profile.name, exchange)

    def _again(self, job: Callable[[], None]) -> None:
        timer = threading.Timer(AGAIN_S, self._later, (job,))
        timer.daemon = True
        timer.start()

    def _note_network(self, engine: Engine, profile: str, exchange: Exchange) -> None:
        if exchange.reply is None:
            self._silent.add(profile)
        elif profile in self._silent:
            self._silent.discard(profile)
            self._tell(engine.hurry(profile))
