"""Names that survive a power cut: a flushed file is found again only if its folder was flushed as well."""

import errno
import os
from pathlib import Path

# Some file systems cannot flush a folder, and some folders may be written to and not be read.
CANNOT = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EACCES})


def flush_folder(folder: Path) -> None:
    """Make the names in a folder durable, where its file system can. Raises OSError for a disk's fault."""
    # Windows cannot open a folder to flush it; there the rename is in its own journal.
    if os.name != "posix":
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno not in CANNOT:
            raise


def make_folders(folder: Path) -> None:
    """Make a folder and those above it that are missing, durably, for this user alone. Raises OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    for each in reversed(missing):
        each.mkdir(mode=0o700, exist_ok=True)
        flush_folder(each.parent)
    if not missing:
        # It may be a file.
        folder.mkdir(mode=0o700, exist_ok=True)
