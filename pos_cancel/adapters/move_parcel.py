"""What moves between two tills of one shop: an account with its keys, a shop key, or both.

As bytes it is zlib over JSON, in which every key is the very text that lies in the key store:
`{"form": 1, "profile": TOML, "keys": {entry: text}, "shop": text}`. All of it is checked here before
anything is stored. Which store keeps the keys and what a till is called is each till's own matter.
"""

import json
import tomllib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from pos_cancel.adapters.keyring_entries import (
    ENTRIES,
    GATEWAY_PUBLIC,
    MD5,
    PRIVATE,
    PRIVATE_NEXT,
    load_md5,
    load_private,
    load_public,
)
from pos_cancel.adapters.profile_files import export_profile, parse_profile
from pos_cancel.adapters.till_keys import load_shop_key
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile
from pos_cancel.gateways.keys import check_pair

FORM = 1
LARGEST = 64 * 1024
SOURCE = "What was sent"
# Entries of a profile that say something of the till alone.
OF_THE_TILL = ("key_store", "till")
LOADERS = {PRIVATE: load_private, PRIVATE_NEXT: load_private, GATEWAY_PUBLIC: load_public, MD5: load_md5}


@dataclass(frozen=True, slots=True)
class Parcel:
    """An account with the texts of its keys by entry, and the text of a shop key; either may be missing."""

    profile: Profile | None = None
    keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    shop: str = field(default="", repr=False)


def pack(parcel: Parcel) -> bytes:
    """Give the parcel as bytes, which are as secret as the keys in them."""
    told: dict[str, object] = {"form": FORM}
    if parcel.profile is not None:
        told |= {"profile": _toml(parcel.profile), "keys": dict(parcel.keys)}
    if parcel.shop:
        told["shop"] = parcel.shop
    return zlib.compress(json.dumps(told, separators=(",", ":")).encode(), 9)


def unpack(content: bytes) -> Parcel:
    """Read a parcel and check all of it. Raises `InvalidInput` or `KeyTextError`."""
    told = _read(content)
    toml, keys, shop = told.get("profile", ""), told.get("keys", {}), told.get("shop", "")
    if not (isinstance(toml, str) and isinstance(shop, str) and isinstance(keys, dict) and (toml or shop)):
        raise _strange()
    profile = parse_profile(toml, SOURCE) if toml else None
    if shop:
        load_shop_key(shop)
    return Parcel(profile, _checked(keys) if profile is not None else {}, shop)


def _read(content: bytes) -> dict[str, object]:
    try:
        inflater = zlib.decompressobj()
        text = inflater.decompress(content, LARGEST)
        told = json.loads(text) if inflater.eof else None
    except (zlib.error, ValueError, RecursionError):
        told = None
    if not isinstance(told, dict) or told.get("form") != FORM:
        raise _strange()
    return told


def _checked(keys: dict[object, object]) -> dict[str, str]:
    """Give the texts of the keys; each has to be a key, and the halves have to be of two sides."""
    texts = {entry: text for entry, text in keys.items() if isinstance(entry, str) and isinstance(text, str)}
    if len(texts) != len(keys) or not texts or not set(texts) <= set(ENTRIES):
        raise _strange()
    for entry, text in texts.items():
        LOADERS[entry](text)
    if PRIVATE in texts and GATEWAY_PUBLIC in texts:
        check_pair(load_private(texts[PRIVATE]), load_public(texts[GATEWAY_PUBLIC]))
    return texts


def _toml(profile: Profile) -> str:
    import tomlkit

    values = tomllib.loads(export_profile(profile))
    return tomlkit.dumps({name: value for name, value in values.items() if name not in OF_THE_TILL})


def _strange() -> InvalidInput:
    return InvalidInput(
        f"{SOURCE} is not an account with its keys.", "Both tills need the same version of pos_cancel."
    )
