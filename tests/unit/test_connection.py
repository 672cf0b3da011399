"""The banner that says it is the connection: when it comes, and when it goes by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, State
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.domain.outcome import NotSent, Outcome, Reading, Reason, Signature, Unknown
from pos_cancel.presenters.connection import (
    LASTS,
    Connection,
    Heard,
    connection_notice,
    of_case,
    of_look,
)
from tests.unit.spoken_cases import NOW, PAID_SALE, look, look_at, pending, words_of

LOST, VERIFIED, UNSURE, OTHER = Heard.LOST, Heard.VERIFIED, Heard.UNSURE, Heard.OTHER


def at(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def after(*heard: tuple[Heard, float]) -> Connection:
    connection = Connection()
    for what, seconds in heard:
        connection = connection.after(what, at(seconds))
    return connection


@pytest.mark.parametrize(
    ("heard", "asked_at", "is_down"),
    [
        ((), 0, False),
        (((LOST, 0), (LOST, 30)), 90, False),
        (((LOST, 0), (LOST, 5), (LOST, 10)), 30, False),
        (((LOST, 0), (LOST, 5), (LOST, 10)), 60, True),
        (((LOST, 0), (LOST, 30), (LOST, 61)), 61, True),
        (((LOST, 0), (LOST, 30), (VERIFIED, 40), (LOST, 61), (LOST, 62)), 130, False),
        (((LOST, 0), (LOST, 30), (OTHER, 40), (LOST, 61)), 120, False),
        (((LOST, 0), (LOST, 30), (LOST, 61), (OTHER, 62)), 63, True),
        (((LOST, 0), (LOST, 30), (LOST, 61), (VERIFIED, 62)), 63, False),
        (((UNSURE, 0), (UNSURE, 30), (UNSURE, 61)), 120, False),
        (((LOST, 0), (UNSURE, 30), (LOST, 61)), 120, False),
        (((LOST, 0), (LOST, 30), (LOST, 61)), 61 + LASTS.total_seconds() + 1, False),
        (((LOST, 0), (LOST, 30), (LOST, 61), (UNSURE, 900)), 1_800, True),
        (((LOST, 0), (LOST, 1), (LOST, 2_000)), 2_100, False),
    ],
)
def test_it_takes_three_in_a_row_over_a_minute(
    heard: tuple[tuple[Heard, float], ...], asked_at: float, is_down: bool
) -> None:
    assert after(*heard).is_down(at(asked_at)) is is_down


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_banner_says_whose_fault_it_is_and_what_is_safe(language: str) -> None:
    words, down = words_of(language), after((LOST, 0), (LOST, 30), (LOST, 61))
    notice = connection_notice(down, at(200), words)
    assert notice is not None
    assert "3" in notice.sentence
    assert (notice.tone, notice.icon, notice.seen, notice.way) == ("act", "unplugged", "", "")
    assert notice.detail
    assert connection_notice(down, at(30), words) is None
    assert connection_notice(Connection(), NOW, words) is None


@pytest.mark.parametrize(
    ("outcome", "heard"),
    [
        (Unknown(Reason.SILENCE), LOST),
        (NotSent(Reason.DNS), LOST),
        (NotSent(Reason.CERTIFICATE), OTHER),
        (Unknown(Reason.LOGIN_PAGE), OTHER),
    ],
)
def test_what_a_look_says(outcome: Outcome, heard: Heard) -> None:
    assert of_look(look(reading=Reading(outcome=outcome))) is heard


def test_a_verified_look_works_and_an_unasked_one_says_nothing() -> None:
    assert of_look(look_at(PAID_SALE)) is VERIFIED
    assert of_look(look(trouble="key_locked")) is None


def flown(ask: Ask = Ask.CANCEL, **changes: object) -> tuple[Case, Case]:
    return pending(in_flight=ask), pending(**changes)


@pytest.mark.parametrize(
    ("ask", "changes", "heard"),
    [
        (Ask.CANCEL, {"retry_reason": "silence"}, LOST),
        (Ask.CANCEL, {"retry_reason": "http_status"}, OTHER),
        (Ask.CANCEL, {"signature": Signature.VERIFIED}, VERIFIED),
        (Ask.INQUIRY, {"retry_reason": "silence"}, UNSURE),
        (Ask.INQUIRY, {"signature": Signature.UNSIGNED}, OTHER),
        (Ask.INQUIRY, {"query": "overseas", "signature": Signature.VERIFIED}, OTHER),
        (Ask.CANCEL, {"refused_key": "1", "signature": Signature.VERIFIED}, OTHER),
        (Ask.CANCEL, {"in_flight": Ask.CANCEL}, None),
    ],
)
def test_what_a_case_says(ask: Ask, changes: dict[str, object], heard: Heard | None) -> None:
    before, case = flown(ask, **changes)
    assert of_case(before, case) is heard


def test_a_change_without_an_exchange_says_nothing() -> None:
    case = pending(signature=Signature.VERIFIED)
    assert of_case(case, replace(case, state=State.WITHDRAWN)) is None
