"""What the window is told about the till it stands on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from PySide6.QtGui import QKeyEvent

from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.profile import Profile, ProfileKind
from pos_cancel.gui.card_view import FADE_MS
from pos_cancel.gui.hold_button import HOLD_MS
from pos_cancel.gui.scan_field import key_time_ms
from pos_cancel.gui.screens import Offers, View
from pos_cancel.presenters.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """What the window is told about its till.

    `words` are the languages in the order the button goes round; `offers` are numbers to try (number,
    name of its story in the words), in training only. `sets_up` tells that accounts can be added here.
    `sounds` says whether cues are heard, `sound_files` are their tones by name; for `take_back_s` seconds a
    decision can be taken back before a case is opened. `clock` gives aware UTC; `hold_ms`, `fade_ms` and
    `key_time_ms` are there for tests.
    """

    words: Mapping[str, Wording]
    language: str
    zone: tzinfo
    clock: Callable[[], datetime]
    name: str = ""
    operator: str = ""
    offers: Offers = ()
    training: bool = False
    sets_up: bool = False
    sounds: bool = True
    sound_files: Mapping[str, str] = field(default_factory=dict)
    take_back_s: int = 0
    hold_ms: int = HOLD_MS
    fade_ms: int = FADE_MS
    key_time_ms: Callable[[QKeyEvent], int] = field(default=key_time_ms)

    def view(self, words: Wording, profiles: tuple[Profile, ...], fault: PosCancelError | None) -> View:
        """Give how things are looked at now."""
        return View(
            words=words,
            now=self.clock(),
            zone=self.zone,
            profiles={profile.name: profile for profile in profiles},
            offers=tuple((number, words.text(f"gui.try.{story}")) for number, story in self.offers),
            sets_up=self.sets_up,
            trains=self.training,
            fault=fault,
        )

    def named(self, profile: Profile | None, words: Wording) -> str:
        """Give what the header calls till and account."""
        account = profile.label if profile else ""
        return words.text("gui.header.till", till=self.name or None, account=account)

    def kind_of(self, profile: Profile | None) -> ProfileKind:
        """Tell whether real money moves; in training it never does."""
        if self.training:
            return ProfileKind.TRAINING
        return profile.kind if profile else ProfileKind.LIVE

    def language_after(self, language: str) -> str:
        """Give the next language in the round."""
        names = list(self.words)
        return names[(names.index(language) + 1) % len(names)]
