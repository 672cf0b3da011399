"""Cases, looks and wordings to present in tests; all times are fixed."""

import tomllib
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.languages import PSEUDO_LANGUAGE
from pos_cancel.domain.outcome import Found, Outcome, Reading, Signature
from pos_cancel.domain.profile import Profile, ProfileKind
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.engine.lookup import Lookup
from pos_cancel.presenters.wording import Wording, pseudo

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 21, 14, 32, tzinfo=UTC)
SHOP = timezone(timedelta(hours=1), "shop")
GATEWAYS = ("acquire", "antom", "apo", "acqp")
VARIANTS: dict[State, tuple[str, ...]] = {
    State.RETRY_PENDING: ("", "background", "stopped"),
    State.WAITING: ("funds", "in_progress", "busy"),
    State.ALREADY_REFUNDED: ("full", "part", "not_visible"),
    State.CALL_SUPPORT: ("unknown", "refused"),
    State.USE_REFUND: ("", "refunds_not_visible"),
}
CELLS = [(state, variant) for state in State for variant in VARIANTS.get(state, ("",))]


@cache
def words_of(language: str) -> Wording:
    if language in {"qps", PSEUDO_LANGUAGE}:
        return pseudo(words_of("en"))
    table = tomllib.loads((ROOT / f"resources/wording/{language}.toml").read_text(encoding="utf-8"))
    return Wording(table)


PLAIN_CASE = Case(
    id="c-1",
    ref="K7-204",
    gateway="acquire",
    profile="shop-1",
    number="20261121-4821",
    number_kind=NumberKind.OUT_TRADE_NO,
    state=State.REFUNDED,
    opened_at=NOW - timedelta(minutes=1),
    updated_at=NOW,
    params_at=NOW,
    foreground_from=NOW,
    stop_at=NOW + timedelta(hours=2),
)
FULL_CASE = replace(
    PLAIN_CASE,
    account="Alipay in-store",
    network="Alipay",
    support="+86 95188",
    looked_up=PaymentStatus.PAID,
    amount_minor=12800,
    currency="CNY",
    refunded_minor=2000,
    sale_time=NOW - timedelta(hours=1),
    deadline=NOW + timedelta(hours=1, minutes=28),
    tries=3,
    next_try_at=NOW + timedelta(seconds=8),
    watching_until=NOW + timedelta(minutes=20),
    setup_code="S-03",
)


def pending(**changes: object) -> Case:
    """A paid sale whose cancel is not settled yet."""
    return replace(FULL_CASE, state=State.RETRY_PENDING, **changes)  # type: ignore[arg-type]


PROFILE = Profile(
    name="shop-1",
    kind=ProfileKind.LIVE,
    gateway="acquire",
    endpoint="https://globalmapi.alipay.com/gateway.do",
    merchant_id="2088000000000000",
    account="Alipay in-store",
)
RECEIPT = SaleNumber("20261121-4821", NumberKind.OUT_TRADE_NO)
PAID_SALE = Sale(status=PaymentStatus.PAID, amount=FULL_CASE.amount, paid_at=NOW - timedelta(hours=1))


def look(outcome: Outcome | None = None, **changes: object) -> Lookup:
    """A verified look with this outcome; none means that nothing was asked."""
    reading = None if outcome is None else Reading(outcome=outcome, signature=Signature.VERIFIED)
    plain = Lookup(profile="shop-1", number=RECEIPT, at=NOW, reading=reading)
    return replace(plain, **changes)  # type: ignore[arg-type]


def look_at(sale: Sale, **changes: object) -> Lookup:
    """A verified look that shows the sale."""
    return look(Found(sale), **changes)
