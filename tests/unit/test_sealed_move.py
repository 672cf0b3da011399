"""What is sealed to a one-time key opens with that key alone, whole, and within its hour."""

import base64
import hashlib
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from pos_cancel.adapters.qr_code import squares_of
from pos_cancel.adapters.sealed_move import (
    INVITATION,
    LIFETIME,
    SEALED,
    OneTimeKey,
    check_number,
    make_one_time,
    open_sealed,
    read_invitation,
    seal,
)
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.presenters.terminal import squares_text

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
CONTENT = b"an account with its keys"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
KNOWN_INVITATION = "PCR1R5AMLLNWR4SWESXFWIKOU5T2N3EU3AU5HV5V4GWRXJXT4IJYFBP65XMIHU"
KNOWN_SEALED = (
    "PCM153OYQPNAVFCRKPBS3NKNS6YVXHOTKQOF6RLPGIXMZGOF4ZIBPSZLTLBIZBX55HAKI5VKY5OV"
    "BGUWPXTM5BDAPATSKYLPXGAPQCXHOPGVNRDASMD7WYYBS5BB4P4KMEHQ"
)

Spelling = Callable[[str], str]


@pytest.fixture
def one_time() -> OneTimeKey:
    return make_one_time(NOW)


def base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=")


def mark_of(one_time: OneTimeKey) -> bytes:
    return hashlib.sha256(one_time.public).digest()[:8]


def sealed_to(one_time: OneTimeKey, content: bytes = CONTENT) -> str:
    return seal(content, read_invitation(one_time.invitation))


@pytest.mark.parametrize("content", [b"", CONTENT, bytes(range(256)) * 8])
def test_what_was_sealed_opens(one_time: OneTimeKey, content: bytes) -> None:
    text = sealed_to(one_time, content)
    assert open_sealed(text, one_time, NOW) == content
    assert set(text) <= set(ALPHABET + "01")
    # No two are alike, although key and content are.
    assert sealed_to(one_time, content) != text


def test_a_known_text_opens_for_ever() -> None:
    """The format: a later version has to read what this one wrote."""
    key = OneTimeKey(X25519PrivateKey.from_private_bytes(bytes(range(32))), NOW)
    assert key.invitation == KNOWN_INVITATION
    assert open_sealed(KNOWN_SEALED, key, NOW) == CONTENT
    assert check_number(KNOWN_SEALED) == "6789872546590062"


@pytest.mark.parametrize(
    "spelt",
    [
        lambda text: text.lower(),
        lambda text: f"\ufeff{text}\r\n",
        lambda text: " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
        lambda text: "-\n".join(text[at : at + 60] for at in range(0, len(text), 60)),
    ],
)
def test_people_and_scanners_may_spell_it_in_their_way(one_time: OneTimeKey, spelt: Spelling) -> None:
    text = sealed_to(one_time)
    assert read_invitation(spelt(one_time.invitation)) == one_time.public
    assert open_sealed(spelt(text), one_time, NOW) == CONTENT
    assert check_number(spelt(text)) == check_number(text)


def test_every_single_slip_is_refused(one_time: OneTimeKey) -> None:
    """One letter wrong anywhere, in the invitation or in what was sealed."""
    text = sealed_to(one_time)
    for whole, read in (
        (one_time.invitation, read_invitation),
        (text, lambda changed: open_sealed(changed, one_time, NOW)),
    ):
        for at, letter in enumerate(whole):
            other = ALPHABET[(ALPHABET.find(letter) + 1) % len(ALPHABET)]
            with pytest.raises(InvalidInput):
                read(whole[:at] + other + whole[at + 1 :])


def test_every_cut_and_every_tail_is_refused(one_time: OneTimeKey) -> None:
    text = sealed_to(one_time)
    for end in range(len(text)):
        with pytest.raises(InvalidInput):
            open_sealed(text[:end], one_time, NOW)
    for tail in ("A", "AAAAAAAA", text):
        with pytest.raises(InvalidInput):
            open_sealed(text + tail, one_time, NOW)


def test_noise_is_refused_in_words(one_time: OneTimeKey, rng: random.Random) -> None:
    for _ in range(300):
        noise = "".join(rng.choices(ALPHABET + "018=%é\0 ", k=rng.randrange(200)))
        for text in (noise, INVITATION + noise, SEALED + noise):
            for read in (read_invitation, lambda given: open_sealed(given, one_time, NOW)):
                with pytest.raises(InvalidInput):
                    read(text)


def test_another_tills_text_is_told_apart_from_a_damaged_one(one_time: OneTimeKey) -> None:
    for text, words in (
        (sealed_to(make_one_time(NOW)), "for another till"),
        (one_time.invitation, "not a sealed move"),
        ("MIIEvQIBADANBgkqhkiG9w0BAQEFAASC", "not a sealed move"),
    ):
        with pytest.raises(InvalidInput, match=words):
            open_sealed(text, one_time, NOW)
    text = sealed_to(one_time)
    at = len(text) // 2
    with pytest.raises(InvalidInput, match="altered or damaged"):
        open_sealed(f"{text[:at]}{'A' if text[at] != 'A' else 'B'}{text[at + 1 :]}", one_time, NOW)
    with pytest.raises(InvalidInput, match="one-time key of a receiving till"):
        read_invitation(text)


@pytest.mark.parametrize(
    ("later", "is_over"),
    [
        (timedelta(0), False),
        (LIFETIME - timedelta(seconds=1), False),
        (LIFETIME, True),
        (timedelta(days=400), True),
        (timedelta(seconds=-1), True),
    ],
)
def test_after_its_hour_it_opens_nothing(one_time: OneTimeKey, later: timedelta, *, is_over: bool) -> None:
    text = sealed_to(one_time)
    assert one_time.is_over(NOW + later) is is_over
    if is_over:
        with pytest.raises(InvalidInput, match="hour"):
            open_sealed(text, one_time, NOW + later)
    else:
        assert open_sealed(text, one_time, NOW + later) == CONTENT


def test_a_public_key_with_a_secret_that_everybody_knows_is_refused(one_time: OneTimeKey) -> None:
    with pytest.raises(InvalidInput, match="none that a till makes"):
        seal(CONTENT, bytes(32))
    # The same in the place of the sender's key.
    raw = SEALED + base32(mark_of(one_time) + bytes(32) + bytes(40))
    with pytest.raises(InvalidInput, match="altered"):
        open_sealed(raw, one_time, NOW)


def test_the_check_number_is_one_of_the_text() -> None:
    texts = [sealed_to(make_one_time(NOW)) for _ in range(20)]
    numbers = {check_number(text) for text in texts}
    assert len(numbers) == 20
    assert all(len(number) == 16 and number.isdigit() for number in numbers)


def test_nothing_of_the_key_is_shown(one_time: OneTimeKey) -> None:
    seed = one_time.private.private_bytes_raw()
    assert seed.hex() not in repr(one_time)
    assert "X25519" not in repr(one_time)


def test_as_a_qr_code_it_is_of_the_denser_kind(one_time: OneTimeKey) -> None:
    text = sealed_to(one_time, random.Random(1).randbytes(1500))
    squares = squares_of(text)
    # Letters and digits alone take 5.5 bits each; as bytes this text would need a code of 165 squares.
    assert len(text) > 2400
    assert len(squares) - 8 <= 141
    drawn = squares_text(squares).splitlines()
    assert len(drawn) == (len(squares) + 1) // 2
    assert {len(line) for line in drawn} == {len(squares)}
    assert set("".join(drawn)) == set(" ▀▄█")
