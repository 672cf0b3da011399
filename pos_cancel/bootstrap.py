"""Joins the parts and decides nothing else (design.md rule 9).

Heavy libraries are imported where they are first needed: nothing but Qt before the first paint.
"""

import secrets
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pos_cancel.adapters import resources
from pos_cancel.adapters.settings import Home, Settings, load_settings, open_home, save_settings
from pos_cancel.adapters.shop import Shop, once
from pos_cancel.adapters.shop_zone import shop_zone
from pos_cancel.domain.errors import InvalidInput, KeyStoreError, LocalError, PosCancelError
from pos_cancel.domain.languages import LANGUAGES, PSEUDO_LANGUAGE
from pos_cancel.presenters.wording import Wording, pseudo

if TYPE_CHECKING:
    from pos_cancel.adapters.back_office import BackOffice
    from pos_cancel.adapters.journal import Journal
    from pos_cancel.adapters.key_store import KeyringStore
    from pos_cancel.adapters.runner import Parts, Runner
    from pos_cancel.adapters.setup import Setup, Tools
    from pos_cancel.gateways import Gateway
    from pos_cancel.gateways.signing import Keys
    from pos_cancel.sandbox import Sandbox

TRAINING_PACE = 1.0
GATEWAY_NAMES = ("acquire", "antom", "apo", "acqp")


def open_shop(given_home: str | None = None) -> Shop:
    """Open the till's home. Raises `LocalError` or `InvalidInput` with what is wrong with it."""
    from pos_cancel.adapters.live_profiles import LiveProfiles

    home = open_home(given_home)
    settings = load_settings(home)
    profiles = LiveProfiles(home)
    return Shop(
        home=home,
        profiles=profiles,
        settings=settings,
        get_keys=once(partial(open_keys, home, settings)),
        zone=shop_zone(profiles.values()),
    )


def open_keys(home: Home, settings: Settings) -> "KeyringStore":
    """Give the key store of a till; which place keeps a profile's keys, its file or the settings say."""
    from pos_cancel.adapters.key_store import KeyringStore
    from pos_cancel.adapters.live_settings import LiveSettings

    return KeyringStore(home=home.path, default=LiveSettings(home, settings).key_store)


def open_journal(shop: Shop) -> "Journal":
    """Open the till's journal; any number of processes may. Raises `JournalError`."""
    from pos_cancel.adapters.journal import Journal

    return Journal.open(shop.home.path)


def make_runner(shop: Shop) -> "Runner":
    """Join engine, journal, keys and transport under one owner; not started yet."""
    from pos_cancel.adapters.lease import SenderLease
    from pos_cancel.adapters.runner import Runner
    from pos_cancel.adapters.transport import RequestsTransport

    runner = Runner(
        partial(make_parts, shop), RequestsTransport(), SenderLease(shop.home.path), shop.profiles
    )
    on_ready = getattr(shop.keys, "on_ready", None)
    if on_ready is not None:
        shop.keys.on_ready = runner.key_loaded  # type: ignore[attr-defined]
    return runner


def make_parts(shop: Shop) -> "Parts":
    """Make engine and journal; to be called on the thread that is to own them."""
    from pos_cancel.adapters.clock import SystemClock
    from pos_cancel.adapters.key_dropping import KeyDropping
    from pos_cancel.adapters.live_settings import LiveSettings
    from pos_cancel.adapters.runner import Parts
    from pos_cancel.adapters.watched_folder import WatchedFolder
    from pos_cancel.engine.engine import Engine
    from pos_cancel.engine.looker import Looker

    journal = open_journal(shop)
    chosen = LiveSettings(shop.home, shop.settings).watch_folder
    watched = WatchedFolder(shop.settings.watch_folder, journal.add_orders, chosen=chosen)
    # What the POS has written down by now is known before the first sale is looked at.
    watched.tend()
    dropping = KeyDropping(shop.keys, shop.profiles)
    clock = SystemClock()
    engine = Engine(
        journal=journal,
        gateways=make_gateways(),
        profiles=shop.profiles,
        keys=shop.keys,
        clock=clock,
        new_id=lambda: uuid.uuid4().hex,
        chance=lambda: secrets.randbelow(1000) / 1000,
    )
    return Parts(
        engine=engine,
        looker=Looker(engine, shop.keys, clock),
        idle=journal.checkpoint,
        tend=partial(_in_turn, watched.tend, dropping.tend),
        close=partial(_in_turn, dropping.end, journal.close),
    )


def _in_turn(*acts: Callable[[], object]) -> None:
    for act in acts:
        act()


def make_gateways() -> "Mapping[str, Gateway]":
    """Give the four payment systems by name, each with its own code table."""
    from pos_cancel.gateways.acqp import Acqp
    from pos_cancel.gateways.acquire import Acquire
    from pos_cancel.gateways.antom import Antom
    from pos_cancel.gateways.apo import Apo

    table = resources.gateway_table
    return {
        "acquire": Acquire(table("acquire")),
        "antom": Antom(table("antom")),
        "apo": Apo(table("apo")),
        "acqp": Acqp(table("acqp")),
    }


