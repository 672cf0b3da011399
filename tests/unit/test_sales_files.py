"""Sales that a POS hands over: a bad line is named and skipped, the rest is taken."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.orders import Order
from pos_cancel.adapters.sales_files import COLUMNS, Sales, read_sales
from pos_cancel.domain.errors import InvalidInput

HEAD = ",".join(COLUMNS)
GOOD = "R-1,128.00,CNY,2026-11-21T14:05:00+08:00,shop,open"
ORDER = Order(
    profile="shop",
    number="R-1",
    amount_minor=12_800,
    currency="CNY",
    time=datetime(2026, 11, 21, 6, 5, tzinfo=UTC),
    status="open",
)


def read(folder: Path, text: str | bytes, name: str = "sales.csv") -> Sales:
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sales(file)


@pytest.mark.parametrize(
    "text",
    [f"{HEAD}\n{GOOD}\n", f"\ufeff{HEAD}\r\n{GOOD}\r\n", f"{HEAD},more\n{GOOD},x,y,z", f"{HEAD}\n{GOOD}"],
)
def test_a_table_is_read(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == Sales((ORDER,), ())


def test_a_list_is_read(tmp_path: Path) -> None:
    row = dict(zip(COLUMNS, GOOD.split(","), strict=True))
    assert read(tmp_path, json.dumps([row, row | {"amount": 128}]), "SALES.JSON") == Sales((ORDER, ORDER), ())
    bare = {"number": "R-2", "profile": "shop", "status": "PAID", "amount": None}
    assert read(tmp_path, json.dumps([bare]), "s.json").orders == (
        Order(profile="shop", number="R-2", status="paid"),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (",128.00,CNY,,shop,open", "no number"),
        ("R" * 65 + ",128.00,CNY,,shop,open", "65 characters"),
        ("R\x07-1,128.00,CNY,,shop,open", "no receipt has"),
        ("R-2,128.00,CNY,,shop,stolen", "status is open or paid"),
        ("R-2,128.00,CNY,,shop,", "status is open or paid"),
        ("R-2,128.00,CNY,,,open", "profile is missing"),
        ("R-2,128.00,CNY,,sh\x00op,open", "profile is missing"),
        ('R-2,"1,280.00",CNY,,shop,open', "not an amount"),
        ("R-2,128.999,CNY,,shop,open", "not an amount"),
        ("R-2,1.50,JPY,,shop,open", "not an amount"),
        ("R-2,-1,CNY,,shop,open", "not an amount"),
        ("R-2,128.00,yuan,,shop,open", "three letters"),
        ("R-2,128.00,CNY,2026-11-21T14:05:00,shop,open", "no time zone"),
        ("R-2,128.00,CNY,yesterday,shop,open", "not a time"),
        ("R-2", "status is open or paid"),
    ],
)
def test_a_bad_line_is_named_and_skipped(tmp_path: Path, line: str, words: str) -> None:
    sales = read(tmp_path, f"{HEAD}\n{GOOD}\n{line}\n{GOOD}\n")
    assert sales.orders == (ORDER, ORDER)
    (skipped,) = sales.skipped
    assert skipped.startswith("line 3 is skipped: ")
    assert words in skipped
    assert "\n" not in skipped


def test_a_bad_entry_is_named_and_skipped(tmp_path: Path) -> None:
    row = dict(zip(COLUMNS, GOOD.split(","), strict=True))
    odd = [3, None, row | {"profile": "\ud800"}, row | {"currency": "\ud800"}, row | {"number": ["R-1"]}]
    sales = read(tmp_path, json.dumps([*odd, row]), "sales.json")
    assert sales.orders[-1] == ORDER
    assert [text.split(" is ")[0] for text in sales.skipped[:4]] == [
        f"entry {place}" for place in range(1, 5)
    ]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("sales.csv", ""),
        ("sales.csv", GOOD),
        ("sales.csv", "number;profile;status\n"),
        ("sales.csv", "é".encode("latin-1")),
        ("sales.csv", f'{HEAD}\n"{"x" * 200_000}",1'),
        ("sales.json", "{}"),
        ("sales.json", ""),
        ("sales.json", "[" * 100_000),
        ("sales.json", "\x00"),
        ("sales.json", "[" + "9" * 5_000 + "]"),
    ],
)
def test_a_file_that_holds_no_sales(tmp_path: Path, name: str, text: str | bytes) -> None:
    with pytest.raises(InvalidInput) as raised:
        read(tmp_path, text, name)
    assert "columns" in raised.value.way_on
    assert "\n" not in raised.value.sentence


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for path in (tmp_path / "sales.csv", tmp_path):
        with pytest.raises(InvalidInput, match="cannot be read"):
            read_sales(path)


@given(
    st.lists(
        st.dictionaries(
            st.sampled_from(COLUMNS),
            st.one_of(st.text(), st.sampled_from(GOOD.split(",")), st.integers(), st.none()),
        )
    )
)
def test_whatever_was_taken_can_be_kept(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]]
) -> None:
    """A line that is no good is skipped when it is read: the journal never meets it."""
    folder = tmp_path_factory.mktemp("sales")
    sales = read(folder, json.dumps(rows), "sales.json")
    assert len(sales.orders) + len(sales.skipped) == len(rows)
    with Journal.open(folder) as journal:
        assert journal.add_orders(sales.orders) <= len(sales.orders)
