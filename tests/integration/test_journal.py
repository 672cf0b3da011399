"""What is written to the journal is there again: cases, events, references, orders, requests."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.adapters.journal import Journal
from pos_cancel.adapters.orders import Order
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import InvalidInput, JournalError
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.money import Money
from pos_cancel.domain.receipt import Receipt
from pos_cancel.engine import ports
from pos_cancel.engine.ports import Entry
from tests.integration.journal_cases import NOON, keep, make_case, make_entry

TRADE_NO = "2026112022001467890123454821"
DAY = timedelta(days=1)


def refs(receipts: list[Receipt]) -> list[str]:
    return [receipt.ref for receipt in receipts]


@pytest.fixture
def journal(isolated_home: Path) -> Iterator[Journal]:
    with Journal.open(isolated_home) as opened:
        yield opened


def test_it_is_what_the_engine_needs(journal: Journal) -> None:
    port: ports.Journal = journal
    assert port.open_cases() == []


def test_a_new_journal_is_private(journal: Journal, isolated_home: Path) -> None:
    keep(journal, make_case(1))
    modes = {path.name: path.stat().st_mode & 0o777 for path in (isolated_home / "journal").iterdir()}
    files = dict.fromkeys(("journal.db", "journal.db-wal", "journal.db-shm", "journal.key"), 0o600)
    assert modes == files
    assert (isolated_home / "journal").stat().st_mode & 0o777 == 0o700
    assert [path.name for path in isolated_home.iterdir()] == ["journal"]


def test_a_missing_home_is_made(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "a" / "home") as made:
        assert made.verify() == []
    assert (tmp_path / "a" / "home").stat().st_mode & 0o777 == 0o700


def test_a_case_is_found_by_id_and_by_reference(journal: Journal) -> None:
    case = make_case(7, ref="K7-204")
    keep(journal, case)
    assert journal.get(case.id) == case
    assert journal.get("K7-204") == case
    assert journal.get("k7-204") == case
    assert journal.get("K7-20") is None


def test_a_case_is_found_by_every_number_of_its_sale(journal: Journal) -> None:
    first = make_case(1, state=State.REFUNDED)
    second = make_case(2, number=TRADE_NO, number_kind=NumberKind.TRADE_NO, opened_at=NOON + DAY)
    keep(journal, first, second)
    assert journal.of_number(TRADE_NO) == [second]
    settled = replace(second, state=State.REFUNDED, trade_no=TRADE_NO, out_trade_no=first.number)
    keep(journal, settled)
    assert journal.of_number(first.number) == [settled, first]
    assert journal.of_number(TRADE_NO) == [settled]
    keep(journal, replace(settled, out_trade_no=""))
    assert journal.of_number(first.number) == [first]
    assert journal.verify() == []


def test_a_case_is_found_by_the_end_of_a_number(journal: Journal) -> None:
    case = make_case(1, number="M-4821", trade_no=TRADE_NO)
    other = make_case(2, number="M-48210", opened_at=NOON + DAY)
    keep(journal, case, other)
    receipt = Receipt(profile="shop", number="M-4821", at=NOON, ref=case.ref, state="sending")
    assert journal.by_tail("4821") == [receipt]
    assert journal.by_tail("3454821") == [receipt]
    assert journal.by_tail("M-4821") == [receipt]
    assert journal.by_tail("9999") == []
    with pytest.raises(InvalidInput, match="3 characters"):
        journal.by_tail("821")


def test_of_many_that_end_so_the_newest_are_given_each_once(journal: Journal) -> None:
    ends = [
        make_case(count, number=f"M-{count}-4821", trade_no=f"2026-{count}4821", opened_at=NOON + count * DAY)
        for count in range(5)
    ]
    keep(journal, *ends)
    assert refs(journal.by_tail("4821", limit=2)) == [ends[4].ref, ends[3].ref]
    assert refs(journal.by_tail("4821")) == [case.ref for case in reversed(ends)]


def test_a_case_is_found_by_amount_and_day(journal: Journal) -> None:
    sold = make_case(1, amount_minor=12800, currency="CNY", sale_time=NOON - DAY)
    opened = make_case(2, amount_minor=12800, currency="CNY")
    foreign = make_case(3, amount_minor=12800, currency="USD")
    keep(journal, sold, opened, foreign)
    assert refs(journal.amount_on(12800, "CNY", NOON, NOON + DAY)) == [opened.ref]
    assert refs(journal.amount_on(12800, "CNY", NOON - DAY, NOON)) == [sold.ref]
    (there,) = journal.amount_on(12800, "USD", NOON, NOON + DAY)
    assert (there.ref, there.amount, there.at) == (foreign.ref, Money(12800, "USD"), NOON)
    assert journal.amount_on(12801, "CNY", NOON, NOON + DAY) == []


def test_history_goes_back_from_the_newest(journal: Journal) -> None:
    cases = [make_case(count, opened_at=NOON + count * DAY) for count in range(5)]
    keep(journal, *cases)
    assert journal.history() == cases[::-1]
    assert journal.history(limit=2) == [cases[4], cases[3]]
    assert journal.history(since=NOON + 3 * DAY) == [cases[4], cases[3]]
    assert journal.history(text="0003") == [cases[3]]
    assert journal.history(text="x9-2") == [cases[2]]
    assert journal.history(text="0003", since=NOON + 4 * DAY) == []


def test_events_come_back_in_their_order(journal: Journal) -> None:
    case = make_case(1)
    told = [
        make_entry("prepared"),
        make_entry("sent", at=NOON + DAY, bodies=()),
        make_entry("answered", fields=()),
    ]
    for entry in told:
        keep(journal, case, entry=entry)
    keep(journal, make_case(2))
    assert journal.entries(case.id) == told


def test_an_error_undoes_the_whole_transaction(journal: Journal) -> None:
    def both() -> None:
        with journal.transaction():
            journal.write(make_case(1), make_entry())
            raise KeyError

    with pytest.raises(KeyError):
        both()
    assert journal.history() == []
    assert journal.entries(make_case(1).id) == []
    keep(journal, make_case(1))
    assert journal.verify() == []


def test_transactions_do_not_nest(journal: Journal) -> None:
    with pytest.raises(RuntimeError, match="open already"), journal.transaction(), journal.transaction():
        pass
    with pytest.raises(RuntimeError, match="transaction of the journal is open"), journal.transaction():
        journal.verify()


def test_nothing_is_written_without_a_transaction(journal: Journal) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"):
        journal.write(make_case(1), make_entry())


def test_a_sale_has_one_open_case_in_an_account(journal: Journal) -> None:
    case = make_case(1)
    keep(journal, case)
    for state in (State.CALL_SUPPORT, State.NOT_SENT, State.SENDING):
        keep(journal, replace(case, state=state))
        with pytest.raises(JournalError, match="still open") as refused:
            keep(journal, make_case(2, number=case.number))
        assert refused.value.way_on
    keep(journal, make_case(3, number=case.number, profile="other shop"))
    keep(journal, replace(case, state=State.WITHDRAWN))
    keep(journal, make_case(2, number=case.number))
    assert [found.ref for found in journal.of_number(case.number)] == ["X9-2", "X9-3", "X9-1"]
    assert journal.verify() == []


def test_references_are_given_once(journal: Journal, isolated_home: Path) -> None:
    given_refs = [journal.next_ref() for _ in range(3)]
    with journal.transaction():
        given_refs.append(journal.next_ref())
    journal.close()
    with Journal.open(isolated_home) as again:
        given_refs.append(again.next_ref())
    prefixes, counts = zip(*(ref.split("-") for ref in given_refs), strict=True)
    assert set(prefixes) == {prefixes[0]}
    assert prefixes[0][0].isalpha()
    assert prefixes[0][1].isdecimal()
    assert counts == ("101", "102", "103", "104", "105")


def test_a_copy_of_the_journal_is_a_journal(journal: Journal, tmp_path: Path) -> None:
    keep(journal, make_case(1), make_case(2))
    (tmp_path / "copy").mkdir()
    journal.backup(tmp_path / "copy" / "journal")
    keep(journal, make_case(3))
    with Journal.open(tmp_path / "copy") as copy:
        assert copy.verify() == []
        assert copy.id == journal.id
        assert [case.ref for case in copy.open_cases()] == ["X9-1", "X9-2"]
    with pytest.raises(JournalError, match="already"):
        journal.backup(tmp_path / "copy" / "journal")


def test_orders_are_kept_once_and_known_while_open(journal: Journal) -> None:
    order = Order(profile="shop", number="M-1234", amount_minor=500, currency="CNY", time=NOON)
    assert journal.add_orders([order, order]) == 1
    assert journal.known_order("shop", "M-1234")
    assert not journal.known_order("other", "M-1234")
    assert journal.orders_by_tail("1234") == [order]
    assert journal.orders_amount_on(500, "CNY", NOON, NOON + DAY) == [order]
    assert journal.orders_amount_on(500, "CNY", NOON + DAY, NOON + 2 * DAY) == []
    assert journal.add_orders([replace(order, status="paid")]) == 1
    assert not journal.known_order("shop", "M-1234")
    with pytest.raises(InvalidInput):
        journal.orders_by_tail("4")


STATES = st.sampled_from(State)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CHANGES = st.fixed_dictionaries(
    {"state": STATES, "trade_no": TEXTS, "out_trade_no": TEXTS, "operator": TEXTS},
    optional={"amount_minor": st.integers(0, 10**12), "rounds": st.integers(0, 3), "next_ask": st.none()},
)
ENTRIES = st.builds(
    Entry,
    name=TEXTS,
    at=st.just(NOON),
    fields=st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple),
    bodies=st.lists(st.tuples(TEXTS, st.binary(max_size=20)), max_size=2).map(tuple),
)
WRITES = st.lists(st.tuples(st.integers(0, 3), CHANGES, ENTRIES, st.booleans()), max_size=12)


@given(writes=WRITES)
def test_any_writes_are_there_after_opening_again(
    writes: list[tuple[int, dict[str, Any], Entry, bool]],
) -> None:
    cases: dict[str, Case] = {}
    told: dict[str, list[Entry]] = {}
    with tempfile.TemporaryDirectory() as home:
        for count, changes, entry, opens_again in writes:
            case = make_case(count, **changes)
            with Journal.open(Path(home)) as journal:
                keep(journal, case, entry=entry)
                assert journal.verify() == [] or not opens_again
            cases[case.id] = case
            told.setdefault(case.id, []).append(entry)
        with Journal.open(Path(home)) as journal:
            assert journal.verify() == []
            assert {case.id: case for case in journal.history()} == cases
            assert {case_id: journal.entries(case_id) for case_id in cases} == told
