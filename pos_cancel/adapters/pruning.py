"""Taking old request and reply bodies out of the journal; the chain over their digests stays whole."""

from datetime import datetime
from pathlib import Path

import pos_cancel
from pos_cancel.adapters import journal_folder
from pos_cancel.adapters.database import Database
from pos_cancel.adapters.journal import FOLDER
from pos_cancel.domain.listing import micros

BUSY_S = 5.0
_TAKE_OUT = (
    "UPDATE bodies SET value = NULL, salt = NULL WHERE value IS NOT NULL AND seq IN "
    "(SELECT seq FROM events WHERE case_id IN "
    "(SELECT id FROM cases WHERE NOT is_open AND NOT is_watched AND updated_at < ?))"
)


def prune(home: Path, before: datetime) -> int:
    """Take out the bodies of cases that ended before a moment; gives how many. Raises `JournalError`."""
    connection = journal_folder.open_file(home / FOLDER, pos_cancel.__version__, BUSY_S)
    try:
        database = Database(connection)
        with database.transaction():
            return database.run(_TAKE_OUT, (micros(before),)).rowcount
    finally:
        connection.close()
