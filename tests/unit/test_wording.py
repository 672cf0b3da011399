"""Every sentence in every language: whole, exact, and never saying more than is known (outcomes.md §4)."""

import json
import re
import tomllib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from pos_cancel.domain.case import Case, State
from pos_cancel.domain.languages import LANGUAGES, PSEUDO_LANGUAGE
from pos_cancel.domain.outcome import Advice, Reason
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.engine.acts import TROUBLE_CODES
from pos_cancel.presenters.spoken import speak
from pos_cancel.presenters.wording import PSEUDO_LENGTH, MissingWords, Wording, fields_of, pseudo
from tests.unit.spoken_cases import CELLS, FULL_CASE, GATEWAYS, NOW, PLAIN_CASE, ROOT, SHOP, words_of

GOLDEN = json.loads((ROOT / "tests/goldens/wording.json").read_text(encoding="utf-8"))
SPOKEN_IN = (*LANGUAGES, "qps")
# What money has done is never told: the reply proves only that the gateway took the order.
ARRIVED = ("arrived", "has been returned", "got the money", "已到账", "已到帳", "已退款成功", "退款成功")
UNSURE = [
    (State.SENDING, ""),
    (State.RETRY_PENDING, ""),
    (State.RETRY_PENDING, "background"),
    (State.RETRY_PENDING, "stopped"),
    (State.CALL_SUPPORT, "unknown"),
]
# While a cancel is unknown nobody may hear that it went wrong, nor that a refund is the way out.
NOT_WHEN_UNSURE = (
    "fail",
    "error",
    "declin",
    "refund instead",
    "失败",
    "失敗",
    "错误",
    "錯誤",
    "拒绝",
    "拒絕",
)


def said(case: Case, language: str, now: datetime = NOW) -> tuple[str, str, str]:
    spoken = speak(case, now, words_of(language), SHOP)
    return spoken.headline, spoken.do, spoken.dont


@pytest.mark.parametrize("language", SPOKEN_IN)
@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize("known", [FULL_CASE, PLAIN_CASE], ids=["all-known", "nothing-known"])
@pytest.mark.parametrize(("state", "variant"), CELLS)
def test_every_cell_is_a_whole_sentence(
    state: State, variant: str, known: Case, gateway: str, language: str
) -> None:
    case = replace(known, state=state, variant=variant, gateway=gateway)
    for sentence in said(case, language):
        assert sentence == sentence.strip()
        assert sentence[-1] in ".?。）)]"
        assert not re.search(r"[{}]|None|  |\.\.", sentence)


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: "-".join(list(row.values())[:4]))
def test_the_table_is_spoken_word_for_word(row: dict[str, str]) -> None:
    due = NOW + timedelta(seconds=int(row.get("next_try_in_s", 8)))
    case = replace(
        FULL_CASE,
        state=State(row["state"]),
        variant=row["variant"],
        gateway=row["gateway"],
        next_try_at=due,
    )
    now = datetime.fromisoformat(row["at"]) if "at" in row else NOW
    headline, do, dont = said(case, row["language"], now)
    assert (headline, do, dont) == (row["headline"], row["do"], row.get("dont", dont))


def test_the_table_has_every_state_in_every_language() -> None:
    told = {(row["state"], row["language"]) for row in GOLDEN}
    # `cancelled` stands in the table with APO's addition taken out.
    assert told == {(state.value, language) for state in State for language in LANGUAGES}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize(("state", "variant"), CELLS)
def test_money_is_never_said_to_have_arrived(state: State, variant: str, gateway: str, language: str) -> None:
    told = " ".join(said(replace(FULL_CASE, state=state, variant=variant, gateway=gateway), language)).lower()
    assert [word for word in ARRIVED if word in told] == []
    assert "success" not in told
    assert "成功" not in told


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("state", "variant"), UNSURE)
def test_what_is_unknown_is_not_called_a_failure(state: State, variant: str, language: str) -> None:
    told = " ".join(said(replace(FULL_CASE, state=state, variant=variant), language)).lower()
    assert [word for word in NOT_WHEN_UNSURE if word in told] == []


