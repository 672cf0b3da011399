"""Each page of the drill as plain values: the card above, and below it answers, a verdict or the result."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from enum import Enum, auto

from pos_cancel.gui import faces
from pos_cancel.gui.screen import Face, Screen
from pos_cancel.presenters.card import present
from pos_cancel.presenters.drill import Drill, Told, tell
from pos_cancel.presenters.wording import Wording

DOT = " · "


class Page(Enum):
    """What is shown: a question, its card after the answer, the result, or a card looked at again."""

    ASK = auto()
    CARD = auto()
    RESULT = auto()
    AGAIN = auto()


@dataclass(frozen=True, slots=True)
class Place:
    """Where the drill stands: the page and, for a question or a card, which one; `scanned` after a scan."""

    page: Page = Page.ASK
    number: int = 0
    scanned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is said of an answer: a word with icon and tone, which sale it was, what is right, and why.

    `said` is the answer that was given, where it was another one.
    """

    tone: str
    icon: str
    word: str
    sale: str
    said: str
    say: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillScreen:
    """Everything that changes from page to page.

    `card` is for the card; `rows` are (name, label): answers, or cards to look at again. `buttons` maps the
    name of a button to its label, `aloud` is what a screen reader says when the page comes.
    """

    card: Screen
    title: str
    mark: str
    strip: str
    ask: str = ""
    rows: tuple[tuple[str, str], ...] = ()
    verdict: Verdict | None = None
    buttons: Mapping[str, str] = field(default_factory=dict)
    aloud: str = ""


def screen_of(drill: Drill, place: Place, words: Wording, at: datetime, zone: tzinfo) -> DrillScreen:
    """Give the page; `at` is when the cases were drawn, so that no countdown runs through a card."""
    screen = _page(drill, place, words, at, zone)
    if not place.scanned:
        return screen
    told = words.text("drill.scanned")
    card = replace(screen.card, face=replace(screen.card.face, notice=told))
    return replace(screen, card=card, aloud=told)


def _page(drill: Drill, place: Place, words: Wording, at: datetime, zone: tzinfo) -> DrillScreen:
    match place.page:
        case Page.ASK:
            return _question(drill, place, words)
        case Page.CARD | Page.AGAIN:
            return _card(drill, place, words, at, zone)
        case Page.RESULT:
            return _result(drill, words)


def _frame(card: Screen, words: Wording, title: str, aloud: str) -> DrillScreen:
    return DrillScreen(
        card=card,
        title=DOT.join((words.text("drill.title"), title)),
        mark=words.text("card.training"),
        strip=words.text("gui.strip.training"),
        aloud=aloud,
        buttons={"leave": words.text("drill.leave")},
    )


def _place(drill: Drill, place: Place, words: Wording) -> str:
    return words.text("drill.place", place=place.number + 1, count=len(drill.questions))


def _question(drill: Drill, place: Place, words: Wording) -> DrillScreen:
    told = tell(drill.questions[place.number], words)
    face = Face(word=words.text("drill.happened"), headline=told.sale, status=told.story)
    title, ask = _place(drill, place, words), words.text("drill.ask")
    screen = _frame(
        Screen(topic=f"ask {place.number}", face=face),
        words,
        title,
        " ".join((f"{title}.", f"{told.sale}.", told.story, ask)),
    )
    return replace(screen, ask=ask, rows=told.answers)


def _card(drill: Drill, place: Place, words: Wording, at: datetime, zone: tzinfo) -> DrillScreen:
    question, given = drill.questions[place.number], drill.given[place.number]
    told = tell(question, words)
    card = present(question.case, at, words, zone)
    verdict = _verdict(told, words, given, right=question.is_right(given))
    screen = _frame(
        Screen(topic=f"card {place.number}", face=faces.of_case(card, words)),
        words,
        _place(drill, place, words),
        " ".join((f"{verdict.word}.", verdict.say, verdict.why, card.headline, card.do, card.dont)),
    )
    over = drill.is_over or place.page is Page.AGAIN
    on = words.text("drill.to_result" if over else "drill.next")
    return replace(screen, verdict=verdict, buttons={**screen.buttons, "next": on})


def _verdict(told: Told, words: Wording, given: str, *, right: bool) -> Verdict:
    said = "" if right else words.text("drill.said", said=dict(told.answers)[given])
    return Verdict(
        tone="done" if right else "act",
        icon="tick" if right else "hand",
        word=words.text("drill.right" if right else "drill.wrong"),
        sale=told.sale,
        said=said,
        say=words.text("drill.say", say=told.say),
        why=told.why,
    )


def _result(drill: Drill, words: Wording) -> DrillScreen:
    whole = not drill.missed
    headline = words.text("drill.result.headline", right=drill.right, count=len(drill.questions))
    status = words.text("drill.result.all" if whole else "drill.result.some")
    face = Face(
        headline=headline,
        tone="done" if whole else "",
        icon="tick" if whole else "hand",
        word=words.text("drill.result.title"),
        status=status,
    )
    screen = _frame(
        Screen(topic="result", face=face), words, words.text("drill.result.title"), f"{headline} {status}"
    )
    rows = tuple((str(place), tell(drill.questions[place], words).name) for place in drill.missed)
    return replace(
        screen,
        rows=rows,
        buttons={"back": words.text("drill.back"), "again": words.text("drill.again")},
    )
