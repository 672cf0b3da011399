"""The journal: append-only events in a keyed hash chain, plus one current row per case.

It fulfils `engine.ports.Journal`. One thread of one process owns an object of this class; other processes
open the same folder beside it to read and to post requests, and see only whole transactions.
"""

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

import pos_cancel
from pos_cancel.adapters import (
    audit,
    chain,
    journal_folder,
    mailbox,
    number_forms,
    orders,
    schema,
    work_queue,
)
from pos_cancel.adapters.case_rows import COLUMNS, numbers_of, values_of
from pos_cancel.adapters.database import Database, Row
from pos_cancel.adapters.mailbox import Json, Request
from pos_cancel.adapters.orders import Order
from pos_cancel.domain.case import Case
from pos_cancel.domain.listing import Listing, micros
from pos_cancel.domain.receipt import Receipt
from pos_cancel.domain.record import dump
from pos_cancel.domain.shape import Form
from pos_cancel.engine.ports import Entry

FOLDER = "journal"
NEWEST_FIRST = "ORDER BY opened_at DESC, row DESC"
_INSERT = (
    f"INSERT INTO cases ({', '.join(COLUMNS)}, record, salt) "  # noqa: S608 - names of our own
    f"VALUES ({', '.join('?' * len(COLUMNS))}, ?, ?)"
)
_FIND = f"SELECT row, {', '.join(COLUMNS)} FROM cases WHERE id = ?"  # noqa: S608
_NAME = "INSERT INTO numbers VALUES (?, ?)"
_UNNAME = "DELETE FROM numbers WHERE backwards = ? AND row = ?"


