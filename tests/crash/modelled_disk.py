"""A disk that loses its power: what was flushed is there, what was not may be there, torn, or in part.

The rules are those of POSIX, and no kinder. A file's bytes are safe once the file was flushed; its name is
safe once its folder was flushed. Until then each write may be on the disk or not, in any order and in
single sectors, a file may have its new length and not its new bytes, and a name may be old or new. A rename
is one step: it is never half there.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

SECTOR = 512


class Write(NamedTuple):
    """Bytes at a place of a file."""

    path: str
    offset: int
    data: bytes


class Cut(NamedTuple):
    """A new length of a file."""

    path: str
    length: int


class Open(NamedTuple):
    """A file that is made if need be, and emptied if wished."""

    path: str
    empties: bool


class Sync(NamedTuple):
    """A file or folder that is flushed."""

    path: str


class Make(NamedTuple):
    """A new folder."""

    path: str


class Rename(NamedTuple):
    """A file or folder that gets another name."""

    old: str
    new: str


class Remove(NamedTuple):
    """A file or folder that loses its name."""

    path: str


Operation = Write | Cut | Open | Sync | Make | Rename | Remove
Files = dict[str, bytes]


@dataclass(eq=False, slots=True)
class File:
    """What is safe of a file, and what is on its way, in order."""

    safe: bytes = b""
    pending: list[Write | Cut] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Folder:
    """The names as the running program sees them, those that are safe, and the changes between the two."""

    entries: "dict[str, Node]" = field(default_factory=dict)
    safe: "dict[str, Node]" = field(default_factory=dict)
    pending: "list[Change]" = field(default_factory=list)


Node = File | Folder


@dataclass(eq=False, slots=True)
class Change:
    """One step in the names of one or two folders: (folder, name, what it names now)."""

    steps: tuple[tuple[Folder, str, Node | None], ...]


class Disk:
    """An empty folder and what becomes of it. Paths are absolute; `root` is safe from the start."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._top = Folder()

    def do(self, operation: Operation) -> None:
        """Carry out what the program asked for."""
        match operation:
            case Write() | Cut():
                node = self._node(operation.path)
                # What has lost its name cannot come back.
                if isinstance(node, File):
                    node.pending.append(operation)
            case Open(path, empties):
                self._open(path, empties=empties)
            case Sync(path):
                self._flush(self._node(path))
            case Make(path):
                self._make(path, Folder())
            case Rename(old, new):
                self._rename(old, new)
            case Remove(path):
                self._name(path, None)

    def _open(self, path: str, *, empties: bool) -> None:
        self._make(path, File())
        node = self._node(path)
        if empties and isinstance(node, File):
            node.pending.append(Cut(path, 0))

    def _make(self, path: str, node: Node) -> None:
        # What is there already stays what it is, and the call fails.
        if self._node(path) is None:
            self._name(path, node)

    def _split(self, path: str) -> tuple[Folder | None, str]:
        *folders, name = path.removeprefix(self._root).strip("/").split("/")
        node: Node | None = self._top
        for each in folders:
            node = node.entries.get(each) if isinstance(node, Folder) else None
        return node if isinstance(node, Folder) else None, name

    def _node(self, path: str) -> Node | None:
        if path.rstrip("/") == self._root:
            return self._top
        folder, name = self._split(path)
        return folder.entries.get(name) if folder else None

    def _name(self, path: str, node: Node | None) -> None:
        folder, name = self._split(path)
        if folder is not None and (node is not None or name in folder.entries):
            self._change(Change(((folder, name, node),)))

    def _rename(self, old: str, new: str) -> None:
        (source, name), (target, other) = self._split(old), self._split(new)
        if source is not None and target is not None and name in source.entries:
            self._change(Change(((target, other, source.entries[name]), (source, name, None))))

    def _change(self, change: Change) -> None:
        _carry_out(change, lambda folder: folder.entries)
        for folder in {id(folder): folder for folder, _, _ in change.steps}.values():
            folder.pending.append(change)

    def _flush(self, node: Node | None) -> None:
        if isinstance(node, File):
            node.safe = _applied(node.safe, node.pending)
            node.pending.clear()
        elif isinstance(node, Folder):
            for change in list(node.pending):
                _carry_out(change, lambda folder: folder.safe)
                for folder, _, _ in change.steps:
                    if change in folder.pending:
                        folder.pending.remove(change)

    def after_cut(self, rng: random.Random) -> Files:
        """Give what a computer finds after a power cut now: each file's bytes by its path under the root."""
        survive = rng.choice(WAYS)
        chance = rng.choice((0.0, 0.5, 1.0))
        changed: dict[int, bool] = {}

        def happened(change: Change) -> bool:
            return changed.setdefault(id(change), rng.random() < chance)

        return dict(_found(self._top, "", lambda file: survive(file, rng), happened))


