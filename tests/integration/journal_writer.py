"""A program that writes to a journal until it is stopped: two cases per transaction, each told once durable.

Arguments: the home, and how many transactions to write.
"""

import sys
from pathlib import Path

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.errors import JournalError
from tests.integration.journal_cases import keep, make_case


def main(home: Path, transactions: int) -> int:
    try:
        with Journal.open(home) as journal:
            # Begins the log, so that the first transaction costs what every other does.
            journal.checkpoint()
            return write(journal, transactions)
    except JournalError as error:
        print(f"refused: {error.sentence}", flush=True)
        return 5


def write(journal: Journal, transactions: int) -> int:
    for count in range(transactions):
        try:
            keep(journal, make_case(2 * count), make_case(2 * count + 1))
        except JournalError as error:
            print(f"refused: {error.sentence}", flush=True)
            print(f"kept: {len(journal.open_cases())} {journal.verify()}", flush=True)
            return 5
        print(f"durable: {count}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2])))
