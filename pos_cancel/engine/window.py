"""Until when a sale can be cancelled, by all that is known of its day (R4, R5)."""

from datetime import datetime

from pos_cancel.domain.case import Case, replace
from pos_cancel.domain.identifiers import SaleNumber, trade_day
from pos_cancel.domain.outcome import Found, Reading, Signature
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.sale import Sale
from pos_cancel.domain.schedule import acquire_window, beijing_day, json_window


def window_of(
    profile: Profile, number: SaleNumber, sale: Sale | None, at: datetime
) -> tuple[datetime | None, datetime]:
    """Give (deadline to show, moment to stop at) from all that is known of the sale's day (R4)."""
    texts = [number.text] if number.kind.is_gateways else []
    if sale is not None:
        texts.append(sale.trade_no)
    made = next((day for day in map(trade_day, texts) if day is not None), None)
    created_at = sale.created_at if sale else None
    paid_at = sale.paid_at if sale else None
    if profile.gateway == "acquire":
        return acquire_window(at, made=made, created_at=created_at, paid_at=paid_at)
    days = {beijing_day(moment) for moment in (created_at, paid_at) if moment} | ({made} if made else set())
    return json_window(at, profile.window, days, always_ends=profile.gateway == "acqp")


def with_seen_window(case: Case, profile: Profile, reading: Reading) -> Case:
    """Let the cancels go on for as long as a verified inquiry shows that they can.

    A trade number tells the day on which a sale was made; paid after midnight, it can be cancelled for a day
    longer (R4), which only a look shows.
    """
    if not isinstance(reading.outcome, Found) or reading.signature is not Signature.VERIFIED:
        return case
    seen = window_of(profile, case.sale_number, reading.outcome.sale, case.opened_at)[1]
    return replace(case, stop_at=seen) if case.is_open and seen > case.stop_at else case
