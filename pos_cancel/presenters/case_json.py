"""A case and a look as JSON: a contract with scripts (design.md §3), changed only by adding."""

from datetime import UTC, datetime, tzinfo

from pos_cancel.domain.case import Case
from pos_cancel.domain.money import Money
from pos_cancel.engine.lookup import Lookup
from pos_cancel.presenters.nearby import receipts_json
from pos_cancel.presenters.spoken import speak
from pos_cancel.presenters.wording import Wording

Json = dict[str, object]


def case_json(case: Case, now: datetime, words: Wording, zone: tzinfo) -> Json:
    """Give the case as an object of JSON values, keys in the order of the contract.

    Times are RFC 3339 in UTC, amounts decimal text in the sale's currency; the sentences tell times in
    `zone`, the shop's.
    """
    spoken = speak(case, now, words, zone)
    return {
        "case": case.ref,
        "id": case.id,
        "gateway": case.gateway,
        "profile": case.profile,
        "number": case.number,
        "number_kind": case.number_kind.value,
        "state": case.state.value,
        "tone": spoken.tone.value,
        "headline": spoken.headline,
        "do": spoken.do,
        "dont": spoken.dont,
        **_tries(case),
        **_sale(case),
        **_people(case),
        "variant": case.variant,
        "stopped": case.stopped or None,
        "linked_case": case.linked_case or None,
        "refunded_amount": _decimal(case.refunded),
        "progress": case.progress.value,
        "signature": case.signature.value,
        "training": case.training,
        "watching_until": _moment(case.watching_until),
        "opened_at": _moment(case.opened_at),
        "updated_at": _moment(case.updated_at),
        "clock_off_s": case.clock_off_s,
    }


def _tries(case: Case) -> Json:
    # A watched case has looks to come, but no tries.
    next_try_at = case.next_try_at if case.is_open else None
    return {
        "tries": case.tries,
        "next_try_at": _moment(next_try_at),
        "deadline": _moment(case.deadline),
        "gateway_code": case.gateway_code or None,
        "retry_reason": case.retry_reason or None,
    }


def _sale(case: Case) -> Json:
    return {
        "trade_no": case.number if case.number_kind.is_gateways else case.trade_no or None,
        "amount": _decimal(case.amount),
        "currency": case.currency,
        "sale_time": _moment(case.sale_time),
    }


def _people(case: Case) -> Json:
    return {"operator": case.operator, "approver": case.approver, "reason": case.reason}


def lookup_json(lookup: Lookup) -> Json:
    """Give a look as an object of JSON values; what is not known is null, `earlier` are case references."""
    sale = lookup.sale
    return {
        "profile": lookup.profile,
        "number": lookup.number.text,
        "number_kind": lookup.number.kind.value,
        "found": False if lookup.not_found else (True if sale else None),
        "checked": lookup.checked,
        "status": sale.status.value if sale else None,
        "trade_no": (sale.trade_no or None) if sale else None,
        "out_trade_no": (sale.out_trade_no or None) if sale else None,
        "amount": _decimal(sale.amount) if sale else None,
        "currency": sale.amount.currency if sale and sale.amount else None,
        "refunded_amount": _decimal(sale.refunded) if sale else None,
        "paid_at": _moment(sale.paid_at) if sale else None,
        "created_at": _moment(sale.created_at) if sale else None,
        "deadline": _moment(lookup.deadline),
        "known_order": lookup.known_order,
        "trouble": lookup.trouble or None,
        "earlier": [case.ref for case in lookup.earlier],
        "looked_up_at": _moment(lookup.at),
        "odd": lookup.odd,
        "nearest": receipts_json(lookup.near),
        "other_profiles": list(lookup.others),
    }


def _decimal(amount: Money | None) -> str | None:
    return None if amount is None else amount.decimal


def _moment(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
