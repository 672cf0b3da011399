"""The training gateway itself: sockets, TLS and HTTP on loopback, nothing about trades.

One port speaks TLS and plain HTTP: the first byte of a connection tells which.  So the
ledger can be read by any script, and a client that trusts the gateway's authority
(`ca_pem`) meets real TLS.
"""

import math
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import Self

from pos_cancel.sandbox.acquire_desk import AcquireDesk, DeskSettings
from pos_cancel.sandbox.exchange import RawReply, RawRequest, ReceivedRequest, RequestLog
from pos_cancel.sandbox.faults import GATEWAYS
from pos_cancel.sandbox.json_desk import JsonDesk
from pos_cancel.sandbox.keys import SandboxKeys
from pos_cancel.sandbox.ledger import Ledger
from pos_cancel.sandbox.ledger_view import movements_json, requests_json, trades_json
from pos_cancel.sandbox.listener import HOST, Listener
from pos_cancel.sandbox.portal import PREFIX, Portal
from pos_cancel.sandbox.story_trades import TrainingSale, open_training_day
from pos_cancel.sandbox.tls import Authority, make_authority

JSON = "application/json"


def utc_now() -> datetime:
    """Give the time of this machine, aware."""
    return datetime.now(UTC)


class Sandbox:
    """A training gateway that runs from `start` to `stop`, or as a context manager.

    `port` 0 takes a free one.  `repeat` is the answer to a second cancel of a cancelled
    trade at the form gateway: the same success again, or TRADE_STATUS_ERROR.  `pace` multiplies every delay.
    `nested` tells how the nested `fund_bill_list` of acquire.query replies is signed, or
    leaves it out.  `now` is the gateway's clock.  Raises ValueError for a value outside
    these.
    """

    def __init__(
        self,
        *,
        keys: SandboxKeys,
        port: int = 0,
        tls: bool = True,
        repeat: str = "success",
        pace: float = 1.0,
        nested: str = "verifiable",
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        if repeat not in ("success", "status_error"):
            raise ValueError("repeat is success or status_error.")
        if nested not in ("verifiable", "unverifiable", "none"):
            raise ValueError("nested is verifiable, unverifiable or none.")
        if not (math.isfinite(pace) and pace >= 0):
            raise ValueError("pace is a number from 0 upwards.")
        self.keys = keys
        self.pace = pace
        self.portal = Portal(keys)
        self.ledger = Ledger(now)
        self._now = now
        self._port = port
        self._log = RequestLog()
        # Certificates are judged by the client's own clock, not by a trainer's.
        self._authority: Authority | None = make_authority(utc_now()) if tls else None
        self._desk = AcquireDesk(
            keys=keys,
            portal=self.portal,
            ledger=self.ledger,
            log=self._log,
            settings=DeskSettings(repeat, nested, pace),
            now=now,
        )
        self._json_desk = JsonDesk(
            keys=keys, portal=self.portal, ledger=self.ledger, log=self._log, pace=pace, now=now
        )
        self._listener: Listener | None = None

    @property
    def ca_pem(self) -> bytes:
        """The certificate of the gateway's own authority; empty without TLS."""
        return self._authority.ca_pem if self._authority else b""

    @property
    def requests(self) -> tuple[ReceivedRequest, ...]:
        """Every request received at a gateway address, oldest first."""
        return self._log.read()

    @property
    def urls(self) -> Mapping[str, str]:
        """The addresses served, by name; raises RuntimeError before `start`.

        The form gateway's is whole; the JSON gateways' are scheme, host and port.
        """
        if self._listener is None:
            raise RuntimeError("The training gateway has not been started.")
        place = f"{HOST}:{self._listener.port}"
        scheme = "https" if self._authority else "http"
        json_gateways = dict.fromkeys(GATEWAYS[1:], f"{scheme}://{place}")
        return MappingProxyType(
            {
                "acquire": f"{scheme}://{place}/gateway.do",
                **json_gateways,
                "ledger": f"http://{place}/ledger",
                "portal": f"http://{place}{PREFIX.rstrip('/')}",
            }
        )

    def start(self) -> None:
        """Open the port and serve; raises OSError when the port is taken."""
        if self._listener is None:
            context = self._authority.context if self._authority else None
            self._listener = Listener(self._port, context, self._answer, self._now)

    def stop(self) -> None:
        """Close every connection, also one that is being held, and end all threads."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.close()

    def open_training_day(self) -> tuple[TrainingSale, ...]:
        """Make one sale per story of each gateway and give the list a POS would hand over."""
        now = self._now()
        days = (open_training_day(self.ledger, now, gateway) for gateway in GATEWAYS)
        return tuple(sale for day in days for sale in day)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _answer(self, request: RawRequest) -> RawReply:
        if request.path == "/gateway.do":
            return self._desk.answer(request)
        if self._json_desk.serves(request.path):
            return self._json_desk.answer(request)
        if request.path.startswith(PREFIX):
            return self.portal.answer(request)
        views: dict[str, Callable[[], bytes]] = {
            "/ledger": lambda: movements_json(self.ledger),
            "/ledger/trades": lambda: trades_json(self.ledger),
            "/ledger/requests": lambda: requests_json(self._log),
        }
        view = views.get(request.path) if request.method == "GET" else None
        if view is None:
            return RawReply(404, "text/plain", b"The training gateway has no such address.\n")
        return RawReply(200, JSON, view())
