"""The promise of the product, held against what a killed till told, wrote and sent.

The facts are plain: what people were told in each life of the till, what its journal says at the end, and
the gateway's own books. A promise that does not hold raises `Broken`, named as in the README's table.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import WORKED, Ask, Case, State, Tone
from pos_cancel.sandbox import Sandbox

Json = dict[str, Any]
CANCELS = frozenset({"alipay.acquire.cancel", "cancel", "cancelPayment"})
UNFROZEN = frozenset({"sign", "sign_type"})
# An open case is on the list one second after any start.
LONGEST_START_S = 1.0
# A case that goes on in the background by itself, seen to do so so many times.
GOES_ON = 2


class Broken(AssertionError):
    """A promise does not hold; `promise` is its name."""

    def __init__(self, promise: str, told: str) -> None:
        super().__init__(f"{promise}: {told}")
        self.promise = promise


def need(holds: object, promise: str, told: str) -> None:
    """Raise `Broken` unless it holds."""
    if not holds:
        raise Broken(promise, told)


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What is true of one sale at its gateway; money as the gateway counts it.

    `late` was paid after the first cancel came in; `cancels` are the parameters of each one that did.
    """

    paid: float
    late: float
    returned: float
    carried_out: int
    cancels: tuple[str, ...]
    came_at: tuple[datetime, ...]

    @property
    def held(self) -> float:
        """What the shop has of it, late payments apart unless they went back."""
        return self.paid + (self.late if self.returned > self.paid else 0) - self.returned


def books_of(sandbox: Sandbox, number: str) -> Books:
    """Read the gateway's books for one sale; number or trade number, whichever was sent."""
    names = {number} | {trade.trade_no for trade in sandbox.ledger.trades if trade.number == number}
    asked = [each for each in sandbox.requests if names.intersection(each.params.values())]
    cancels = [each for each in asked if each.service in CANCELS]
    moves = [move for move in sandbox.ledger.movements if move.number == number]
    first = min((each.at for each in cancels), default=None)
    late = sum(move.amount for move in moves if move.kind == "pay" and first is not None and move.at > first)
    return Books(
        paid=float(sum(move.amount for move in moves if move.kind == "pay") - late),
        late=float(late),
        returned=float(sum(move.amount for move in moves if move.kind == "refund")),
        carried_out=sum(each.did in {"close", "refund"} for each in cancels),
        cancels=tuple(_frozen(each.params, each.body, each.gateway) for each in cancels),
        came_at=tuple(each.at for each in cancels),
    )


def _frozen(params: Mapping[str, str], body: bytes, gateway: str) -> str:
    if gateway != "acquire":
        return body.decode()
    return repr(sorted((name, value) for name, value in params.items() if name not in UNFROZEN))


def _untouched(books: Books) -> bool:
    return books.carried_out == 0


def _holds_nothing(books: Books) -> bool:
    return books.held == 0


