"""The card of a look: one decision, named with its amount, and what stands against it (R9, R10, R16)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from pos_cancel.domain.case import State, Tone
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.languages import LANGUAGES
from pos_cancel.domain.money import Money
from pos_cancel.domain.outcome import (
    Advice,
    NotFound,
    NotSent,
    Outcome,
    Progress,
    Reading,
    Reason,
    Refused,
    Signature,
    Unknown,
)
from pos_cancel.domain.profile import ProfileKind
from pos_cancel.domain.sale import PaymentStatus, Sale
from pos_cancel.engine.lookup import Lookup
from pos_cancel.presenters.lookup_card import LookupCard, present_lookup
from tests.unit.spoken_cases import (
    FULL_CASE,
    NOW,
    PAID_SALE,
    PLAIN_CASE,
    PROFILE,
    SHOP,
    look,
    look_at,
    pending,
    words_of,
)

DEADLINE = datetime(2026, 11, 21, 16, tzinfo=UTC)


def shown(
    lookup: Lookup, language: str = "en", *, scanned: bool = True, known_amount: Money | None = None
) -> LookupCard:
    words = words_of(language)
    return present_lookup(
        lookup, NOW, words, SHOP, profile=PROFILE, scanned=scanned, known_amount=known_amount
    )


def test_a_paid_sale() -> None:
    card = shown(look_at(PAID_SALE, deadline=DEADLINE))
    assert (card.tone, card.tone_word, card.icon) == (Tone.IDLE, "Decide", "dash")
    assert (card.headline, card.status, card.amount) == ("Cancel this sale?", "Paid", "¥128.00")
    assert card.effect == "¥128.00 goes back to the customer in full."
    assert card.time_line == "Paid 14:32 today"
    assert card.deadline_line == "Can be cancelled until 17:00 · Beijing Sat 21 Nov 24:00"
    assert card.account_line == "Account Alipay in-store"
    assert (card.number_line, card.tail) == ("Receipt number 20261121-4821", "4821")
    assert card.confirm_label == "Cancel the payment ¥128.00 · …4821"
    assert card.keep_label == "Keep the sale"
    assert (card.can_confirm, card.needs, card.overrides, card.warnings) == (True, (), (), ())
    assert card.amount_due == Money(12800, "CNY")
    assert not card.training


@pytest.mark.parametrize(
    ("language", "confirm", "keep"),
    [
        ("en", "Cancel the payment USD 128.00 · …4821", "Keep the sale"),
        ("zh_CN", "撤销付款 USD 128.00 · …4821", "保留订单"),
        ("zh_TW", "取消付款 USD 128.00 · …4821", "保留訂單"),
    ],
)
def test_the_two_buttons_say_what_they_do(language: str, confirm: str, keep: str) -> None:
    sale = replace(PAID_SALE, amount=Money(12800, "USD"))
    card = shown(look_at(sale), language)
    assert (card.confirm_label, card.keep_label) == (confirm, keep)


@pytest.mark.parametrize("language", [*LANGUAGES, "qps"])
@pytest.mark.parametrize("status", PaymentStatus)
def test_every_status_has_words(status: PaymentStatus, language: str) -> None:
    card = shown(look_at(Sale(status=status)), language)
    texts = (card.headline, card.status, card.effect, card.deadline_line, card.confirm_label)
    assert all(texts)
    assert not any("{" in text or "None" in text for text in (*texts, *card.warnings))


@pytest.mark.parametrize(
    ("status", "tone", "headline"),
    [
        (PaymentStatus.UNPAID, Tone.IDLE, "Cancel this sale?"),
        (PaymentStatus.CLOSED, Tone.CHECK, "This sale is closed already."),
        (PaymentStatus.FINISHED, Tone.CHECK, "This sale can no longer be cancelled here."),
    ],
)
def test_a_sale_that_will_not_be_cancelled_asks_for_a_second_look(
    status: PaymentStatus, tone: Tone, headline: str
) -> None:
    card = shown(look_at(Sale(status=status, amount=PAID_SALE.amount)))
    assert (card.tone, card.headline, card.can_confirm) == (tone, headline, True)


def test_an_unpaid_sale_names_when_it_was_made() -> None:
    sale = Sale(status=PaymentStatus.UNPAID, created_at=NOW - timedelta(days=1))
    card = shown(look_at(sale))
    assert card.time_line == "Made Fri 20 Nov 15:32"
    assert card.confirm_label == "Cancel the payment · …4821"
    assert (card.amount, card.amount_known, card.amount_due) == ("amount not known", False, None)
    assert card.deadline_line == "The last moment for a cancel is not known"


def test_what_could_not_be_checked_is_marked() -> None:
    found = look_at(PAID_SALE)
    assert found.reading is not None
    unchecked = replace(found, reading=replace(found.reading, signature=Signature.UNCHECKED))
    card = shown(unchecked)
    assert (card.status, card.tone) == ("Paid (unchecked)", Tone.CHECK)
    assert card.warnings == ("What is shown could not be checked. It decides nothing.",)


def test_a_number_that_is_not_found_can_still_be_sent() -> None:
    card = shown(look(NotFound()))
    assert card.headline == "Alipay in-store does not know this number."
    assert (card.status, card.tone, card.can_confirm) == ("Not found", Tone.CHECK, True)
    assert card.warnings[0] == "Check the number, ends 4821. It may belong to another account."


def test_an_open_order_of_the_shop() -> None:
    lookup = look(NotFound(), known_order=True)
    card = shown(lookup, known_amount=Money(12800, "CNY"))
    assert card.headline == "An open order of this shop. Nobody has scanned it yet."
    assert (card.tone, card.amount, card.needs, card.warnings) == (Tone.IDLE, "¥128.00", (), ())
    assert card.effect == "The order is closed and its QR code stops working."


@pytest.mark.parametrize(
    ("lookup", "reason"),
    [
        (look(trouble="key_locked"), "the key ring is locked"),
        (look(trouble="a plug that fell out"), "a plug that fell out"),
        (look(NotSent(Reason.REFUSED), trouble="refused"), "the gateway's address took no connection"),
        (look(Unknown(Reason.SILENCE), trouble="silence"), "no answer within the time allowed"),
        (
            look(Refused("ILLEGAL_SIGN", Advice.SETUP), trouble="refused"),
            "the gateway does not accept this till's set-up",
        ),
    ],
)
def test_a_look_that_learnt_nothing_says_why(lookup: Lookup, reason: str) -> None:
    card = shown(lookup)
    assert card.headline == "We could not look this sale up."
    assert card.warnings[0] == f"The look-up got no answer: {reason}."
    assert (card.status, card.can_confirm, card.needs) == ("Not known", True, ("manager",))


def test_a_deadline_that_is_over_warns_and_does_not_block() -> None:
    card = shown(look_at(PAID_SALE, deadline=NOW))
    assert card.deadline_line.startswith("The time for a cancel ended 15:32 · Beijing Sat 21 Nov 22:32")
    assert card.warnings == ("The time for a cancel is probably over. The gateway decides.",)
    assert card.can_confirm


def test_an_open_case_answers_for_the_number() -> None:
    done = replace(PLAIN_CASE, id="c-0", ref="K7-180")
    card = shown(look_at(PAID_SALE, earlier=(done, pending(operator="Ann"))))
    assert card.headline == "This sale already has an open case: K7-204."
    assert (card.can_confirm, card.earlier_case, card.earlier_ref) == (False, "c-1", "K7-204")
    assert card.effect == "Its case is shown; a second cancel is not sent."
    assert card.warnings[1].startswith("Case K7-204 by Ann, 15:31: Not sure yet.")


@pytest.mark.parametrize(
    "earlier",
    [
        PLAIN_CASE,
        replace(PLAIN_CASE, state=State.CALL_SUPPORT),
        pending(profile="shop-2", account="Other shop"),
    ],
    ids=["done", "with a person", "another account"],
)
def test_an_earlier_case_is_shown_and_needs_a_manager(earlier: object) -> None:
    card = shown(look_at(PAID_SALE, earlier=(earlier,)))
    assert card.headline == "This sale had a case before: K7-204."
    assert (card.can_confirm, card.needs, card.overrides) == (True, ("manager",), ("earlier_case",))
    assert card.tone is Tone.CHECK


def test_a_case_of_another_account_is_named_so() -> None:
    other = pending(profile="shop-2", account="Other shop")
    assert "Case K7-204 belongs to another account: Other shop." in shown(look(earlier=(other,))).warnings


def test_a_refund_that_is_seen_blocks() -> None:
    sale = replace(PAID_SALE, refunded=FULL_CASE.refunded)
    card = shown(look_at(sale))
    assert card.headline == "Money has gone back on this sale before."
    assert card.warnings == ("¥20.00 of ¥128.00 has gone back before.",)
    assert card.effect == "No cancel is sent. The manager looks at the refunds first."
    assert not card.can_confirm


@pytest.mark.parametrize(
    ("scanned", "sale", "needs", "overrides"),
    [
        (True, PAID_SALE, (), ()),
        (False, PAID_SALE, ("amount",), ("typed",)),
        (True, Sale(status=PaymentStatus.PAID), ("manager",), ("amount_unknown",)),
        (
            False,
            Sale(status=PaymentStatus.PAID),
            ("number_twice", "manager"),
            ("typed", "amount_unknown"),
        ),
    ],
)
def test_what_is_asked_for_beside_the_button(
    scanned: bool, sale: Sale, needs: tuple[str, ...], overrides: tuple[str, ...]
) -> None:
    card = shown(look_at(sale), scanned=scanned)
    assert (card.needs, card.overrides) == (needs, overrides)


def test_a_trade_number_is_called_the_networks() -> None:
    number = SaleNumber("2026112122001400000000004821", NumberKind.TRADE_NO)
    assert shown(look_at(PAID_SALE, number=number)).number_line == f"Alipay number {number.text}"


def test_training_is_marked() -> None:
    profile = replace(PROFILE, kind=ProfileKind.TRAINING, network="")
    card = present_lookup(look_at(PAID_SALE), NOW, words_of("zh_CN"), SHOP, profile=profile, scanned=True)
    assert card.training


@pytest.mark.parametrize(("off", "told"), [(timedelta(hours=1), True), (timedelta(seconds=119), False)])
def test_a_wrong_clock_is_told_with_its_size(off: timedelta, told: bool) -> None:
    seen = look_at(PAID_SALE)
    assert seen.reading is not None
    lines = shown(replace(seen, reading=replace(seen.reading, gateway_time=NOW - off))).warnings
    assert lines == (
        ("The clock of this till differs from the gateway's by 60 min. Set it.",) if told else ()
    )


@pytest.mark.parametrize(
    ("outcome", "progress", "reached", "sentence"),
    [
        (NotSent(Reason.DNS), Progress.PREPARED, 0, "Nothing left this till."),
        (NotSent(Reason.CERTIFICATE), Progress.CONNECTED, 2, "Nothing left this till."),
        (
            Unknown(Reason.SILENCE),
            Progress.SENT,
            4,
            "We asked about the sale; no answer came. Nothing was cancelled.",
        ),
        (
            Unknown(Reason.UNREADABLE),
            Progress.ANSWERED,
            5,
            "An answer came that says nothing certain. Nothing was cancelled.",
        ),
    ],
)
def test_a_look_that_came_to_nothing_shows_how_far_it_got(
    outcome: Outcome, progress: Progress, reached: int, sentence: str
) -> None:
    card = shown(look(reading=Reading(outcome=outcome, progress=progress)))
    assert [done for _, done in card.steps] == [True] * reached + [False] * (5 - reached)
    assert card.step_sentence == sentence


def test_a_look_that_brought_something_needs_no_steps() -> None:
    assert (shown(look_at(PAID_SALE)).steps, shown(look_at(PAID_SALE)).step_sentence) == ((), "")
    assert shown(look(trouble="key_locked")).steps == ()
