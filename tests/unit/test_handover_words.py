"""The open cases for the next shift: what the customer is told, and until when the till stays on (R15)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pos_cancel.domain.case import Case, State
from pos_cancel.presenters.handover import handover_lines, stay_on_line, stay_on_until
from tests.unit.spoken_cases import FULL_CASE, NOW, SHOP, pending, words_of

OPEN = {
    "sending": replace(FULL_CASE, state=State.SENDING),
    "unsure": pending(),
    "waiting": replace(FULL_CASE, state=State.WAITING, variant="funds"),
    "stopping": pending(keep_asked_at=NOW),
    "unconfirmed": replace(FULL_CASE, state=State.CALL_SUPPORT, variant="unknown"),
    "refused": replace(FULL_CASE, state=State.CALL_SUPPORT, variant="refused"),
    "not_sent": replace(FULL_CASE, state=State.NOT_SENT),
}
# What nobody knows yet is not called a failure, and money is never said to be back.
NEVER = (
    "fail",
    "error",
    "declin",
    "refunded",
    "arrived",
    "失败",
    "失敗",
    "错误",
    "錯誤",
    "已退款",
    "到账",
    "到帳",
)


@pytest.mark.parametrize("language", ["en", "zh_CN", "zh_TW"])
@pytest.mark.parametrize("name", OPEN)
def test_the_customer_hears_what_is_known(name: str, language: str) -> None:
    (line,) = handover_lines((OPEN[name],), NOW, words_of(language), SHOP)
    key = f"handover.tell.{'unsure' if name == 'sending' else name}"
    assert line.tell == words_of(language).text(key, network="Alipay", ref="K7-204")
    assert [word for word in NEVER if word in line.tell.lower()] == []
    assert line.card.amount == "¥128.00"


def test_the_till_stays_on_until_all_is_settled() -> None:
    words, later = words_of("en"), pending(deadline=NOW + timedelta(hours=3))
    cases: tuple[Case, ...] = (pending(), later, OPEN["not_sent"])
    assert stay_on_until(cases) == NOW + timedelta(hours=5)
    assert stay_on_line(cases, NOW, words, SHOP) == "3 open. This till should stay on until 20:32."
    unknown = pending(deadline=None)
    part = stay_on_line(cases, NOW, words, SHOP, count=300, last=NOW + timedelta(hours=6))
    assert part == "300 open. This till should stay on until 23:32."
    assert stay_on_line(cases, NOW, words, SHOP, count=300).startswith("300 open. ")
    assert stay_on_until((unknown,)) == unknown.stop_at + timedelta(hours=2)
    assert stay_on_until((OPEN["not_sent"],)) is None
    told = "1 open. This till should stay on until they are settled."
    assert stay_on_line((OPEN["not_sent"],), NOW, words, SHOP) == told
    assert stay_on_line((pending(),), NOW + timedelta(days=2), words, SHOP) == told
