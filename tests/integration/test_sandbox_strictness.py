"""The training gateway judges a request as strictly as the real one (gateways.md A1.2, A1.4, E2)."""

import base64
from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from pos_cancel.sandbox import Sandbox, SandboxKeys
from tests.plain_client import (
    CANCEL,
    NOON,
    OVERSEAS_QUERY,
    QUERY,
    GatewayReply,
    ask,
    connected,
    exchange,
    form,
    post,
    read_xml,
    request_params,
    signed,
    training_keys,
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(keys=training_keys(), tls=False, now=lambda: NOON) as running:
        yield running


def send(sandbox: Sandbox, params: Mapping[str, str], codec: str = "utf-8") -> GatewayReply:
    with connected(sandbox) as connection:
        return read_xml(sandbox.keys, post(connection, params, codec))


def raw(sandbox: Sandbox, target: str, body: bytes = b"", method: str = "POST") -> GatewayReply:
    with connected(sandbox) as connection:
        return read_xml(sandbox.keys, exchange(connection, method, target, body))


def flipped(sign: str) -> str:
    """The same signature with one of its bytes changed."""
    return ("0" if sign[0] != "0" else "1") + sign[1:]


def assert_refused(sandbox: Sandbox, reply: GatewayReply, code: str) -> None:
    assert (reply.is_success, reply.error, reply.valid) == ("F", code, None)
    assert sandbox.requests[-1].did == f"refused {code}"
    assert sandbox.ledger.refunds("7-REFUND") == ()


@pytest.mark.parametrize("sign_type", ["MD5", "RSA", "RSA2"])
@pytest.mark.parametrize("service", [CANCEL, QUERY])
def test_each_sign_type_is_accepted_and_answered_in_kind(
    sandbox: Sandbox, sign_type: str, service: str
) -> None:
    sandbox.ledger.make_trade("收据 7&A=B+C%<", "12.50", state="TRADE_SUCCESS")

    reply = ask(sandbox, service, sign_type=sign_type, out_trade_no="收据 7&A=B+C%<")

    assert (reply.is_success, reply.error) == ("T", None)
    assert (reply.valid, reply.sign_type, reply.encoding) == (True, sign_type, "UTF-8")
    assert reply.fields["result_code"] == "SUCCESS"
    assert reply.fields["out_trade_no"] == "收据 7&A=B+C%<"
    assert reply.echo["service"] == service
    assert reply.echo["out_trade_no"] == "收据 7&A=B+C%<"


@pytest.mark.parametrize("sign_type", ["MD5", "RSA", "RSA2"])
def test_one_changed_byte_is_an_illegal_sign(sandbox: Sandbox, sign_type: str) -> None:
    params = signed(sandbox.keys, request_params(sandbox.keys, CANCEL, out_trade_no="7-REFUND"), sign_type)

    for spoiled in (
        {**params, "out_trade_no": "8-REFUND"},
        {**params, "sign": flipped(params["sign"])},
        {**params, "extra": "1"},
    ):
        assert_refused(sandbox, send(sandbox, spoiled), "ILLEGAL_SIGN")


@pytest.mark.parametrize("sign", ["", "not base64!", "AAAA", "é", base64.b64encode(b"0" * 256).decode()])
def test_a_sign_that_is_none_is_an_illegal_sign(sandbox: Sandbox, sign: str) -> None:
    params = {**request_params(sandbox.keys, CANCEL, out_trade_no="7-REFUND"), "sign": sign}

    for sign_type in ("MD5", "RSA", "RSA2"):
        assert_refused(sandbox, send(sandbox, {**params, "sign_type": sign_type}), "ILLEGAL_SIGN")


def test_a_sign_of_another_key_is_an_illegal_sign(sandbox: Sandbox) -> None:
    keys = SandboxKeys(training_keys().gateway, training_keys().gateway, "0" * 32)
    params = request_params(keys, CANCEL, out_trade_no="7-REFUND")

    for sign_type in ("MD5", "RSA", "RSA2"):
        assert_refused(sandbox, send(sandbox, signed(keys, params, sign_type)), "ILLEGAL_SIGN")


def test_sign_type_is_not_signed_and_must_be_upper_case(sandbox: Sandbox) -> None:
    params = signed(sandbox.keys, request_params(sandbox.keys, CANCEL, out_trade_no="7-REFUND"))

    for sign_type in ("md5", "DSA", "RSA256", ""):
        assert_refused(sandbox, send(sandbox, {**params, "sign_type": sign_type}), "ILLEGAL_SIGN_TYPE")


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("service", "alipay.acquire.precreate", "ILLEGAL_EXTERFACE"),
        ("service", "", "ILLEGAL_EXTERFACE"),
        ("partner", "2088000000000009", "ILLEGAL_PARTNER"),
        ("partner", "", "ILLEGAL_PARTNER"),
        ("_input_charset", "BIG5", "INVALID_PARAMETER"),
        ("out_trade_no", "", "INVALID_PARAMETER"),
        ("out_trade_no", "7" * 65, "INVALID_PARAMETER"),
        ("out_trade_no", "7\t8", "INVALID_PARAMETER"),
        ("trade_no", "1" * 65, "INVALID_PARAMETER"),
    ],
)
def test_a_faulty_parameter_is_refused_by_its_code(
    sandbox: Sandbox, name: str, value: str, code: str
) -> None:
    params = request_params(sandbox.keys, CANCEL, out_trade_no="7-REFUND") | {name: value}

    assert_refused(sandbox, send(sandbox, signed(sandbox.keys, params)), code)


