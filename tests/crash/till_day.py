"""One life of a till, from the moment its runner starts: look, cancel, wait, and send what was not sent.

It runs in a forked process and tells the test, at once, whatever a person at this till would have seen.
"""

import queue
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from pos_cancel import bootstrap
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.adapters.runner import Runner
from pos_cancel.adapters.shop import Shop
from pos_cancel.domain.case import WORKED, Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.profile import Timeouts
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from tests.crash.nursery import Json, Wire

LONGEST_S = 45.0
LOOK_S = 0.25
# A case that is this far in the background has shown that it goes on by itself.
ROUNDS = 2
# A payment that comes after all is seen by then.
LOOKS = 2
# The training gateway's late answers come later than this, its slow ones sooner.
TIMEOUTS = Timeouts(connect_s=1.0, read_s=0.25, total_s=0.4)


def open_shop(home: Path, keys: MemoryKeys) -> Shop:
    """Open a home as the product does, with throw-away keys and time-outs in the pace of the tests."""
    shop = bootstrap.open_shop(str(home))
    profiles = {name: replace(profile, timeouts=TIMEOUTS) for name, profile in shop.profiles.items()}
    return replace(shop, profiles=profiles, get_keys=lambda: keys)


class Day:
    """The person and the till."""

    def __init__(self, config: Json, wire: Wire, keys: MemoryKeys) -> None:
        self._config = config
        self._wire = wire
        self._shop = open_shop(Path(config["home"]), keys)
        self._runner: Runner = bootstrap.make_runner(self._shop)
        self._news: queue.SimpleQueue[Case] = queue.SimpleQueue()
        self._runner.listen(self._show)
        self._runner.listen_faults(lambda error: wire.tell("fault", code=error.code, words=error.sentence))

    def live(self) -> None:
        """From the start of the runner to a clean end."""
        if self._config.get("held"):
            self._wire.hold()
        start = time.process_time()
        self._runner.start()
        self._ask(partial(self._list, start))
        for number in self._config["presses"]:
            self._press(number)
        self._settle()
        self._send_unsent()
        self._runner.stop()
        self._wire.tell("ended")

    def _show(self, case: Case) -> None:
        self._wire.tell("shown", case=seen(case))
        self._news.put(case)

    def _list(self, start: float, engine: Engine) -> None:
        """Tell the open cases and all there are, as of one moment, on the owner's thread."""
        listed, known = engine.journal.open_cases(), engine.journal.history()
        told = {"cases": [seen(case) for case in listed], "known": [seen(case) for case in known]}
        self._wire.tell("listed", **told, own_s=time.process_time() - start)

    def _press(self, text: str) -> None:
        number = parse(text, gateway=self._config["gateway"])
        looks: queue.SimpleQueue[Lookup] = queue.SimpleQueue()
        self._runner.look_up(number, self._config["profile"], looks.put)
        look = looks.get(timeout=LONGEST_S)
        self._wire.tell("looked", known=look.known_order, trouble=look.trouble)
        wish = CancelRequest(
            profile=self._config["profile"], number=number, lookup=look, known_order=look.known_order
        )
        box: queue.SimpleQueue[Submitted | PosCancelError] = queue.SimpleQueue()

        def acknowledge(submitted: Submitted | PosCancelError) -> None:
            # Told on the owner's thread, as a window's worker does: what follows is told after it.
            if isinstance(submitted, Submitted):
                self._wire.tell("acknowledged", case=seen(submitted.case), new=submitted.is_new)
            box.put(submitted)

        self._runner.submit(wish, acknowledge)
        _opened(box)

    def _settle(self) -> None:
        ends_at = time.monotonic() + LONGEST_S
        while self._ask(self._is_busy) and time.monotonic() < ends_at:
            try:
                self._news.get(timeout=LOOK_S)
            except queue.Empty:
                continue

    def _is_busy(self, engine: Engine) -> bool:
        if any(_moves(case) for case in engine.journal.open_cases()):
            return True
        return self._config["watches"] and any(case.watched < LOOKS for case in engine.journal.watching())

    def _send_unsent(self) -> None:
        """Ask the test whether what is said to be unsent was never seen; then send it again."""
        unsent = [
            case for case in self._ask(lambda e: e.journal.open_cases()) if case.state is State.NOT_SENT
        ]
        if not unsent:
            return
        self._wire.tell("unsent", cases=[seen(case) for case in unsent])
        self._wire.hear()
        for case in unsent:
            self._ask(partial(_send_again, case.id))
        self._settle()

    def _ask(self, act: Callable[[Engine], Any]) -> Any:  # noqa: ANN401 - whatever was asked for
        box: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._runner.call(act, box.put)
        return _opened(box)


def _opened(box: "queue.SimpleQueue[Any]") -> Any:  # noqa: ANN401 - whatever is in it
    found = box.get(timeout=LONGEST_S)
    if isinstance(found, PosCancelError):
        raise found
    return found


def _send_again(case_id: str, engine: Engine) -> Case:
    return engine.act(case_id, "send_again")


def _moves(case: Case) -> bool:
    """Tell whether the case will move by itself in the foreground."""
    return case.state in WORKED and case.rounds < ROUNDS and not case.stopped


def seen(case: Case) -> Json:
    """Give what a person sees of a case, as far as it could be a false word."""
    return {
        "id": case.id,
        "ref": case.ref,
        "number": case.number,
        "state": case.state.value,
        "open": case.is_open,
        "tries": case.tries,
        "opened_at": case.opened_at.isoformat(),
        "at": case.updated_at.isoformat(),
    }
