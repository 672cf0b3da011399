"""A made-up shop: its sales in the order of their numbers, and what became of those it cancelled."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple, cast

from pos_cancel.adapters.resources import gateway_table
from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.listing import micros, moment
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import Cancelled, Effect, Found, Outcome, Progress, Reading, Reason, Signature
from pos_cancel.domain.outcome import Unknown as NoAnswer
from pos_cancel.domain.profile import Profile, ProfileKind, SignType
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.engine.engine import Engine
from pos_cancel.engine.lookup import CancelRequest, Lookup
from pos_cancel.engine.ports import Journal
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.signing import Keys

BEIJING = timezone(timedelta(hours=8))
FIRST_DAY = datetime(2024, 11, 21, tzinfo=BEIJING)
OPENS = timedelta(hours=8)
A_DAY, BETWEEN_MICROS = 10_944, 4_600_000
TAIL = 6
# What Weyl sequences and hash functions take to scatter counts over 64 bits.
MIXER, LARGEST = 0x9E37_79B9_7F4A_7C15, 2**64 - 1
PROFILE = Profile(
    name="bench",
    kind=ProfileKind.LIVE,
    gateway="acquire",
    endpoint="https://intlmapi.alipay.com/gateway.do",
    merchant_id="2088000000000001",
    sign_type=SignType.MD5,
    support="+86 571 0000 0000",
)
KEYS = Keys(md5=b"0123456789abcdefghijklmnopqrstuv")
REPLY = (
    '<?xml version="1.0" encoding="UTF-8"?><alipay><is_success>T</is_success><response><alipay>'
    "<action>{action}</action><out_trade_no>{number}</out_trade_no><result_code>SUCCESS</result_code>"
    "<retry_flag>N</retry_flag><trade_no>{trade_no}</trade_no></alipay></response>"
    "<sign>0123456789abcdef0123456789abcdef</sign><sign_type>MD5</sign_type></alipay>"
)


class MadeSale(NamedTuple):
    """One sale: its receipt, the gateway's number, the amount in minor units, when it was paid."""

    number: str
    trade_no: str
    amount_minor: int
    sold_micros: int

    @property
    def sold_at(self) -> datetime:
        """When it was paid, in UTC."""
        return moment(self.sold_micros)


def made_sale(count: int) -> MadeSale:
    """Give the sale with this count; numbers rise with it, and their ends look drawn."""
    day, place = divmod(count, A_DAY)
    stamp, opens = _day(day)
    mixed = count * MIXER & LARGEST
    mixed = (mixed ^ mixed >> 32) * MIXER & LARGEST
    return MadeSale(
        number=f"{stamp}{place:05d}{(mixed >> 40) % 10**TAIL:06d}",
        trade_no=f"{stamp}22001{mixed % 10**15:015d}",
        amount_minor=100 + (mixed >> 20) % 50_000,
        sold_micros=opens + place * BETWEEN_MICROS,
    )


@lru_cache(maxsize=2)
def _day(count: int) -> tuple[str, int]:
    date = FIRST_DAY + timedelta(days=count)
    return f"{date:%Y%m%d}", micros(date + OPENS)


class _Clock:
    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def monotonic(self) -> float:
        return self.time.timestamp()


class _KeyRing:
    def peek(self, _: Profile) -> Keys:
        return KEYS

    def accepted(self, _: Profile, __: Keys) -> None:
        """There is one key."""

    def forget(self) -> None:
        """Nothing is cached."""


class Counter:
    """The till's engine over any journal, worked by hand, with a clock that goes on by itself."""

    def __init__(self, journal: Journal, sale: MadeSale, case_id: str) -> None:
        self.sale = sale
        self._clock = _Clock(opened_at(sale))
        self._engine = Engine(
            journal=journal,
            gateways={"acquire": Acquire(gateway_table("acquire"))},
            profiles={PROFILE.name: PROFILE},
            keys=_KeyRing(),
            clock=self._clock,
            new_id=lambda: case_id,
            chance=lambda: 0.0,
        )

    def open(self) -> None:
        """Look the sale up, find it paid, open a case."""
        now, number = self._clock.now(), parse(self.sale.number)
        shown = Sale(
            status=PaymentStatus.PAID,
            trade_no=self.sale.trade_no,
            out_trade_no=self.sale.number,
            amount=Money(self.sale.amount_minor, "CNY"),
            paid_at=self.sale.sold_at,
        )
        reading = Reading(outcome=Found(shown), signature=Signature.VERIFIED, progress=Progress.ANSWERED)
        look = Lookup(profile=PROFILE.name, number=number, at=now, reading=reading)
        self._engine.submit(
            CancelRequest(
                profile=PROFILE.name, number=number, lookup=look, known_order=True, operator="Chen Wei"
            )
        )

    def ask(self, outcome: Outcome, action: str = "") -> None:
        """Send what is due; this is the answer, and comes 0.8 s later."""
        due = self._engine.journal.next_due()
        self._clock.time = max(self._clock.time, cast("datetime", due)) + timedelta(milliseconds=12.5)
        (dispatch,) = self._engine.begin(1, 1)
        self._clock.time += timedelta(milliseconds=812.25)
        text = REPLY.format(action=action, number=self.sale.number, trade_no=self.sale.trade_no)
        answered = not isinstance(outcome, NoAnswer)
        exchange = Exchange(
            progress=Progress.ANSWERED if answered else Progress.SENT,
            reply=HttpReply(200, (), text.encode()) if answered else None,
            fault=None if answered else Reason.SILENCE,
        )
        reading = Reading(
            outcome=outcome,
            signature=Signature.VERIFIED if answered else Signature.NONE,
            progress=exchange.progress,
            code="SUCCESS" if answered else "",
            http_status=200 if answered else None,
        )
        self._engine.record(dispatch, exchange, reading)

    def end(self) -> None:
        """Let the manager put the case down."""
        self._clock.time += timedelta(seconds=40)
        (case,) = self._engine.journal.open_cases()
        self._engine.act(case.id, "end", "Li Na", "asked the gateway")

    def succeed(self, effect: Effect) -> None:
        """Send what is due; the gateway did it."""
        self.ask(Cancelled(effect, self.sale.trade_no, self.sale.number), effect.value)


def opened_at(sale: MadeSale) -> datetime:
    """Give when the customer is back: ten minutes after paying, on the same day."""
    return sale.sold_at + timedelta(minutes=10, microseconds=437_219)


def _refunded(counter: Counter) -> None:
    counter.open()
    counter.succeed(Effect.REFUND)


def _closed(counter: Counter) -> None:
    counter.open()
    counter.succeed(Effect.CLOSE)


def _asked_twice(counter: Counter) -> None:
    counter.open()
    counter.ask(NoAnswer(Reason.SILENCE))
    counter.succeed(Effect.REFUND)


def _put_down(counter: Counter) -> None:
    counter.open()
    counter.ask(NoAnswer(Reason.SILENCE))
    counter.end()


def still_open(counter: Counter) -> None:
    """Ask once, hear nothing, and try again later."""
    counter.open()
    counter.ask(NoAnswer(Reason.SILENCE))


Story = Callable[[Counter], None]
# Of twenty cases so many go this way.
STORIES: tuple[Story, ...] = (*(_refunded,) * 15, *(_closed,) * 3, _asked_twice, _put_down)
