"""Where a set-up stands, as plain values: the page, what was said and seen, what is going on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.profile import Profile

if TYPE_CHECKING:
    # These load the cryptographic library, which the first paint must not wait for.
    from pos_cancel.adapters.new_account import Place
    from pos_cancel.adapters.setup import KeySeen, PublicHalf
    from pos_cancel.engine.probe import Proof


class Page(StrEnum):
    """The pages of the assistant."""

    WELCOME = "welcome"
    GATEWAY = "gateway"
    PLACE = "place"
    ADDRESS = "address"
    ACCOUNT = "account"
    KEYS = "keys"
    BRING = "bring"
    COMPARE = "compare"
    OWN = "own"
    MD5 = "md5"
    THEIRS = "theirs"
    TEST = "test"
    DONE = "done"
    LEAVE = "leave"


class Busy(StrEnum):
    """What is waited for; nobody waits for the short ones in silence for more than a second."""

    NO = ""
    CHECKING = "checking"
    STARTING = "starting"
    MAKING = "making"
    READING = "reading"
    TESTING = "testing"
    STORING = "storing"


# The steps as people count them, each with its pages.
STEPS: Mapping[str, tuple[Page, ...]] = {
    "gateway": (Page.GATEWAY,),
    "place": (Page.PLACE, Page.ADDRESS),
    "account": (Page.ACCOUNT,),
    "keys": (Page.KEYS, Page.BRING, Page.COMPARE, Page.OWN, Page.MD5, Page.THEIRS),
    "test": (Page.TEST, Page.DONE),
}


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to say: an error, or the key of a text, with its fields and whether it is good news."""

    error: PosCancelError | None = None
    key: str = ""
    is_good: bool = True
    known: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything a page shows.

    `first` is the first start, with nothing to go back to; `imported` tells that the account came as a file
    and wants only its keys. `chosen` has the chosen row by page, `said` the texts of the fields by name.
    `bits` is how long a key made next will be, `half` our public key, `made` whether it was made here,
    `locked` that one waits for its password, `compared` that the portal has the same. `large` gives the QR
    code the page to itself. `kept` is the account once all is done.
    """

    page: Page = Page.GATEWAY
    first: bool = False
    imported: bool = False
    gateway: str = ""
    places: "tuple[Place, ...]" = ()
    chosen: Mapping[Page, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    certificate: str = ""
    profile: Profile | None = None
    bits: int = 2048
    half: "PublicHalf | None" = None
    made: bool = False
    locked: bool = False
    large: bool = False
    compared: bool = False
    theirs: "KeySeen | None" = None
    proof: "Proof | None" = None
    kept: Profile | None = None
    notice: Notice | None = None
    busy: Busy = Busy.NO
    waited_s: int = 0
