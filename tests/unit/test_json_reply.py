"""The reader of JSON replies lets through what a gateway can write, and nothing else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.errors import ReplyError
from pos_cancel.gateways.json_reply import Result, read, result_of

RESULT = '"result":{"resultCode":"SUCCESS","resultStatus":"S","resultMessage":"ok"}'


def test_a_reply_is_read() -> None:
    reply = read(f'{{{RESULT},"paymentId":"P1","count":3,"rate":1.5,"none":null}}'.encode())
    assert reply.result == Result("S", "SUCCESS", "ok")
    assert [reply.text(name) for name in ("paymentId", "count", "none", "absent")] == ["P1", "", "", ""]
    assert (reply.fields["count"], reply.fields["rate"]) == (3, 1.5)


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\r\n  ", b"\xef\xbb\xbf\n"])
def test_a_mark_and_blanks_before_the_object_are_no_harm(before: bytes) -> None:
    assert read(before + f"{{{RESULT}}}\n".encode()).result.code == "SUCCESS"


def test_a_status_is_read_in_any_case_and_a_missing_one_is_none() -> None:
    assert read(b'{"result":{"resultStatus":"s"}}').result == Result("S", "")
    assert read(b'{"result":{"resultStatus":null,"resultCode":7}}').result == Result("", "")


def test_a_code_is_kept_as_it_is_up_to_its_documented_length() -> None:
    assert result_of({"resultCode": "not_Heard of"}) == Result("", "not_Heard of")
    assert result_of({"resultCode": "X" * 500}) == Result("", "X" * 64)
    assert result_of({"resultCode": "A\nB\x00"}) == Result("", "")
    assert result_of("S") is None


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "not well-formed"),
        (b"<alipay/>", "not well-formed"),
        (b'{"result":{}', "not well-formed"),
        (b'{"result":{}} {}', "not well-formed"),
        (b"{'result':{}}", "not well-formed"),
        (b'{"result":{"resultCode":"a\nb"}}', "not well-formed"),
        (b"[" * 60_000, "not well-formed"),
        (b'[{"result":{}}]', "not an object"),
        (b'"result"', "not an object"),
        (b"null", "not an object"),
        (b"{}", "no result"),
        (b'{"result":"S"}', "no result"),
        (b'{"result":[]}', "no result"),
        (b'{"result":{},"result":{}}', "a name twice"),
        (b'{"result":{"resultStatus":"F","resultStatus":"S"}}', "a name twice"),
        (b'{"result":{"resultStatus":"F","result\\u0053tatus":"S"}}', "a name twice"),
        (b'{"result":{},"a":NaN}', "a number"),
        (b'{"result":{},"a":-Infinity}', "a number"),
        (b'{"result":{},"a":1e999}', "a number"),
        (b'{"result":{},"a":1.' + b"0" * 30 + b"}", "a number"),
        (b'{"result":{},"a":' + b"9" * 21 + b"}", "a number"),
        (b'{"result":{},"a":' + b"9" * 5_000 + b"}", "a number"),
        (b'{"result":{},"a":"\xff"}', "not UTF-8"),
        ('{"result":{}}'.encode("utf-16"), "not UTF-8"),
        ('{"result":{"resultMessage":"订单"}}'.encode("gbk"), "not UTF-8"),
        (b'{"result":{},"paymentId":"\\ud83d"}', "half a character"),
        (b'{"result":{},"a":' + b"[" * 16 + b"]" * 16 + b"}", "nested deeper"),
        (b'{"result":{}' + b" " * 65_536 + b"}", "larger"),
    ],
)
def test_what_no_gateway_writes_is_refused(body: bytes, words: str) -> None:
    with pytest.raises(ReplyError, match=words):
        read(body)


def test_the_bounds_themselves_are_let_through() -> None:
    assert read(b'{"result":{},"a":' + b"[" * 15 + b"]" * 15 + b"}").result == Result("", "")
    assert read(b'{"result":{},"a":' + b"9" * 20 + b"}").fields["a"] == 10**20 - 1
    assert read(b'{"result":{}' + b" " * (65_536 - 13) + b"}").result == Result("", "")
    assert read(b'{"result":{},"paymentId":"\\ud83d\\ude00"}').text("paymentId") == "😀"


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_nothing_breaks_the_reader(body: bytes) -> None:
    with suppress(ReplyError):
        read(body)