def _carry_out(change: Change, of: "Callable[[Folder], dict[str, Node]]") -> None:
    for folder, name, node in change.steps:
        if node is None:
            of(folder).pop(name, None)
        else:
            of(folder)[name] = node


def _found(
    folder: Folder, path: str, content: Callable[[File], bytes], happened: Callable[[Change], bool]
) -> Iterator[tuple[str, bytes]]:
    names = dict(folder.safe)
    for change in filter(happened, folder.pending):
        _carry_out(change, lambda where: names if where is folder else {})
    for name, node in names.items():
        if isinstance(node, Folder):
            yield from _found(node, f"{path}{name}/", content, happened)
        else:
            yield f"{path}{name}", content(node)


def _applied(safe: bytes, pending: "list[Write | Cut]") -> bytes:
    if not pending:
        return safe
    content = bytearray(safe)
    for operation in pending:
        if isinstance(operation, Cut):
            _resize(content, operation.length)
        else:
            _resize(content, max(len(content), operation.offset))
            content[operation.offset : operation.offset + len(operation.data)] = operation.data
    return bytes(content)


def _resize(content: bytearray, length: int) -> None:
    del content[length:]
    content.extend(bytes(length - len(content)))


# --- How much of what was not flushed is on the disk.
def _none(file: File, _: random.Random) -> bytes:
    return file.safe


def _all(file: File, _: random.Random) -> bytes:
    return _applied(file.safe, file.pending)


def _beginning(file: File, rng: random.Random) -> bytes:
    """The first writes, the last of them torn at a sector."""
    kept = file.pending[: rng.randint(0, len(file.pending))]
    last = kept[-1] if kept else None
    if isinstance(last, Write):
        kept.pop()
        parts = list(_sectors_of(last))
        kept += parts[: rng.randint(0, len(parts))]
    return _applied(file.safe, kept)


def _some(file: File, rng: random.Random) -> bytes:
    """Whole writes here and there."""
    return _applied(file.safe, [each for each in file.pending if rng.random() < 0.5])


def _sectors(file: File, rng: random.Random) -> bytes:
    """Single sectors here and there; a file may have its new length before its new bytes."""
    content = file.safe
    chance = rng.choice((0.1, 0.5, 0.9))
    for each in file.pending:
        if isinstance(each, Cut):
            content = _applied(content, [each] if rng.random() < chance else [])
            continue
        grown = each.offset + len(each.data) - len(content)
        if grown > 0 and rng.random() < 0.5:
            content += rng.choice((bytes, rng.randbytes))(grown)
        content = _applied(content, [part for part in _sectors_of(each) if rng.random() < chance])
    return content


def _sectors_of(write: Write) -> Iterator[Write]:
    """Give a write as the disk gets it: cut where its sectors begin."""
    begin, end = write.offset, write.offset + len(write.data)
    while begin < end:
        stop = min(end, begin - begin % SECTOR + SECTOR)
        yield Write(write.path, begin, write.data[begin - write.offset : stop - write.offset])
        begin = stop


WAYS: tuple[Callable[[File, random.Random], bytes], ...] = (_none, _all, _beginning, _some, _sectors)