@pytest.mark.parametrize(
    ("language", "do"),
    [
        ("en", 'If the phone shows "paid", call the manager.'),
        ("zh_CN", "如手机显示已付款，请找店长。"),
        ("zh_TW", "若手機顯示已付款，請找店長。"),
    ],
)
def test_acqp_does_not_promise_that_a_late_payment_goes_back(language: str, do: str) -> None:
    assert said(replace(FULL_CASE, state=State.CLOSED, gateway="acqp"), language)[1] == do


@pytest.mark.parametrize(
    ("language", "do"),
    [
        ("en", "Hand over the slip. See that the payment page is closed; we check until 15:52."),
        ("zh_CN", "请把凭条交给顾客。确认顾客已关闭付款页，系统查到15:52。"),
        ("zh_TW", "請將單據交給顧客。確認顧客已關閉付款頁，系統查到15:52。"),
    ],
)
def test_apo_asks_for_the_payment_page_to_be_closed(language: str, do: str) -> None:
    case = replace(FULL_CASE, state=State.CANCELLED, gateway="apo")
    assert said(case, language)[1] == do


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "Still not sure. We keep trying."),
        ("zh_CN", "仍未确定，系统会继续重试。"),
        ("zh_TW", "仍未確定，系統會繼續重試。"),
    ],
)
@pytest.mark.parametrize("deadline", [None, NOW - timedelta(seconds=1)], ids=["unknown", "over"])
def test_without_a_deadline_to_come_there_is_no_until(
    deadline: datetime | None, language: str, headline: str
) -> None:
    case = replace(FULL_CASE, state=State.RETRY_PENDING, variant="background", deadline=deadline)
    assert said(case, language)[0] == headline


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "Still not sure. Trying until Sun 22 Nov 00:15."),
        ("zh_CN", "仍未确定，系统会重试到11月22日00:15。"),
        ("zh_TW", "仍未確定，系統會重試到11月22日00:15。"),
    ],
)
def test_until_names_the_day_when_it_is_not_today(language: str, headline: str) -> None:
    deadline = datetime(2026, 11, 22, 0, 15, tzinfo=SHOP)
    case = replace(FULL_CASE, state=State.RETRY_PENDING, variant="background", deadline=deadline)
    assert said(case, language)[0] == headline


def test_midnight_belongs_to_the_day_that_it_ends() -> None:
    deadline = datetime(2026, 11, 22, tzinfo=SHOP)
    case = replace(FULL_CASE, state=State.RETRY_PENDING, variant="background", deadline=deadline)
    assert said(case, "en")[0] == "Still not sure. Trying until 24:00."


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        ("en", "Not sure yet. We keep trying. (Try 3, next in 1:05)"),
        ("zh_CN", "结果还不确定，系统正在自动重试。（第3次，1分05秒后）"),
        ("zh_TW", "結果尚未確定，系統自動重試中。（第3次，1分05秒後）"),
    ],
)
def test_a_wait_of_minutes_is_told_in_minutes(language: str, headline: str) -> None:
    case = replace(FULL_CASE, state=State.RETRY_PENDING, next_try_at=NOW + timedelta(seconds=64.2))
    assert said(case, language)[0] == headline


def test_amounts_that_are_not_known_are_not_made_up() -> None:
    partly = replace(PLAIN_CASE, state=State.ALREADY_REFUNDED, variant="part")
    assert said(partly, "en")[:2] == (
        "A part was refunded; it cannot be cancelled.",
        "Manager: refund only what is left.",
    )
    seen = replace(partly, refunded_minor=2000, currency="USD")
    assert said(seen, "en")[0] == "USD 20.00 was refunded; it cannot be cancelled."


