"""The card of a case: tone, status, steps, sale, small print and what a person may do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pos_cancel.domain.case import Ask, Case, State, Tone
from pos_cancel.domain.identifiers import NumberKind
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.domain.outcome import Progress, Signature
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.presenters.card import Card, present
from tests.unit.spoken_cases import CELLS, FULL_CASE, NOW, PLAIN_CASE, SHOP, pending, words_of


def shown(case: Case, language: str = "en", now: datetime = NOW) -> Card:
    return present(case, now, words_of(language), SHOP)


def test_a_pending_case_says_try_countdown_and_deadline() -> None:
    card = shown(pending())
    assert (card.tone, card.tone_word, card.icon) == (Tone.WORKING, "Working", "clock")
    assert card.headline == "Not sure yet. We keep trying. (Try 3, next in 0:08)"
    assert (card.status_line, card.countdown_label, card.countdown_s) == (
        "Try 3 · until 17:00",
        "next in",
        8,
    )
    assert card.until == "17:00"
    assert (card.do_label, card.dont_label) == ("Do", "Don't")
    assert (card.case_id, card.ref, card.state) == ("c-1", "K7-204", "retry_pending")
    assert card.sale_line == "paid 14:32 today · receipt 20261121-4821"
    assert (card.amount, card.amount_known) == ("¥128.00", True)


@pytest.mark.parametrize("language", [*LANGUAGES, "qps"])
@pytest.mark.parametrize("known", [FULL_CASE, PLAIN_CASE], ids=["all-known", "nothing-known"])
@pytest.mark.parametrize(("state", "variant"), CELLS)
def test_every_card_has_all_its_words(state: State, variant: str, known: Case, language: str) -> None:
    card = shown(replace(known, state=state, variant=variant), language)
    texts: tuple[str, ...] = (
        card.tone_word,
        card.headline,
        card.do,
        card.dont,
        card.do_label,
        card.dont_label,
    )
    texts += (card.status_line, card.step_sentence, card.amount, card.sale_line, card.countdown_label)
    assert all(texts)
    assert not any("{" in text or "None" in text for text in (*texts, card.manager_line))
    assert len(card.steps) == 5


@pytest.mark.parametrize(
    ("state", "tone_word", "icon"),
    [
        (State.REFUNDED, "Done", "tick"),
        (State.NO_PAYMENT_FOUND, "Check", "hand"),
        (State.USE_REFUND, "Act", "hand"),
        (State.SENDING, "Working", "clock"),
        (State.CALL_SUPPORT, "Call", "telephone"),
        (State.NOT_SENT, "Not sent", "dash"),
        (State.KEPT, "Kept", "dash"),
        (State.WITHDRAWN, "Withdrawn", "dash"),
    ],
)
def test_the_tone_has_a_word_and_an_icon(state: State, tone_word: str, icon: str) -> None:
    card = shown(replace(FULL_CASE, state=state))
    assert (card.tone_word, card.icon) == (tone_word, icon)


@pytest.mark.parametrize("stopped", [{"variant": "stopped"}, {"stopped": "S-02"}])
def test_a_stopped_case_calls(stopped: dict[str, str]) -> None:
    card = shown(pending(**stopped))
    assert (card.tone, card.icon, card.countdown_s) == (Tone.CALL, "telephone", None)
    assert card.do == f"Call the manager now: {stopped.get('stopped', 'S-03')}."
    assert card.status_line == "Stopped after try 3 · until 17:00"
    assert card.actions == ("send_again", "keep", "end")


@pytest.mark.parametrize(
    ("changes", "left_s"),
    [
        ({"next_try_at": NOW + timedelta(seconds=7.1)}, 8),
        ({"next_try_at": NOW - timedelta(seconds=1)}, 0),
        ({"next_try_at": None}, None),
        ({"in_flight": Ask.CANCEL}, None),
        ({"state": State.REFUNDED}, None),
    ],
)
def test_the_countdown_runs_only_to_a_try_that_is_set(changes: dict[str, object], left_s: int | None) -> None:
    case = replace(FULL_CASE, **({"state": State.RETRY_PENDING} | changes))  # type: ignore[arg-type]
    assert shown(case).countdown_s == left_s


@pytest.mark.parametrize(
    ("changes", "status_line"),
    [
        ({"state": State.SENDING, "tries": 0, "deadline": None}, "Try 1"),
        ({"state": State.WAITING}, "Try 3 · until 17:00"),
        (
            {"state": State.RETRY_PENDING, "deadline": NOW},
            "Try 3 · the time for it ended 15:32; call the manager",
        ),
        (
            {"state": State.RETRY_PENDING, "deadline": None, "opened_at": NOW - timedelta(hours=24)},
            "Try 3 · not settled for a day; call the manager",
        ),
        (
            {"state": State.RETRY_PENDING, "keep_asked_at": NOW},
            "No more cancels, only questions · until 17:00",
        ),
        ({"state": State.REFUNDED, "watching_until": None}, "Settled 15:32"),
        ({"state": State.CLOSED_UNSCANNED}, "Settled 15:32 · we check until 15:52"),
        ({"state": State.SETUP_PROBLEM}, "Tried 15:32"),
        ({"state": State.NOT_SENT}, "Prepared 15:31"),
        ({"state": State.WITHDRAWN}, "Withdrawn 15:32"),
        ({"state": State.CALL_SUPPORT, "last_try_at": NOW}, "Not settled · last asked 15:32"),
        ({"state": State.CALL_SUPPORT}, "Not settled"),
        ({"state": State.CALL_SUPPORT, "ended": True}, "Ended by a person · 15:32"),
    ],
)
def test_the_status_line(changes: dict[str, object], status_line: str) -> None:
    assert shown(replace(FULL_CASE, **changes)).status_line == status_line  # type: ignore[arg-type]


def test_at_night_in_beijing_a_refund_waits() -> None:
    night = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)
    card = shown(replace(FULL_CASE, state=State.USE_REFUND, updated_at=night), now=night)
    assert card.do.endswith("(From 00:00 to 01:30 Beijing: wait until then.)")
    assert card.status_line == "Settled 17:30 · refund from 18:30 on"
    morning = shown(replace(FULL_CASE, state=State.USE_REFUND), now=night + timedelta(hours=1))
    assert "Beijing" not in morning.do


def test_an_unknown_deadline_is_not_shown() -> None:
    card = shown(pending(deadline=None))
    assert (card.until, card.status_line) == ("", "Try 3")


@pytest.mark.parametrize(
    ("changes", "reached", "sentence"),
    [
        ({"tries": 0}, 0, "Nothing left this till."),
        ({"tries": 0, "progress": Progress.CONNECTED}, 2, "Nothing left this till."),
        (
            {"tries": 0, "busy": 1, "progress": Progress.CONNECTED},
            2,
            "This try did not leave the till. An earlier one may have arrived.",
        ),
        (
            {"progress": Progress.RESOLVED},
            1,
            "This try did not leave the till. An earlier one may have arrived.",
        ),
        ({"progress": Progress.SENT}, 4, "The request left this till. It may have arrived."),
        ({"in_flight": Ask.CANCEL}, 0, "The request is on its way. It may have arrived."),
        (
            {"progress": Progress.ANSWERED, "signature": Signature.VERIFIED},
            5,
            "Alipay answered. It does not settle this yet.",
        ),
        (
            {"progress": Progress.ANSWERED, "signature": Signature.FAILED},
            5,
            "An answer came that cannot be trusted. The request may have arrived.",
        ),
        ({"progress": Progress.ANSWERED, "state": State.REFUNDED}, 5, "Alipay answered."),
    ],
)
def test_the_steps_tell_how_far_the_request_got(
    changes: dict[str, object], reached: int, sentence: str
) -> None:
    card = shown(replace(FULL_CASE, **({"state": State.RETRY_PENDING} | changes)))  # type: ignore[arg-type]
    assert [name for name, _ in card.steps] == ["address", "connection", "secure", "sent", "answered"]
    assert [is_reached for _, is_reached in card.steps] == [True] * reached + [False] * (5 - reached)
    assert card.step_sentence == sentence


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"sale_time": None}, "paid · receipt 20261121-4821"),
        ({"looked_up": None, "sale_time": None}, "receipt 20261121-4821"),
        (
            {"sale_time": NOW - timedelta(days=1), "looked_up": PaymentStatus.UNPAID},
            "made Fri 20 Nov 15:32, not paid when we looked · receipt 20261121-4821",
        ),
        ({"number": "SHOP-02-TILL-1-20261121-4821"}, "paid 14:32 today · receipt … 20261121-4821"),
        (
            {"number": "2026112122001400000000004821", "number_kind": NumberKind.TRADE_NO},
            "paid 14:32 today · Alipay number … 0000000004821",
        ),
    ],
)
def test_the_sale_line(changes: dict[str, object], line: str) -> None:
    assert shown(pending(**changes)).sale_line == line


def test_an_unknown_amount_is_said_to_be_unknown() -> None:
    card = shown(PLAIN_CASE)
    assert (card.amount, card.amount_known) == ("amount not known", False)
    assert shown(pending(currency="USD")).amount == "USD 128.00"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"gateway_code": "FREQUENCY_LIMITED"}, "too many requests; the gateway asked us to slow down (FREQ"),
        ({"gateway_code": "NEW_CODE"}, "Alipay gave a code that this till does not know (NEW_CODE)"),
        ({"retry_reason": "silence"}, "no answer within the time allowed"),
        ({"retry_reason": "odd"}, "no settled answer yet (odd)"),
        ({"gateway_code": "SYSTEM_ERROR", "retry_reason": "odd"}, "the gateway had trouble of its own; the"),
        ({"stopped": "S-03"}, "S-03: The Alipay key or our key does not fit the account."),
        ({"stopped": "S-77"}, "S-77: This till is not set up to cancel."),
        ({"state": State.SETUP_PROBLEM}, "S-03: The Alipay key or our key does not fit the account."),
        ({"state": State.PAID_LATE, "linked_case": "K7-180"}, "belongs to case K7-180"),
    ],
)
def test_the_managers_line(changes: dict[str, object], line: str) -> None:
    case = replace(FULL_CASE, **({"state": State.RETRY_PENDING} | changes))  # type: ignore[arg-type]
    assert shown(case).manager_line.startswith(line)


def test_a_good_end_keeps_the_trouble_on_the_way_to_itself() -> None:
    case = replace(FULL_CASE, gateway_code="SYSTEM_ERROR", retry_reason="silence")
    assert shown(case).manager_line == ""


@pytest.mark.parametrize(
    ("changes", "actions"),
    [
        ({"state": State.NOT_SENT}, ("send_again", "withdraw")),
        ({"state": State.CALL_SUPPORT}, ("end",)),
        ({"state": State.CALL_SUPPORT, "ended": True}, ()),
        ({"state": State.SENDING}, ()),
        ({"state": State.REFUNDED}, ()),
        ({"state": State.RETRY_PENDING}, ("keep",)),
        ({"state": State.RETRY_PENDING, "variant": "background"}, ("send_again", "keep")),
        ({"state": State.WAITING, "variant": "funds"}, ("send_again", "keep")),
        ({"state": State.WAITING, "keep_asked_at": NOW}, ()),
    ],
)
def test_what_a_person_may_do(changes: dict[str, object], actions: tuple[str, ...]) -> None:
    assert shown(replace(FULL_CASE, **changes)).actions == actions  # type: ignore[arg-type]


def test_chinese_labels() -> None:
    card = shown(pending(training=True), "zh_CN")
    assert (card.do_label, card.dont_label, card.tone_word) == ("请", "不要", "处理中")
    assert card.status_line == "第3次 · 到17:00为止"
    assert card.sale_line == "今天14:32付款 · 小票 20261121-4821"
    assert card.training


@pytest.mark.parametrize(("off_s", "minutes"), [(3_780, "63"), (-3_780, "63"), (121, "2")])
def test_a_wrong_clock_is_told_with_its_size(off_s: int, minutes: str) -> None:
    line = shown(replace(FULL_CASE, state=State.RETRY_PENDING, clock_off_s=off_s)).manager_line
    assert f"differs from the gateway's by {minutes} min" in line
    assert "clock" not in shown(replace(FULL_CASE, state=State.RETRY_PENDING)).manager_line


def test_a_try_in_flight_has_reached_nothing_that_is_known() -> None:
    card = shown(pending(in_flight=Ask.CANCEL, progress=Progress.ANSWERED))
    assert not any(reached for _, reached in card.steps)
    assert card.step_sentence == "The request is on its way. It may have arrived."
