"""The faulty way between the till and the gateways: what arrives, what comes back, and what it is worth."""

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from pos_cancel.domain.case import Ask
from pos_cancel.domain.outcome import Progress, Reason
from pos_cancel.engine.outgoing import Dispatch
from pos_cancel.gateways.http import Exchange, HttpReply
from tests.invariants import Departure, Proof
from tests.simulation import harms
from tests.simulation.acquire_desk import AcquireDesk, Answer, Asked
from tests.simulation.books import Sale
from tests.simulation.json_desk import JsonDesk

if TYPE_CHECKING:
    from tests.simulation.process import Process
    from tests.simulation.world import World

READ_S, TOTAL_S = 10.0, 15.0
# Longer than that no request waits in any queue between the till and the books.
LATEST_S = 110.0
# A younger answer to another sale's question cannot be told from ours where no sale is named (R8).
OLD_S = 5.0
UNSENT = (
    (Reason.DNS, Progress.PREPARED),
    (Reason.REFUSED, Progress.RESOLVED),
    (Reason.CONNECT_TIMEOUT, Progress.RESOLVED),
    (Reason.CERTIFICATE, Progress.CONNECTED),
)
SILENCES = (Reason.SILENCE, Reason.RESET, Reason.CUT, Reason.TLS, Reason.NOT_HTTP, Reason.TOO_LARGE)


@dataclass(slots=True, kw_only=True)
class Flight:
    """One request on its way, and who waits for its answer."""

    process: "Process"
    dispatch: Dispatch
    then: Callable[[Exchange], None]
    departure: Departure
    sale: Sale
    rng: random.Random
    left_s: float

    @property
    def is_cancel(self) -> bool:
        """Whether a cancel is asked for."""
        return self.dispatch.ask is Ask.CANCEL


def read_fields(dispatch: Dispatch) -> dict[str, str]:
    """Read what left, as any observer would."""
    request = dispatch.request
    if dispatch.question.profile.gateway != "acquire":
        return {"body": request.body.decode()}
    return _in_address(request.url) | dict(parse_qsl(request.body.decode("ascii")))


@cache
def _in_address(url: str) -> dict[str, str]:
    return dict(parse_qsl(url.partition("?")[2]))


