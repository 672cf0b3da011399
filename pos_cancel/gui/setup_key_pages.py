"""The pages of the assistant about keys: where they come from, ours, its public half, the gateway's."""

from pos_cancel.gui.setup_page import buttons, choice, digits, page, weak
from pos_cancel.gui.setup_screen import Entry, Paper, SetupScreen, Taking
from pos_cancel.gui.setup_state import State
from pos_cancel.presenters.wording import Wording

BITS = (2048, 3072, 4096)


def keys(state: State, words: Wording) -> SetupScreen:
    """Make keys, or bring them."""
    is_form = state.gateway == "acquire" and not state.imported
    names = ("make", "bring", "rsa", "md5") if is_form else ("make", "bring")
    rows = tuple(choice("keys", name, words) for name in names)
    chosen = state.chosen.get(state.page, names[0])
    labels = buttons(words, "back", "next")
    if chosen == "make":
        labels["bits"] = words.text("setup.button.bits", bits=state.bits)
    return page(state, words, choices=rows, chosen=chosen, buttons=labels)


def bring(state: State, words: Wording) -> SetupScreen:
    """Take our private key, and its password where it is locked."""
    taking, message, half = _taking(words), None, state.half
    if state.locked:
        taking = Taking(words.text("setup.bring.locked"), words.text("setup.bring.locked_line"))
    elif half is not None:
        taking = Taking(
            words.text("setup.bring.seen", bits=half.key.bits),
            words.text("setup.bring.fingerprint", digits=digits(half.key.fingerprint)),
            seen=True,
        )
        message = weak(half.key.bits, words) if half.key.weak else None
    label = words.text("setup.bring.password")
    return page(
        state,
        words,
        topic="bring locked" if state.locked else "bring",
        taking=taking,
        entries=(Entry("password", label),) if state.locked else (),
        message=message,
        buttons=buttons(words, "back", "paste", "open", "next"),
    )


def compare(state: State, words: Wording) -> SetupScreen:
    """Take our public key as the portal has it, where the person wants to make sure."""
    taking = _taking(words)
    if state.compared:
        taking = Taking(words.text("setup.compare.same"), _named(state, words), seen=True)
    return page(state, words, taking=taking, buttons=buttons(words, "back", "paste", "open", "show", "next"))


def own(state: State, words: Wording) -> SetupScreen:
    """Show our public half, to be given to the portal."""
    half = state.half
    if half is None:
        raise ValueError("This page is about a key that is there.")
    labels = buttons(words, "back", "copy", "save_file")
    labels["square"] = words.text("setup.button.smaller" if state.large else "setup.button.square")
    return page(
        state,
        words,
        topic="own large" if state.large else "own",
        headline="" if state.large else words.text("setup.own.title"),
        sentence="" if state.large else words.text("setup.own.sentence"),
        paper=Paper(
            half.text,
            _named(state, words),
            half.squares,
            name=words.text("setup.own.name"),
            square_name=words.text("setup.own.square"),
            large=state.large,
        ),
        buttons=labels | buttons(words, "next"),
    )


def md5(state: State, words: Wording) -> SetupScreen:
    """Take the shared secret."""
    entry = Entry("md5", words.text("setup.md5.label"), counted=words.forms("setup.md5.count")[0])
    return page(state, words, entries=(entry,), buttons=buttons(words, "back", "paste", "next"))


def theirs(state: State, words: Wording) -> SetupScreen:
    """Take the gateway's public key."""
    network, seen = words.text(f"setup.network.{state.gateway}"), state.theirs
    taking, message = _taking(words), None
    if seen is not None:
        taking = Taking(
            words.text("setup.theirs.seen", network=network, bits=seen.bits),
            words.text("setup.bring.fingerprint", digits=digits(seen.fingerprint)),
            seen=True,
        )
        message = weak(seen.bits, words) if seen.weak else None
    return page(
        state,
        words,
        taking=taking,
        message=message,
        buttons=buttons(words, "back", "paste", "open", "next"),
    )


def _named(state: State, words: Wording) -> str:
    key = state.half.key if state.half else None
    return words.text("setup.own.size", bits=key.bits, digits=digits(key.fingerprint)) if key else ""


def _taking(words: Wording) -> Taking:
    return Taking(words.text("setup.bring.take"), words.text("setup.bring.take_line"))
