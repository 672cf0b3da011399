"""What this till learnt of its accounts' numbers, and which receipts it knows among many numbers."""

import json
from collections.abc import Collection, Iterable

from pos_cancel.adapters.case_rows import read
from pos_cancel.adapters.database import Database, Row
from pos_cancel.domain.case import Case
from pos_cancel.domain.listing import moment
from pos_cancel.domain.money import Money
from pos_cancel.domain.receipt import Receipt
from pos_cancel.domain.shape import Form, learn

_ORDERS_AMONG = (
    "SELECT profile, number, amount_minor, currency, sold_at FROM orders "
    "WHERE backwards IN (SELECT value FROM json_each(?))"
)
_CASES_AMONG = (
    "SELECT record FROM cases WHERE row IN "
    "(SELECT row FROM numbers WHERE backwards IN (SELECT value FROM json_each(?)))"
)
_OF_CASES = "SELECT profile, number, amount_minor, currency, sold_at, ref, state FROM cases"


def forms(database: Database, profile: str) -> dict[str, Form]:
    """Give the learnt forms of an account by their names."""
    sql = "SELECT form, count, length, beginning FROM forms WHERE profile = ?"
    return {name: Form(*seen) for name, *seen in database.rows(sql, (profile,))}


def teach(database: Database, profile: str, numbers: Iterable[str]) -> None:
    """Learn numbers of an account inside the open transaction."""
    before = forms(database, profile)
    after = learn(before, numbers)
    changed = [
        (profile, name, form.count, form.length, form.beginning)
        for name, form in after.items()
        if form != before.get(name)
    ]
    database.run_all("INSERT OR REPLACE INTO forms VALUES (?, ?, ?, ?, ?)", changed)


def teach_case(database: Database, case: Case) -> None:
    """Learn the receipt of a new case once, where the sale is known: a typing error teaches nothing."""
    number = case.out_trade_no
    if not number or not (case.sale_known or case.known_order) or _is_known(database, case.profile, number):
        return
    teach(database, case.profile, (number,))


def _is_known(database: Database, profile: str, number: str) -> bool:
    sql = (
        "SELECT 1 WHERE EXISTS (SELECT 1 FROM orders WHERE profile = ? AND number = ?) "
        "OR EXISTS (SELECT 1 FROM numbers WHERE backwards = ?)"
    )
    return database.row(sql, (profile, number, number[::-1])) is not None


def owners(database: Database, number: str) -> tuple[str, ...]:
    """Give the accounts that have the number as an order or in a case that knew the sale."""
    backwards = json.dumps([number[::-1]])
    ordered = {profile for profile, *_ in database.rows(_ORDERS_AMONG, (backwards,))}
    cases = (read(record) for (record,) in database.rows(_CASES_AMONG, (backwards,)))
    return tuple(sorted(ordered | {case.profile for case in cases if _was_real(case)}))


def known_among(database: Database, numbers: Collection[str]) -> list[Receipt]:
    """Give the receipts that this till knows among these numbers; each is one search in a tree."""
    backwards = json.dumps([number[::-1] for number in numbers])
    found = [_of_order(row) for row in database.rows(_ORDERS_AMONG, (backwards,))]
    wanted = set(numbers)
    for (record,) in database.rows(_CASES_AMONG, (backwards,)):
        case = read(record)
        if _was_real(case):
            found += [_of_case(case, number) for number in sorted(wanted & _numbers(case))]
    return found


def of_cases(database: Database, where: str, values: Iterable[object]) -> list[Receipt]:
    """Give the receipts of the cases that a clause names; columns are read, and no case is."""
    found = database.rows(f"{_OF_CASES} {where}", values)
    return [_of_order(tuple(sale), ref, state) for *sale, ref, state in found]


def _was_real(case: Case) -> bool:
    return case.sale_known or case.known_order


def _numbers(case: Case) -> set[str]:
    return {case.number, case.trade_no, case.out_trade_no}


def _of_order(row: Row, ref: str = "", state: str = "") -> Receipt:
    profile, number, minor, currency, sold_at = row
    return Receipt(
        profile=profile,
        number=number,
        amount=None if minor is None else Money(minor, currency),
        at=None if sold_at is None else moment(sold_at),
        ref=ref,
        state=state,
    )


def _of_case(case: Case, number: str) -> Receipt:
    at = case.sale_time or case.opened_at
    return Receipt(
        profile=case.profile, number=number, amount=case.amount, at=at, ref=case.ref, state=case.state.value
    )
