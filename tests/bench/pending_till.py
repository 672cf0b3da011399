"""A till over a journal of the made-up shop, whose gateway answers at once, or never."""

import secrets
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs
from zlib import crc32

from pos_cancel.adapters.clock import SystemClock
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.lease import SenderLease
from pos_cancel.adapters.resources import gateway_table
from pos_cancel.adapters.runner import Parts, Runner
from pos_cancel.domain.profile import Profile, Timeouts
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.looker import Looker
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.http import Exchange, HttpRequest
from tests.bench.made_up_shop import KEYS, PROFILE
from tests.unit.gateway_answers import answered
from tests.unit.till_stories import document


class _KeyRing:
    def peek(self, _: Profile) -> object:
        return KEYS

    def accepted(self, _: Profile, __: object) -> None:
        """There is one key."""

    def forget(self) -> None:
        """Nothing is cached."""


@dataclass
class ShortLine:
    """A gateway at the end of a wire without length. Old numbers wait while `hangs` and are counted."""

    hangs: bool = False
    may_end: threading.Event = field(default_factory=threading.Event)
    sent: int = 0

    def send(self, request: HttpRequest, profile: Profile, timeouts: Timeouts) -> Exchange:
        """Cancel, or show the sale as paid."""
        fields = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        number = fields["out_trade_no"]
        self.sent += 1
        if self.hangs and not number.startswith("NEW"):
            self.may_end.wait(60)
        told = {"result_code": "SUCCESS", "out_trade_no": number}
        if fields["service"].endswith("cancel"):
            told |= {"action": "refund"}
        else:
            # Each sale has a trade number of its own, else all would be one sale.
            trade = f"2026112122001{crc32(number.encode()):010}"
            told |= {"trade_no": trade, "trade_status": "TRADE_SUCCESS", "total_fee": "128.00"}
        return answered(document(told, signed_with=KEYS.md5), at=None)

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def pending_till(home: Path, line: ShortLine) -> Iterator[Runner]:
    """Give a runner that has not been started."""
    profiles = {PROFILE.name: PROFILE}

    def make() -> Parts:
        journal, keys, clock = Journal.open(home), _KeyRing(), SystemClock()
        engine = Engine(
            journal=journal,
            gateways={"acquire": Acquire(gateway_table("acquire"))},
            profiles=profiles,
            keys=keys,  # type: ignore[arg-type]
            clock=clock,
            new_id=lambda: uuid.uuid4().hex,
            chance=lambda: secrets.randbelow(1000) / 1000,
        )
        looker = Looker(engine, keys, clock)  # type: ignore[arg-type]
        return Parts(
            engine=engine, looker=looker, idle=journal.checkpoint, tend=lambda: None, close=journal.close
        )

    runner = Runner(make, line, SenderLease(home), profiles)
    try:
        yield runner
    finally:
        line.may_end.set()
        runner.stop()
