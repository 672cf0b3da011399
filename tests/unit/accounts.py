"""A till on which accounts are set up: a key keeper in memory, a gateway that is scripted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from pos_cancel.adapters.resources import gateway_table
from pos_cancel.adapters.settings import open_home
from pos_cancel.adapters.setup import Setup, Tools
from pos_cancel.domain.errors import KeyStoreError
from pos_cancel.domain.profile import Profile, Timeouts
from pos_cancel.gateways import Gateway
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.antom import Antom
from pos_cancel.gateways.http import Exchange, HttpRequest
from pos_cancel.gateways.signing import Keys
from tests.unit.till_stories import NOON


@dataclass
class KeptKeys:
    """Fulfils `KeyKeeper` in memory. `error` is raised by the next `store`, after a part was written."""

    kept: dict[str, Keys] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    error: KeyStoreError | None = None

    def store(
        self,
        profile: Profile,
        *,
        private: RSAPrivateKey | None = None,
        gateway_public: RSAPublicKey | None = None,
        md5: bytes | None = None,
    ) -> None:
        self.kept[profile.name] = Keys(private=private, gateway_public=gateway_public, md5=md5)
        if self.error is not None:
            raise self.error

    def remove(self, profile: Profile) -> None:
        self.removed.append(profile.name)
        self.kept.pop(profile.name, None)


@dataclass
class ScriptedLine:
    """Fulfils `Transport`: gives the answers one after another, and remembers what was asked."""

    answers: list[Exchange]
    asked: list[HttpRequest] = field(default_factory=list)
    closed: int = 0

    def send(self, request: HttpRequest, profile: Profile, timeouts: Timeouts) -> Exchange:
        self.asked.append(request)
        return self.answers[min(len(self.asked), len(self.answers)) - 1]

    def close(self) -> None:
        self.closed += 1


def tools(home: Path, keeper: KeptKeys, line: ScriptedLine | None = None) -> Tools:
    """Give what a set-up works with."""
    gateways: Mapping[str, Gateway] = {
        "acquire": Acquire(gateway_table("acquire")),
        "antom": Antom(gateway_table("antom")),
    }
    transport: Callable[[], ScriptedLine] = lambda: line or ScriptedLine([])  # noqa: E731 - a factory for the line
    return Tools(
        home=open_home(str(home)),
        keeper=keeper,
        gateways=lambda: gateways,
        transport=transport,
        now=lambda: NOON,
    )


def new_setup(home: Path, keeper: KeptKeys, line: ScriptedLine | None = None) -> Setup:
    """Give a set-up of an account."""
    return Setup(tools(home, keeper, line))
