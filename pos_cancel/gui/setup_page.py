"""What the pages of the assistant have in common: usual texts and buttons, rows, fingerprints."""

from pos_cancel.gui.setup_screen import Choice, Message, SetupScreen
from pos_cancel.gui.setup_state import State
from pos_cancel.presenters.wording import Wording


def page(state: State, words: Wording, **parts: object) -> SetupScreen:
    """Give a page with its usual headline, sentence and buttons; `parts` replace them or add to them."""
    name = state.page.value
    network = words.find(f"setup.network.{state.gateway}")
    usual: dict[str, object] = {
        "topic": name,
        "headline": words.find(f"setup.{name}.title", network=network) or "",
        "sentence": words.find(f"setup.{name}.sentence", network=network) or "",
        "buttons": buttons(words, "back", "next"),
    }
    return SetupScreen(**(usual | parts))  # type: ignore[arg-type]


def buttons(words: Wording, *names: str) -> dict[str, str]:
    """Give the labels of these buttons."""
    return {name: words.text(f"setup.button.{name}") for name in names}


def choice(group: str, name: str, words: Wording) -> Choice:
    """Give a row with its line."""
    return Choice(name, words.text(f"setup.{group}.{name}"), words.text(f"setup.{group}.{name}_line"))


def digits(fingerprint: str) -> str:
    """Give the beginning of a fingerprint, to be compared by eye or over the telephone."""
    # Loads the cryptographic library, which is there by the time that there is a key.
    from pos_cancel.presenters.setup_words import short_fingerprint

    return short_fingerprint(fingerprint)


def weak(bits: int, words: Wording) -> Message:
    """Say that a key works and could be better."""
    return Message("act", "hand", words.text("setup.weak.sentence", bits=bits))
