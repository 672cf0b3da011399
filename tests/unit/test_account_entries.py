"""What a person writes about an account: taken as it is meant, or refused with a sentence of its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.adapters.account_entries import (
    checked_address,
    checked_currency,
    checked_key_version,
    checked_label,
    checked_merchant_id,
    checked_name,
)
from pos_cancel.domain.errors import InvalidInput

ID = "2088621887001234"


def topic(check: object, *arguments: str) -> str:
    with pytest.raises(InvalidInput) as told:
        check(*arguments)  # type: ignore[operator]
    assert told.value.sentence.endswith(".")
    assert told.value.way_on
    return told.value.topic


@pytest.mark.parametrize(
    "text",
    [
        ID,
        f" {ID}\n",
        "2088 6218 8700 1234",
        "2088\u00a06218\u200b87001234",
        "２０８８６２１８８７００１２３４",
    ],
)
def test_a_partner_id_is_taken_as_it_was_copied(text: str) -> None:
    assert checked_merchant_id("acquire", text) == ID


def test_what_is_no_partner_id() -> None:
    assert topic(checked_merchant_id, "acquire", ID[:-1]) == "id_length"
    assert topic(checked_merchant_id, "acquire", ID + "0") == "id_length"
    for text in ("", "1088621887001234", "SANDBOX_5Y1", "208862188700123x", "٢٠٨٨٦٢١٨٨٧٠٠١٢٣٤"):
        assert topic(checked_merchant_id, "acquire", text) == "id_partner"


@pytest.mark.parametrize("gateway", ["antom", "apo", "acqp"])
def test_a_client_id(gateway: str) -> None:
    assert checked_merchant_id(gateway, " SANDBOX_5Y119Y2ZBZ0U00000000 ") == "SANDBOX_5Y119Y2ZBZ0U00000000"
    assert topic(checked_merchant_id, gateway, ID) == "id_is_partner"
    for text in ("", "5Y1", "5Y1/../x", "客户", "x" * 65):
        assert topic(checked_merchant_id, gateway, text) == "id_client"


def test_an_address_is_completed_and_checked() -> None:
    assert checked_address("acquire", "https://globalmapi.alipay.com/gateway.do").endswith("/gateway.do")
    assert checked_address("acquire", " globalmapi.alipay.com ") == "https://globalmapi.alipay.com/gateway.do"
    assert checked_address("antom", "open-na.alipay.com") == "https://open-na.alipay.com"
    assert checked_address("acquire", "http://127.0.0.1:8080/gateway.do").startswith("http://127.0.0.1")
    for text in ("", "http://globalmapi.alipay.com", "ftp://x.example", "https://user@x.example", "https://"):
        assert topic(checked_address, "acquire", text) == "address"


def test_the_smaller_entries() -> None:
    assert checked_currency(" hkd ") == "HKD"
    assert [topic(checked_currency, text) for text in ("", "HK", "H1D", "元")] == ["currency"] * 4
    assert (checked_key_version(""), checked_key_version("２")) == ("1", "2")
    assert topic(checked_key_version, "two") == "key_version"
    assert checked_label("  Counter \t 1 ") == "Counter 1"
    assert checked_label("一号台") == "一号台"
    for text in ("x" * 61, "-----BEGIN", "bell\x07"):
        assert topic(checked_label, text) == "label"
    assert checked_name("shop-1") == "shop-1"
    assert topic(checked_name, "two words") == "profile_name"


@given(st.sampled_from(["acquire", "antom"]), st.text(max_size=80))
def test_no_text_breaks_an_entry(gateway: str, text: str) -> None:
    for check in (checked_merchant_id, checked_address):
        try:
            found = check(gateway, text)
        except InvalidInput as error:
            assert error.topic  # noqa: PT017 - a refusal is one of the two good ends
        else:
            assert found.isprintable()
