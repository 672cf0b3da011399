"""What a check found, in words: numbered, with an icon and a word, in every language."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.case import State, Tone
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.finding import Finding, Report
from pos_cancel.presenters.findings import finding_of_case, present_findings
from tests.unit.spoken_cases import FULL_CASE, NOW, SHOP, pending, words_of

LANGUAGES = ("en", "zh_CN", "zh_TW")


@pytest.mark.parametrize("language", LANGUAGES)
def test_findings_are_numbered_and_never_told_by_colour_alone(language: str) -> None:
    report = Report()
    report.add(LocalError("The folder is read-only.", "Make it writable."))
    report.findings += [
        Finding("key_missing", "x", about="Counter 2"),
        Finding("key_weak", "x", about="Counter 2", known={"bits": 1024}),
        Finding("no_profile", "x"),
        Finding("journal", "x", known={"detail": "event 7"}),
        Finding("not_sent", "K7-204: told before.", "Do it."),
    ]
    cards = present_findings(report.findings, words_of(language))
    assert [card.number for card in cards] == [1, 2, 3, 4, 5, 6]
    tones = [Tone.CALL, Tone.CALL, Tone.ACT, Tone.ACT, Tone.CALL, Tone.ACT]
    assert [card.tone for card in cards] == tones
    assert {(card.icon, card.word) for card in cards} == {
        ("telephone", words_of(language).text("tone.call")),
        ("hand", words_of(language).text("tone.act")),
    }
    assert all(card.sentence and card.way_on for card in cards)
    assert cards[1].sentence.startswith("Counter 2")
    assert "1024" in cards[2].sentence
    assert "event 7" in cards[4].sentence
    assert cards[5].sentence == "K7-204: told before."


def test_an_error_is_told_in_its_own_words() -> None:
    report = Report()
    report.add(LocalError("The folder is read-only.", "Make it writable."))
    (card,) = present_findings(report.findings, words_of("en"))
    assert (card.sentence, card.way_on) == ("The folder is read-only.", "Make it writable.")


def test_a_case_that_wants_a_person_is_a_finding() -> None:
    words = words_of("en")

    def found(**changes: object) -> Finding | None:
        return finding_of_case(replace(FULL_CASE, **changes), NOW, words, SHOP)  # type: ignore[arg-type]

    stopped = finding_of_case(pending(stopped="S-01"), NOW, words, SHOP)
    assert stopped is not None
    assert stopped.code == "stopped"
    assert stopped.sentence == "K7-204: S-01: This till has no usable key for the account."
    unlisted = finding_of_case(pending(stopped="S-99"), NOW, words, SHOP)
    assert unlisted is not None
    assert unlisted.sentence.endswith("This till is not set up to cancel.")
    support, unsent = found(state=State.CALL_SUPPORT, variant="unknown"), found(state=State.NOT_SENT)
    assert support is not None
    assert support.code == "call_support"
    assert unsent is not None
    assert unsent.sentence == "K7-204: Not sent. This cancel did not happen."
    late = finding_of_case(pending(deadline=NOW - timedelta(hours=3)), NOW, words, SHOP)
    assert late is not None
    assert late.code == "late"
    assert finding_of_case(pending(), NOW, words, SHOP) is None
    assert finding_of_case(pending(deadline=None), NOW, words, SHOP) is None