# What must be true of the money for a state to be shown.
WORDS: Mapping[State, Callable[[Books], bool]] = {
    State.CLOSED: lambda books: books.held == 0 and books.returned == 0,
    State.CLOSED_UNSCANNED: lambda books: books.paid == 0,
    State.NO_PAYMENT_FOUND: _holds_nothing,
    State.REFUNDED: lambda books: books.returned > 0 and books.held == 0,
    State.CANCELLED: _holds_nothing,
    State.ALREADY_CLOSED: _holds_nothing,
    State.ALREADY_REFUNDED: lambda books: books.returned > 0 and _untouched(books),
    State.USE_REFUND: lambda books: books.held > 0 and _untouched(books),
    State.WRONG_NUMBER: _untouched,
    State.PAID_LATE: lambda books: books.held + books.late > 0,
    State.SETUP_PROBLEM: _untouched,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What was told from a start to a kill or a clean end, and what was true of the money then."""

    told: tuple[Json, ...]
    books: Books

    def of(self, what: str) -> list[Json]:
        """Give what was told of one kind."""
        return [each for each in self.told if each["what"] == what]

    def cases(self) -> list[Json]:
        """Give every case in every way in which it was told, in order."""
        return [case for each in self.told for case in cases_in(each)]


def cases_in(told: Json) -> list[Json]:
    """Give the cases that one word was about."""
    return [*told.get("cases", ()), *([told["case"]] if "case" in told else [])]


def check_lives(lives: Sequence[Life], journal: Journal, number: str) -> None:
    """Hold all promises about one sale against all lives of its till, the last of which ended cleanly."""
    for life in lives:
        check_sound(life)
        check_words(life)
        check_start(life)
    last = lives[-1]
    need(last.told[-1]["what"] == "ended", "sound", f"the last life ended with {last.told[-1]}")
    check_acknowledged(lives, journal)
    check_final(lives, journal)
    check_frozen(last.books, journal, number)
    check_one_case(journal, number)
    check_settled(journal)
    check_chain(journal)


def check_chain(journal: Journal) -> None:
    """The journal verifies from end to end."""
    findings = journal.verify()
    need(not findings, "chain", "; ".join(findings[:3]))


def check_sound(life: Life) -> None:
    """The program meets no fault of its own, whatever became of it before."""
    for each in life.told:
        need(each["what"] not in {"broke", "hung"}, "sound", str(each.get("trace", each["what"])))
        need(each["what"] != "fault", "sound", f"{each.get('code')} {each.get('words')}")


def check_words(life: Life) -> None:
    """What was shown is true of the money, and nobody got it twice."""
    check_money(life.books)
    for case in life.cases():
        check_claim(State(case["state"]), life.books, case["ref"])


def check_money(books: Books) -> None:
    """Nobody gets a sale's money twice."""
    need(books.returned <= books.paid + books.late, "one return", str(books))
    need(books.carried_out <= 1 or books.late, "one return", str(books))


def check_claim(state: State, books: Books, told: str) -> None:
    """What a state says is true of the money."""
    claim = WORDS.get(state)
    need(claim is None or claim(books), "words", f"{told} is {state.value}, but {books}")


def check_unsent(case: Json, books: Books) -> None:
    """Of a case that is said to be unsent no cancel came in; to be asked before it is sent again."""
    came = [at for at in books.came_at if at >= datetime.fromisoformat(case["opened_at"])]
    need(case["state"] != State.NOT_SENT or not came, "words", f"{case} is not sent, but {books}")


def check_start(life: Life) -> None:
    """Every open case is on the list one second after the start."""
    for listed in life.of("listed"):
        # Of this process' own time: other tests share the machine, and each call may be held for a while.
        need(listed["own_s"] < LONGEST_START_S, "listed", f"the list took {listed['own_s']:.2f} s")
        wanted = {case["id"] for case in listed["known"] if case["open"]}
        found = {case["id"] for case in listed["cases"]}
        need(wanted == found, "listed", f"open are {wanted}, listed are {found}")


def check_acknowledged(lives: Sequence[Life], journal: Journal) -> None:
    """What a person was told of is there after every later start, and as it was told or further on."""
    told: dict[str, Json] = {}
    for life in lives:
        for listed in life.of("listed"):
            known = {case["id"]: case for case in listed["known"]}
            for case_id, case in told.items():
                need(case_id in known, "acknowledged", f"{case['ref']} was told and is gone")
                older = known[case_id]["at"] < case["at"]
                need(not older, "acknowledged", f"{case['ref']} was told at {case['at']}: {known[case_id]}")
        told |= {case["id"]: case for case in life.cases()}
    for case_id, case in told.items():
        need(journal.get(case_id) is not None, "acknowledged", f"{case['ref']} was told and is gone")


def check_final(lives: Iterable[Life], journal: Journal) -> None:
    """A final state never changes."""
    ended: dict[str, Json] = {}
    for life in lives:
        for case in life.cases():
            before = ended.get(case["id"])
            same = before is None or before["state"] == case["state"]
            need(same, "final", f"{case['ref']} was {before}, and then {case['state']}")
            if not case["open"]:
                ended[case["id"]] = case
    for case_id, case in ended.items():
        now = journal.get(case_id)
        need(now is not None and now.state == case["state"], "final", f"{case} is {now and now.state}")


def check_frozen(books: Books, journal: Journal, number: str) -> None:
    """Every try carries the same parameters, and stands in the journal as sent."""
    # A new case of a sale whose last one ended otherwise than done has a time stamp of its own.
    kinds, cases = set(books.cancels), journal.of_number(number)
    told = f"{len(cases)} cases, {len(books.cancels)} cancels of {len(kinds)} kinds: {sorted(kinds)}"
    need(len(kinds) <= len(cases), "frozen", told)
    sent = 0
    for case in cases:
        entries = [entry for entry in journal.entries(case.id) if entry.name == "sent"]
        sent += sum(dict(entry.fields)["ask"] == "cancel" for entry in entries)
    need(sent >= len(books.cancels), "durable first", f"{len(books.cancels)} came in, {sent} are written")


def check_one_case(journal: Journal, number: str) -> None:
    """However often a person pressed: one case that is open or done; a payment seen later has its own."""
    cases = journal.of_number(number)
    linked = {case.linked_case for case in cases}
    own = [case for case in cases if case.id not in linked and (case.is_open or case.state.tone is Tone.DONE)]
    need(len(own) <= 1, "one case", f"{[case.ref for case in own]}")


def check_settled(journal: Journal) -> None:
    """Every case is settled, or in a person's hands, or goes on in the background by itself."""
    for case in journal.history():
        need(_is_settled(case), "in time", f"{case.ref} is {case.state.value}, {case.tries} tries: {case}")


def _is_settled(case: Case) -> bool:
    waits = case.in_flight is not None or case.next_try_at is not None
    if case.state in WORKED and not case.stopped:
        return case.rounds >= GOES_ON and waits
    # A watch may be asking at this moment; so may a case that is with the support.
    return case.in_flight is not Ask.CANCEL
