"""Amounts: minor units, decimals per currency, and no guessing (gateways.md T28)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.money import Money, decimals, parse_decimal


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("128.00", "CNY", 12_800),
        ("128", "CNY", 12_800),
        ("0.01", "CNY", 1),
        ("1.5", "HKD", 150),
        (" 20.00 ", "USD", 2_000),
        ("100", "JPY", 100),
        ("100.00", "JPY", 100),
        ("100.0", "KRW", 100),
        ("0", "CNY", 0),
        ("999999999999.99", "CNY", 99_999_999_999_999),
    ],
)
def test_decimal_amounts_are_read(text: str, currency: str, minor: int) -> None:
    assert parse_decimal(text, currency) == Money(minor, currency)


@pytest.mark.parametrize(
    ("text", "currency"),
    [
        ("", "CNY"),
        ("128.000", "CNY"),
        ("1,28", "CNY"),
        ("1,280.00", "CNY"),
        (".5", "CNY"),
        ("5.", "CNY"),
        ("-1.00", "CNY"),
        ("+1.00", "CNY"),
        ("1e3", "CNY"),
        ("¥1.00", "CNY"),
        ("\uff11\uff12", "CNY"),
        ("1\n2", "CNY"),
        ("100.50", "JPY"),
        ("100.5", "KRW"),
        ("1" * 13, "CNY"),
        ("NaN", "CNY"),
    ],
)
def test_what_is_no_amount_is_said_in_one_sentence(text: str, currency: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_decimal(text, currency)
    assert refused.value.sentence.endswith("is not an amount.")
    assert "128.00" in refused.value.way_on


@given(st.integers(0, 10**12 - 1), st.sampled_from(["CNY", "HKD", "USD", "EUR", "JPY", "KRW", "VND", "CLP"]))
def test_what_is_written_reads_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert parse_decimal(money.decimal, currency) == money


@pytest.mark.parametrize(
    ("money", "decimal", "text"),
    [
        (Money(12_800, "CNY"), "128.00", "¥128.00"),
        (Money(1, "CNY"), "0.01", "¥0.01"),
        (Money(12_805, "USD"), "128.05", "USD 128.05"),
        (Money(100, "JPY"), "100", "JPY 100"),
        (Money(12_800, ""), "128.00", "128.00"),
    ],
)
def test_how_an_amount_is_written(money: Money, decimal: str, text: str) -> None:
    assert (money.decimal, str(money)) == (decimal, text)


def test_the_currencies_without_a_smaller_unit() -> None:
    assert {code: decimals(code) for code in ("CLP", "JPY", "KRW", "VND", "CNY", "HKD", "SGD")} == {
        "CLP": 0,
        "JPY": 0,
        "KRW": 0,
        "VND": 0,
        "CNY": 2,
        "HKD": 2,
        "SGD": 2,
    }
