"""A merchant account at one gateway: ids, addresses and key *references*, never keys (design.md §3)."""

from dataclasses import dataclass, field
from enum import StrEnum


class ProfileKind(StrEnum):
    """Where the account lives."""

    LIVE = "live"
    TEST = "test"
    TRAINING = "training"


class SignType(StrEnum):
    """The signature algorithms, spelled as they are sent."""

    MD5 = "MD5"
    RSA = "RSA"
    RSA2 = "RSA2"
    RSA256 = "RSA256"


# Where a till may keep keys: the operating system's keyring, or files sealed with a system credential.
KEYRING, SEALED = "keyring", "sealed"
KEY_STORES = (KEYRING, SEALED)


class Timestamp(StrEnum):
    """The form of the request time (gateways.md T1, T16)."""

    DATETIME = "datetime"
    MS = "ms"
    ISO = "iso"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Time-outs of one exchange in seconds; `total_s` bounds the whole of it."""

    connect_s: float = 3.0
    read_s: float = 10.0
    total_s: float = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The delays of outcomes.md §3 in seconds; `pace` multiplies every one (training only)."""

    gaps_s: tuple[float, ...] = (2.0, 4.0, 8.0, 16.0, 32.0)
    foreground_s: float = 60.0
    least_tries: int = 4
    unsent_s: float = 60.0
    shortest_round_s: float = 60.0
    longest_round_s: float = 900.0
    busy_s: float = 30.0
    not_found_gap_s: float = 15.0
    pace: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One merchant account. `merchant_id` is acquire's `partner` or the JSON gateways' client id.

    `key_store` is one of `KEY_STORES`, "" for the till's.
    """

    name: str
    kind: ProfileKind
    gateway: str
    endpoint: str
    merchant_id: str
    backup_endpoint: str = ""
    sign_type: SignType = SignType.RSA2
    key_version: str = "1"
    timestamp: Timestamp = Timestamp.DATETIME
    query: str = "acquire"
    charset: str = "UTF-8"
    currency: str = "CNY"
    window: str = ""
    network: str = "Alipay"
    account: str = ""
    support: str = ""
    till: str = ""
    key_store: str = ""
    merchant_account_id: str = ""
    path_prefix: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    proxy: str = ""
    time_zone: str = ""
    language: str = ""
    ca_file: str = ""
    timeouts: Timeouts = field(default_factory=Timeouts)
    schedule: Schedule = field(default_factory=Schedule)

    @property
    def is_training(self) -> bool:
        """Whether nothing done here moves real money."""
        return self.kind is ProfileKind.TRAINING

    @property
    def label(self) -> str:
        """What people call the account."""
        return self.account or self.name
