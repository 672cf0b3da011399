"""Each page of the assistant in words. Pure, so that tests need no window."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from pos_cancel.gui import setup_endings, setup_key_pages
from pos_cancel.gui.setup_page import buttons, choice, page
from pos_cancel.gui.setup_screen import Choice, Entry, Message, SetupScreen
from pos_cancel.gui.setup_state import STEPS, Busy, Page, State
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.wording import Wording

GATEWAYS = ("acquire", "antom", "apo", "acqp")
OTHER = "other"
BUSY_WORDS: Mapping[Busy, str] = {
    Busy.CHECKING: "setup.bring.checking",
    Busy.STARTING: "setup.welcome.starting",
    Busy.MAKING: "setup.keys.making",
    Busy.READING: "setup.bring.reading",
    Busy.TESTING: "setup.test.asking",
    Busy.STORING: "setup.save.storing",
}
# These are over before anybody could read a word about them, unless something is slow.
QUICK = frozenset({Busy.CHECKING, Busy.READING})


def screen_of(state: State, words: Wording) -> SetupScreen:
    """Give the page that is in hand."""
    screen = BUILDERS[state.page](state, words)
    return replace(
        screen,
        title=words.text("setup.title" if state.first else "setup.add_title"),
        steps=_steps(state, words),
        busy=_busy(state, words),
        message=_notice(state, words) or screen.message,
    )


def _welcome(state: State, words: Wording) -> SetupScreen:
    rows = tuple(choice("welcome", name, words) for name in ("set_up", "try", "import"))
    chosen = state.chosen.get(state.page, rows[0].name)
    return page(state, words, choices=rows, chosen=chosen, buttons=buttons(words, "next"))


def _gateway(state: State, words: Wording) -> SetupScreen:
    rows = tuple(choice("gateway", name, words) for name in GATEWAYS)
    labels = buttons(words, "back", "next")
    if not state.first:
        labels["back"] = words.text("setup.button.cancel")
    return page(state, words, choices=rows, chosen=state.chosen.get(state.page, rows[0].name), buttons=labels)


def _place(state: State, words: Wording) -> SetupScreen:
    known = [
        Choice(
            place.name,
            words.text(f"setup.place.{state.gateway}.{place.name}"),
            place.endpoint.partition("://")[2].partition("/")[0],
        )
        for place in state.places
        if not place.spare
    ]
    rows = (*known, choice("place", OTHER, words))
    return page(state, words, choices=rows, chosen=state.chosen.get(state.page, rows[0].name))


def _address(state: State, words: Wording) -> SetupScreen:
    entry = Entry("address", words.text("setup.address.label"), "https://", state.said.get("address", ""))
    facts: tuple[str, ...] = ()
    if state.certificate:
        facts = (words.text("setup.address.certificate_given", file=state.certificate),)
    labels = buttons(words, "back") | {"certificate": words.text("setup.address.certificate")}
    return page(state, words, entries=(entry,), facts=facts, buttons=labels | buttons(words, "next"))


def _account(state: State, words: Wording) -> SetupScreen:
    owner, other = ("partner", "currency") if state.gateway == "acquire" else ("client", "key_version")
    examples = {
        "id": words.text(f"setup.account.{owner}_example"),
        "currency": words.text("setup.account.currency_example"),
        "key_version": "1",
        "name": words.text("setup.account.name_example"),
    }
    labels = {"id": words.text(f"setup.account.{owner}")}
    entries = tuple(
        Entry(
            name,
            labels.get(name) or words.text(f"setup.account.{name}"),
            examples[name],
            state.said.get(name, ""),
        )
        for name in ("id", other, "name")
    )
    return page(state, words, entries=entries, sentence=words.text(f"setup.account.sentence_{owner}"))


BUILDERS: Mapping[Page, Callable[[State, Wording], SetupScreen]] = {
    Page.WELCOME: _welcome,
    Page.GATEWAY: _gateway,
    Page.PLACE: _place,
    Page.ADDRESS: _address,
    Page.ACCOUNT: _account,
    Page.KEYS: setup_key_pages.keys,
    Page.BRING: setup_key_pages.bring,
    Page.COMPARE: setup_key_pages.compare,
    Page.OWN: setup_key_pages.own,
    Page.MD5: setup_key_pages.md5,
    Page.THEIRS: setup_key_pages.theirs,
    Page.TEST: setup_endings.test,
    Page.DONE: setup_endings.done,
    Page.LEAVE: setup_endings.leave,
}


def _steps(state: State, words: Wording) -> tuple[tuple[str, bool], ...]:
    names = tuple(STEPS)
    now = next((place for place, name in enumerate(names) if state.page in STEPS[name]), None)
    if now is None:
        return ()
    return tuple((words.text(f"setup.step.{name}"), place <= now) for place, name in enumerate(names))


def _busy(state: State, words: Wording) -> str:
    is_quiet = state.busy in QUICK or state.notice is not None
    if not state.busy or (is_quiet and not state.waited_s):
        return ""
    text = words.text(BUSY_WORDS[state.busy])
    if state.busy is Busy.STORING and state.waited_s:
        return f"{text} {words.text('setup.save.asks')}"
    return f"{text} {state.waited_s} s" if state.waited_s > 1 else text


def _notice(state: State, words: Wording) -> Message | None:
    notice = state.notice
    if notice is None:
        return None
    if notice.error is not None:
        sentence, way_on = fault_words(notice.error, words)
        return Message("act", "hand", sentence, way_on)
    tone, icon = ("done", "tick") if notice.is_good else ("act", "hand")
    return Message(tone, icon, words.text(notice.key, **notice.known))
