"""The system calls by which a program changes the world, and a filter that holds each until it is judged.

Linux' seccomp hands every held call to whoever has the listener: it may go on, fail with an error, or find
its process killed before it happens. So a test stands exactly between two effects of the real program,
SQLite's and OpenSSL's included, at some twenty microseconds a call and without a debugger.
"""

import ctypes
import fcntl
import os
import platform
import struct
import sys
from collections.abc import Mapping
from dataclasses import dataclass

PR_SET_NO_NEW_PRIVS = 38
SET_MODE_FILTER = 1
NEW_LISTENER = 8
ALLOW, HOLD = 0x7FFF0000, 0x7FC00000
RECEIVE, ANSWER = 0xC0502100, 0xC0182101
GO_ON = 1
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
# Where the filter finds the number of the call and the lower half of an argument.
NUMBER, ARGUMENT, ARGUMENT_BYTES = 0, 16, 8
LOCKS = (fcntl.F_SETLK, fcntl.F_SETLKW, 37, 38)

# x86-64 and the numbers that all newer machines share; a call that a machine lacks is left out.
_NUMBERS: Mapping[str, Mapping[str, int]] = {
    "x86_64": {
        "read": 0,
        "write": 1,
        "pread64": 17,
        "pwrite64": 18,
        "writev": 20,
        "connect": 42,
        "sendto": 44,
        "recvfrom": 45,
        "fcntl": 72,
        "flock": 73,
        "fsync": 74,
        "fdatasync": 75,
        "ftruncate": 77,
        "rename": 82,
        "mkdir": 83,
        "rmdir": 84,
        "unlink": 87,
        "openat": 257,
        "mkdirat": 258,
        "unlinkat": 263,
        "renameat": 264,
        "renameat2": 316,
        "seccomp": 317,
    },
    "aarch64": {
        "read": 63,
        "write": 64,
        "pread64": 67,
        "pwrite64": 68,
        "writev": 66,
        "connect": 203,
        "sendto": 206,
        "recvfrom": 207,
        "fcntl": 25,
        "flock": 32,
        "fsync": 82,
        "fdatasync": 83,
        "ftruncate": 46,
        "openat": 56,
        "mkdirat": 34,
        "unlinkat": 35,
        "renameat": 38,
        "renameat2": 276,
        "seccomp": 277,
    },
}
NUMBERS = _NUMBERS.get(platform.machine(), {})
NAMES = {number: name for name, number in NUMBERS.items()}
# Reads of files change nothing; a read of a socket is what `read` is held for.
HELD = tuple(name for name in NUMBERS if name not in {"seccomp", "pread64"})
_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.syscall.restype = ctypes.c_long


def why_not() -> str:
    """Tell why calls cannot be held on this machine; "" where they can."""
    if sys.platform != "linux":
        return "only Linux can hold a program's system calls"
    if not NUMBERS:
        return f"the system calls of {platform.machine()} have no numbers here"
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            hold()
        except OSError:
            os._exit(1)
        os._exit(0)
    os.close(reading)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    return "" if status == 0 else "this user may not hold system calls (seccomp)"


def hold(*, reading: bool = False) -> int:
    """Hold the calls of this thread and of all it starts from now on; gives the listener. Raises OSError.

    With `reading` also those that open a file to read it. `sendmsg` is never held, so that the listener
    can be handed over.
    """
    opens = () if reading else (os.O_CREAT | os.O_TRUNC,)
    program = b"".join(struct.pack("HBBI", *line) for line in _filter(opens))
    lines = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("HxxxxxxQ", len(program) // 8, ctypes.addressof(lines))
    if _LIBC.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the kernel gives no filter")
    listener = _LIBC.syscall(
        NUMBERS["seccomp"], SET_MODE_FILTER, NEW_LISTENER, ctypes.create_string_buffer(head, len(head))
    )
    if listener < 0:
        raise OSError(ctypes.get_errno(), "the kernel gives no listener")
    return int(listener)


def _filter(opens: tuple[int, ...]) -> list[tuple[int, int, int, int]]:
    lines = [(LOAD, 0, 0, NUMBER)]
    # Of fcntl only the locks, of openat only what has one of these flags (none given: all of it).
    for name, place, test, wanted in (("fcntl", 1, EQUAL, LOCKS), ("openat", 2, ANY_BIT, opens)):
        if not wanted:
            continue
        body = [(LOAD, 0, 0, ARGUMENT + place * ARGUMENT_BYTES)]
        for value in wanted:
            body += [(test, 0, 1, value), (RETURN, 0, 0, HOLD)]
        body += [(RETURN, 0, 0, ALLOW)]
        lines += [(EQUAL, 0, len(body), NUMBERS[name]), *body]
    for name in HELD:
        if name != "fcntl" and not (name == "openat" and opens):
            lines += [(EQUAL, 0, 1, NUMBERS[name]), (RETURN, 0, 0, HOLD)]
    return [*lines, (RETURN, 0, 0, ALLOW)]


@dataclass(frozen=True, slots=True)
class Held:
    """One call that waits for its judgement: by which thread, its name, its six arguments."""

    ticket: int
    thread: int
    name: str
    arguments: tuple[int, ...]


def next_held(listener: int) -> Held | None:
    """Take the next held call; None if its thread was killed in the meantime."""
    letter = bytearray(80)
    try:
        fcntl.ioctl(listener, RECEIVE, letter)
    except FileNotFoundError:
        return None
    ticket, thread, _, number, _, _, *arguments = struct.unpack("QIIiIQ6Q", letter)
    return Held(ticket, thread, NAMES[number], tuple(arguments))


def go_on(listener: int, held: Held) -> None:
    """Let the call happen."""
    _answer(listener, struct.pack("QqiI", held.ticket, 0, 0, GO_ON))


def fail(listener: int, held: Held, error: int) -> None:
    """Let the call end with an error of errno, as if the disk or the network had said so."""
    _answer(listener, struct.pack("QqiI", held.ticket, 0, -error, 0))


def _answer(listener: int, letter: bytes) -> None:
    try:
        fcntl.ioctl(listener, ANSWER, letter)
    except FileNotFoundError:
        # Its process is gone; there is nobody left to answer.
        return