class Wire:
    """Carries requests. Every fate is a method of its own."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._acquire = AcquireDesk()
        self._json = {name: JsonDesk(name) for name in ("antom", "apo", "acqp")}
        self._past: dict[tuple[str, Ask], deque[tuple[str, float, HttpReply]]] = {}
        self._successes: dict[str, HttpReply] = {}

    def send(self, flight: Flight) -> None:
        """Let a request leave."""
        world = self._world
        fate = world.climate.fate(flight.rng) if world.is_faulty else ""
        world.note("leaves", flight.departure.case_id, flight.departure.ask.value, fate)
        if fate != "unsent" and flight.is_cancel:
            flight.sale.reached_by.add(flight.departure.case_id)
        getattr(self, f"_{fate or 'clean'}")(flight)

    # --- fates ----------------------------------------------------------------------------------------

    def _clean(self, flight: Flight) -> None:
        self._round(flight, self._brief(flight), self._brief(flight))

    def _unsent(self, flight: Flight) -> None:
        reason, progress = flight.rng.choice(UNSENT)
        self._silence(flight, flight.rng.uniform(0.0, 3.0), reason, progress)

    def _lost(self, flight: Flight) -> None:
        self._fail(flight)

    def _unheard(self, flight: Flight) -> None:
        self._arrive(flight, self._brief(flight), lambda _: None)
        self._fail(flight, at_least_s=0.5)

    def _late(self, flight: Flight) -> None:
        delay_s = flight.rng.uniform(1.0, LATEST_S)
        if delay_s < READ_S:
            self._round(flight, delay_s / 2, delay_s / 2)
            return
        self._arrive(flight, delay_s, lambda _: None)
        self._silence(flight, READ_S, Reason.SILENCE, Progress.SENT)

    def _doubled(self, flight: Flight) -> None:
        first, second = self._brief(flight), flight.rng.uniform(0.2, LATEST_S)
        if not flight.sale.is_known:
            self._clean(flight)
        elif second < READ_S and flight.sale.repeat == "same" and flight.rng.random() < 0.5:
            self._arrive(flight, first, lambda _: None)
            self._round(flight, second, 0.2)
        else:
            self._round(flight, first, 0.2)
            self._arrive(flight, second, lambda _: None)

    def _truncated(self, flight: Flight) -> None:
        self._harmed(flight, harms.truncated)

    def _altered(self, flight: Flight) -> None:
        self._harmed(flight, harms.altered)

    def _unsigned(self, flight: Flight) -> None:
        self._harmed(flight, harms.unsigned)

    def _forged(self, flight: Flight) -> None:
        self._harmed(flight, harms.forged)

    def _foreign(self, flight: Flight) -> None:
        """Deliver the answer to another sale's question, as it was written, date and all."""
        name = flight.dispatch.question.profile.gateway
        past = self._past.get((name, flight.dispatch.ask), ())
        # A till that is behind and was never told so cannot see that an answer is old.
        before_s = self._world.agenda.now_s - OLD_S + min(self._world.troubles.skew_s, 0.0)
        others = [reply for number, at_s, reply in past if number != flight.sale.number and at_s < before_s]
        if not others:
            self._clean(flight)
            return
        reply = flight.rng.choice(others)

        def land(answer: Answer) -> None:
            # A till that heard nothing fresh of late cannot see that an answer is old either.
            if flight.process.hears_fresh_replies:
                self._land(flight, reply, Proof.NOTHING)
            else:
                self._land_answer(flight, answer)

        def come_back(answer: Answer) -> None:
            self._world.agenda.after(self._brief(flight), lambda: land(answer))

        self._arrive(flight, self._brief(flight), come_back)

    def _replayed(self, flight: Flight) -> None:
        """Deliver an earlier success of a cancel of this very sale, if there is one."""
        reply = self._successes.get(flight.sale.number)
        if reply is None or not flight.is_cancel or flight.sale.late_payer:
            self._clean(flight)
            return
        self._world.witness.succeeded.add(flight.departure.case_id)
        self._arrive(flight, self._brief(flight), lambda _: self._land_later(flight, reply, Proof.AUTHENTIC))

    def _http(self, flight: Flight) -> None:
        reply, busy_s = harms.http_error(flight.rng)
        if flight.rng.random() < 0.5 and not busy_s:
            self._arrive(flight, self._brief(flight), lambda _: None)
        self._world.agenda.after(0.3, lambda: self._land(flight, self._dated(reply), Proof.NOTHING, busy_s))

    def _moody(self, flight: Flight) -> None:
        mood, executes, is_busy = harms.mood(flight.dispatch, flight.rng)
        self._arrive(
            flight,
            self._brief(flight),
            lambda answer: self._land_answer(
                flight, answer, 30.0 if is_busy and not flight.sale.cursed else 0.0
            ),
            mood,
            executes=executes,
        )

    # --- ways -----------------------------------------------------------------------------------------

    def _brief(self, flight: Flight) -> float:
        return flight.rng.uniform(0.02, 0.4)

    def _round(self, flight: Flight, there_s: float, back_s: float) -> None:
        self._arrive(
            flight,
            there_s,
            lambda answer: self._world.agenda.after(back_s, lambda: self._land_answer(flight, answer)),
        )

    def _harmed(self, flight: Flight, harm: harms.Harm) -> None:
        def harmed(answer: Answer) -> None:
            reply, proof = harm(answer, self._dated(answer.reply), flight.rng)
            self._land_later(flight, reply, proof)

        self._arrive(flight, self._brief(flight), harmed)

    def _arrive(
        self,
        flight: Flight,
        delay_s: float,
        then: Callable[[Answer], None],
        mood: str = "",
        *,
        executes: bool = False,
    ) -> None:
        def arrive() -> None:
            then(self._answered(flight, mood, executes=executes))

        self._world.agenda.after(delay_s, arrive)

    def _answered(self, flight: Flight, mood: str, *, executes: bool) -> Answer:
        sale = flight.sale
        if sale.cursed == "all" or (sale.cursed and flight.is_cancel):
            mood, executes = harms.CURSES[flight.dispatch.question.profile.gateway], False
        asked = Asked(
            flight.departure.fields, sale, flight.departure.case_id, self._world.agenda.now, flight.is_cancel
        )
        name = flight.dispatch.question.profile.gateway
        desk = self._acquire if name == "acquire" else self._json[name]
        if name != "acquire":
            self._world.need(self._json[name].is_valid(flight.dispatch.request), f"{sale.number}: not signed")
        if executes:
            desk.answer(asked, "")
        answer = desk.answer(asked, mood)
        self._world.note("gateway", flight.departure.case_id, answer.tells, mood and f"mood {mood}")
        if answer.is_signed and not mood:
            self._remember(name, flight, answer)
        return answer

    def _remember(self, name: str, flight: Flight, answer: Answer) -> None:
        reply = self._dated(answer.reply)
        if answer.success:
            self._successes[flight.sale.number] = reply
        # A refusal of the JSON gateways names no sale, so that nobody could tell whose it is.
        if name == "acquire" or b'"resultStatus":"S"' in reply.body:
            past = self._past.setdefault((name, flight.dispatch.ask), deque(maxlen=20))
            past.append((flight.sale.number, self._world.agenda.now_s, reply))

    def _dated(self, reply: HttpReply) -> HttpReply:
        """Add the Date header: the true time, none, or a wrong one."""
        world = self._world
        if world.is_faulty and world.rng.random() < world.climate.rate("no_date"):
            return reply
        wrong = world.is_faulty and world.rng.random() < world.climate.rate("wrong_date")
        off = timedelta(seconds=world.rng.uniform(-7200, 7200)) if wrong else timedelta(0)
        return replace(
            reply, headers=(*reply.headers, ("Date", format_datetime(world.agenda.now + off, usegmt=True)))
        )

    # --- landings -------------------------------------------------------------------------------------

    def _fail(self, flight: Flight, at_least_s: float = 0.0) -> None:
        reason = flight.rng.choice(SILENCES)
        wait_s = READ_S if reason is Reason.SILENCE else flight.rng.uniform(at_least_s, READ_S)
        self._silence(flight, wait_s, reason, Progress.SENT)

    def _silence(self, flight: Flight, wait_s: float, reason: Reason, progress: Progress) -> None:
        proof = Proof.NOTHING if progress is Progress.SENT else Proof.UNSENT
        exchange = Exchange(progress=progress, fault=reason, elapsed_ms=wait_s * 1000)
        self._world.agenda.after(wait_s, lambda: self._told(flight, exchange, proof))

    def _land_answer(self, flight: Flight, answer: Answer, busy_s: float = 0.0) -> None:
        proof = Proof.AUTHENTIC if answer.is_signed else Proof.UNSIGNED_F
        if answer.success and flight.is_cancel:
            flight.process.world.witness.succeeded.add(flight.departure.case_id)
        self._land(flight, self._dated(answer.reply), proof, busy_s)

    def _land_later(self, flight: Flight, reply: HttpReply, proof: Proof) -> None:
        self._world.agenda.after(self._brief(flight), lambda: self._land(flight, reply, proof))

    def _land(self, flight: Flight, reply: HttpReply, proof: Proof, busy_s: float = 0.0) -> None:
        elapsed_s = self._world.agenda.now_s - flight.left_s
        flight.process.note_date(reply)
        exchange = Exchange(progress=Progress.ANSWERED, reply=reply, elapsed_ms=elapsed_s * 1000)
        self._told(flight, exchange, proof, busy_s)

    def _told(self, flight: Flight, exchange: Exchange, proof: Proof, busy_s: float = 0.0) -> None:
        flight.process.hear(flight, exchange, proof, busy_s)
