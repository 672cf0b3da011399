"""What is heard and told when a case comes to an end, or needs a person, beside what is in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pos_cancel.domain.case import WORKED, Case, State, Tone
from pos_cancel.presenters.card import ICONS, tone_word
from pos_cancel.presenters.spoken import is_stopped, tone_of
from pos_cancel.presenters.wording import Wording


class Cue(StrEnum):
    """A sound; the files in resources/sounds have these names. None is ever alone: a word says it too."""

    DONE = "done"
    ACT = "act"
    CALL = "call"
    NOT_TAKEN = "not_taken"
    BACKGROUND = "background"


# The weightiest first: where several cases end at once, the one that needs a person is named.
WEIGHTS = (Tone.CALL, Tone.ACT, Tone.CHECK, Tone.IDLE, Tone.DONE, Tone.WORKING)


@dataclass(frozen=True, slots=True)
class News:
    """One strip: tone, icon and word, which case it is, and in a few words how it stands."""

    tone: str
    icon: str
    word: str
    title: str
    sentence: str


def is_worked(case: Case) -> bool:
    """Tell whether the till is still at it by itself."""
    return case.state in WORKED and not is_stopped(case)


def is_news(before: Case | None, case: Case) -> bool:
    """Tell whether the case has just come to an end or to a person; `before` is None at its first sight."""
    if before is None:
        return case.state is State.PAID_LATE
    return is_worked(before) and not is_worked(case)


def cue_of(case: Case) -> Cue:
    """Give the sound of a case that came to an end while it was shown."""
    match tone_of(case):
        case Tone.DONE:
            return Cue.DONE
        case Tone.CALL:
            return Cue.CALL
        case _:
            return Cue.ACT


def weightiest(cases: Sequence[Case]) -> Case:
    """Give the case to name: the one that needs a person most, the newest of those."""
    return min(reversed(cases), key=lambda case: WEIGHTS.index(tone_of(case)))


def news_of(cases: Sequence[Case], words: Wording) -> News:
    """Give the strip for cases that came to an end, oldest first."""
    case, more = weightiest(cases), len(cases) - 1
    tone = tone_of(case)
    state = "stopped" if is_stopped(case) else case.state.value
    return News(
        tone=tone.value,
        icon=ICONS[tone],
        word=tone_word(case, tone, words),
        title=words.text(
            "news.title", ref=case.ref, amount=None if case.amount is None else str(case.amount)
        ),
        sentence=words.text("news.line", sentence=words.text(f"news.{state}"), more=more or None),
    )