def test_a_trade_number_that_is_too_short_is_refused_by_name_and_signed(sandbox: Sandbox) -> None:
    params = request_params(sandbox.keys, CANCEL, trade_no="1" * 15)
    reply = send(sandbox, signed(sandbox.keys, params))

    assert (reply.is_success, reply.valid, reply.fields["trade_no"]) == ("T", True, "1" * 15)
    assert reply.fields["detail_error_code"] == "INVALID_PARAMETER"
    assert sandbox.requests[-1].did == "refused INVALID_PARAMETER"


def test_a_parameter_without_value_is_neither_signed_nor_missed(sandbox: Sandbox) -> None:
    params = request_params(sandbox.keys, CANCEL, out_trade_no="7-REFUND")
    signed_without = signed(sandbox.keys, params)

    reply = send(sandbox, {**signed_without, "terminal_timestamp": "", "trade_no": ""})

    assert reply.fields["action"] == "refund"
    assert "trade_no" not in reply.echo


def test_a_parameter_given_twice_is_refused_wherever_it_stands(sandbox: Sandbox) -> None:
    params = signed(sandbox.keys, request_params(sandbox.keys, CANCEL, out_trade_no="7-REFUND"))
    url = "/gateway.do?_input_charset=UTF-8"

    for target, body in (
        (url, form(params)),
        (f"{url}&out_trade_no=7-REFUND", form({k: v for k, v in params.items() if k != "_input_charset"})),
        (f"{url}&_input_charset=UTF-8", b""),
        ("/gateway.do", form(params) + b"&service=" + CANCEL.encode()),
    ):
        assert_refused(sandbox, raw(sandbox, target, body), "INVALID_PARAMETER")


def test_everything_in_the_url_of_a_get_is_fine(sandbox: Sandbox) -> None:
    params = signed(sandbox.keys, request_params(sandbox.keys, CANCEL, out_trade_no="收据-CLOSE"))

    reply = raw(sandbox, f"/gateway.do?{form(params).decode()}", method="GET")

    assert (reply.fields["action"], reply.valid, reply.encoding) == ("close", True, "UTF-8")


def test_without_a_charset_in_the_url_a_form_is_read_and_answered_in_gbk(sandbox: Sandbox) -> None:
    plain = signed(sandbox.keys, request_params(sandbox.keys, CANCEL, out_trade_no="7-CLOSE"))
    chinese = signed(sandbox.keys, request_params(sandbox.keys, CANCEL, out_trade_no="收据-CLOSE"))

    reply = raw(sandbox, "/gateway.do", form(plain))
    assert (reply.fields["action"], reply.valid, reply.encoding) == ("close", True, "GBK")

    reply = raw(sandbox, "/gateway.do", form(chinese))
    assert_refused(sandbox, reply, "ILLEGAL_SIGN")
    assert reply.encoding == "GBK"


@pytest.mark.parametrize("charset", ["GBK", "gbk", "GB2312"])
def test_a_gbk_form_is_read_verified_and_answered_in_gbk(sandbox: Sandbox, charset: str) -> None:
    params = request_params(sandbox.keys, CANCEL, out_trade_no="收据-CLOSE") | {"_input_charset": charset}

    reply = send(sandbox, signed(sandbox.keys, params, "RSA2", "gbk"), "gbk")

    assert (reply.fields["action"], reply.valid, reply.encoding) == ("close", True, "GBK")
    assert reply.fields["out_trade_no"] == "收据-CLOSE"


def test_bytes_outside_the_charset_are_an_illegal_sign(sandbox: Sandbox) -> None:
    params = signed(sandbox.keys, request_params(sandbox.keys, CANCEL, out_trade_no="收据"), codec="gbk")

    assert_refused(sandbox, send(sandbox, params, "gbk"), "ILLEGAL_SIGN")


def in_milliseconds(minutes: int) -> str:
    return str(int((NOON + timedelta(minutes=minutes)).timestamp() * 1000))


