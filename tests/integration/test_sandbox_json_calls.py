"""What the JSON gateways read from a body and say about a sale (gateways.md A2.4, A4, T28, T29, T43)."""

from collections.abc import Iterator

import pytest

from pos_cancel.sandbox import Sandbox
from tests.plain_client import NOON, connected, training_keys
from tests.plain_json_client import (
    CANCEL,
    INQUIRY,
    JsonReply,
    ask,
    path_of,
    post,
    read_json,
    send,
)

GATEWAYS = ("antom", "apo", "acqp")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(keys=training_keys(), tls=False, now=lambda: NOON) as running:
        yield running


@pytest.mark.parametrize("gateway", GATEWAYS)
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'"7-REFUND"',
        b'{"paymentRequestId":"7-REFUND"',
        b'{"paymentRequestId":""}',
        b'{"paymentRequestId":"7-REFUND","paymentId":""}',
        b'{"paymentRequestId":"7-REFUND","merchantAccountId":""}',
        b'{"paymentRequestId":null}',
        b'{"paymentRequestId":7}',
        b'{"paymentRequestId":["7-REFUND"]}',
        b'{"paymentRequestId":"7-REFUND","paymentRequestId":"8"}',
        b'{"paymentRequestId":"7-REFUND","x":NaN}',
        b'{"paymentRequestId":"7-REFUND\\u0000"}',
        b'{"paymentRequestId":"' + b"7" * 65 + b'"}',
        b'{"paymentRequestId":"\xff"}',
        b"[" * 40_000,
    ],
)
def test_a_body_that_does_not_name_a_sale_is_an_illegal_parameter_and_says_so_signed(
    sandbox: Sandbox, gateway: str, body: bytes
) -> None:
    account = training_keys().accounts[gateway]

    reply = read_json(account, path_of(account, CANCEL), post(sandbox, gateway, CANCEL, body))

    assert (reply.status, reply.code, reply.valid) == ("F", "PARAM_ILLEGAL", True)
    assert sandbox.ledger.trades == ()
    assert sandbox.requests[-1].did == "refused PARAM_ILLEGAL"


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_either_id_finds_the_sale_and_the_payment_id_wins(sandbox: Sandbox, gateway: str) -> None:
    first = sandbox.ledger.make_trade("A-1", "1.00", state="TRADE_SUCCESS", gateway=gateway)
    second = sandbox.ledger.make_trade("A-2", "2.00", gateway=gateway)

    by_payment_id = ask(sandbox, gateway, INQUIRY, payment_id=first.trade_no)
    both = ask(sandbox, gateway, CANCEL, number="A-1", payment_id=second.trade_no)

    assert len(first.trade_no) == 35
    assert by_payment_id.content["paymentRequestId"] == "A-1"
    assert by_payment_id.content["paymentAmount"] == {"value": "100", "currency": "CNY"}
    assert both.status == "S"
    closed = sandbox.ledger.find(number="A-2", gateway=gateway)
    assert closed is not None
    assert closed.cancel_action == "close"
    assert sandbox.ledger.refunds("A-1") == ()


def test_a_sale_of_another_gateway_is_unknown_and_stays_as_it_is(sandbox: Sandbox) -> None:
    trade = sandbox.ledger.make_trade("A-1", "1.00", state="TRADE_SUCCESS", gateway="antom")
    sandbox.ledger.make_trade("A-2-REFUND", "1.00", state="TRADE_SUCCESS")

    said = [
        ask(sandbox, gateway, call, **ids).code
        for gateway in ("apo", "acqp")
        for call in (CANCEL, INQUIRY)
        for ids in ({"number": "A-1"}, {"payment_id": trade.trade_no})
    ]
    known_to_the_form_gateway = ask(sandbox, "antom", CANCEL, number="A-2-REFUND")

    gone = "ORDER_NOT_EXIST"
    # Alipay+'s cancelPayment has no code for it.
    assert said == [gone, gone, gone, gone, "PROCESS_FAIL", "PROCESS_FAIL", gone, gone]
    assert known_to_the_form_gateway.code == gone
    assert [row.kind for row in sandbox.ledger.movements] == ["pay", "pay"]


@pytest.mark.parametrize(
    ("amount", "currency", "value"),
    [("128.00", "CNY", "12800"), ("0.01", "USD", "1"), ("100", "JPY", "100"), ("5000", "KRW", "5000")],
)
def test_amounts_are_in_minor_units(sandbox: Sandbox, amount: str, currency: str, value: str) -> None:
    sandbox.ledger.make_trade("A-1", amount, currency, "TRADE_SUCCESS", gateway="antom")

    reply = ask(sandbox, "antom", INQUIRY, number="A-1")

    assert reply.content["paymentAmount"] == {"value": value, "currency": currency}


def shape(reply: JsonReply) -> set[str]:
    return set(reply.content)


def test_each_gateway_answers_with_its_own_fields(sandbox: Sandbox) -> None:
    antom = ask(sandbox, "antom", CANCEL, number="1-REFUND")
    acqp = ask(sandbox, "acqp", CANCEL, number="2-REFUND")
    inquired = ask(sandbox, "apo", INQUIRY, number="3-REFUND")
    two_levels = ask(sandbox, "acqp", INQUIRY, number="4-CLOSE")

    assert shape(antom) == {"result", "paymentId", "paymentRequestId", "cancelTime"}
    assert antom.content["cancelTime"] == "2026-11-21T12:00:00+08:00"
    assert shape(acqp) == {"result", "acquirerId", "pspId"}
    assert inquired.content["transactions"] is None
    assert inquired.content["paymentStatus"] == "SUCCESS"
    assert inquired.content["paymentTime"] == "2026-11-21T11:57:00+08:00"
    assert "paymentStatus" not in two_levels.content
    assert (two_levels.status, two_levels.content["paymentResult"]["resultStatus"]) == ("S", "U")
    assert two_levels.content["paymentResult"]["resultCode"] == "PAYMENT_IN_PROCESS"
    assert "transactions" not in two_levels.content


def test_requests_are_listed_with_gateway_ids_and_story(sandbox: Sandbox) -> None:
    ask(sandbox, "acqp", CANCEL, number="1-REFUND")
    with connected(sandbox) as connection:
        send(connection, "/ams/api/v1/payments/cancel", {}, b"{}")

    first, second = sandbox.requests
    assert (first.gateway, first.service, dict(first.params)) == (
        "acqp",
        "cancelPayment",
        {"paymentRequestId": "1-REFUND"},
    )
    assert (first.story, first.did) == ("REFUND", "refund")
    assert (second.gateway, second.did) == ("", "refused CLIENT_INVALID")


def test_accounts_show_nothing_of_their_keys() -> None:
    shown = f"{training_keys().accounts['antom']!r} {training_keys().accounts}"

    assert "Account(antom)" in shown
    assert "PRIVATE" not in shown
    assert "RSA" not in shown
