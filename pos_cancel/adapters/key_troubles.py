"""What is told when a key store does not do what was asked: one sentence and a way on for each trouble."""

from pos_cancel.domain.errors import KeyStoreError
from pos_cancel.engine.ports import KeyTrouble

WORDS = {
    KeyTrouble.MISSING: (
        "There is no key for this profile on this till.",
        "Import it: pos-cancel key import",
    ),
    KeyTrouble.LOCKED: ("The keyring of this till is locked.", "Unlock it, then try again."),
    KeyTrouble.HUNG: ("The keyring of this till does not answer.", "Try again; if it stays so, log in anew."),
    KeyTrouble.NO_KEYRING: (
        "There is no keyring on this till.",
        "Log in to the desktop, or install gnome-keyring, then try again.",
    ),
    KeyTrouble.REFUSED: (
        "This keyring may not hold keys of a real account.",
        "Use the keyring of the operating system.",
    ),
    KeyTrouble.UNREADABLE: ("What the keyring holds is not a key.", "Import the key again."),
    KeyTrouble.LOADING: ("The key is still being fetched.", "Try again."),
}


class KeyringTrouble(KeyStoreError):
    """Why the keyring did not do what was asked; `trouble` says it for programs."""

    def __init__(self, trouble: KeyTrouble) -> None:
        super().__init__(*WORDS[trouble])
        self.trouble = trouble
