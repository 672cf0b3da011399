"""pos-cancel demo: the main job on a training gateway of its own, in the window or told in the terminal."""

import os
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pos_cancel import bootstrap
from pos_cancel.adapters.shop import Shop
from pos_cancel.adapters.training_numbers import ENDINGS
from pos_cancel.cli.till import Till
from pos_cancel.cli.window import shows_windows
from pos_cancel.domain.case import WORKED, Case, State
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.money import Money
from pos_cancel.engine.lookup import CancelRequest
from pos_cancel.presenters.terminal import card_text

# A tenth of real time: the lost answer then takes two seconds instead of fifteen.
PACE = 0.1
WAIT_S = 20.0
FOLDER = Path("pos-cancel-demo")
FAILED = 1


@dataclass(frozen=True, slots=True)
class Scene:
    """One sale of the story: its number, what it is called in the words, and how it must end."""

    number: str
    name: str
    ends: State


ENDS = {
    "close": State.CLOSED,
    "refund": State.REFUNDED,
    "noscan": State.CLOSED_UNSCANNED,
    "mistyped": State.NO_PAYMENT_FOUND,
    "lost": State.REFUNDED,
    "window": State.USE_REFUND,
}
SCENES = tuple(Scene(ENDINGS[name], name, state) for name, state in ENDS.items())


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument(
        "--terminal", action="store_true", help="tell it in the terminal, also with a display"
    )
    parser.add_argument(
        "--folder", type=Path, default=FOLDER, metavar="DIR", help=f"where the pictures go ({FOLDER})"
    )


def run(args: Namespace, till: Till) -> int:
    """Tell the story; 1 where it does not end as it must."""
    if shows_windows() and not (args.terminal or args.json):
        with bootstrap.training_shop() as (shop, _):
            return till.screen.show(shop, training=True)
    with bootstrap.training_shop(pace=PACE) as (shop, _):
        told = Till(till.out, till.screen, shop, till.words)
        cases = _tell(shop, told)
        pictures = _paint(shop, cases, args.folder, told)
        told.answer(
            told.words.text("cli.demo.end"),
            {
                "cases": [told.json(case) for case in cases.values()],
                "pictures": [str(path) for path in pictures],
            },
        )
    wrong = [scene.name for scene in SCENES if cases[scene.name].state is not scene.ends]
    return FAILED if wrong else 0


def _numbers(shop: Shop) -> Iterator[tuple[Scene, str, Money | None]]:
    """Give each scene with its number and the amount that the POS knows."""
    with bootstrap.open_journal(shop) as journal:
        for scene in SCENES:
            order = next(iter(journal.orders_by_tail(f"-{scene.number}")), None)
            amount = (
                None
                if order is None or order.amount_minor is None
                else Money(order.amount_minor, order.currency)
            )
            yield scene, order.number if order else scene.number, amount


def _tell(shop: Shop, till: Till) -> dict[str, Case]:
    """Cancel the sales one after another; gives how each ended, by the scene's name."""
    _say(till, till.words.text("cli.demo.title"))
    profile = shop.profile()
    cases: dict[str, Case] = {}
    with till.desk() as desk:
        desk.take_over()
        desk.watcher = lambda moved: _show(moved, till)
        for scene, number, amount in list(_numbers(shop)):
            told = till.words.text("cli.demo.sale", amount=amount or "–", number=number)
            _say(till, f"\n{told} {till.words.text(f'cli.demo.{scene.name}')}")
            sale = parse(number)
            look = desk.look_up(sale, profile)
            request = CancelRequest(
                profile=profile.name, number=sale, lookup=look, known_order=look.known_order
            )
            case = desk.settle(desk.submit(request).case, WAIT_S, profile)
            _say(till, card_text(till.card(case), till.words))
            cases[scene.name] = case
    return cases


def _show(case: Case, till: Till) -> None:
    if case.state in WORKED and case.in_flight is None and case.tries:
        _say(till, f"  … {till.card(case).headline}")


def _paint(shop: Shop, cases: dict[str, Case], folder: Path, till: Till) -> list[Path]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    paths = till.screen.paint(shop, cases, folder, till.words.language)
    _say(till, "\n" + till.words.text("cli.demo.pictures", folder=folder))
    return paths


def _say(till: Till, text: str) -> None:
    # As JSON the answer is one object, and the story goes beside it.
    if till.out.wants_json:
        till.out.note(text)
    else:
        till.answer(text, {})
