"""How the keys get onto the till, page by page."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject

from pos_cancel.domain.errors import InvalidInput, PosCancelError
from pos_cancel.gui import setup_jobs as jobs
from pos_cancel.gui.setup_hand import SetupHand
from pos_cancel.gui.setup_jobs import Brought
from pos_cancel.gui.setup_key_pages import BITS
from pos_cancel.gui.setup_state import Busy, Notice, Page

if TYPE_CHECKING:
    from pos_cancel.adapters.setup import KeySeen

NOTHING = InvalidInput("Nothing has been brought yet.", topic="key_nothing")


class KeyFlow(QObject):
    """The pages from "how do the keys get here" to the gateway's public key."""

    def __init__(self, hand: SetupHand) -> None:
        """Work on what is in hand."""
        super().__init__()
        self._hand = hand
        # A locked key, until its password has come.
        self._pending: Brought | None = None

    def choose_way(self, way: str) -> None:
        """Make keys, or bring them."""
        state, hand = self._hand.state, self._hand
        if way == "md5":
            hand.go(Page.MD5)
        elif way == "make" and state.made and state.half is not None and state.half.key.bits == state.bits:
            # Going back and on again must not change a key that the portal may have by now.
            hand.go(Page.OWN)
        elif way == "make":
            making = partial(jobs.make, self._sign_type("RSA2"), state.bits)
            hand.ask(Busy.MAKING, making, self._made)
        else:
            if state.made:
                hand.set(half=None, made=False)
            job = partial(jobs.sign_with, self._sign_type("RSA" if way == "rsa" else "RSA2"))
            hand.ask(Busy.CHECKING, job, self._may_bring)

    def turn_bits(self) -> None:
        """Choose the next length for a key that is made here."""
        bits = self._hand.state.bits
        self._hand.set(bits=BITS[(BITS.index(bits) + 1) % len(BITS)])

    def take(self, brought: Brought) -> None:
        """Take a key that was pasted, dropped or opened, as the page wants it."""
        hand, page = self._hand, self._hand.state.page
        if page is Page.BRING:
            self._pending = brought
            hand.set(locked=False)
            hand.ask(Busy.READING, partial(jobs.take_private, brought, ""), self._took_private, self._locked)
        elif page is Page.COMPARE:
            hand.set(compared=False)
            hand.ask(Busy.READING, partial(jobs.compare, brought), self._compared)
        elif page is Page.THEIRS:
            hand.ask(Busy.READING, partial(jobs.take_theirs, brought), self._took_theirs)

    def go_on_with_private(self, password: str) -> None:
        """Go on from our private key, or try its password."""
        if self._hand.state.locked and self._pending is not None:
            job = partial(jobs.take_private, self._pending, password)
            self._hand.ask(Busy.READING, job, self._took_private)
        elif self._hand.state.half is None:
            self._hand.set(notice=Notice(NOTHING))
        else:
            self._hand.go(Page.COMPARE)

    def go_on_with_theirs(self) -> None:
        """Go on from the gateway's public key."""
        if self._hand.state.theirs is None:
            self._hand.set(notice=Notice(NOTHING))
        else:
            self._hand.go(Page.TEST)

    def take_md5(self, text: str) -> None:
        """Take the shared secret."""
        self._hand.ask(Busy.CHECKING, partial(jobs.take_md5, text), self._took_md5)

    def save_public(self, path: Path) -> None:
        """Write our public key to a file."""
        half = self._hand.state.half
        if half is not None:
            then = partial(self._tell, "saved", file=path.name)
            self._hand.ask(Busy.CHECKING, partial(jobs.save_public, path, half), then)

    def copied(self) -> None:
        """Say that our public key lies in the clipboard."""
        self._tell("copied", None)

    def forget(self) -> None:
        """Let a locked key go."""
        self._pending = None

    def _sign_type(self, of_acquire: str) -> str:
        return of_acquire if self._hand.state.gateway == "acquire" else ""

    def _may_bring(self, fits: object) -> None:
        if not fits:
            self._hand.set(half=None, theirs=None)
        self._hand.go(Page.BRING)

    def _made(self, own: object) -> None:
        self._take_own(own, made=True)
        self._hand.go(Page.OWN)

    def _took_private(self, own: object) -> None:
        self._pending = None
        self._take_own(own, made=False)

    def _take_own(self, own: object, *, made: bool) -> None:
        half, has_theirs = cast("jobs.Own", own)
        theirs = self._hand.state.theirs if has_theirs else None
        self._hand.set(half=half, made=made, locked=False, compared=False, theirs=theirs)

    def _locked(self, error: PosCancelError) -> None:
        is_locked = error.topic == "key_encrypted"
        self._pending = self._pending if is_locked else None
        self._hand.set(locked=is_locked, half=None)

    def _compared(self, _: object) -> None:
        self._hand.set(compared=True)

    def _took_theirs(self, seen: object) -> None:
        self._hand.set(theirs=cast("KeySeen", seen))

    def _took_md5(self, _: object) -> None:
        self._hand.set(half=None, made=False, theirs=None)
        self._hand.go(Page.TEST)

    def _tell(self, key: str, _: object, **known: object) -> None:
        self._hand.set(notice=Notice(key=f"setup.own.{key}", known=known))
