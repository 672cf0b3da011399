"""The lines in small print: which sale it is, and what the manager wants to know."""

from collections.abc import Iterator
from datetime import datetime, tzinfo

from pos_cancel.domain.case import Case, State, Tone
from pos_cancel.domain.identifiers import SaleNumber
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.presenters.moments import shop_time_today
from pos_cancel.presenters.spoken import is_stopped, network_of, tone_of
from pos_cancel.presenters.wording import Wording

# A number as it is printed on a receipt is told apart by its end.
LONGEST_SHOWN = 16
SHOWN_END = 13
# A success explains nothing that went another way, for example to "no payment found".
NO_CAUSE = "SUCCESS"
SALE_LINES = {
    None: "unknown",
    PaymentStatus.UNPAID: "unpaid",
    PaymentStatus.PROCESSING: "processing",
    PaymentStatus.PAID: "paid",
    PaymentStatus.FROZEN: "paid",
    PaymentStatus.FINISHED: "paid",
    PaymentStatus.CLOSED: "closed",
    PaymentStatus.FAILED: "closed",
}


def short_number(number: SaleNumber, network: str, words: Wording) -> str:
    """Give a number by its end, with its kind: `receipt … 20261121-4821`."""
    text = number.text if len(number.text) <= LONGEST_SHOWN else f"… {number.text[-SHOWN_END:]}"
    if number.kind.is_gateways:
        return words.text("number.network", network=network, number=text)
    return words.text("number.receipt", number=text)


def sale_line(case: Case, now: datetime, words: Wording, zone: tzinfo) -> str:
    """Say when the sale was paid or made, as it was looked up, and which number it has."""
    return words.text(
        f"sale.{SALE_LINES[case.looked_up]}",
        when=None if case.sale_time is None else shop_time_today(case.sale_time, now, zone, words),
        number=short_number(case.sale_number, network_of(case, words), words),
    )


def manager_line(case: Case, words: Wording) -> str:
    """Say what lies behind the state: S-code, gateway code, reason, linked case; "" when nothing does."""
    return " · ".join(_facts(case, words))


def _facts(case: Case, words: Wording) -> Iterator[str]:
    setup_code = case.stopped or case.setup_code
    if setup_code and (is_stopped(case) or case.state in {State.SETUP_PROBLEM, State.NOT_SENT}):
        what = words.find(f"s_code.{setup_code}.what") or words.text("s_code.other.what")
        yield words.text("manager.setup", setup_code=setup_code, words=what)
    if case.clock_off_s:
        yield clock_line(case.clock_off_s, words)
    # What went wrong on the way to a good end is history, and would only unsettle.
    if tone_of(case) is not Tone.DONE:
        yield from _causes(case, words)
    if case.linked_case:
        yield words.text("manager.linked", ref=case.linked_case)


def clock_line(off_s: int, words: Wording) -> str:
    """Say by how much the clock of this till differs from the gateway's."""
    return words.text("manager.clock_wrong", minutes=round(abs(off_s) / 60))


def _causes(case: Case, words: Wording) -> Iterator[str]:
    reason = words.find(f"reason.{case.retry_reason}") if case.retry_reason else None
    if case.gateway_code and case.gateway_code != NO_CAUSE:
        yield _code(case, words)
    elif case.retry_reason and reason is None:
        yield words.text("manager.reason_unlisted", reason=case.retry_reason)
    if reason is not None:
        yield reason


def _code(case: Case, words: Wording) -> str:
    meaning = words.find(f"code.{case.gateway}.{case.gateway_code}")
    if meaning is None:
        return words.text("manager.code_unlisted", network=network_of(case, words), code=case.gateway_code)
    return words.text("manager.code", words=meaning, code=case.gateway_code)
