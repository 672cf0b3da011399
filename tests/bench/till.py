"""A till and a training gateway in a process of its own: real journal, real TLS, engine driven by hand."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pos_cancel import bootstrap
from pos_cancel.adapters.memory_keys import MemoryKeys
from pos_cancel.adapters.profile_files import import_profile
from pos_cancel.adapters.runner import Parts
from pos_cancel.adapters.settings import load_settings, open_home
from pos_cancel.adapters.shop import Shop, once
from pos_cancel.adapters.shop_zone import shop_zone
from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.domain.case import State
from pos_cancel.domain.identifiers import parse
from pos_cancel.engine.lookup import CancelRequest
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.keys import read_private, read_public
from pos_cancel.gateways.signing import Keys


@dataclass(frozen=True, slots=True)
class Till:
    """One till and what it works with; `private_pem` is the merchant's training key as text."""

    shop: Shop
    parts: Parts
    transport: RequestsTransport
    private_pem: bytes

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
def open_till(gateway: str = "acquire") -> Iterator[Till]:
    """Give a till whose home lies on this machine's disk, with one account at a gateway."""
    with tempfile.TemporaryDirectory() as folder, gateway_process(Path(folder) / "handed") as handed:
        shop = shop_of(Path(folder) / "home", handed, gateway)
        parts = bootstrap.make_parts(shop)
        transport = RequestsTransport()
        try:
            yield Till(shop, parts, transport, (handed / f"{gateway}.private.pem").read_bytes())
        finally:
            transport.close()
            parts.close()


@contextmanager
def gateway_process(handed: Path, *options: str) -> Iterator[Path]:
    """Run the training gateway beside this process; gives the folder with what it hands to a till."""
    program = [sys.executable, "-m", "pos_cancel", "sandbox", "--port", "0", *options]
    command = [*program, "--write-profiles", str(handed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as gateway:
        assert gateway.stdout is not None
        try:
            assert gateway.stdout.readline()
            yield handed
        finally:
            gateway.terminate()
            gateway.wait()


def shop_of(home_folder: Path, handed: Path, gateway: str) -> Shop:
    """Give a till with one account at that gateway, its keys in memory."""
    home = open_home(str(home_folder))
    profile = import_profile(home, handed / f"{gateway}.toml")
    keys = Keys(
        private=read_private((handed / f"{gateway}.private.pem").read_bytes()),
        gateway_public=read_public((handed / f"{gateway}.gateway-public.pem").read_bytes()),
    )
    return Shop(
        home=home,
        profiles={profile.name: profile},
        settings=load_settings(home),
        get_keys=once(partial(MemoryKeys, {profile.name: keys})),
        zone=shop_zone([profile]),
    )
