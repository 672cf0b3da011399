"""What a till did to its disk, in order, together with what it told people and what left it."""

import os
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from tests.crash.modelled_disk import Cut, Make, Open, Operation, Remove, Rename, Sync, Write
from tests.crash.nursery import Json
from tests.crash.watcher import Effect, Verdict

# A cancel on the wire, and the number that it names.
CANCEL = b"service=alipay.acquire.cancel"
NUMBER = re.compile(rb"out_trade_no=([^&\s]+)")


class Word(NamedTuple):
    """What people were told, or which cancel left, once all operations before it were done."""

    told: Json


class Recording:
    """Takes down the effects on one folder; `kill_at` is the operation before which the till dies."""

    def __init__(self, root: str) -> None:
        self.steps: list[Operation | Word] = []
        self.kill_at = -1
        self._root = root

    def hear(self, told: Json) -> None:
        """Take down what people were told."""
        self.steps.append(Word(told))

    def decide(self, effect: Effect) -> Verdict:
        """Take down one effect, or end the life before it."""
        if effect.kind == "send":
            self._leaves(effect.data)
            return Verdict.GO_ON
        operation = self._operation(effect)
        if operation is None:
            return Verdict.GO_ON
        if len(self.steps) == self.kill_at:
            return Verdict.KILL
        self.steps.append(operation)
        return Verdict.GO_ON

    def _leaves(self, data: bytes) -> None:
        found = NUMBER.search(data)
        if CANCEL in data and found is not None:
            self.steps.append(Word({"what": "left", "number": found[1].decode()}))

    def _operation(self, effect: Effect) -> Operation | None:
        make = MAKERS.get(effect.kind)
        operation = make(effect) if make is not None else None
        if operation is None or not all(self._is_ours(text) for text in _paths(operation)):
            return None
        return operation

    def _is_ours(self, path: str) -> bool:
        # The log file helps support; nobody is promised that it survives.
        return path.startswith(self._root) and "/logs/" not in path


def _paths(operation: Operation) -> tuple[str, ...]:
    if isinstance(operation, Rename):
        return operation.old, operation.new
    return (operation.path,)


def _opened(effect: Effect) -> Operation:
    return Open(effect.paths[0], empties=bool(effect.held.arguments[2] & os.O_TRUNC))


MAKERS: Mapping[str, Callable[[Effect], Operation]] = {
    "write": lambda effect: Write(effect.target, effect.offset, effect.data),
    "cut": lambda effect: Cut(effect.target, effect.held.arguments[1]),
    "sync": lambda effect: Sync(effect.target),
    "open": _opened,
    "make": lambda effect: Make(effect.paths[0]),
    "remove": lambda effect: Remove(effect.paths[0]),
    "rename": lambda effect: Rename(*effect.paths),
}
