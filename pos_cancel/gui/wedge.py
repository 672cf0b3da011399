"""Telling a scanner from fingers by the rhythm of the keys (design.md §3)."""

SHORTEST_SCAN = 8
LONGEST_GAP_MS = 60
# Whoever scans needs longer than this to come from the scanner to the keys: an Enter before is a second end.
ECHO_MS = 250


class Wedge:
    """Listens to keys and remembers the last unbroken run of fast ones.

    A keyboard-wedge scanner types 8 or more characters with no gap over 60 ms and ends with Enter or
    Tab. A run forgets what a person had typed before it, so half a number in the field spoils no scan.
    """

    def __init__(self) -> None:
        """Start with silence."""
        self._run = ""
        self._last_ms: int | None = None
        self._ended_ms: int | None = None

    def character(self, text: str, at_ms: int) -> None:
        """Hear one printable character."""
        self._run = self._run + text if self._follows(at_ms) else text
        self._last_ms = at_ms

    @property
    def length(self) -> int:
        """How many fast characters came so far."""
        return len(self._run)

    def broken(self) -> None:
        """Hear anything else: a correction, a paste, an arrow key."""
        self._run = ""
        self._last_ms = None

    def ended(self, at_ms: int) -> str:
        """Hear Enter or Tab: give what was scanned, or "" if this was no scan."""
        run = self._run if self._follows(at_ms) and len(self._run) >= SHORTEST_SCAN else ""
        self.broken()
        if run:
            self._ended_ms = at_ms
        return run

    def is_end(self, at_ms: int) -> bool:
        """Hear Enter where it would press something: tell whether a scanner sent it, once or again."""
        again = self._ended_ms is not None and at_ms - self._ended_ms <= ECHO_MS
        if not self.ended(at_ms) and not again:
            return False
        self._ended_ms = at_ms
        return True

    def _follows(self, at_ms: int) -> bool:
        return self._last_ms is not None and at_ms - self._last_ms <= LONGEST_GAP_MS
