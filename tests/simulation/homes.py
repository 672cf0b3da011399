"""Where the journals of simulated tills lie, and that nothing of them stays. Uses no part of the product."""

import os
import shutil
import tempfile
from multiprocessing.util import Finalize
from pathlib import Path

# Memory that has a path, where there is such a thing.
MEMORY = Path("/dev/shm")  # noqa: S108 - folders of our own inside
PREFIX = "pos-cancel-simulation-"


def make_folder() -> Path:
    """Make a folder that goes with this process, if it ends by itself."""
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=_base()))
    Finalize(None, shutil.rmtree, args=(folder,), kwargs={"ignore_errors": True}, exitpriority=0)
    return folder


def clear(pid: int) -> None:
    """Take away what a process left that was stopped."""
    for folder in (_base() or Path(tempfile.gettempdir())).glob(f"{PREFIX}{pid}-*"):
        shutil.rmtree(folder, ignore_errors=True)


def _base() -> Path | None:
    return MEMORY if MEMORY.is_dir() else None
