"""What is told when a key store does not do what was asked: one sentence and a way on for each trouble."""

from pos_cancel.domain.errors import KeyStoreError
from pos_cancel.engine.ports import KeyTrouble

WORDS = {
    KeyTrouble.MISSING: (
        "There is no key for this profile on this till.",
        "Import it: pos-cancel key import",
    ),
    KeyTrouble.LOCKED: ("The keyring of this till is locked.", "Unlock it, then try again."),
    KeyTrouble.HUNG: (
        "The key store of this till does not answer.",
        "Try again; if it stays so, log in anew.",
    ),
    KeyTrouble.NO_KEYRING: (
        "There is no keyring on this till.",
        "Log in to the desktop, or install gnome-keyring, then try again.",
    ),
    KeyTrouble.REFUSED: (
        "This keyring may not hold keys of a real account.",
        "Use the keyring of the operating system.",
    ),
    KeyTrouble.UNREADABLE: ("What the key store holds is not a key.", "Import the key again."),
    KeyTrouble.NO_CREDENTIAL: (
        "The system gave this program no key to open the sealed store with.",
        "Start it through its system service; how to make such a key: pos-cancel key seal --help",
    ),
    KeyTrouble.WRONG_CREDENTIAL: (
        "The sealed keys were sealed with another credential, on this till or another.",
        "Bring that credential back, or move the file out of the folder keys and import the keys again.",
    ),
    KeyTrouble.ALTERED: (
        "The sealed keys were altered, are damaged, or belong to another profile.",
        "Bring the right file back, or move it out of the folder keys and import the keys again.",
    ),
    KeyTrouble.OUT_OF_REACH: (
        "The sealed keys of this till cannot be read or written.",
        "Check the disk, and who owns the folder keys in the home folder.",
    ),
    KeyTrouble.LOADING: ("The key is still being fetched.", "Try again."),
}


class KeyringTrouble(KeyStoreError):
    """Why the key store did not do what was asked; `trouble` says it for programs."""

    def __init__(self, trouble: KeyTrouble) -> None:
        super().__init__(*WORDS[trouble], topic=f"key_{trouble.value}")
        self.trouble = trouble
