"""A process that has everything loaded and nothing begun, from which tills are forked in milliseconds."""

import contextlib
import ctypes
import gc
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from tests.crash import kernel_calls
from tests.crash.watcher import Decide, watch

PR_SET_PDEATHSIG = 1
LONGEST_LETTER = 64 * 1024
PATIENCE_S = 60.0
Json = dict[str, Any]


class Wire:
    """The child's line to the test. It uses no call that is held, so talking is never a crash point."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._lock = threading.Lock()

    def tell(self, what: str, **facts: object) -> None:
        """Tell the test something; it has it before this process makes its next held call."""
        with self._lock:
            self._line.sendmsg([json.dumps({"what": what, **facts}).encode()])

    def hear(self) -> Json:
        """Wait for a word of the test."""
        letter, *_ = self._line.recvmsg(LONGEST_LETTER)
        heard: Json = json.loads(letter)
        return heard

    def hold(self, *, reading: bool = False) -> None:
        """Have every call of this process held from now on, with `reading` also what opens a file to read."""
        listener = kernel_calls.hold(reading=reading)
        with self._lock:
            socket.send_fds(self._line, [b'{"what": "listener"}'], [listener])
        os.close(listener)


Live = Callable[[Json, Wire], None]


class Child:
    """A forked process as the test sees it."""

    def __init__(self, process: int, line: socket.socket) -> None:
        self.process = process
        self._line = line
        self._ended = os.pidfd_open(process)
        self._listener: int | None = None

    def told(self, decide: Decide) -> Iterator[Json]:
        """Give what it tells until it is dead, judging its held calls in between."""
        while True:
            if not self._await(decide):
                yield {"what": "hung"}
                break
            letter, given, _, _ = socket.recv_fds(self._line, LONGEST_LETTER, 1)
            if not letter:
                break
            heard: Json = json.loads(letter)
            if given:
                self._listener = given[0]
            else:
                yield heard
        self._bury()

    def _await(self, decide: Decide) -> bool:
        """Wait for a word; whatever was told is read before the next call is judged."""
        while self._listener is not None and not _readable(self._line.fileno(), 0):
            if not watch(self.process, self._listener, decide, self._line.fileno()):
                os.close(self._listener)
                self._listener = None
        return _readable(self._line.fileno(), PATIENCE_S)

    def say(self, **facts: object) -> None:
        """Answer a question of the child."""
        self._line.sendall(json.dumps(facts).encode())

    def kill(self) -> None:
        """End it at once."""
        os.kill(self.process, signal.SIGKILL)

    def _bury(self) -> None:
        if not _readable(self._ended, PATIENCE_S):
            self.kill()
            _readable(self._ended, PATIENCE_S)
        for descriptor in (self._ended, self._listener):
            if descriptor is not None:
                os.close(descriptor)
        self._line.close()


class Nursery:
    """Make it before the first thread is started: forking beside threads is a danger of its own."""

    def __init__(self, live: Live) -> None:
        self._lock = threading.Lock()
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        gc.collect()
        gc.freeze()
        self._process = os.fork()
        if self._process == 0:
            self._line.close()
            _tend(theirs, live)
        theirs.close()

    def bear(self, **config: object) -> Child:
        """Fork a process that lives by this config."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with self._lock, theirs:
            socket.send_fds(self._line, [json.dumps(config).encode()], [theirs.fileno()])
            process = int(self._line.recv(LONGEST_LETTER))
        child = Child(process, ours)
        child.say(go=True)
        return child

    def close(self) -> None:
        """Let the process and all its children end."""
        self._line.close()
        os.waitpid(self._process, 0)


def _readable(descriptor: int, patience_s: float) -> bool:
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    return bool(waiting.poll(patience_s * 1000))


def _tend(line: socket.socket, live: Live) -> None:
    """Fork on demand, for ever; the kernel ends all children with this process."""
    _die_with_parent()
    while True:
        letter, given, _, _ = socket.recv_fds(line, LONGEST_LETTER, 1)
        _bury_the_dead()
        if not letter:
            os._exit(0)
        process = os.fork()
        if process == 0:
            line.close()
            _live(json.loads(letter), socket.socket(fileno=given[0]), live)
        os.close(given[0])
        line.send(str(process).encode())


def _bury_the_dead() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            continue


def _live(config: Json, line: socket.socket, live: Live) -> None:
    _die_with_parent()
    wire = Wire(line)
    wire.hear()
    try:
        live(config, wire)
    except BaseException:  # noqa: BLE001 - whatever it was, the test is to hear of it
        wire.tell("broke", trace=traceback.format_exc(limit=-8))
    sys.stdout.flush()
    os._exit(0)


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
