"""pos-cancel cancel: look up, confirm, open the case, wait for it (outcomes.md R9, R10, R16)."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from pos_cancel.cli import confirming
from pos_cancel.cli.arguments import add_number_kind, add_wait, forced_kind, plain
from pos_cancel.cli.faults import Interrupted
from pos_cancel.cli.till import MISSED, Till
from pos_cancel.domain.case import WORKED, Case
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.identifiers import SaleNumber, parse
from pos_cancel.domain.money import Money, parse_decimal
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.lookup import CancelRequest, Lookup
from pos_cancel.presenters.lookup_card import LookupCard, present_lookup

if TYPE_CHECKING:
    from pos_cancel.cli.desk import Desk
    from pos_cancel.domain.receipt import Receipt
    from pos_cancel.engine.engine import Engine

WAIT_S = 65.0
FRESH_LOOK = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the arguments ask for."""

    args: Namespace
    profile: Profile
    number: SaleNumber

    def request(self, operator: str) -> CancelRequest:
        """Give the request as far as the arguments go."""
        args = self.args
        return CancelRequest(
            profile=self.profile.name,
            number=self.number,
            known_order=args.known_order,
            again=args.again,
            operator=operator,
            approver=args.approver or "",
            reason=args.reason or "",
        )


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument("number", metavar="NUMBER", help="receipt number, or the gateway's 28 digits")
    add_number_kind(parser)
    parser.add_argument("--profile", metavar="NAME", help="the account, where there are several")
    parser.add_argument("--reason", type=plain, metavar="CODE", help="why; kept with the case")
    parser.add_argument("--amount", metavar="A", help="the receipt's amount; must be the looked-up one")
    parser.add_argument("--yes", action="store_true", help="confirm everything a person would be asked")
    parser.add_argument("--known-order", action="store_true", help="an open order of this account")
    parser.add_argument("--again", action="store_true", help="open a new case although there is an ended one")
    add_wait(parser, WAIT_S, "how long to wait for the end")
    parser.add_argument("--operator", type=plain, metavar="NAME", help="who is at the till")
    parser.add_argument("--approver", type=plain, metavar="NAME", help="the manager who agrees")
    parser.add_argument(
        "--dry-run", action="store_true", help="show what would be sent; send and open nothing"
    )


def run(args: Namespace, till: Till) -> int:
    """Cancel one sale; gives the exit code of the case's state."""
    profile = till.account(args.profile, args.number)
    number = parse(args.number, gateway=profile.gateway, forced=forced_kind(args, profile.gateway))
    wish = Wish(args, profile, number)
    if args.amount is not None:
        parse_decimal(args.amount, profile.currency)
    if not (args.yes or args.dry_run or till.out.has_terminal):
        raise InvalidInput(till.words.text("cli.needs_yes"))
    with till.desk() as desk:
        request = wish.request(till.operator(args.operator))
        if args.dry_run:
            return _dry_run(wish, request, desk, till)
        answering = desk.ask(lambda engine: _answering(engine, request))
        if answering is not None:
            return _earlier(answering, till)
        try:
            confirmed = _confirmed(wish, request, desk, till)
        except Interrupted:
            till.out.note(till.words.text("cli.kept"))
            raise
        if confirmed is None:
            till.out.note(till.words.text("cli.kept"))
            return 0
        return _sent(wish, confirmed, desk, till)


def _answering(engine: "Engine", request: CancelRequest) -> Case | None:
    from pos_cancel.engine.opening import answering_case

    return answering_case(engine.earlier(request), request)


def _earlier(case: Case, till: Till) -> int:
    till.out.note(till.words.text("cli.earlier"))
    return till.answer_case(case)


def _confirmed(wish: Wish, request: CancelRequest, desk: "Desk", till: Till) -> CancelRequest | None:
    """Look the sale up and have it confirmed; None when the person keeps the sale."""
    look = desk.look_up(wish.number, wish.profile)
    _check_amount(wish, look)
    card = _card(wish, look, till)
    if wish.args.yes and look.odd:
        till.out.note(till.words.text("lookup.warning.odd"))
    if not wish.args.yes:
        seen = replace(request, lookup=look)
        if desk.ask(lambda engine: _answering(engine, seen)) is not None:
            return _with_look(seen, look, card)
        answers = confirming.ask(card, wish.number, wish.args, till)
        if answers is None:
            return None
        request = replace(request, approver=request.approver or answers.approver)
        if till.now() - look.at > FRESH_LOOK:
            look = _looked_again(wish, card, desk, till)
    return _with_look(request, look, card)


