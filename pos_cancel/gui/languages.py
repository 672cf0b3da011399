"""The languages of the window, each read when it is first spoken: the first paint waits for one only."""

from collections.abc import Callable, Iterator, Mapping

from pos_cancel.presenters.wording import Wording


class Languages(Mapping[str, Wording]):
    """Words by language tag, in the order the button goes round; `read` gives those of a tag."""

    def __init__(self, tags: tuple[str, ...], read: Callable[[str], Wording]) -> None:
        """Read nothing yet."""
        self._tags = tags
        self._read = read
        self._known: dict[str, Wording] = {}

    def __getitem__(self, tag: str) -> Wording:
        """Give the words of a language. Raises KeyError for one that is not spoken here."""
        if tag not in self._tags:
            raise KeyError(tag)
        if tag not in self._known:
            self._known[tag] = self._read(tag)
        return self._known[tag]

    def __contains__(self, tag: object) -> bool:
        """Tell whether the language is spoken, without reading it."""
        return tag in self._tags

    def __iter__(self) -> Iterator[str]:
        """Go through the tags."""
        return iter(self._tags)

    def __len__(self) -> int:
        """Count the languages."""
        return len(self._tags)
