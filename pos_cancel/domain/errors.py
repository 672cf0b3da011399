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


class KeyTextError(PosCancelError):
    """A text that is not the key it should be."""

    code = "key_text"