def _looked_again(wish: Wish, card: LookupCard, desk: "Desk", till: Till) -> Lookup:
    """Look again where the person took long (R9); what was confirmed must still be true."""
    look = desk.look_up(wish.number, wish.profile)
    if _card(wish, look, till).amount != card.amount:
        raise InvalidInput("The sale has changed while it was being confirmed.", "Start again.")
    return look


def _with_look(request: CancelRequest, look: Lookup, card: LookupCard) -> CancelRequest:
    recorded = (("again", request.again), ("approver_unchecked", bool(request.approver)))
    return replace(
        request,
        lookup=look,
        known_order=request.known_order or look.known_order,
        overrides=(*card.overrides, *(name for name, applies in recorded if applies)),
    )


def _check_amount(wish: Wish, look: Lookup) -> None:
    """Refuse an amount that is not the looked-up one (R10)."""
    known = look.sale.amount if look.sale else None
    if wish.args.amount is None or known is None:
        return
    if parse_decimal(wish.args.amount, known.currency) != known:
        raise InvalidInput(
            f"The amount is {known}, not {wish.args.amount}; nothing was sent.",
            "Compare it with the receipt.",
        )


def _card(wish: Wish, look: Lookup, till: Till) -> LookupCard:
    amount = _ordered_amount(wish, till) if look.known_order else None
    return present_lookup(
        look, till.now(), till.words, till.zone, profile=wish.profile, scanned=False, known_amount=amount
    )


def _ordered_amount(wish: Wish, till: Till) -> Money | None:
    """Give the amount that the POS handed over with an open order."""
    with till.journal() as journal:
        orders = journal.orders_by_tail(wish.number.text)
    own = [
        order for order in orders if (order.profile, order.number) == (wish.profile.name, wish.number.text)
    ]
    minor = own[0].amount_minor if own else None
    return None if minor is None else Money(minor, own[0].currency)


def _sent(wish: Wish, request: CancelRequest, desk: "Desk", till: Till) -> int:
    """Open the case, let it be worked, and tell how it stands."""
    submitted = desk.submit(request)
    if not submitted.is_new:
        return _earlier(submitted.case, till)
    desk.watcher = till.tell_move
    desk.start_sending()
    case = desk.settle(submitted.case, wish.args.wait, wish.profile)
    if case.state in WORKED:
        # A case of another process is not known to be held up; ours is when this process ends.
        till.out.note(till.words.text("cli.leave" if desk.sends else "cli.handed_over"))
    return till.answer_case(case, _meant(case, desk))


def _meant(case: Case, desk: "Desk") -> "tuple[Receipt, ...]":
    """Give the known receipts that may have been meant where the gateway had no payment."""
    from pos_cancel.engine.suggest import known_nearby

    if case.state not in MISSED:
        return ()
    return desk.ask(lambda engine: known_nearby(engine.journal, case.number))


def _dry_run(wish: Wish, request: CancelRequest, desk: "Desk", till: Till) -> int:
    """Show the parameters without a signature; nothing is asked, sent or opened."""
    answering = desk.ask(lambda engine: _answering(engine, request))
    params = desk.ask(
        lambda engine: engine.gateways[wish.profile.gateway].freeze(wish.profile, wish.number, till.now())
    )
    value: dict[str, object] = {
        "dry_run": True,
        "sends": answering is None,
        "case": answering.ref if answering else None,
        "profile": wish.profile.name,
        "gateway": wish.profile.gateway,
        "endpoint": wish.profile.endpoint,
        "number": wish.number.text,
        "number_kind": wish.number.kind.value,
        "params": dict(params),
    }
    lines = [f"POST {wish.profile.endpoint}", *(f"{name}={text}" for name, text in params)]
    if answering is not None:
        till.out.note(till.words.text("cli.earlier"))
        lines = [f"{till.words.text('cli.ref')} {answering.ref}"]
    till.answer("\n".join(lines), value)
    return 0
