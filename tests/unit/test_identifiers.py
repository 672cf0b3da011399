"""Receipt and trade numbers, parsed once (gateways.md A1.4, T2, T11, T27; the command line's contract)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.errors import InvalidNumber
from pos_cancel.domain.identifiers import NumberKind, SaleNumber, breaks_rule, parse, trade_day

TRADE = "2026112022001499999999998888"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (TRADE, NumberKind.TRADE_NO),
        (TRADE[:-1], NumberKind.OUT_TRADE_NO),
        (TRADE + "1", NumberKind.OUT_TRADE_NO),
        ("20261320" + TRADE[8:], NumberKind.OUT_TRADE_NO),  # there is no thirteenth month
        ("20260230" + TRADE[8:], NumberKind.OUT_TRADE_NO),
        ("19991120" + TRADE[8:], NumberKind.OUT_TRADE_NO),
        (TRADE[:-1] + "X", NumberKind.OUT_TRADE_NO),
        ("\uff12" + TRADE[1:], NumberKind.OUT_TRADE_NO),  # a full-width digit is no digit of a trade number
        ("SHOP-0001-4821", NumberKind.OUT_TRADE_NO),
        ("收据-001", NumberKind.OUT_TRADE_NO),
        ("1", NumberKind.OUT_TRADE_NO),
        ("a" * 64, NumberKind.OUT_TRADE_NO),
    ],
)
def test_the_kind_is_recognised(text: str, kind: NumberKind) -> None:
    assert parse(text) == SaleNumber(text, kind)


@pytest.mark.parametrize("gateway", ["antom", "apo", "acqp"])
def test_the_json_gateways_have_their_own_names_for_the_kinds(gateway: str) -> None:
    assert parse(TRADE, gateway=gateway).kind is NumberKind.PAYMENT_ID
    assert parse("SHOP-1", gateway=gateway).kind is NumberKind.PAYMENT_REQUEST_ID


@pytest.mark.parametrize("text", [TRADE, "SHOP-1"])
@pytest.mark.parametrize("kind", NumberKind)
def test_a_person_may_force_the_kind(text: str, kind: NumberKind) -> None:
    assert parse(text, forced=kind).kind is kind


@pytest.mark.parametrize("blank", [" ", "\t", "\r\n", "\u00a0", "\u3000", "\u200b", "\ufeff", " \u00a0\n"])
def test_outer_blanks_go(blank: str) -> None:
    assert parse(f"{blank}SHOP 1{blank}").text == "SHOP 1"


def test_nothing_else_is_changed() -> None:
    assert parse("aB  c-ß").text == "aB  c-ß"


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0\t\n", "a" * 65, "a\x00b", "a\nb", "a\x1bb", "\ud800", "a\u202eb"]
)
def test_what_cannot_be_a_number_is_said_in_one_sentence(text: str) -> None:
    with pytest.raises(InvalidNumber) as refused:
        parse(text)
    assert refused.value.sentence.endswith(".")
    assert refused.value.way_on
    assert refused.value.code == "invalid_number"


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse(text)
    except InvalidNumber:
        return
    assert 1 <= len(number.text) <= 64
    assert number.text in text
    assert number.text.isprintable()
    assert parse(number.text) == number


def test_the_day_of_a_trade_number() -> None:
    assert trade_day(TRADE) == date(2026, 11, 20)
    assert trade_day("SHOP-1") is None
    assert trade_day("20260230" + TRADE[8:]) is None


def test_the_tail_and_the_giver() -> None:
    assert parse("SHOP-0001-4821").tail == "4821"
    assert [kind.is_gateways for kind in NumberKind] == [False, True, False, True]


@pytest.mark.parametrize(
    ("number", "charset", "broken"),
    [
        (SaleNumber(TRADE, NumberKind.TRADE_NO), "UTF-8", False),
        (SaleNumber("1" * 16, NumberKind.TRADE_NO), "UTF-8", False),
        (SaleNumber("1" * 15, NumberKind.TRADE_NO), "UTF-8", True),
        (SaleNumber("1", NumberKind.OUT_TRADE_NO), "UTF-8", False),
        (SaleNumber("收据", NumberKind.OUT_TRADE_NO), "GBK", False),
        (SaleNumber("收据", NumberKind.OUT_TRADE_NO), "GB2312", False),
        (SaleNumber("😀", NumberKind.OUT_TRADE_NO), "GBK", True),
        (SaleNumber("😀", NumberKind.OUT_TRADE_NO), "UTF-8", False),
    ],
)
def test_the_gateways_rules_of_length_and_charset(number: SaleNumber, charset: str, broken: bool) -> None:
    assert breaks_rule(number, charset) is broken
