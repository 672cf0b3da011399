"""Another program of the same user: tries to look into a process, and prints as JSON what came of it.

`python attacker.py PID`.
"""

import ctypes
import json
import os
import sys
from collections.abc import Callable

PTRACE_ATTACH, PTRACE_DETACH, PTRACE_SEIZE = 16, 17, 0x4206
PROCESS_VM_READ_LENGTH = 8
LIBRARY = ctypes.CDLL(None, use_errno=True)


class Piece(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


def opened(path: str) -> Callable[[], bool]:
    def attempt() -> bool:
        with open(path, "rb") as file:  # noqa: PTH123 - pathlib would look at it first
            return file.readable()

    return attempt


def listed(path: str) -> Callable[[], bool]:
    return lambda: bool([os.readlink(f"{path}/{name}") for name in os.listdir(path)])  # noqa: PTH208, PTH115 - as above


def traced(pid: int, request: int) -> bool:
    if LIBRARY.ptrace(request, pid, None, None) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")
    if request == PTRACE_ATTACH:
        os.waitpid(pid, 0)
    LIBRARY.ptrace(PTRACE_DETACH, pid, None, None)
    return True


def read_over(pid: int) -> bool:
    """Read memory of the other process; an address that is none is no refusal."""
    room = ctypes.create_string_buffer(PROCESS_VM_READ_LENGTH)
    here = Piece(ctypes.addressof(room), PROCESS_VM_READ_LENGTH)
    there = Piece(0x1000, PROCESS_VM_READ_LENGTH)
    if LIBRARY.process_vm_readv(pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0) < 0:
        raise OSError(ctypes.get_errno(), "process_vm_readv")
    return True


def came_of(attempt: Callable[[], bool]) -> str:
    try:
        attempt()
    except PermissionError:
        return "refused"
    except OSError as error:
        return f"{error.strerror} ({error.errno})"
    return "open"


def main() -> None:
    pid = int(sys.argv[1])
    files = {name: opened(f"/proc/{pid}/{name}") for name in ("environ", "mem", "maps", "auxv")}
    tries: dict[str, Callable[[], bool]] = files | {
        "fd": listed(f"/proc/{pid}/fd"),
        "ptrace": lambda: traced(pid, PTRACE_ATTACH),
        "seize": lambda: traced(pid, PTRACE_SEIZE),
        "process_vm_readv": lambda: read_over(pid),
    }
    print(json.dumps({name: came_of(attempt) for name, attempt in tries.items()}))


if __name__ == "__main__":
    main()
