"""A back office for tests: a real home with accounts, a key ring in memory, a gateway that is scripted."""

from dataclasses import replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from pos_cancel.adapters.back_office import BackOffice
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.live_profiles import LiveProfiles
from pos_cancel.adapters.live_settings import LiveSettings
from pos_cancel.adapters.profile_files import write_profile
from pos_cancel.adapters.resources import gateway_table
from pos_cancel.adapters.settings import Home, load_settings, open_home
from pos_cancel.adapters.setup import Tools
from pos_cancel.domain.profile import Profile, ProfileKind
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.antom import Antom
from pos_cancel.gateways.http import Exchange
from tests.fake_keyring import FakeKeyring
from tests.unit.accounts import ScriptedLine
from tests.unit.spoken_cases import PROFILE
from tests.unit.till_stories import NOON

TRAINING = replace(PROFILE, kind=ProfileKind.TRAINING, endpoint="https://127.0.0.1:8443/gateway.do")
OTHER = replace(TRAINING, name="shop-2", account="Counter 2")
OWN = rsa.generate_private_key(65537, 2048)
THEIRS = rsa.generate_private_key(65537, 2048).public_key()


class Office:
    """The back office and what it works with."""

    def __init__(
        self, folder: Path, *answers: Exchange, profiles: tuple[Profile, ...] = (TRAINING, OTHER)
    ) -> None:
        self.home: Home = open_home(str(folder / "home"))
        for profile in profiles:
            write_profile(self.home, profile)
        self.profiles = LiveProfiles(self.home)
        self.backend = FakeKeyring()
        default = LiveSettings(self.home, load_settings(self.home)).key_store
        self.store = KeyringStore(
            backend=self.backend, home=self.home.path, deadline_s=0.5, retry_s=0.02, default=default
        )
        self.line = ScriptedLine(list(answers))
        tools = Tools(
            home=self.home,
            keeper=self.store,
            gateways=lambda: {
                "acquire": Acquire(gateway_table("acquire")),
                "antom": Antom(gateway_table("antom")),
            },
            transport=lambda: self.line,
            now=lambda: NOON,
        )
        self.back = BackOffice(tools, self.store, self.profiles)

    def give_keys(self, profile: Profile) -> None:
        """Put a pair of keys into the key ring."""
        self.store.store(profile, private=OWN, gateway_public=THEIRS)