def make_setup(shop: Shop) -> "Setup":
    """Join what the set-up of an account works with. Raises `KeyStoreError` where this till keeps no keys."""
    from pos_cancel.adapters.setup import Setup

    return Setup(_tools(shop))


def make_back_office(shop: Shop) -> "BackOffice":
    """Join what the menu of the window works with. Raises `KeyStoreError` where this till keeps no keys."""
    from pos_cancel.adapters.back_office import BackOffice

    return BackOffice(_tools(shop), _key_store(shop), shop.profiles)


def _tools(shop: Shop) -> "Tools":
    from pos_cancel.adapters.setup import Tools
    from pos_cancel.adapters.transport import RequestsTransport

    return Tools(
        home=shop.home,
        keeper=_key_store(shop),
        gateways=make_gateways,
        transport=RequestsTransport,
        now=lambda: datetime.now(UTC),
    )


def _key_store(shop: Shop) -> "KeyringStore":
    from pos_cancel.adapters.key_store import KeyringStore

    if not isinstance(shop.keys, KeyringStore):
        raise KeyStoreError("This till keeps no keys of its own.", "Close the training gateway first.")
    return shop.keys


def words(language: str) -> Wording:
    """Give the words of a language; an unknown one raises `InvalidInput`."""
    if language == PSEUDO_LANGUAGE:
        return pseudo(Wording(resources.wording(LANGUAGES[0])))
    if language not in LANGUAGES:
        raise InvalidInput(f"There is no language {language!r}.", f"There are: {', '.join(LANGUAGES)}.")
    return Wording(resources.wording(language))


@contextmanager
def training_shop(pace: float = TRAINING_PACE) -> "Iterator[tuple[Shop, Sandbox]]":
    """Give a till on its own training gateway: throw-away keys in memory, a home that goes at the end."""
    from pos_cancel.sandbox import Sandbox, SandboxKeys

    with (
        tempfile.TemporaryDirectory(prefix="pos-cancel-training-") as folder,
        Sandbox(keys=SandboxKeys.generate(), pace=pace) as sandbox,
    ):
        yield _training(Path(folder), sandbox), sandbox


class TrainingDoor:
    """Opens the training gateway behind a window that stands already, and closes it in the end.

    As a context manager it gives the training till, None where nobody opened it.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._shop: Shop | None = None

    def open(self, done: Callable[[PosCancelError | None], None]) -> None:
        """Begin to open; `done` is called on another thread, with what went wrong or None."""
        threading.Thread(target=self._open, args=(done,), name="pos-cancel training", daemon=True).start()

    def _open(self, done: Callable[[PosCancelError | None], None]) -> None:
        try:
            self._shop, _ = self._stack.enter_context(training_shop())
        except PosCancelError as error:
            done(error)
        except OSError as error:
            done(LocalError(f"The training gateway cannot start: {error.strerror}.", "Close it elsewhere."))
        else:
            done(None)

    def __enter__(self) -> Shop | None:
        return self._shop

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _training(folder: Path, sandbox: "Sandbox") -> Shop:
    from pos_cancel.adapters.memory_keys import MemoryKeys
    from pos_cancel.adapters.profile_files import import_profile
    from pos_cancel.sandbox import write_profiles

    home = open_home(str(folder / "home"))
    handed = folder / "handed"
    write_profiles(sandbox, handed)
    profiles = {name: import_profile(home, handed / f"{name}.toml") for name in GATEWAY_NAMES}
    keys = {profile.name: _training_keys(sandbox, name) for name, profile in profiles.items()}
    for secret in (*handed.glob("*.private.pem"), *handed.glob("*.md5")):
        secret.unlink()
    settings = replace(load_settings(home), till="T1", default_profile=profiles["acquire"].name)
    save_settings(home, settings)
    by_name = {profile.name: profile for profile in profiles.values()}
    shop = Shop(
        home=home,
        profiles=by_name,
        settings=settings,
        get_keys=once(partial(MemoryKeys, keys)),
        zone=shop_zone(by_name.values()),
    )
    hand_over(shop, handed / "sales.csv")
    return shop


def _training_keys(sandbox: "Sandbox", gateway: str) -> "Keys":
    from pos_cancel.gateways.keys import read_md5, read_private, read_public
    from pos_cancel.gateways.signing import Keys

    made = sandbox.keys if gateway == "acquire" else sandbox.keys.accounts[gateway]
    return Keys(
        private=read_private(made.merchant_private_pem()),
        gateway_public=read_public(made.gateway_public_pem()),
        md5=read_md5(sandbox.keys.md5_secret()) if gateway == "acquire" else None,
    )


def hand_over(shop: Shop, file: Path) -> int:
    """Take over the sales that a POS wrote down; gives how many are new."""
    from pos_cancel.adapters.sales_files import read_sales

    sales = read_sales(file)
    with open_journal(shop) as journal:
        return journal.add_orders(sales.orders)
