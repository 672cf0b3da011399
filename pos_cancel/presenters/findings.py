"""What a check of the till found, in words that can be read out over the telephone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from pos_cancel.domain.case import Case, State, Tone
from pos_cancel.domain.finding import Finding
from pos_cancel.presenters.card import ICONS, present
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.spoken import is_stopped
from pos_cancel.presenters.wording import Wording

# These wait for a person who has time; all else calls for one now.
CAN_WAIT = frozenset({"key_weak", "no_profile", "not_sent", "late"})


@dataclass(frozen=True, slots=True)
class FindingCard:
    """One finding: its number, how it sounds, what is wrong and what to do."""

    number: int
    tone: Tone
    icon: str
    word: str
    sentence: str
    way_on: str


def finding_of_case(case: Case, now: datetime, words: Wording, zone: tzinfo) -> Finding | None:
    """Give what is wrong with an open case, None where it goes on by itself."""
    card = present(case, now, words, zone)
    if is_stopped(case):
        code = case.stopped or case.setup_code
        what = words.find(f"s_code.{code}.what") or words.text("s_code.other.what")
        tell = words.find(f"s_code.{code}.tell") or words.text("s_code.other.tell")
        return Finding("stopped", f"{case.ref}: {code}: {what}", tell)
    if case.state in {State.CALL_SUPPORT, State.NOT_SENT}:
        return Finding(case.state.value, f"{case.ref}: {card.headline}", card.do)
    if case.deadline is not None and case.deadline < now:
        return Finding("late", f"{case.ref}: {card.status_line}", card.do)
    return None


def present_findings(findings: Iterable[Finding], words: Wording) -> tuple[FindingCard, ...]:
    """Number the findings and put them into words."""
    return tuple(_card(number, finding, words) for number, finding in enumerate(findings, 1))


def _card(number: int, finding: Finding, words: Wording) -> FindingCard:
    tone = Tone.ACT if finding.code in CAN_WAIT else Tone.CALL
    sentence, way_on = _told(finding, words)
    if finding.about:
        sentence = words.text("check.about", account=finding.about, sentence=sentence)
    return FindingCard(number, tone, ICONS[tone], words.text(f"tone.{tone.value}"), sentence, way_on)


def _told(finding: Finding, words: Wording) -> tuple[str, str]:
    if finding.error is not None:
        return fault_words(finding.error, words)
    name = f"check.{finding.code}"
    if f"{name}.sentence" not in words.keys:
        # A finding about a case was put into these words before.
        return finding.sentence, finding.way_on
    return words.text(f"{name}.sentence", **finding.known), words.text(f"{name}.way_on", **finding.known)
