"""What every simulated till is made from: accounts, keys, gateways, words, an empty journal."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from pos_cancel import bootstrap
from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.profile import Profile, ProfileKind, SignType, Timestamp
from pos_cancel.gateways import Gateway
from pos_cancel.gateways.signing import Keys
from pos_cancel.presenters.wording import Wording
from tests.simulation.acquire_desk import MD5_SECRET, PARTNER
from tests.simulation.homes import make_folder
from tests.simulation.json_desk import CLIENT, GATEWAY_PRIMES, SHOP_PRIMES, private_key

GATEWAYS = ("acquire", "antom", "apo", "acqp")
# What must be found in no file and no log.
SECRETS = (MD5_SECRET, SHOP_PRIMES[10:60].encode(), b"PRIVATE KEY")


def profile_of(gateway: str) -> Profile:
    """Give the shop's account at a gateway."""
    form = gateway == "acquire"
    return Profile(
        name=gateway,
        kind=ProfileKind.LIVE,
        gateway=gateway,
        endpoint="https://first.example/gateway.do" if form else "https://open.example",
        backup_endpoint="https://second.example/gateway.do" if form else "",
        merchant_id=PARTNER if form else CLIENT,
        sign_type=SignType.MD5 if form else SignType.RSA256,
        timestamp={"acquire": Timestamp.DATETIME, "acqp": Timestamp.ISO}.get(gateway, Timestamp.MS),
        currency="CNY",
    )


def keys_of(gateway: str) -> Keys:
    """Give the keys of that account: the shop's own and the gateway's public one."""
    if gateway == "acquire":
        return Keys(md5=MD5_SECRET)
    return Keys(private=private_key(SHOP_PRIMES), gateway_public=private_key(GATEWAY_PRIMES).public_key())


@lru_cache
def gateways() -> Mapping[str, Gateway]:
    """Give the real gateways."""
    return bootstrap.make_gateways()


@lru_cache
def words() -> Wording:
    """Give the English words."""
    return bootstrap.words("en")


@lru_cache
def empty_home() -> Path:
    """Make one journal that every run copies: making it anew would take longer than ten cancels."""
    base = make_folder()
    Journal.open(base).close()
    return base