def test_a_support_without_a_number_is_still_named() -> None:
    case = replace(PLAIN_CASE, state=State.CALL_SUPPORT, variant="unknown")
    assert said(case, "en")[1].startswith("Manager: call Alipay merchant support; give sale …4821")


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_have_the_same_texts(language: str) -> None:
    assert words_of(language).keys == words_of("en").keys
    assert words_of(language).language == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_languages_know_the_same_fields(language: str) -> None:
    # A day in Chinese has no weekday and a date no separate names; all else must say as much as English.
    free = {"time.day"}
    english, words = words_of("en"), words_of(language)
    for key in english.keys - free:
        wanted = [fields_of(form) for form in english.forms(key)]
        assert [fields_of(form) - {"minutes"} for form in words.forms(key)] == [
            fields - {"minutes"} for fields in wanted
        ], key


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_domain_has_words(language: str) -> None:
    keys = words_of(language).keys
    wanted = {f"reason.{word.value}" for word in (*Reason, *Advice)}
    wanted |= {f"lookup.{part}.{status.value}" for part in ("status", "effect") for status in PaymentStatus}
    wanted |= {f"s_code.S-0{number}.{part}" for number in (*range(1, 8), 9) for part in ("what", "tell")}
    sealed = [f"key_{trouble.value}" for trouble, code in TROUBLE_CODES.items() if code == "S-09"]
    wanted |= {f"lookup.trouble.{name}" for name in sealed}
    codes = ("journal", "key_store", *sealed)
    wanted |= {f"error.{code}.{part}" for code in codes for part in ("sentence", "way_on")}
    assert wanted - keys == set()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("gateway", GATEWAYS)
def test_every_code_of_every_gateway_has_words(gateway: str, language: str) -> None:
    listed = tomllib.loads((ROOT / f"resources/gateways/{gateway}.toml").read_text("utf-8"))
    wanted = {*listed["codes"], *listed["aliases"]}
    if gateway != "acquire":
        wanted |= {"UNKNOWN_EXCEPTION", "PAYMENT_IN_PROCESS", "REFUND_IN_PROCESS"}
    assert {f"code.{gateway}.{code}" for code in wanted} - words_of(language).keys == set()


def test_a_missing_key_is_told_by_name() -> None:
    with pytest.raises(MissingWords, match=r"The wording for zh_TW has no text 'gui\.nothing'"):
        words_of("zh_TW").text("gui.nothing")
    with pytest.raises(MissingWords, match=r"state\.closed\.headline"):
        Wording({"language": "xx"}).sentences(State.CLOSED)
    assert words_of("en").find("gui.nothing") is None


def test_a_text_whose_fields_are_not_known_is_refused() -> None:
    with pytest.raises(MissingWords, match="account"):
        words_of("en").text("lookup.account", account=None)


def test_forms_fall_back_from_full_to_plain() -> None:
    words = words_of("en")
    assert words.text("status.working", tries=2, until="17:15") == "Try 2 · until 17:15"
    assert words.text("status.working", tries=2, until=None) == "Try 2"


def test_layers_go_from_gateway_to_variant_to_state() -> None:
    table = {
        "language": "xx",
        "state": {
            "closed": {
                "headline": "state",
                "do": "state",
                "dont": "state",
                "odd": {"headline": "variant", "do": "variant"},
                "json": {"headline": "json", "dont": "json"},
                "apo": {"headline": "apo"},
            }
        },
    }
    words = Wording(table)
    assert words.sentences(State.CLOSED, "odd", "acquire") == (("variant",), ("variant",), ("state",))
    assert words.sentences(State.CLOSED, "odd", "antom") == (("json",), ("variant",), ("json",))
    assert words.sentences(State.CLOSED, "", "apo") == (("apo",), ("state",), ("json",))


def test_the_pseudo_language_is_longer_and_keeps_its_fields() -> None:
    english, odd = words_of("en"), pseudo(words_of("en"))
    assert odd.language == PSEUDO_LANGUAGE
    for key in english.keys - {"language"}:
        for plain, long in zip(english.forms(key), odd.forms(key), strict=True):
            assert fields_of(long) == fields_of(plain)
            words_in_it = re.sub(r"{[^}]*}", "", plain)
            if not any(letter.isalpha() for letter in words_in_it):
                assert long == plain
                continue
            assert (
                PSEUDO_LENGTH * len(plain) <= len(long) <= max(PSEUDO_LENGTH * len(plain) + 1, len(plain) + 2)
            )
            assert (long[0], long[-1]) == ("[", "]")
            assert long[1 : len(plain) + 1] != plain


def test_the_pseudo_language_keeps_how_a_field_is_written() -> None:
    odd = pseudo(Wording({"language": "en", "a": "At {hour:02}", "b": "{{so}} {n}", "c": "{m}:{s:02}"}))
    assert odd.text("a", hour=7).startswith("[Åţ 07")
    assert odd.text("b", n=1).startswith("[{šö} 1")
    assert odd.text("c", m=1, s=5) == "1:05"
