"""A screen reader: finds what a program shows by role and name, acts on it, and hears what is announced.

It knows no object of the program and no place on the screen: nothing but what AT-SPI tells it.
"""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from jeepney import DBusErrorResponse, MatchRule, Message  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, Proxy  # type: ignore[import-untyped]

from tests.gui.atspi_session import PATIENCE_S, PROPERTIES, REGISTRY, ask

ATSPI = "org.a11y.atspi"
ROOT = "/org/a11y/atspi/accessible/root"
# Bits of AT-SPI's state set.
STATES = {"active": 1, "enabled": 8, "focusable": 11, "focused": 12, "showing": 25}
# Roles that tell a person nothing.
BLANK_ROLES = frozenset({"unknown", "filler", "invalid", "redundant object", ""})
POLL_S = 0.02
KEY = re.compile(r"\s*\(([^()]+)\)$")


@dataclass(frozen=True)
class Part:
    """Something that a program shows: who shows it, and what AT-SPI tells of it."""

    owner: str
    path: str
    role: str
    name: str
    states: frozenset[str]
    actions: tuple[str, ...]

    @property
    def key(self) -> str:
        """The key that its name tells, "" where there is none."""
        found = KEY.search(self.name)
        return found[1] if found else ""

    @property
    def is_reached(self) -> bool:
        """Whether a person can go to it or do something with it."""
        return not self.states.isdisjoint({"focusable", "focused"}) or bool(self.actions)

    @property
    def says_nothing(self) -> bool:
        """Whether its role tells nothing; what only scrolls is a filler to Qt, and its name has to do."""
        return self.role in BLANK_ROLES and not (self.role == "filler" and self.actions == ("SetFocus",))


class Reader:
    """Reads the one program on its bus."""

    def __init__(self, bus: DBusConnection) -> None:
        self._bus = bus
        self._events: deque[Message] = deque()
        self.heard: list[str] = []
        self._listened_to = 0
        rule = MatchRule(type="signal", interface=f"{ATSPI}.Event.Object", member="Announcement")
        bus.filter(rule, queue=self._events)
        Proxy(message_bus, bus).AddMatch(rule)
        ask(bus, REGISTRY, "/org/a11y/atspi/registry", REGISTRY, "RegisterEvent", "s", "object:announcement")

    def hears(self, *words: str) -> str:
        """Wait until something is announced that holds these words; gives all of what was said."""
        ends_at = time.monotonic() + PATIENCE_S
        while True:
            self._take_events()
            while self._listened_to < len(self.heard):
                said = self.heard[self._listened_to]
                self._listened_to += 1
                if all(word in said for word in words):
                    return said
            left_s = ends_at - time.monotonic()
            assert left_s > 0, f"nobody said {words}, but: {self.heard}"
            self._wait(left_s)

    def _wait(self, patience_s: float) -> None:
        with suppress(TimeoutError):
            self._bus.recv_messages(timeout=patience_s)

    def _take_events(self) -> None:
        while self._events:
            body = self._events.popleft().body
            self.heard.append(str(body[3][1]))

    def finds(self, role: str, name: str, *states: str) -> Part:
        """Wait for the one part of this role and name that is shown; `name` is a pattern for all of it."""
        wanted = re.compile(name)

        def found() -> Part | None:
            parts = [part for part in self.parts() if part.role == role and wanted.fullmatch(part.name)]
            assert len(parts) < 2, f"which one is meant? {parts}"
            return next((part for part in parts if part.states.issuperset(states)), None)

        return self._until(found, f"{role} {name!r} {states}")

    def _until(self, found: Callable[[], Part | None], what: str) -> Part:
        ends_at = time.monotonic() + PATIENCE_S
        part = None
        while part is None:
            assert time.monotonic() < ends_at, f"there is no {what}, but: {[*self.parts()]}"
            time.sleep(POLL_S)
            part = found()
        return part

    def parts(self) -> list[Part]:
        """Give all that is shown; once more where the window changed in the middle."""
        ends_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                return list(self._below(REGISTRY, ROOT))
            except DBusErrorResponse:
                assert time.monotonic() < ends_at, "the window does not come to rest"

    def _below(self, owner: str, path: str) -> Iterator[Part]:
        for child_owner, child_path in self._tell(owner, path, "Accessible", "GetChildren"):
            part = self._part(child_owner, child_path)
            if "showing" in part.states:
                yield part
                yield from self._below(child_owner, child_path)

    def _part(self, owner: str, path: str) -> Part:
        low, high = self._tell(owner, path, "Accessible", "GetState")
        bits = low | high << 32
        name = ask(self._bus, owner, path, PROPERTIES, "Get", "ss", f"{ATSPI}.Accessible", "Name")
        interfaces = self._tell(owner, path, "Accessible", "GetInterfaces")
        can_act = f"{ATSPI}.Action" in interfaces
        actions = self._tell(owner, path, "Action", "GetActions") if can_act else []
        return Part(
            owner=owner,
            path=path,
            role=self._tell(owner, path, "Accessible", "GetRoleName"),
            name=_value(name),
            states=frozenset(state for state, bit in STATES.items() if bits >> bit & 1),
            actions=tuple(action for action, *_ in actions),
        )

    def act(self, part: Part, action: str) -> None:
        """Do what a part offers to do."""
        place = part.actions.index(action)
        answer = ask(self._bus, part.owner, part.path, f"{ATSPI}.Action", "DoAction", "i", place)
        assert answer == (True,), part

    def write(self, part: Part, text: str) -> None:
        """Put a text into a field."""
        interface = f"{ATSPI}.EditableText"
        answer = ask(self._bus, part.owner, part.path, interface, "SetTextContents", "s", text)
        assert answer == (True,), part

    def _tell(self, owner: str, path: str, interface: str, method: str) -> Any:  # noqa: ANN401 - D-Bus tells what it likes
        return ask(self._bus, owner, path, f"{ATSPI}.{interface}", method)[0]


def _value(answer: tuple[Any, ...]) -> str:
    return str(answer[0][1])


def nameless(parts: list[Part]) -> list[str]:
    """Give what a person can reach and cannot tell: no name, a role that says nothing, or twice the same."""
    reached = [part for part in parts if part.is_reached]
    wrong = [f"no name: {part}" for part in reached if not KEY.sub("", part.name).strip()]
    wrong += [f"no role: {part}" for part in reached if part.says_nothing]
    told = [(part.role, part.name) for part in reached]
    return wrong + [f"twice: {part}" for part in reached if told.count((part.role, part.name)) > 1]