class Journal:
    """The journal of one till. Every fault of disk or file is a `JournalError` with words and a way on."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Take over an opened file; use `open`."""
        self._database = database
        self._folder = folder
        self._key = journal_folder.read_key(folder)
        self.id = schema.id_of(database)

    @classmethod
    def open(cls, home: Path, *, busy_s: float = 5.0, program: str = pos_cancel.__version__) -> Self:
        """Open the journal in the home folder; make a new one where there is none.

        `busy_s` is how long a write waits for another process. Nothing is ever repaired: a journal that
        is newer than `program`, damaged, incomplete or not writable raises `JournalError`, untouched.
        """
        folder = home / FOLDER
        if not journal_folder.exists(folder):
            journal_folder.make_folder(folder)
        connection = journal_folder.open_file(folder, program, busy_s)
        try:
            return cls(Database(connection), folder)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        """Let go of the file; the last one to close moves the log into it."""
        self._database.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def transaction(self) -> AbstractContextManager[None]:
        """Make all writes inside durable together (one flush) or not at all; see `Database.transaction`."""
        return self._database.transaction()

    def write(self, case: Case, entry: Entry) -> None:
        """Append the event and replace the case's row. Durable when the transaction ends.

        Raises RuntimeError outside a transaction, and `JournalError` where the sale has another open case.
        """
        self._database.need_transaction()
        record, salt = dump(case), os.urandom(chain.SALT_BYTES)
        self._put(case, (record, salt))
        self._append(case.id, entry, chain.record_digest(salt, record))

    def _put(self, case: Case, record: Row) -> None:
        values = values_of(case)
        found = self._database.row(_FIND, (case.id,))
        if found is None:
            number_forms.teach_case(self._database, case)
            row = self._database.run(_INSERT, (*values, *record)).lastrowid
            self._database.run_all(_NAME, [(text, row) for text in numbers_of(values)])
            return
        row, *before = found
        # Only what changed: a column that is named, even with its old value, costs a write of its index.
        changed = [place for place, value in enumerate(values) if value != before[place]]
        setting = ", ".join([f"{COLUMNS[place]} = ?" for place in changed] + ["record = ?", "salt = ?"])
        new = (*(values[place] for place in changed), *record, row)
        self._database.run(f"UPDATE cases SET {setting} WHERE row = ?", new)  # noqa: S608 - names of our own
        was, now = numbers_of(tuple(before)), numbers_of(values)
        if was != now:
            self._database.run_all(_UNNAME, [(text, row) for text in was - now])
            self._database.run_all(_NAME, [(text, row) for text in now - was])

    def _append(self, case_id: str, entry: Entry, record: bytes) -> None:
        fields, bodies = chain.leaves(entry.fields), chain.leaves(entry.bodies)
        content = chain.content_digest(chain.digests(fields), chain.digests(bodies))
        last, before = self._database.only_row("SELECT seq, chain FROM head")
        seq, at = last + 1, chain.stamp(entry.at)
        value = chain.link(self._key, before, chain.Link(seq, case_id, entry.name, at, content, record))
        event = (seq, case_id, entry.name, at, content, record, value)
        self._database.run("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", event)
        for table, found in (("fields", fields), ("bodies", bodies)):
            rows = ((place, seq, *leaf) for place, leaf in enumerate(found, seq * schema.PLACES))
            self._database.run_all(f"INSERT INTO {table} VALUES (?, ?, ?, ?, ?, ?)", rows)  # noqa: S608
        head = (seq, value, chain.seal(self._key, seq, value))
        self._database.run("UPDATE head SET seq = ?, chain = ?, seal = ?", head)

    def next_ref(self) -> str:
        """Give the next short reference such as K7-204; never given twice.

        Inside a transaction it costs no flush of its own (and is free again if that is undone).
        """
        if not self._database.is_writing():
            with self.transaction():
                return self.next_ref()
        self._database.run("UPDATE head SET refs = refs + 1")
        (count,) = self._database.only_row("SELECT refs FROM head")
        return f"{schema.prefix_of(self.id)}-{count}"

    def get(self, case_id: str) -> Case | None:
        """Give a case by id or short reference (in any case of letters)."""
        found = self._cases("WHERE id = ?", case_id) or self._cases("WHERE ref = ?", case_id.upper())
        return found[0] if found else None

    def of_number(self, number: str) -> list[Case]:
        """Give all cases that name or named this number as receipt or trade number, newest first."""
        return self._cases(f"WHERE row IN ({orders.WHOLE}) {NEWEST_FIRST}", number[::-1])

    def by_tail(self, digits: str, limit: int = 100) -> list[Receipt]:
        """Give the receipts of the last `limit` cases one of whose numbers ends so, newest first.

        Raises `InvalidInput` for less than four characters.
        """
        # The tree of numbers tells which were opened last, so that only these are read.
        last = f"SELECT DISTINCT row FROM ({orders.ENDING}) ORDER BY row DESC LIMIT ?"  # noqa: S608 - our own
        where = f"WHERE row IN ({last}) {NEWEST_FIRST}"
        return number_forms.of_cases(self._database, where, (*orders.tail_span(digits), limit))

    def amount_on(
        self, amount_minor: int, currency: str, day_start: datetime, day_end: datetime
    ) -> list[Receipt]:
        """Give receipts of cases of this amount, sold (else opened) in [day_start, day_end), newest first."""
        where = f"WHERE amount_minor = ? AND sold_at >= ? AND sold_at < ? AND currency = ? {NEWEST_FIRST}"
        values = (amount_minor, micros(day_start), micros(day_end), currency)
        return number_forms.of_cases(self._database, where, values)

    def due(self, now: datetime, limit: int, *, behind: bool = True) -> list[Case]:
        """Give cases whose next act is due: those that somebody waits for first, then by time.

        Without `behind` only those: none of the background, and none that has been due for a minute.
        """
        return work_queue.due(self._database, now, limit, behind=behind)

    def next_due(self) -> datetime | None:
        """Give when the next act is due, which may be past; None if nothing is planned."""
        return work_queue.next_due(self._database)

    def open_cases(self) -> list[Case]:
        """Give all open cases, earliest deadline first, those without one last."""
        return self._cases(f"WHERE is_open {work_queue.BY_DEADLINE}")

    def listing(self, full: int) -> Listing:
        """List the open cases, so many of them in full, the first ones."""
        return work_queue.listing(self._database, full)

    def cases_of(self, case_ids: Collection[str]) -> list[Case]:
        """Give the cases with these ids, in their order."""
        return list(work_queue.of_ids(self._database, case_ids))

    def waiting(self, profile: str, now: datetime) -> Iterator[Case]:
        """Give the account's open cases that are due later, earliest deadline first, read one by one."""
        return work_queue.waiting(self._database, profile, now)

    def undue(self, profile: str) -> list[str]:
        """Give the ids of the account's open cases for which nothing is planned."""
        return work_queue.undue(self._database, profile)

    def watching(self) -> list[Case]:
        """Give closed cases that are still watched (outcomes.md R14), the next look first."""
        return self._cases("WHERE is_watched ORDER BY due_at, row")

    def in_flight(self) -> list[Case]:
        """Give cases that were being sent or had not been sent when the till stopped, oldest first."""
        return self._cases("WHERE is_interrupted ORDER BY +row")

    def history(self, *, since: datetime | None = None, text: str = "", limit: int = 1000) -> list[Case]:
        """Give cases opened at or after `since`, newest first.

        `text` is a short reference, or a whole number of the sale or its last characters.
        """
        start = work_queue.LONG_AGO if since is None else micros(since)
        if not text:
            return self._cases(f"WHERE opened_at >= ? {NEWEST_FIRST} LIMIT ?", start, limit)
        named = f"(row IN ({orders.ENDING}) OR ref = ?) AND opened_at >= ?"
        span = orders.span(text)
        return self._cases(f"WHERE {named} {NEWEST_FIRST} LIMIT ?", *span, text.upper(), start, limit)

    def entries(self, case_id: str) -> list[Entry]:
        """Give the events of a case in their order, without what was taken out of the journal since."""
        return audit.entries(self._database, case_id)

    def verify(self) -> list[str]:
        """Check the file, the chain and every row; gives one sentence per finding, none if all is whole."""
        return audit.verify(self._database, self._key, self.id)

    def checkpoint(self) -> bool:
        """Move the log into the main file; to be called at start and when idle. See `Database.checkpoint`."""
        return self._database.checkpoint()

    def backup(self, target: Path) -> None:
        """Copy the journal, key included, into the new folder `target`, complete or not at all.

        The copy can take the place of the home's journal folder. Raises `JournalError` if `target` exists.
        """
        journal_folder.copy_folder(self._database, self._folder, target)

    def _cases(self, where: str, *values: object) -> list[Case]:
        return work_queue.cases(self._database, where, *values)

    def add_orders(self, rows: Iterable[Order]) -> int:
        """Keep what the POS handed over, nothing twice; gives how many are new or changed.

        A row about a number that is there already takes the old one's place.
        """
        return orders.add(self._database, rows)

    def known_order(self, profile: str, number: str) -> bool:
        """Tell whether the POS handed this number over as an open order of this account."""
        return orders.is_open(self._database, profile, number)

    def forms(self, profile: str) -> dict[str, Form]:
        """Give what the account's numbers look like, as learnt from its orders and cases."""
        return number_forms.forms(self._database, profile)

    def owners(self, number: str) -> tuple[str, ...]:
        """Give the accounts that this till knows the number of."""
        return number_forms.owners(self._database, number)

    def known_among(self, numbers: Collection[str]) -> list[Receipt]:
        """Give the receipts that this till knows among these numbers."""
        return number_forms.known_among(self._database, numbers)

    def orders_by_tail(self, digits: str, limit: int = 100) -> list[Order]:
        """Give orders whose number ends so, newest first.

        Raises `InvalidInput` for less than four characters.
        """
        return orders.by_tail(self._database, digits, limit)

    def orders_amount_on(
        self, amount_minor: int, currency: str, day_start: datetime, day_end: datetime
    ) -> list[Order]:
        """Give orders of this amount whose time falls in the day, newest first."""
        return orders.amount_on(self._database, (amount_minor, currency), day_start, day_end)

    def post_request(self, payload: Json) -> int:
        """Ask something of the process that sends; gives the number under which the answer comes."""
        return mailbox.post(self._database, payload)

    def take_requests(self, not_before: datetime | None = None) -> list[Request]:
        """Take what was asked, each once; what was posted before `not_before` is refused instead."""
        return mailbox.take(self._database, not_before)

    def answer_request(self, request_id: int, answer: Json) -> None:
        """Answer a request that was taken."""
        mailbox.answer(self._database, request_id, answer)

    def answer_of(self, request_id: int) -> Json | None:
        """Give the answer once there is one."""
        return mailbox.answer_of(self._database, request_id)

    def withdraw_request(self, request_id: int) -> bool:
        """Take a request back; False if it was taken already, so that it may have been done."""
        return mailbox.withdraw(self._database, request_id)
