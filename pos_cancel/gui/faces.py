"""What the card says at each moment: cases and looks, already in words, become a `Face`."""

import re

from pos_cancel.domain.case import Tone
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.gui.screen import Face
from pos_cancel.presenters.card import Card
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.lookup_card import LookupCard
from pos_cancel.presenters.moments import countdown
from pos_cancel.presenters.wording import Wording

# A question asked in place says the same as the warning, and better.
ASKED = {"amount": "typed", "number_twice": "typed", "manager": "amount_unknown"}
DOT = " · "
# The try in brackets at the end of a headline stands in the line below it, with its countdown.
TRY = re.compile(r"\s*[(（][^()（）]*[)）]$")


def of_case(card: Card, words: Wording, notice: str = "") -> Face:
    """Give the face of a case."""
    waits = card.countdown_s is not None
    return Face(
        tone=card.tone.value,
        icon=card.icon,
        word=card.tone_word,
        ref=card.ref,
        headline=TRY.sub("", card.headline) if card.tone is Tone.WORKING else card.headline,
        status=card.status_line,
        countdown_label=f"· {card.countdown_label}" if waits else "",
        countdown=countdown(card.countdown_s, words) if card.countdown_s is not None else "",
        steps=card.steps if card.tone in {Tone.WORKING, Tone.CALL, Tone.IDLE} else (),
        step_sentence=card.step_sentence if card.tone in {Tone.WORKING, Tone.CALL, Tone.IDLE} else "",
        notice=notice,
        manager=card.manager_line,
        do_label=card.do_label,
        do=card.do,
        dont_label=card.dont_label,
        dont=card.dont,
    )


def of_look(card: LookupCard, words: Wording, *, offers: bool = False) -> Face:
    """Give the face of a sale before the decision: what it does, when, in which account (outcomes.md R10)."""
    asked = {words.text(f"lookup.warning.{name}") for need, name in ASKED.items() if need in card.needs}
    when = DOT.join(part for part in (card.time_line, card.account_line) if part)
    return Face(
        tone="" if card.tone is Tone.IDLE else card.tone.value,
        icon="receipt" if card.tone is Tone.IDLE else card.icon,
        word=card.tone_word,
        ref=card.status,
        headline=card.headline,
        status=card.effect,
        steps=card.steps,
        step_sentence=card.step_sentence,
        facts=(when, card.deadline_line, card.number_line),
        cautions=tuple(warning for warning in card.warnings if warning not in asked),
        notice=card.near_title if offers else "",
    )


def invitation(words: Wording, *, has_offers: bool) -> Face:
    """Give the face before a scan; with numbers to try, those stand in the place of the advice."""
    return Face(
        icon="barcode",
        word=words.text("gui.invite.tone_word"),
        headline=words.text("gui.invite.headline"),
        status=words.text("gui.try.hint" if has_offers else "gui.invite.status"),
        do_label=words.text("card.do"),
        do="" if has_offers else words.text("gui.invite.do"),
        dont_label=words.text("card.dont"),
        dont="" if has_offers else words.text("gui.invite.dont"),
    )


def without_account(words: Wording) -> Face:
    """Give the face of a till on which nothing is set up."""
    return Face(
        tone=Tone.ACT.value,
        icon="hand",
        word=words.text("tone.act"),
        headline=words.text("gui.setup.title"),
        status=words.text("gui.setup.sentence"),
    )


def looking(words: Wording, tail: str, network: str) -> Face:
    """Give the face while the gateway is asked about a sale."""
    return Face(
        tone=Tone.WORKING.value,
        icon="clock",
        word=words.text("gui.looking.tone_word"),
        headline=words.text("gui.looking.headline", tail=tail),
        status=words.text("gui.looking.status", network=network),
    )


def counting(words: Wording, left_s: int) -> Face:
    """Give the face of the seconds in which a decision can be taken back."""
    return Face(
        tone=Tone.WORKING.value,
        icon="clock",
        word=words.text("gui.take_back.tone_word"),
        headline=words.text("gui.take_back.headline", seconds=left_s),
        status=words.text("gui.take_back.status"),
    )


def of_fault(error: PosCancelError, words: Wording) -> Face:
    """Give the face of something that went wrong while nothing was in hand: a sentence and a way on."""
    sentence, way_on = fault_words(error, words)
    return Face(
        tone=Tone.ACT.value, icon="hand", word=words.text("tone.act"), headline=sentence, status=way_on
    )
