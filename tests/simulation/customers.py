"""The customers of a simulated shop: each brings one sale, and some of the sales are odd."""

import random
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from pos_cancel.domain.identifiers import NumberKind, SaleNumber, parse
from tests.simulation.books import JSON_WINDOW, Sale, Status

if TYPE_CHECKING:
    from tests.simulation.world import World

REPEATS = ("same", "status", "close", "missing")
NESTED = ("", "signed", "unsigned")
# What somebody else does to a sale, or what is wrong with it.
ODDITIES = (
    "pays late",
    "pays late and is paid back",
    "portal",
    "part",
    "other",
    "missing",
    "poor",
    "charging",
    "frozen",
    "finished",
    "timeout",
)


@dataclass(slots=True, kw_only=True)
class Customer:
    """One sale that somebody wants to be undone, and the chance that goes with it."""

    sale: Sale
    rng: random.Random
    number: SaleNumber
    profile: str
    known_order: bool = False
    tries: int = 0


def draw_customer(world: "World", place: int, rng: random.Random) -> Customer:
    """Draw one customer with the sale: what it is, what becomes of it, and which number is scanned."""
    profile = world.profiles[rng.choice(world.profile_names)]
    sale = _draw_sale(world, place, rng, profile.gateway)
    make_odd(sale, rng, world)
    by_gateways = sale.is_known and rng.random() < 0.15
    if profile.gateway == "acquire":
        number = parse(sale.trade_no if by_gateways else sale.number)
    else:
        kind = NumberKind.PAYMENT_ID if by_gateways else NumberKind.PAYMENT_REQUEST_ID
        number = SaleNumber(sale.trade_no if by_gateways else sale.number, kind)
    return Customer(sale=sale, rng=rng, number=number, profile=profile.name, known_order=rng.random() < 0.2)


def _draw_sale(world: "World", place: int, rng: random.Random, gateway: str) -> Sale:
    made_at = world.agenda.now - timedelta(seconds=rng.expovariate(1 / 1800))
    digits = f"{place:08d}{rng.randrange(10**4):04d}"
    trade_no = f"{made_at + timedelta(hours=8):%Y%m%d}22001{digits:0>15}"
    sale = Sale(
        gateway=gateway,
        number=f"R-{place:05d}-{digits[-4:]}",
        trade_no=trade_no if gateway == "acquire" else f"{trade_no}0108010",
        minor=rng.randrange(1, 50_000),
        currency="CNY",
        created_at=made_at,
    )
    if rng.random() < 0.75:
        sale.pay(made_at + timedelta(seconds=rng.uniform(0, (world.agenda.now - made_at).total_seconds())))
    return sale


def make_odd(sale: Sale, rng: random.Random, world: "World") -> None:
    """Make some sales special, and plan what others do to them."""
    if rng.random() >= world.climate.rate("odd"):
        return
    sale.repeat, sale.nested = rng.choice(REPEATS), rng.choice(NESTED)
    if rng.random() < world.climate.rate("cursed") * 0.2:
        sale.cursed = rng.choice(("cancel", "all"))
    named = [each for each in ODDITIES if world.climate.rate(each)]
    what, soon_s = rng.choice(named or ODDITIES), rng.expovariate(1 / rng.choice((5, 120, 1200)))
    soon_s *= rng.random() < 0.6  # the others were so when the customer came
    until = world.agenda.now + timedelta(seconds=rng.choice((60, 3600, 10**6)))
    if what == "missing":
        _unknown(sale, rng)
    elif what == "poor":
        sale.poor_until = until
    elif what == "charging":
        sale.busy_until = until
    elif what in {"frozen", "finished"}:
        _stiff(sale, Status.FROZEN if what == "frozen" else Status.FINISHED)
    sale.late_payer = what.startswith("pays late") and sale.gateway == "apo"
    if soon_s:
        world.agenda.after(soon_s, lambda: _meddle(world, sale, what))
    else:
        _meddle(world, sale, what)


def _unknown(sale: Sale, rng: random.Random) -> None:
    sale.is_known, sale.paid_at, sale.paid, sale.status = False, None, 0, Status.UNPAID
    sale.missing = rng.choice(("silent", "refused"))
    sale.is_scanned_later = rng.random() < 0.5


def _stiff(sale: Sale, status: Status) -> None:
    if sale.status is Status.PAID:
        sale.status = status


def _meddle(world: "World", sale: Sale, what: str) -> None:
    """Let somebody else do something to the sale, if it can still be done."""
    now = world.agenda.now
    if what.startswith("pays late") or (what == "missing" and sale.is_scanned_later):
        paid = sale.pay(now)
        if paid and what == "pays late and is paid back":
            # The shop sees it in the portal and gives it back before the till looks.
            sale.refund(sale.minor, now)
    elif what in {"portal", "part"} and sale.status is Status.PAID and not sale.returned + sale.by_hand:
        sale.refund(sale.minor if what == "portal" else max(sale.minor // 3, 1), now)
    elif what == "other":
        sale.cancel(now, "another till", "" if sale.gateway == "acquire" else JSON_WINDOW)
    elif what == "timeout" and sale.status is Status.UNPAID and sale.is_known:
        sale.status = Status.CLOSED
