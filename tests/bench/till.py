"""A till on the training gateway for measuring: real journal, real TLS, engine driven by hand."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pos_cancel import bootstrap
from pos_cancel.adapters.runner import Parts
from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.domain.case import State
from pos_cancel.domain.identifiers import parse
from pos_cancel.engine.lookup import CancelRequest
from pos_cancel.gateways.http import Exchange
from pos_cancel.sandbox import Sandbox


@dataclass(frozen=True, slots=True)
class Till:
    """One till and its gateway."""

    shop: bootstrap.Shop
    sandbox: Sandbox
    parts: Parts
    transport: RequestsTransport

    def cancel(self, number: str) -> None:
        """Do one whole cancel: durable, sent, judged, durable."""
        engine = self.parts.engine
        submitted = engine.submit(CancelRequest(profile=self.shop.profile().name, number=parse(number)))
        (dispatch,) = engine.begin(1, 0)
        profile = dispatch.question.profile
        exchange: Exchange = self.transport.send(dispatch.request, profile, profile.timeouts)
        case = engine.finish(dispatch, exchange)
        if case.id != submitted.case.id or case.state is not State.REFUNDED:
            raise AssertionError(f"{number} ended as {case.state.value}")


@contextmanager
def open_till() -> Iterator[Till]:
    """Give a till whose home lies on this machine's disk."""
    with bootstrap.training_shop() as (shop, sandbox), tempfile.TemporaryDirectory() as folder:
        assert Path(folder).exists()
        parts = bootstrap.make_parts(shop)
        transport = RequestsTransport()
        try:
            yield Till(shop, sandbox, parts, transport)
        finally:
            transport.close()
            parts.close()
