"""A day on which everything goes wrong at once: many sales told to one till over TLS.

Runner, journal and wire are real. Each sale is looked up first, then cancelled, as in the shop, and watched
until nothing moves any more, or only in the background.
"""

import threading
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pos_cancel import bootstrap
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.adapters.runner import Runner
from pos_cancel.adapters.settings import open_home
from pos_cancel.adapters.shop import Shop, once
from pos_cancel.domain.case import WORKED, Case
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.identifiers import NumberKind, parse
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.engine.ports import Entry
from pos_cancel.gateways.signing import Keys
from pos_cancel.sandbox import Sandbox
from pos_cancel.sandbox.exchange import ReceivedRequest

LONGEST_S = 150.0
CANCELS = frozenset({"alipay.acquire.cancel", "cancel", "cancelPayment"})
NUMBER_NAMES = ("out_trade_no", "trade_no", "paymentRequestId", "paymentId")


class Sold(NamedTuple):
    """A sale that is to be cancelled, in the gateway's own training account unless another is named."""

    gateway: str
    number: str
    kind: NumberKind | None = None
    account: str = ""

    @property
    def profile(self) -> str:
        """The account's profile."""
        return self.account or f"training-{self.gateway}"


@dataclass(frozen=True)
class Ending:
    """How one story ended: for the till, on the wire, and in the gateway's books."""

    look: Lookup
    case: Case
    entries: tuple[Entry, ...]
    cancels: tuple[str, ...]
    refunds: int

    @property
    def asked(self) -> str:
        """Every exchange of the case in its order: C for a cancel, I for an inquiry."""
        return "".join("C" if fields["ask"] == "cancel" else "I" for _, fields in self._of("sent"))

    def sent_at(self, place: int) -> datetime:
        """When that exchange left."""
        return self._of("sent")[place][0]

    @property
    def verified(self) -> bool:
        """Whether any answer to the case had a good signature."""
        return any(fields.get("signature") == "verified" for _, fields in self._of("answered"))

    def fingerprints(self) -> set[str]:
        """Give the digests of the parameters that were to be sent."""
        return {fields["params_sha256"] for _, fields in self._of("sent")}

    def _of(self, name: str) -> list[tuple[datetime, dict[str, str]]]:
        return [(entry.at, dict(entry.fields)) for entry in self.entries if entry.name == name]


@dataclass(frozen=True)
class Day:
    """All that was told, by gateway and number."""

    endings: Mapping[tuple[str, str], Ending]
    faults: tuple[PosCancelError, ...]
    findings: tuple[str, ...]


class Customers:
    """Stand at one till, so many at a time. Everything here happens on the runner's own thread."""

    def __init__(self, runner: Runner, sales: Iterable[Sold], at_once: int, *, leaves: bool) -> None:
        self.told: dict[tuple[str, str], tuple[Lookup, Case]] = {}
        self._runner = runner
        self._waiting = deque(sales)
        self._served: dict[str, tuple[Sold, Lookup]] = {}
        self._all = threading.Event()
        self._count, self._at_once, self._leaves = len(self._waiting), at_once, leaves
        runner.listen(self._changed)

    def serve(self) -> None:
        """Serve everybody; what is not settled by then is named."""
        for _ in range(min(self._at_once, self._count)):
            self._next()
        self._all.wait(LONGEST_S)
        assert len(self.told) == self._count, [sale.number for sale, _ in self._served.values()]

    def _next(self) -> None:
        if self._waiting:
            sale = self._waiting.popleft()
            number = parse(sale.number, gateway=sale.gateway, forced=sale.kind)
            self._runner.look_up(number, sale.profile, partial(self._looked, sale))

    def _looked(self, sale: Sold, look: Lookup) -> None:
        wish = CancelRequest(
            profile=look.profile, number=look.number, lookup=look, known_order=look.known_order
        )
        self._runner.submit(wish, partial(self._submitted, sale, look))

    def _submitted(self, sale: Sold, look: Lookup, found: Submitted | PosCancelError) -> None:
        assert isinstance(found, Submitted), found
        assert found.is_new
        self._served[found.case.id] = sale, look
        self._changed(found.case)

    def _changed(self, case: Case) -> None:
        if case.id in self._served and is_quiet(case):
            sale, look = self._served.pop(case.id)
            self.told[sale.gateway, sale.number] = look, case
            if case.is_open and self._leaves:
                # The queue of those who wait in the background would be what is measured.
                self._runner.act(case.id, "end", "", "told", _heard)
            self._next()
            if len(self.told) == self._count:
                self._all.set()


def _heard(_: Case | PosCancelError) -> None:
    """Take note."""


def is_quiet(case: Case) -> bool:
    """Tell whether nothing moves any more, or only at longer and longer gaps."""
    if case.in_flight is not None:
        return False
    rests = case.state not in WORKED or case.next_ask is None
    return rests or case.rounds >= 2 or case.busy >= 4 or (case.window_over and case.asked >= 2)


def with_accounts(shop: Shop, sales: Iterable[Sold], pace: float, home: Path) -> Shop:
    """Give a till at this pace where each sale has an account of its own.

    What befalls one account's line then hurries no other sale (R4).
    """
    keys: dict[str, Keys] = {}
    profiles: dict[str, Profile] = {}
    for sale in sales:
        gateways = shop.profile(f"training-{sale.gateway}")
        profiles[sale.profile] = replace(
            gateways, name=sale.profile, schedule=replace(gateways.schedule, pace=pace)
        )
        found = shop.keys.peek(gateways)
        assert isinstance(found, Keys)
        keys[sale.profile] = found
    return replace(
        shop, home=open_home(str(home)), profiles=profiles, get_keys=once(partial(MemoryKeys, keys))
    )


def tell(shop: Shop, sandbox: Sandbox, sales: Iterable[Sold], at_once: int, *, leaves: bool = False) -> Day:
    """Let all these sales be cancelled at one till, where so many customers stand at once.

    Those who `leave` have a person end what is not settled when it only goes on in the background.
    """
    faults: list[PosCancelError] = []
    runner = bootstrap.make_runner(shop)
    runner.listen_faults(faults.append)
    customers = Customers(runner, sales, at_once, leaves=leaves)
    runner.start()
    try:
        customers.serve()
    finally:
        runner.stop()
    received, refunds = _received(sandbox), Counter(_refunded(sandbox))
    with bootstrap.open_journal(shop) as journal:
        endings = {
            (gateway, number): Ending(
                look, case, tuple(journal.entries(case.id)), received[number], refunds[number]
            )
            for (gateway, number), (look, case) in customers.told.items()
        }
        return Day(endings, tuple(faults), tuple(Journal.verify(journal)))


def _refunded(sandbox: Sandbox) -> list[str]:
    return [move.number for move in sandbox.ledger.movements if move.kind == "refund"]


def _received(sandbox: Sandbox) -> Mapping[str, tuple[str, ...]]:
    """Give what came in of each sale's cancels, without what is made anew for each try (R3)."""
    frozen: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for each in sandbox.requests:
        number = next((each.params[name] for name in NUMBER_NAMES if name in each.params), "")
        if each.service in CANCELS:
            frozen[number] += (_frozen(each),)
    return frozen


def _frozen(request: ReceivedRequest) -> str:
    if request.gateway != "acquire":
        return request.body.decode()
    return str(sorted(item for item in request.params.items() if item[0] not in {"sign", "sign_type"}))
