"""The tree of errors; each class says whose fault it is.

    PosCancelError
    ├── InvalidNumber      the person: the number cannot be a sale's number
    ├── InvalidInput       the person: an argument, a file, an amount
    ├── LocalError         this till: home, journal, profile
    │   └── JournalError   the journal: newer, damaged, read-only, full
    ├── RemoteError        the gateway: a reply that cannot be believed
    │   ├── ReplyError     not readable (XML, JSON, header)
    │   └── SignatureError not verified
    ├── TransportError     the way there
    ├── KeyStoreError      the keyring: missing, locked, hung, refused
    └── KeyTextError       the person: a text that is not the key it should be

*Unknown* is an outcome (`domain.outcome.Unknown`), not an error.
Every message is one sentence for a person; `way_on` says what to do next.
"""

from collections.abc import Mapping
from enum import StrEnum


class PosCancelError(Exception):
    """Base of all errors of the product.

    `code` is a stable word for scripts, `sentence` what happened, `way_on` what the person can do.
    `topic` names the same two in the wording tables, where `known` fills their fields.
    """

    code = "error"

    def __init__(self, sentence: str, way_on: str = "", *, topic: str = "", **known: object) -> None:
        """Keep the sentence and the way on."""
        super().__init__(sentence)
        self.sentence = sentence
        self.way_on = way_on
        self.topic = topic
        self.known = known


class InvalidNumber(PosCancelError):
    """The number cannot be a receipt or trade number."""

    code = "invalid_number"


class InvalidInput(PosCancelError):
    """An argument, a file or an amount that the person gave cannot be used."""

    code = "invalid_input"


class LocalError(PosCancelError):
    """This till: home folder, settings, profile."""

    code = "local"


class JournalError(LocalError):
    """The journal: from a newer version, damaged, read-only, or the disk is full."""

    code = "journal"


class RemoteError(PosCancelError):
    """The gateway sent something that cannot be believed."""

    code = "remote"


class ReplyError(RemoteError):
    """A reply that cannot be read."""

    code = "reply"


class SignatureError(RemoteError):
    """A signature that is missing or does not verify."""

    code = "signature"


class TransportError(PosCancelError):
    """The way to the gateway."""

    code = "transport"


class KeyStoreError(PosCancelError):
    """The key store: no keyring, locked, hung, or a backend that is not allowed."""

    code = "key_store"


class KeyMistake(StrEnum):
    """What is wrong with a text that should be a key, for words in any language."""

    NOT_A_KEY = "not_a_key"
    DAMAGED = "damaged"  # a key, and not all of it or not unharmed
    ENCRYPTED = "encrypted"  # its password is wanted
    PASSWORD = "password"  # noqa: S105 - a name: this password does not open it
    CIPHER = "cipher"  # encrypted in a way that is not known here
    PUBLIC_FOR_PRIVATE = "public_for_private"
    PRIVATE_FOR_PUBLIC = "private_for_public"
    OWN_PUBLIC = "own_public"  # our own public key where the gateway's belongs
    HALVES = "halves"  # a private and a public key that do not belong together
    TWO_KEYS = "two_keys"  # which of them is meant cannot be known
    NOT_RSA = "not_rsa"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    CERTIFICATE = "certificate"
    CONTAINER = "container"  # PKCS#12, a Java key store, OpenSSH, PuTTY: a key inside something else
    MD5_FOR_KEY = "md5_for_key"
    KEY_FOR_MD5 = "key_for_md5"
    MD5_LENGTH = "md5_length"
    MD5_BLANK = "md5_blank"
    MD5_CAPITALS = "md5_capitals"
    MD5_CHARACTERS = "md5_characters"


# What the wording tables call these mistakes; the others have the general words of a wrong key.
TOPICS: Mapping[KeyMistake, str] = {
    KeyMistake.DAMAGED: "key_damaged",
    KeyMistake.ENCRYPTED: "key_encrypted",
    KeyMistake.PASSWORD: "key_password",
    KeyMistake.PUBLIC_FOR_PRIVATE: "key_is_public",
    KeyMistake.PRIVATE_FOR_PUBLIC: "key_is_private",
    KeyMistake.OWN_PUBLIC: "key_own",
    KeyMistake.HALVES: "key_halves",
    KeyMistake.NOT_RSA: "key_not_rsa",
    KeyMistake.TOO_SHORT: "key_short",
    KeyMistake.CERTIFICATE: "key_certificate",
    KeyMistake.MD5_LENGTH: "md5_length",
    KeyMistake.MD5_BLANK: "md5_characters",
    KeyMistake.MD5_CAPITALS: "md5_characters",
    KeyMistake.MD5_CHARACTERS: "md5_characters",
}


class KeyTextError(PosCancelError):
    """A text that is not the key it should be; `mistake` says for programs what it is instead."""

    code = "key_text"

    def __init__(
        self,
        sentence: str,
        way_on: str = "",
        mistake: KeyMistake | None = None,
        *,
        topic: str = "",
        **known: object,
    ) -> None:
        """Keep the sentence, the way on and the mistake; none of them holds any part of the text."""
        # A key that is damaged where it lies is told in the words of the place.
        known_as = TOPICS.get(mistake, "") if mistake else ""
        super().__init__(sentence, way_on, topic=topic or known_as, **known)
        self.mistake = mistake or KeyMistake.DAMAGED


class IllegalEvent(PosCancelError):
    """This cannot be done with a case in this state."""

    code = "illegal_event"
