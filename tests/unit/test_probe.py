"""What the answer to a question about no sale proves: one verdict per kind of answer, in one place."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.outcome import (
    Advice,
    Cancelled,
    Effect,
    Found,
    NotFound,
    NotSent,
    Outcome,
    Reading,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.schedule import CLOCK_TOLERANCE
from pos_cancel.engine.probe import Proof, Verdict, ask, judge, other_query, probe_number, read
from pos_cancel.gateways.http import Exchange
from pos_cancel.sandbox.faults import GATEWAYS
from tests.unit.gateway_answers import refused, shows_unchecked, silence, turned_away
from tests.unit.till_stories import ACQUIRE, KEYS, NOON, PAID, PROFILE

V = Verdict


def verdict(outcome: Outcome, signature: Signature = Signature.VERIFIED, **more: object) -> Verdict:
    reading = Reading(outcome=outcome, signature=signature, **more)  # type: ignore[arg-type]
    return judge(reading, NOON).verdict


def no(advice: Advice, setup_code: str = "") -> Refused:
    return Refused("SOME_CODE", advice, setup_code=setup_code)


def asked(answer: Exchange, profile: Profile = PROFILE) -> Proof:
    question, _ = ask(profile, KEYS, ACQUIRE, NOON)
    number = question.number.text
    return read(replace(question, number=replace(question.number, text=number)), KEYS, ACQUIRE, answer, NOON)


def test_only_a_verified_answer_about_the_sale_proves_both_keys() -> None:
    assert verdict(NotFound("TRADE_NOT_EXIST")) is V.PASSED
    assert verdict(Found(PAID)) is V.PASSED
    assert verdict(no(Advice.STATUS)) is V.PASSED
    for signature in set(Signature) - {Signature.VERIFIED}:
        assert verdict(NotFound(), signature) is V.UNCLEAR
        assert verdict(no(Advice.STATUS), signature) is V.UNCLEAR
    assert verdict(no(Advice.UNLISTED)) is V.UNCLEAR
    assert verdict(Cancelled(Effect.CLOSE)) is V.UNCLEAR


@pytest.mark.parametrize(
    ("setup_code", "expected"),
    [
        ("S-03", V.OUR_KEY),
        ("S-04", V.ACCOUNT),
        ("S-05", V.NOT_ENTITLED),
        ("S-06", V.FORM),
        ("S-07", V.ADDRESS),
        ("", V.FORM),
    ],
)
def test_a_refused_set_up_names_its_part(setup_code: str, expected: Verdict) -> None:
    for signature in (Signature.UNSIGNED, Signature.VERIFIED):
        assert verdict(no(Advice.SETUP, setup_code), signature) is expected


def test_a_wrong_clock_is_told_before_anything_else_is_blamed() -> None:
    off = NOON + CLOCK_TOLERANCE + timedelta(seconds=1)
    for at in (off, NOON - (off - NOON)):
        assert verdict(no(Advice.SETUP, "S-03"), gateway_time=at) is V.CLOCK
        assert verdict(no(Advice.PARAMETER, "S-06"), gateway_time=at) is V.CLOCK
        assert verdict(NotFound(), gateway_time=at) is V.PASSED
    assert verdict(no(Advice.PARAMETER, "S-06"), gateway_time=NOON + CLOCK_TOLERANCE) is V.FORM


@pytest.mark.parametrize("advice", [Advice.SYSTEM, Advice.SYSTEM_FINAL, Advice.BUSY])
def test_the_gateways_own_trouble_proves_nothing_about_us(advice: Advice) -> None:
    assert verdict(no(advice)) is V.BUSY


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_verdict_that_says_where_to_look(reason: Reason) -> None:
    kinds = {verdict(Unknown(reason), Signature.NONE), verdict(NotSent(reason), Signature.NONE)}
    assert len(kinds) == 1
    assert V.PASSED not in kinds
    assert judge(Reading(outcome=Unknown(reason)), NOON).reason == reason.value


@pytest.mark.parametrize(
    ("reason", "expected"),
    [
        (Reason.BAD_SIGNATURE, V.THEIR_KEY),
        (Reason.CERTIFICATE, V.CERTIFICATE),
        (Reason.NOT_FOUND_ADDRESS, V.ADDRESS),
        (Reason.LOGIN_PAGE, V.LOGIN),
        (Reason.DNS, V.NETWORK),
        (Reason.SILENCE, V.NETWORK),
        (Reason.LOCAL, V.LOCAL),
    ],
)
def test_what_the_network_did(reason: Reason, expected: Verdict) -> None:
    assert verdict(Unknown(reason), Signature.NONE) is expected


def test_an_exchange_is_asked_and_read() -> None:
    assert asked(silence()) == Proof(V.NETWORK, "", "silence", "acquire")
    assert asked(turned_away("ILLEGAL_SIGN")) == Proof(V.OUR_KEY, "ILLEGAL_SIGN", "", "acquire")
    number = probe_number(PROFILE, NOON).text
    found = asked(refused("TRADE_NOT_EXIST", number=number))
    assert (found.verdict, found.passed) == (V.PASSED, True)
    assert not asked(turned_away("ILLEGAL_PARTNER")).passed


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_no_sale_has_the_number(gateway: str) -> None:
    number = probe_number(replace(PROFILE, gateway=gateway), NOON)
    assert number.text.startswith("key-check-")
    assert number.kind in {NumberKind.OUT_TRADE_NO, NumberKind.PAYMENT_REQUEST_ID}


def test_the_other_inquiry_is_tried_where_this_one_is_refused_or_not_checkable() -> None:
    unentitled = asked(turned_away("HAS_NO_PRIVILEGE"))
    assert other_query(unentitled, PROFILE) == "overseas"
    number = probe_number(PROFILE, NOON).text
    assert other_query(asked(shows_unchecked(number=number)), PROFILE) == "overseas"
    assert other_query(asked(turned_away("ILLEGAL_SIGN")), PROFILE) == ""
    assert other_query(replace(unentitled, query="overseas"), PROFILE) == ""
    assert other_query(unentitled, replace(PROFILE, gateway="antom")) == ""
    question, request = ask(PROFILE, KEYS, ACQUIRE, NOON, "overseas")
    assert question.query == "overseas"
    assert b"overseas.query" in request.body
