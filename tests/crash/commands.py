"""One command of the real command line in a forked process, with keys in a keyring that ends with it."""

import contextlib
import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import keyring

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.shop import Shop
from pos_cancel.cli import main
from pos_cancel.domain.case import Case
from pos_cancel.domain.profile import Profile, ProfileKind
from pos_cancel.gateways.signing import Keys
from tests.crash.nursery import Json, Wire
from tests.fake_keyring import FakeKeyring


class NoScreen:
    """A till without a window."""

    def show(self, shop: Shop, *, training: bool = False) -> int:
        raise AssertionError("a command opened the window")

    def paint(self, shop: Shop, cases: Mapping[str, Case], folder: Path, language: str) -> list[Path]:
        raise AssertionError("a command painted")


def fill_keyring(keys: Mapping[str, Keys]) -> None:
    """Put the training keys where the product looks for a training profile's; to be called before forking."""
    keyring.set_keyring(FakeKeyring())
    store = KeyringStore()
    for name, found in keys.items():
        profile = Profile(
            name=name, kind=ProfileKind.TRAINING, gateway="acquire", endpoint="", merchant_id=""
        )
        store.store(profile, private=found.private, gateway_public=found.gateway_public)


def command(config: Json, wire: Wire) -> None:
    """Run one command; tells its exit code and what it wrote."""
    os.environ["POS_CANCEL_HOME"] = config["home"]
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    sys.stdin = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        if config["held"]:
            wire.hold(reading=True)
        code = main.run(config["arguments"], NoScreen())
    wire.tell("done", code=code, out=_text(out), err=_text(err))


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
