"""One training gateway, a nursery of tills beside it, and homes that are set up and have no history."""

import contextlib
import importlib
import os
import pkgutil
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pos_cancel.adapters
import pos_cancel.cli
import pos_cancel.engine
import pos_cancel.gateways
from pos_cancel import bootstrap
from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.profile_files import import_profile
from pos_cancel.adapters.settings import Settings, open_home, save_settings
from pos_cancel.gateways.keys import read_private, read_public
from pos_cancel.gateways.signing import Keys
from pos_cancel.sandbox import Sandbox, SandboxKeys, write_profiles
from tests.crash.nursery import Live, Nursery

# A fiftieth: the answer that comes too late takes a quarter of a second.
PACE = 0.02
# In memory where there is such a place: a kill leaves what was written, whatever it was written to.
MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own, made by tempfile


@dataclass
class Training:
    """The gateway, and what a till of it needs."""

    sandbox: Sandbox
    nursery: Nursery
    folder: Path
    _numbers: Iterator[int] = field(default_factory=count)

    def new_home(self, *, number: str = "", profile: str = "") -> Path:
        """Give a home that is set up; with a number, the POS has handed that over as an open order."""
        home = self.folder / f"till-{next(self._numbers)}"
        shutil.copytree(self.folder / "home", home)
        if number:
            handed = home / "pos"
            handed.mkdir()
            order = handed / "orders.csv"
            order.write_text(f"number,profile,status\n{number},{profile},open\n")
            # The till takes over files that have not been written to for a while.
            os.utime(order, (time.time() - 60, time.time() - 60))
            save_settings(open_home(str(home)), Settings(till="T1", watch_folder=str(handed)))
        return home


@contextlib.contextmanager
def training(
    make_live: Callable[[Mapping[str, Keys]], Live], *, tls: bool, pace: float = PACE
) -> Iterator[Training]:
    """Run the gateway; `make_live` gets the keys by profile and gives what a forked till is to do."""
    _load_all()
    made = SandboxKeys.generate()
    nursery = Nursery(make_live({f"training-{name}": _keys(made, name) for name in bootstrap.GATEWAY_NAMES}))
    place = str(MEMORY) if MEMORY.is_dir() else None
    with (
        tempfile.TemporaryDirectory(prefix="pos-cancel-crash-", dir=place) as folder,
        contextlib.closing(nursery),
        Sandbox(keys=made, pace=pace, tls=tls) as sandbox,
    ):
        _set_up(sandbox, Path(folder))
        yield Training(sandbox, nursery, Path(folder))


def _load_all() -> None:
    """Import what a till imports while it works, so that a fork does not pay for it."""
    for package in (pos_cancel.adapters, pos_cancel.cli, pos_cancel.engine, pos_cancel.gateways):
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    bootstrap.make_gateways()


def _keys(made: SandboxKeys, name: str) -> Keys:
    account = made if name == "acquire" else made.accounts[name]
    return Keys(
        private=read_private(account.merchant_private_pem()),
        gateway_public=read_public(account.gateway_public_pem()),
    )


def _set_up(sandbox: Sandbox, folder: Path) -> None:
    home = open_home(str(folder / "home"))
    write_profiles(sandbox, folder / "handed")
    for name in bootstrap.GATEWAY_NAMES:
        import_profile(home, folder / "handed" / f"{name}.toml")
    Journal.open(home.path).close()
