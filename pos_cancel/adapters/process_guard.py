"""Keeps what this process holds in memory to itself: the first act of the program, on Linux.

No core file is written, no other process of the same user may look inside, and freed memory is overwritten.
Root may still read all of it. Python cannot wipe a text that it has freed: large ones go back to the C
library, which overwrites them; small ones lie in Python's own pools until something else takes their
place, which `overwrite_freed` provides for.
"""

import sys

PR_SET_DUMPABLE = 4
# The C library fills freed memory with this byte; it costs nothing that can be measured.
M_PERTURB = -6
FILL = 0xFF
# Python's pools serve up to 512 bytes in steps of 16, the C library's own cache up to 1,032.
POOLED = range(16, 513, 16)
CACHED = range(528, 1041, 16)
# So many objects of a size fill its pools' gaps; the cache of a thread holds seven.
IN_POOLS, IN_CACHE = 100, 8


def guard() -> None:
    """Write no core file, refuse other processes, overwrite what is freed; elsewhere do nothing."""
    if not sys.platform.startswith("linux"):
        return
    import ctypes
    import resource

    # A pipe to a crash collector ignores this limit; not being dumpable stops that too, and ptrace, and
    # the files in /proc that show memory, environment and open files.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    library = ctypes.CDLL(None)
    library.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)
    # Other C libraries than GNU's have no such option.
    if hasattr(library, "mallopt"):
        library.mallopt(M_PERTURB, FILL)


def overwrite_freed() -> None:
    """Put other bytes in the place of small texts that were just freed: a key's, a password's."""
    kept = [bytes([FILL]) * size for size in POOLED for _ in range(IN_POOLS)]
    kept += [bytes([FILL]) * size for size in CACHED for _ in range(IN_CACHE)]
