"""The way into the window at the program's start: joins till, looks and words; Qt only when asked."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pos_cancel import bootstrap
from pos_cancel.adapters import resources
from pos_cancel.adapters.settings import Settings
from pos_cancel.adapters.shop import Shop
from pos_cancel.domain.case import Case
from pos_cancel.domain.languages import LANGUAGES, PSEUDO_LANGUAGE

if TYPE_CHECKING:
    from pos_cancel.gui.application import Start
    from pos_cancel.gui.theme import Looks


# What is chosen for eyes and ears, and goes along into the training window.
LIKED = ("language", "theme", "text_size", "sounds")


class Entrance:
    """What the command line may ask of the window, which it does not know."""

    def show(self, shop: Shop, *, training: bool = False) -> int:
        """Open the window; the engine starts behind it, after the first paint.

        On the training gateway it offers numbers to try: few who come there have a receipt in hand.
        """
        from pos_cancel.adapters.late_desk import LateDesk
        from pos_cancel.adapters.paper import Printer
        from pos_cancel.adapters.setup_desk import SetupDesk
        from pos_cancel.gui import application
        from pos_cancel.gui.doorbell import door_of
        from pos_cancel.gui.languages import Languages
        from pos_cancel.gui.menu_host import Menu
        from pos_cancel.gui.setup_host import Assistant

        desk = LateDesk(partial(bootstrap.make_runner, shop), shop.profiles)
        door = bootstrap.TrainingDoor()
        setup_desk = SetupDesk(partial(bootstrap.make_setup, shop))
        office_desk = SetupDesk(partial(bootstrap.make_back_office, shop))
        printer = SetupDesk(Printer)
        start = _start(shop, training=training)
        chosen = [shop.settings]
        menu = Menu(
            desk=None if training else office_desk,
            settings=shop.settings,
            till=start.till,
            chosen=chosen.append,
            printer=printer,
        )
        code = application.run(
            desk,
            _looks(),
            Languages(spoken_in(shop.settings.language), bootstrap.words),
            replace(start, door=door_of(shop.home.path), offers=_numbers_to_try(shop) if training else ()),
            zone=shop.zone,
            painted=desk.start,
            assistant=None if training else Assistant(setup_desk, door.open),
            menu=menu,
        )
        for each in (setup_desk, office_desk, printer):
            each.stop()
        with door as trained:
            if trained is None:
                return code
            return self.show(as_chosen(trained, chosen[-1]), training=True)

    def paint(self, shop: Shop, cases: Mapping[str, Case], folder: Path, language: str) -> list[Path]:
        """Write one PNG of the window per case into the folder, under the names given; needs no display."""
        from pos_cancel.gui.pictures import grab_cards

        folder.mkdir(parents=True, exist_ok=True)
        pictures = grab_cards(
            cases,
            _looks(),
            {language: bootstrap.words(language)},
            replace(_start(shop, training=True), language=language, theme="light"),
            profiles=tuple(shop.profiles.values()),
            zone=shop.zone,
            now=max(case.updated_at for case in cases.values()),
        )
        paths = [folder / f"{name}.png" for name in pictures]
        for path, picture in zip(paths, pictures.values(), strict=True):
            path.write_bytes(picture)
        return paths


def spoken_in(chosen: str) -> tuple[str, ...]:
    """Give the languages that the button goes round; the made-up one only where it is set."""
    return (*LANGUAGES, PSEUDO_LANGUAGE) if chosen == PSEUDO_LANGUAGE else LANGUAGES


def as_chosen(shop: Shop, chosen: Settings) -> Shop:
    """Give the training till as a person likes to see and hear a till; all else stays its own."""
    liked = {name: getattr(chosen, name) for name in LIKED}
    return replace(shop, settings=replace(shop.settings, **liked))


def _start(shop: Shop, *, training: bool) -> "Start":
    from pos_cancel.gui.application import Start

    settings = shop.settings
    return Start(
        language=settings.language,
        theme=settings.theme,
        till=settings.till or next((profile.till for profile in shop.profiles.values()), ""),
        operator=settings.operator,
        training=training,
        sounds=settings.sounds,
        sound_files=resources.sounds(),
        take_back_s=settings.take_back_s,
        text_size=settings.text_size,
        account=settings.default_profile,
    )


def _numbers_to_try(shop: Shop) -> tuple[tuple[str, str], ...]:
    from pos_cancel.adapters.training_numbers import numbers_to_try

    with bootstrap.open_journal(shop) as journal:
        return numbers_to_try(journal)


def _looks() -> "Looks":
    from pos_cancel.gui.theme import Looks

    return Looks(
        styles=resources.styles(), icons=resources.icons(), fonts=tuple(map(str, resources.font_paths()))
    )
