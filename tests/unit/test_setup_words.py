"""The words of the set-up: every verdict in every language, every mistake of a person, fingerprints."""

import re

import pytest

from pos_cancel.domain.errors import TOPICS, InvalidInput, KeyTextError
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.probe import Proof, Verdict
from pos_cancel.presenters.faults import fault_words
from pos_cancel.presenters.setup_words import host_of, present_proof, short_fingerprint
from pos_cancel.presenters.terminal import squares_text
from tests.unit.spoken_cases import PROFILE, ROOT, words_of

TOPIC = re.compile(r'topic=f?"([a-z0-9_]+)"')
BY_TROUBLE = {f"key_{trouble.value}" for trouble in KeyTrouble} - {"key_loading"}
# Made from a role, or said by the window itself.
OTHERS = {"key_not_private", "key_not_public", "key_nothing"}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_sentence_and_a_way_on(verdict: Verdict, language: str) -> None:
    card = present_proof(Proof(verdict, reason="dns"), PROFILE, words_of(language))
    assert card.sentence
    assert card.way_on
    assert card.sentence[-1] in ".。"
    assert card.way_on[-1] in ".。"
    assert card.passed is (verdict is Verdict.PASSED)


def test_the_gateways_own_word_stands_below() -> None:
    words = words_of("en")
    told = present_proof(Proof(Verdict.OUR_KEY, "ILLEGAL_SIGN"), PROFILE, words)
    assert told.detail == "our signature was not accepted: key, sign type or charset (ILLEGAL_SIGN)"
    assert present_proof(Proof(Verdict.UNCLEAR, "NEW_CODE"), PROFILE, words).detail == "NEW_CODE"
    network = present_proof(Proof(Verdict.NETWORK, reason="dns"), PROFILE, words)
    assert (network.sentence, network.detail) == (
        "globalmapi.alipay.com could not be reached.",
        "the gateway's name could not be looked up",
    )
    assert present_proof(Proof(Verdict.UNCLEAR), PROFILE, words).detail == ""
    assert present_proof(Proof(Verdict.BUSY, "SYSTEM_ERROR"), PROFILE, words).detail == "SYSTEM_ERROR"


def test_what_stands_under_a_signature_that_does_not_fit_is_not_told() -> None:
    forged = Proof(Verdict.THEIR_KEY, "TRADE_NOT_EXIST", "bad_signature")
    assert present_proof(forged, PROFILE, words_of("en")).detail == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_that_the_code_can_tell_has_its_own_words(language: str) -> None:
    keys = words_of(language).keys
    rooms = ("adapters", "cli", "gateways")
    sources = [
        path.read_text("utf-8") for room in rooms for path in (ROOT / "pos_cancel" / room).glob("*.py")
    ]
    topics = {found for text in sources for found in TOPIC.findall(text)} | BY_TROUBLE | OTHERS
    topics |= set(TOPICS.values())
    assert {"key_short", "id_length", "file"} <= topics
    wanted = {f"error.{topic}.{part}" for topic in topics for part in ("sentence", "way_on")}
    assert wanted - keys == set()


def test_the_words_of_the_topic_come_before_those_of_the_kind() -> None:
    short = KeyTextError("Own sentence.", "Own way on.", topic="key_short", bits=512)
    assert (
        fault_words(short, words_of("en"))[0]
        == "This key has only 512 bits; that is too weak to be accepted."
    )
    assert "512" in fault_words(short, words_of("zh_CN"))[0]
    plain = KeyTextError("Own sentence.", "Own way on.")
    assert fault_words(plain, words_of("en")) == ("Own sentence.", "Own way on.")
    assert fault_words(plain, words_of("zh_CN"))[0] == "这段内容不是所需的密钥。"
    unknown = InvalidInput("Own sentence.", topic="no_such_topic")
    assert fault_words(unknown, words_of("en"))[0] == "Own sentence."


def test_a_fingerprint_is_read_in_groups() -> None:
    assert short_fingerprint("0123456789abcdef0123456789abcdef") == "0123 4567 89ab cdef"
    assert short_fingerprint("") == ""
    assert host_of(PROFILE) == "globalmapi.alipay.com"


def test_a_qr_code_in_half_blocks_draws_what_is_light() -> None:
    assert squares_text([[True, False], [False, False]]) == "▄█"
    assert squares_text([[True, False], [True, True], [False, True]]) == " ▀\n█▄"
