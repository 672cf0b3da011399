"""The drill: ten cases, and each time the question what the customer is told. It knows no gateway.

`draw` makes the questions from a source of chance that is handed in, so that a trainer can draw the same
ones again; `Drill` is where a person stands in them.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from pos_cancel.domain.case import Case
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.outcome import Progress, Signature
from pos_cancel.presenters.drill_stories import DANGEROUS, STORIES, Group, Story
from pos_cancel.presenters.wording import Wording

WRONG_ANSWERS = 3
CURRENCY = "CNY"
AMOUNTS = (990, 1500, 2680, 4550, 6400, 8880, 12800, 19900, 25600, 36800, 88800)
PART = 4


@dataclass(frozen=True, slots=True)
class Question:
    """One case to judge: its story, the case it ends in, and the answers in the order they are shown."""

    story: Story
    case: Case
    answers: tuple[str, ...]

    def is_right(self, answer: str) -> bool:
        """Tell whether this is what the customer is told."""
        return answer == self.story.right


@dataclass(frozen=True, slots=True)
class Drill:
    """Where a person stands: the questions, and the answers given so far, in order."""

    questions: tuple[Question, ...]
    given: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether every question has been answered."""
        return len(self.given) == len(self.questions)

    @property
    def missed(self) -> tuple[int, ...]:
        """The places of the questions that were answered wrongly."""
        pairs = zip(self.questions, self.given, strict=False)
        return tuple(place for place, (question, answer) in enumerate(pairs) if not question.is_right(answer))

    @property
    def right(self) -> int:
        """How many were answered rightly."""
        return len(self.given) - len(self.missed)

    def answered(self, answer: str) -> "Drill":
        """Give where the person stands after one more answer."""
        return replace(self, given=(*self.given, answer))


def draw(chance: Random, now: datetime) -> tuple[Question, ...]:
    """Draw ten questions: one story of each group, in any order, with amounts and numbers of their own."""
    told = defaultdict[Group, list[Story]](list)
    for story in STORIES:
        told[story.group].append(story)
    stories = [chance.choice(stories) for stories in told.values()]
    chance.shuffle(stories)
    amounts = chance.sample(AMOUNTS, len(stories))
    tails = chance.sample(range(1000, 10_000), len(stories))
    return tuple(
        Question(story, _case(story, amount, tail, now), _answers(story, chance))
        for story, amount, tail in zip(stories, amounts, tails, strict=True)
    )


def _answers(story: Story, chance: Random) -> tuple[str, ...]:
    # What does harm is never missing: it is what the drill is for.
    harmful = chance.choice([answer for answer in story.wrong if answer in DANGEROUS])
    others = [answer for answer in story.wrong if answer != harmful]
    answers = [story.right, harmful, *chance.sample(others, WRONG_ANSWERS - 1)]
    chance.shuffle(answers)
    return tuple(answers)


def _case(story: Story, amount: int, tail: int, now: datetime) -> Case:
    """Make the case as it would stand after the story; its sale was an hour ago, its number is nobody's."""
    opened = now - timedelta(seconds=20)
    return Case(
        id=f"drill-{tail}",
        ref=f"T-{tail}",
        gateway="acquire",
        profile="",
        number=f"T-{now:%Y%m%d}-{tail}",
        number_kind=NumberKind.OUT_TRADE_NO,
        state=story.state,
        variant=story.variant,
        training=True,
        opened_at=opened,
        updated_at=now,
        params_at=opened,
        foreground_from=opened,
        stop_at=now + timedelta(hours=3),
        deadline=now + timedelta(hours=2),
        looked_up=story.looked_up,
        amount_minor=amount,
        currency=CURRENCY,
        refunded_minor=amount // PART if story.refunded else None,
        sale_time=now - timedelta(hours=1),
        tries=story.tries,
        last_try_at=now if story.tries else None,
        next_try_at=now + timedelta(seconds=story.waits_s) if story.waits_s else None,
        progress=story.progress,
        signature=Signature.VERIFIED if story.progress is Progress.ANSWERED else Signature.NONE,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A question in words. `say` is the right answer, `why` its reason, `name` what to call it later."""

    sale: str
    story: str
    answers: tuple[tuple[str, str], ...]
    say: str
    why: str
    name: str


def tell(question: Question, words: Wording) -> Told:
    """Put a question into words: what happened at the till, and the answers to choose from."""
    story, case = question.story, question.case
    amount = str(case.amount)
    fields = {"network": words.text("card.network"), "amount": amount, "refunded": case.refunded}
    sale = words.text("drill.sale", amount=amount, tail=case.sale_number.tail)
    return Told(
        sale=sale,
        story=words.text(f"drill.story.{story.name}", **fields),
        answers=tuple((answer, _answer(answer, words)) for answer in question.answers),
        say=_answer(story.right, words),
        why=words.text(f"drill.why.{story.name}", **fields),
        name=words.text(
            "drill.result.row", amount=amount, what=words.text(f"drill.group.{story.group.value}")
        ),
    )


def _answer(name: str, words: Wording) -> str:
    return words.text(f"drill.answer.{name}", network=words.text("card.network"))
