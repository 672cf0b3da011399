"""What a person writes about a new account, checked at once: each mistake has its own sentence."""

import re
import unicodedata

from pos_cancel.adapters.profile_entries import Wrong, check_address, is_loopback_address
from pos_cancel.adapters.profile_files import NAME, PARTNER
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import ProfileKind

CLIENT_ID = re.compile(r"[A-Za-z0-9_.-]{4,64}", re.ASCII)
CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
KEY_VERSION = re.compile(r"\d{1,4}", re.ASCII)
BLANKS = re.compile(r"[\s\u200b\u2060\ufeff]+")
LONGEST_LABEL = 60
FROM_PORTAL = "Copy it from the merchant portal."
FROM_DEVELOPER_PAGE = "Copy it from the developer page of the portal."
FORM_PATH = "/gateway.do"


def tidy(text: str) -> str:
    """Give an id as it is meant: full-width digits as plain ones, blanks from copying left out."""
    return BLANKS.sub("", unicodedata.normalize("NFKC", text))


def checked_merchant_id(gateway: str, text: str) -> str:
    """Give the partner or client id. Raises `InvalidInput` with what is wrong with it."""
    found = tidy(text)
    if gateway == "acquire":
        return _partner(found)
    if PARTNER.fullmatch(found):
        sentence = "This is a partner id; this gateway wants a client id."
        raise InvalidInput(sentence, FROM_DEVELOPER_PAGE, topic="id_is_partner")
    if not CLIENT_ID.fullmatch(found):
        sentence = "A client id has 4 to 64 letters, digits and underscores."
        raise InvalidInput(sentence, FROM_DEVELOPER_PAGE, topic="id_client")
    return found


def _partner(found: str) -> str:
    if PARTNER.fullmatch(found):
        return found
    if found.isascii() and found.isdigit() and found.startswith("2088"):
        sentence = f"A partner id has 16 digits; this one has {len(found)}."
        raise InvalidInput(sentence, FROM_PORTAL, topic="id_length", count=len(found))
    sentence = "A partner id is 16 digits that begin with 2088."
    raise InvalidInput(sentence, FROM_PORTAL, topic="id_partner")


def checked_address(gateway: str, text: str) -> str:
    """Give a gateway's address as it is meant. Raises `InvalidInput`."""
    address = tidy(text)
    if "://" not in address:
        address = f"https://{address}"
    if gateway == "acquire" and address.count("/") == "https://".count("/"):
        address += FORM_PATH
    kind = ProfileKind.TRAINING if is_loopback_address(address) else ProfileKind.LIVE
    try:
        if not address.isascii():
            raise Wrong("a gateway's address has plain letters only.")
        check_address(address, "endpoint", kind)
    except Wrong:
        raise InvalidInput(
            "This is not the address of a gateway.",
            "It begins with https and stands in the contract.",
            topic="address",
        ) from None
    return address


def checked_currency(text: str) -> str:
    """Give a currency's three letters. Raises `InvalidInput`."""
    found = tidy(text).upper()
    if not CURRENCY.fullmatch(found):
        sentence = "A currency has three letters, such as HKD."
        raise InvalidInput(sentence, "Write the one that receipts show.", topic="currency")
    return found


def checked_key_version(text: str) -> str:
    """Give a key version; an empty text means 1. Raises `InvalidInput`."""
    found = tidy(text) or "1"
    if not KEY_VERSION.fullmatch(found):
        sentence = "A key version is a number, such as 1."
        raise InvalidInput(sentence, "It stands beside the key in the portal.", topic="key_version")
    return found


def checked_label(text: str) -> str:
    """Give the account's name for people, "" for none. Raises `InvalidInput`."""
    found = " ".join(text.split())
    if len(found) > LONGEST_LABEL or not found.isprintable() or "-----" in found:
        sentence = f"A name is one line of {LONGEST_LABEL} characters at most."
        raise InvalidInput(sentence, "Write a short one, such as Counter 1.", topic="label")
    return found


def checked_name(text: str) -> str:
    """Give the name of a profile file. Raises `InvalidInput`."""
    if not NAME.fullmatch(text):
        sentence = "A profile's name is letters, digits, dot and dash; 48 at most."
        raise InvalidInput(sentence, "Choose another, such as shop-1.", topic="profile_name")
    return text
