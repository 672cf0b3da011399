"""The JSON of a case and of a look: a contract with scripts (design.md §3)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.case import State
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.outcome import NotFound
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.presenters.case_json import case_json, lookup_json
from tests.unit.spoken_cases import (
    FULL_CASE,
    NOW,
    PAID_SALE,
    PLAIN_CASE,
    SHOP,
    look,
    look_at,
    pending,
    words_of,
)

KEYS = [
    "case",
    "id",
    "gateway",
    "profile",
    "number",
    "number_kind",
    "state",
    "tone",
    "headline",
    "do",
    "dont",
    "tries",
    "next_try_at",
    "deadline",
    "gateway_code",
    "retry_reason",
    "trade_no",
    "amount",
    "currency",
    "sale_time",
    "operator",
    "approver",
    "reason",
    "variant",
    "stopped",
    "linked_case",
    "refunded_amount",
    "progress",
    "signature",
    "training",
    "watching_until",
    "opened_at",
    "updated_at",
    "clock_off_s",
]


def test_the_keys_stand_in_the_order_of_the_contract() -> None:
    assert list(case_json(FULL_CASE, NOW, words_of("en"), SHOP)) == KEYS


def test_a_full_case() -> None:
    told = {"gateway_code": "SYSTEM_ERROR", "retry_reason": "silence", "linked_case": "K7-180"}
    told |= {"operator": "Ann", "approver": "Bo", "reason": "wrong item"}
    told |= {"trade_no": "2026112122001400000000004821", "variant": "background"}
    case = pending(training=True, **told)
    assert case_json(case, NOW, words_of("en"), SHOP) == told | {
        "case": "K7-204",
        "id": "c-1",
        "gateway": "acquire",
        "profile": "shop-1",
        "number": "20261121-4821",
        "number_kind": "out_trade_no",
        "state": "retry_pending",
        "tone": "working",
        "headline": "Still not sure. Trying until 17:00.",
        "do": 'Give the "we are checking" slip K7-204. Wants the goods? Call the manager.',
        "dont": "Do not take payment again. No refund: not in cash, not in the portal.",
        "tries": 3,
        "next_try_at": "2026-11-21T14:32:08Z",
        "deadline": "2026-11-21T16:00:00Z",
        "amount": "128.00",
        "currency": "CNY",
        "sale_time": "2026-11-21T13:32:00Z",
        "stopped": None,
        "refunded_amount": "20.00",
        "progress": "prepared",
        "signature": "none",
        "training": True,
        "watching_until": "2026-11-21T14:52:00Z",
        "opened_at": "2026-11-21T14:31:00Z",
        "updated_at": "2026-11-21T14:32:00Z",
        "clock_off_s": 0,
    }


def test_what_is_not_known_is_null() -> None:
    told = case_json(PLAIN_CASE, NOW, words_of("en"), SHOP)
    assert [key for key, value in told.items() if value is None] == [
        "next_try_at",
        "deadline",
        "gateway_code",
        "retry_reason",
        "trade_no",
        "amount",
        "sale_time",
        "stopped",
        "linked_case",
        "refunded_amount",
        "watching_until",
    ]
    assert [told[key] for key in ("currency", "operator", "approver", "reason", "variant")] == [""] * 5
    assert json.loads(json.dumps(told)) == told


@pytest.mark.parametrize("state", [State.NO_PAYMENT_FOUND, State.CLOSED_UNSCANNED])
def test_a_watched_case_has_no_next_try(state: State) -> None:
    told = case_json(replace(FULL_CASE, state=state), NOW, words_of("en"), SHOP)
    assert told["next_try_at"] is None
    assert told["watching_until"] == "2026-11-21T14:52:00Z"


def test_a_stopped_case_says_so_in_tone_and_code() -> None:
    told = case_json(pending(variant="stopped", stopped="S-02"), NOW, words_of("en"), SHOP)
    assert (told["tone"], told["stopped"], told["variant"]) == ("call", "S-02", "stopped")


def test_a_number_that_is_a_trade_number_is_one() -> None:
    case = replace(FULL_CASE, number="2026112122001400000000004821", number_kind=NumberKind.TRADE_NO)
    assert case_json(case, NOW, words_of("en"), SHOP)["trade_no"] == case.number


def test_a_look_that_found_the_sale() -> None:
    sale = replace(PAID_SALE, trade_no="T1", refunded=FULL_CASE.refunded, created_at=NOW - timedelta(hours=2))
    told = lookup_json(look_at(sale, deadline=NOW, earlier=(PLAIN_CASE,), known_order=True))
    assert told == {
        "profile": "shop-1",
        "number": "20261121-4821",
        "number_kind": "out_trade_no",
        "found": True,
        "checked": True,
        "status": "paid",
        "trade_no": "T1",
        "out_trade_no": None,
        "amount": "128.00",
        "currency": "CNY",
        "refunded_amount": "20.00",
        "paid_at": "2026-11-21T13:32:00Z",
        "created_at": "2026-11-21T12:32:00Z",
        "deadline": "2026-11-21T14:32:00Z",
        "known_order": True,
        "trouble": None,
        "earlier": ["K7-204"],
        "looked_up_at": "2026-11-21T14:32:00Z",
        "odd": False,
        "nearest": [],
        "other_profiles": [],
    }


def test_a_look_that_found_nothing_differs_from_one_that_learnt_nothing() -> None:
    assert lookup_json(look(NotFound()))["found"] is False
    nothing = lookup_json(look(trouble="key_locked"))
    assert (nothing["found"], nothing["checked"], nothing["trouble"]) == (None, False, "key_locked")
    unpriced = lookup_json(look_at(Sale(status=PaymentStatus.UNPAID)))
    assert (unpriced["found"], unpriced["amount"], unpriced["currency"]) == (True, None, None)