def in_words(minutes: int) -> str:
    return (NOON + timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M:%S")


@pytest.mark.parametrize("written", [in_milliseconds, in_words])
def test_a_request_is_good_for_thirty_minutes(sandbox: Sandbox, written: object) -> None:
    assert callable(written)
    params = request_params(sandbox.keys, CANCEL, out_trade_no="7-CLOSE")

    fresh = send(sandbox, signed(sandbox.keys, {**params, "timestamp": written(-30)}))
    stale = send(sandbox, signed(sandbox.keys, {**params, "timestamp": written(-31)}))

    assert fresh.fields["action"] == "close"
    assert_refused(sandbox, stale, "INVALID_PARAMETER")


@pytest.mark.parametrize("text", ["yesterday", "2026-11-21T12:00:00", "9" * 40, "2026-13-01 00:00:00"])
def test_a_timestamp_that_is_none_is_refused(sandbox: Sandbox, text: str) -> None:
    params = request_params(sandbox.keys, CANCEL, out_trade_no="7-REFUND") | {"timestamp": text}

    assert_refused(sandbox, send(sandbox, signed(sandbox.keys, params)), "INVALID_PARAMETER")


def test_either_id_finds_the_sale_and_the_trade_number_wins(sandbox: Sandbox) -> None:
    first = sandbox.ledger.make_trade("A-1", "1.00", state="TRADE_SUCCESS")
    second = sandbox.ledger.make_trade("A-2", "2.00")

    by_trade_no = ask(sandbox, QUERY, trade_no=first.trade_no)
    both = ask(sandbox, CANCEL, out_trade_no="A-1", trade_no=second.trade_no)
    unknown = ask(sandbox, CANCEL, trade_no="2026112122001400000000009999")

    assert (by_trade_no.fields["out_trade_no"], by_trade_no.fields["total_fee"]) == ("A-1", "1.00")
    assert (both.fields["out_trade_no"], both.fields["action"]) == ("A-2", "close")
    assert (unknown.fields["result_code"], unknown.fields["detail_error_code"]) == ("FAIL", "TRADE_NOT_EXIST")
    assert sandbox.ledger.refunds("A-1") == ()


def test_a_mistyped_number_looks_exactly_like_a_code_nobody_scanned(sandbox: Sandbox) -> None:
    mistyped = ask(sandbox, CANCEL, out_trade_no="R-1O1")
    unscanned = ask(sandbox, CANCEL, out_trade_no="R-101-NOSCAN")
    looked_up = ask(sandbox, QUERY, out_trade_no="R-1O1")

    assert set(mistyped.fields) == set(unscanned.fields) == {"out_trade_no", "result_code", "retry_flag"}
    assert mistyped.fields["result_code"] == "SUCCESS"
    assert looked_up.fields["detail_error_code"] == "TRADE_NOT_EXIST"
    assert sandbox.ledger.trades == ()


def test_the_overseas_inquiry_has_its_own_names(sandbox: Sandbox) -> None:
    trade = sandbox.ledger.make_trade("HK-1", "3997.60", "HKD", "TRADE_SUCCESS", NOON, NOON)

    by_number = ask(sandbox, OVERSEAS_QUERY, partner_trans_id="HK-1")
    by_trade_no = ask(sandbox, OVERSEAS_QUERY, alipay_trans_id=trade.trade_no)
    for reply in (by_number, by_trade_no):
        assert reply.valid is True
        assert reply.fields["alipay_trans_status"] == "TRADE_SUCCESS"
        assert (reply.fields["partner_trans_id"], reply.fields["alipay_trans_id"]) == ("HK-1", trade.trade_no)
        assert (reply.fields["trans_amount"], reply.fields["currency"]) == ("3997.60", "HKD")
        assert reply.fields["alipay_pay_time"] == "20261121120000"

    unpaid = ask(sandbox, OVERSEAS_QUERY, partner_trans_id="HK-2-CLOSE")
    unknown = ask(sandbox, OVERSEAS_QUERY, partner_trans_id="HK-3")
    assert unpaid.fields["alipay_trans_status"] == "WAIT_BUYER_PAY"
    assert (unknown.fields["result_code"], unknown.fields["error"]) == ("FAIL", "TRADE_NOT_EXIST")


@pytest.mark.parametrize(("nested", "valid"), [("verifiable", True), ("unverifiable", False), ("none", True)])
def test_where_the_money_came_from_is_signed_as_set(nested: str, valid: bool) -> None:
    with Sandbox(keys=training_keys(), tls=False, nested=nested) as sandbox:
        paid = ask(sandbox, QUERY, sign_type="RSA2", out_trade_no="7-REFUND")
        unpaid = ask(sandbox, QUERY, sign_type="RSA2", out_trade_no="7-CLOSE")

    assert ("fund_bill_list" in paid.fields) == (nested != "none")
    assert paid.valid is valid
    assert paid.fields["trade_status"] == "TRADE_SUCCESS"
    assert unpaid.valid is True
    assert "fund_bill_list" not in unpaid.fields
