"""The last pages of the assistant: the test, the account that is kept, and leaving without one."""

from pos_cancel.domain.profile import Profile
from pos_cancel.gui.setup_page import buttons, page
from pos_cancel.gui.setup_screen import Message, SetupScreen
from pos_cancel.gui.setup_state import State
from pos_cancel.presenters.wording import Wording


def test(state: State, words: Wording) -> SetupScreen:
    """Ask the gateway; then save, or ask again."""
    profile = state.profile
    if profile is None:
        raise ValueError("This page is about an account that is known.")
    if state.proof is None:
        labels = buttons(words, "back") | {"next": words.text("setup.button.test")}
        return page(state, words, facts=_facts(profile, words), buttons=labels)
    return _judged(state, profile, words)


def _judged(state: State, profile: Profile, words: Wording) -> SetupScreen:
    from pos_cancel.presenters.setup_words import present_proof

    if state.proof is None:
        raise ValueError("Nothing has been proved yet.")
    card = present_proof(state.proof, profile, words)
    if card.passed:
        save = "save_again" if state.notice else "save"
        return page(
            state,
            words,
            topic="test passed",
            headline=words.text("setup.test.title_passed"),
            sentence=words.text("setup.test.sentence_passed"),
            facts=_facts(profile, words),
            message=Message("done", "tick", card.sentence),
            buttons=buttons(words, "back") | {"next": words.text(f"setup.button.{save}")},
        )
    labels = buttons(words, "back", "anyway") | {"next": words.text("setup.button.test_again")}
    return page(
        state,
        words,
        topic="test failed",
        headline=card.sentence,
        sentence=card.way_on,
        icon="hand",
        tone="act",
        facts=(*_facts(profile, words), *((card.detail,) if card.detail else ())),
        buttons=labels,
    )


def done(state: State, words: Wording) -> SetupScreen:
    """Say that the till is ready, or that it still wants its test."""
    passed = state.proof is not None and state.proof.passed
    ending = "" if passed else "_untested"
    return page(
        state,
        words,
        headline=words.text(f"setup.done.title{ending}"),
        sentence=words.text(f"setup.done.sentence{ending}"),
        icon="tick" if passed else "hand",
        tone="done" if passed else "act",
        facts=_facts(state.kept, words) if state.kept else (),
        buttons={"next": words.text("setup.button.finish")},
    )


def leave(state: State, words: Wording) -> SetupScreen:
    """Ask before a key that was made here is forgotten."""
    labels = {"leave": words.text("setup.button.leave"), "next": words.text("setup.button.stay")}
    return page(state, words, icon="hand", tone="act", buttons=labels)


def _facts(profile: Profile, words: Wording) -> tuple[str, ...]:
    from pos_cancel.presenters.setup_words import host_of

    gateway = words.text(f"setup.gateway.{profile.gateway}")
    named = (profile.account,) if profile.account else ()
    return (*named, f"{gateway} · {profile.merchant_id}", host_of(profile))
