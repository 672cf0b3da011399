"""Joins the parts and decides nothing else (design.md rule 9).

Heavy libraries are imported where they are first needed: nothing but Qt before the first paint.
"""

import secrets
import tempfile
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from pos_cancel.adapters import resources
from pos_cancel.adapters.settings import LANGUAGES, Home, Settings, load_settings, open_home, save_settings
from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile
from pos_cancel.presenters.wording import Wording

if TYPE_CHECKING:
    from pos_cancel.adapters.journal import Journal
    from pos_cancel.adapters.runner import Parts, Runner
    from pos_cancel.engine.ports import KeyStore
    from pos_cancel.gui.application import Start
    from pos_cancel.gui.theme import Looks
    from pos_cancel.sandbox import Sandbox

TRAINING_PACE = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """What a till has: home, accounts, settings, keys, and the time zone it shows."""

    home: Home
    profiles: Mapping[str, Profile]
    settings: Settings
    keys: "KeyStore"
    zone: tzinfo

    def profile(self, name: str = "") -> Profile:
        """Give a profile by name, or the till's default one. Raises `InvalidInput` where there is none."""
        if not self.profiles:
            raise InvalidInput(
                "This till has no profile yet.",
                "Import one: pos-cancel profile import FILE, or try --training.",
            )
        wanted = name or self.settings.default_profile or next(iter(self.profiles))
        if wanted not in self.profiles:
            raise InvalidInput(
                f"There is no profile {wanted!r} on this till.", "See: pos-cancel profile list"
            )
        return self.profiles[wanted]


def open_shop(given_home: str | None = None) -> Shop:
    """Open the till's home. Raises `LocalError` or `InvalidInput` with what is wrong with it."""
    from pos_cancel.adapters.key_store import KeyringStore
    from pos_cancel.adapters.profile_files import load_profiles

    home = open_home(given_home)
    settings = load_settings(home)
    profiles = load_profiles(home)
    return Shop(
        home=home,
        profiles=profiles,
        settings=settings,
        keys=KeyringStore(),
        zone=shop_zone(profiles.values()),
    )


def shop_zone(profiles: Iterable[Profile]) -> tzinfo:
    """Give the zone in which the shop reads its clock: the first profile's, else this machine's."""
    named = next((profile.time_zone for profile in profiles if profile.time_zone), "")
    if named:
        return ZoneInfo(named)
    local = datetime.now().astimezone().tzinfo
    if local is None:
        raise AssertionError("an aware time has a zone")
    return local


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
    from pos_cancel.adapters.runner import Parts
    from pos_cancel.engine.engine import Engine
    from pos_cancel.engine.looker import Looker
    from pos_cancel.gateways.acquire import Acquire

    journal = open_journal(shop)
    clock = SystemClock()
    engine = Engine(
        journal=journal,
        gateways={"acquire": Acquire(resources.gateway_table("acquire"))},
        profiles=shop.profiles,
        keys=shop.keys,
        clock=clock,
        new_id=lambda: uuid.uuid4().hex,
        chance=lambda: secrets.randbelow(1000) / 1000,
    )
    return Parts(
        engine=engine, looker=Looker(engine, shop.keys, clock), idle=journal.checkpoint, close=journal.close
    )


def words(language: str) -> Wording:
    """Give the words of a language; an unknown one raises `InvalidInput`."""
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


def _training(folder: Path, sandbox: "Sandbox") -> Shop:
    from pos_cancel.adapters.memory_keys import MemoryKeys
    from pos_cancel.adapters.profile_files import import_profile
    from pos_cancel.gateways.keys import read_md5, read_private, read_public
    from pos_cancel.gateways.signing import Keys
    from pos_cancel.sandbox import write_profiles

    home = open_home(str(folder / "home"))
    handed = folder / "handed"
    write_profiles(sandbox, handed)
    profile = import_profile(home, handed / "acquire.toml")
    keys = Keys(
        private=read_private(sandbox.keys.merchant_private_pem()),
        gateway_public=read_public(sandbox.keys.gateway_public_pem()),
        md5=read_md5(sandbox.keys.md5_secret()),
    )
    for name in ("acquire.private.pem", "acquire.md5"):
        (handed / name).unlink()
    settings = replace(load_settings(home), till="T1", default_profile=profile.name)
    save_settings(home, settings)
    profiles = {profile.name: profile}
    shop = Shop(
        home=home,
        profiles=profiles,
        settings=settings,
        keys=MemoryKeys({profile.name: keys}),
        zone=shop_zone(profiles.values()),
    )
    hand_over(shop, handed / "sales.csv")
    return shop


def hand_over(shop: Shop, file: Path) -> int:
    """Take over the sales that a POS wrote down; gives how many are new."""
    from pos_cancel.adapters.sales_files import read_sales

    sales = read_sales(file)
    with open_journal(shop) as journal:
        return journal.add_orders(sales.orders)


def run_window(shop: Shop, *, training: bool = False, offers: tuple[tuple[str, str], ...] = ()) -> int:
    """Open the window; the engine starts behind it, after the first paint.

    `offers` are (number, what it shows) to try on the training gateway.
    """
    from pos_cancel.adapters.late_desk import LateDesk
    from pos_cancel.gui import application

    desk = LateDesk(partial(make_runner, shop), tuple(shop.profiles.values()))
    languages = {language: words(language) for language in LANGUAGES}
    start = _start(shop, training=training, offers=offers)
    return application.run(desk, looks(), languages, start, zone=shop.zone, painted=desk.start)


def _start(shop: Shop, *, training: bool, offers: tuple[tuple[str, str], ...] = ()) -> "Start":
    from pos_cancel.gui.application import Start

    settings = shop.settings
    return Start(
        language=settings.language,
        theme=settings.theme,
        till=settings.till or next((profile.till for profile in shop.profiles.values()), ""),
        operator=settings.operator,
        training=training,
        offers=offers,
    )


def looks() -> "Looks":
    """Read styles, icons and fonts for the window."""
    from pos_cancel.gui.theme import Looks

    return Looks(
        styles=resources.styles(), icons=resources.icons(), fonts=tuple(map(str, resources.font_paths()))
    )


def paint_cards(shop: Shop, cases: Mapping[str, Case], folder: Path, language: str) -> list[Path]:
    """Write one PNG of the window per case into the folder, under the names given; needs no display."""
    from pos_cancel.gui.pictures import grab_cards

    folder.mkdir(parents=True, exist_ok=True)
    start = replace(_start(shop, training=True), language=language, theme="light")
    pictures = grab_cards(
        cases,
        looks(),
        {language: words(language)},
        start,
        profiles=tuple(shop.profiles.values()),
        zone=shop.zone,
        now=max(case.updated_at for case in cases.values()),
    )
    paths = []
    for name, picture in pictures.items():
        paths.append(folder / f"{name}.png")
        paths[-1].write_bytes(picture)
    return paths
