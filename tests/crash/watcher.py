"""Watches one process call by call: names each effect and decides what becomes of it."""

import os
import select
import signal
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cached_property

from tests.crash.kernel_calls import Held, fail, go_on, next_held

LONGEST_PATH = 4096
AT_CURRENT_FOLDER = 0xFFFFFF9C
# What a call does to the world; reads and writes go by what they are done to.
KINDS: Mapping[str, str] = {
    "connect": "connect",
    "sendto": "send",
    "recvfrom": "receive",
    "fcntl": "lock",
    "flock": "lock",
    "fsync": "sync",
    "fdatasync": "sync",
    "ftruncate": "cut",
    "rename": "rename",
    "renameat": "rename",
    "renameat2": "rename",
    "mkdir": "make",
    "mkdirat": "make",
    "rmdir": "remove",
    "unlink": "remove",
    "unlinkat": "remove",
    "openat": "open",
}
# In which arguments a path stands, and the folder that it starts from (None: the current one).
PATHS: Mapping[str, tuple[tuple[int | None, int], ...]] = {
    "openat": ((0, 1),),
    "mkdir": ((None, 0),),
    "mkdirat": ((0, 1),),
    "rmdir": ((None, 0),),
    "unlink": ((None, 0),),
    "unlinkat": ((0, 1),),
    "rename": ((None, 0), (None, 1)),
    "renameat": ((0, 1), (2, 3)),
    "renameat2": ((0, 1), (2, 3)),
}


class Verdict(Enum):
    """What becomes of a call, if it does not fail with an error of errno."""

    GO_ON = auto()
    KILL = auto()


@dataclass(frozen=True)
class Effect:
    """One call that would change the world: its kind, and the file, folder or socket that it is done to."""

    held: Held
    kind: str
    target: str
    process: int

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """The paths that a call names instead of a descriptor."""
        arguments = self.held.arguments
        found = []
        for folder, place in PATHS.get(self.held.name, ()):
            base = AT_CURRENT_FOLDER if folder is None else arguments[folder] & 0xFFFFFFFF
            found.append(os.path.join(_folder(self.process, base), self._text(arguments[place])))  # noqa: PTH118 - text from another process
        return tuple(found)

    @cached_property
    def data(self) -> bytes:
        """The bytes that `write`, `pwrite64` and `sendto` are about to hand over."""
        _, place, length, *_ = self.held.arguments
        return self._memory(place, length)

    @cached_property
    def offset(self) -> int:
        """Where a write begins in its file."""
        if self.held.name == "pwrite64":
            return self.held.arguments[3]
        with open(f"/proc/{self.process}/fdinfo/{self.held.arguments[0]}") as told:  # noqa: PTH123 - the kernel's own
            return int(told.readline().split()[1])

    def _memory(self, place: int, length: int) -> bytes:
        memory = os.open(f"/proc/{self.process}/mem", os.O_RDONLY)
        try:
            return os.pread(memory, length, place)
        finally:
            os.close(memory)

    def _text(self, place: int) -> str:
        # A page may be the last one that can be read.
        text = self._memory(place, 4096 - place % 4096)
        if b"\0" not in text:
            text += self._memory(place + len(text), LONGEST_PATH)
        return os.fsdecode(text.partition(b"\0")[0])

    def __str__(self) -> str:
        names = " ".join(os.path.basename(path) for path in self.paths) or os.path.basename(self.target)  # noqa: PTH119
        return f"{self.kind} ({self.held.name} {names})"


Decide = Callable[[Effect], Verdict | int]


def watch(process: int, listener: int, decide: Decide, other: int) -> bool:
    """Judge the next held call, if one comes before `other` can be read; False when no more can come.

    `decide` is asked about calls that change the world outside of the process, and about no others; an
    int is the errno with which the call fails.
    """
    waiting = select.poll()
    waiting.register(listener, select.POLLIN)
    waiting.register(other, select.POLLIN)
    happened = dict(waiting.poll())
    signs = happened.get(listener, 0)
    if not signs & select.POLLIN:
        return not signs & select.POLLHUP
    held = next_held(listener)
    if held is not None:
        effect = _effect(process, held)
        _carry_out(process, listener, held, Verdict.GO_ON if effect is None else decide(effect))
    return True


def _carry_out(process: int, listener: int, held: Held, verdict: Verdict | int) -> None:
    if verdict is Verdict.KILL:
        os.kill(process, signal.SIGKILL)
    elif isinstance(verdict, int):
        fail(listener, held, verdict)
    else:
        go_on(listener, held)


def _effect(process: int, held: Held) -> Effect | None:
    kind = KINDS.get(held.name, "")
    if held.name in PATHS:
        return Effect(held, kind, "", process)
    target = _target(process, held.arguments[0])
    is_socket = target.startswith("socket:")
    if not kind:
        reads = held.name == "read"
        kind = ("receive" if reads else "send") if is_socket else "" if reads else "write"
    if not kind or not (is_socket or _is_on_disk(target)):
        return None
    return Effect(held, kind, target, process)


def _target(process: int, descriptor: int) -> str:
    try:
        return os.readlink(f"/proc/{process}/fd/{descriptor & 0xFFFFFFFF}")  # noqa: PTH115 - a hot path
    except OSError:
        return ""


def _folder(process: int, descriptor: int) -> str:
    if descriptor == AT_CURRENT_FOLDER:
        return os.readlink(f"/proc/{process}/cwd")  # noqa: PTH115 - as below
    return _target(process, descriptor)


def _is_on_disk(target: str) -> bool:
    """Tell a file or folder from a pipe, a terminal and the like."""
    if not target.startswith("/"):
        return False
    try:
        mode = os.stat(target.removesuffix(" (deleted)")).st_mode  # noqa: PTH116 - a hot path
    except OSError:
        return True
    return stat.S_ISREG(mode) or stat.S_ISDIR(mode)
