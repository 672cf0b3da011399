"""What a hostile or broken gateway does to a good answer, class by class: before it is signed, or after."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from tests.hostile.harm_kinds import REFUSED, TRUE, UNKNOWN, Harm, bodies, heads, lies, rewrites, says
from tests.hostile.tellers import OTHER, OTHER_CLIENT, STRANGER, Lie, Teller, Told, with_headers
from tests.hostile.wire_harms import LINES, PAGES, STATUS_LINES


def _inside(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text, old
        return text.replace(old, new, 1)

    return change


def _titled(teller: Teller) -> Told:
    told = teller.tell()
    return replace(told, headers={name.title(): value for name, value in told.headers.items()})


def _shouted(teller: Teller) -> Told:
    told = teller.tell()
    return replace(
        told, headers={name.upper(): value for name, value in reversed(list(told.headers.items()))}
    )


def _chunked(teller: Teller) -> bytes:
    head, _, body = teller.tell().wire().partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    parts = [body[start : start + 7] for start in range(0, len(body), 7)]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
    return b"\r\n".join([*lines, b"Transfer-Encoding: chunked"]) + b"\r\n\r\n" + chunks + b"0\r\n\r\n"


def _until_closed(teller: Teller) -> bytes:
    head, _, body = teller.tell().wire().partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    return b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body


def _nested(text: str) -> str:
    return text.replace("<response>", "<a>" * 5_000 + "</a>" * 5_000 + "<response>", 1)


DOCTYPE = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
BOMB = f'<!DOCTYPE a [<!ENTITY l0 "lol">{LAUGHS}]>'

HARMLESS: Mapping[str, Harm] = {
    "the truth": lies(Lie(), TRUE),
    "title-case headers": says(_titled, TRUE),
    "upper-case headers the other way round": says(_shouted, TRUE),
    "chunks of seven bytes": says(_chunked, TRUE),
    "a body that ends with the connection": says(_until_closed, TRUE),
    "a go-ahead before the answer": says(lambda t: b"HTTP/1.1 100 Continue\r\n\r\n" + t.tell().wire(), TRUE),
    "more headers": heads(TRUE, Server="x", Set_Cookie="a=b", X_Trace="1" * 500),
    "a byte-order mark": rewrites(lambda text: "\ufeff" + text, TRUE),
    "blanks around the document": rewrites(lambda text: text + "\r\n\t ", TRUE),
    # It ends with the connection, and what came is signed.
    "a negative length": says(
        lambda t: t.tell().wire().replace(b"Content-Length: ", b"Content-Length: -", 1), TRUE
    ),
    "a length that is a word": says(
        lambda t: t.tell().wire().replace(b"Content-Length: ", b"Content-Length: x", 1), TRUE
    ),
    "CDATA": rewrites(_inside(">refund<", "><![CDATA[refund]]><"), TRUE, "xml"),
    "character references": rewrites(_inside(">refund<", ">r&#101;fund<"), TRUE, "xml"),
    "escapes": rewrites(_inside("SUCCESS", "S\\u0055CCESS"), TRUE, "json"),
    "fields that nobody knows": rewrites(_inside("{", '{"new": [1, {"a": null}], '), TRUE, "json"),
}

SIGNATURES: Mapping[str, Harm] = {
    "no signature": lies(Lie(signed=False)),
    "a stranger's key": lies(Lie(key=STRANGER)),
    "another client's answer": lies(Lie(client=OTHER_CLIENT), UNKNOWN, "json"),
    "the answer to another call": lies(Lie(call="inquiryPayment"), UNKNOWN, "json"),
    "signed as another algorithm": says(
        lambda t: with_headers(t.tell(), signature=t.tell().headers["signature"].replace("RSA256", "RSA512")),
        UNKNOWN,
        "json",
    ),
    "two signatures": says(
        lambda t: with_headers(
            t.tell(), signature="algorithm=RSA256,keyVersion=1,signature=AAAA, signature=BBBB"
        ),
        UNKNOWN,
        "json",
    ),
    "an empty signature": heads(UNKNOWN, "json", signature=""),
    "without response-time": heads(UNKNOWN, "json", response_time=None),
    "without client-id": heads(UNKNOWN, "json", client_id=None),
    "a time moved by a second": heads(UNKNOWN, "json", response_time="2026-11-21T10:00:01+08:00"),
    "two sign elements": rewrites(_inside("<sign>", "<sign>AAAA</sign><sign>"), UNKNOWN, "xml"),
    "an empty sign": bodies(lambda b: b[: b.index(b"<sign>") + 6] + b[b.index(b"</sign>") :], UNKNOWN, "xml"),
    "sign_type MD5": bodies(lambda b: b.replace(b">RSA2<", b">MD5<"), UNKNOWN, "xml"),
    "sign_type RSA": bodies(lambda b: b.replace(b">RSA2<", b">RSA<"), UNKNOWN, "xml"),
    "sign_type missing": bodies(lambda b: b.replace(b"<sign_type>RSA2</sign_type>", b""), UNKNOWN, "xml"),
    "close written over refund": bodies(lambda b: b.replace(b">refund<", b">close<"), UNKNOWN, "xml"),
    "a space more in the body": bodies(lambda b: b + b" ", UNKNOWN, "json"),
    "an unsigned refusal of the set-up": says(
        lambda t: t.tell(Lie(status="F", code="CLIENT_INVALID", signed=False)), REFUSED, "json"
    ),
    "an unsigned window code": lies(
        Lie(status="F", code="CANCEL_WINDOW_EXCEED", signed=False), UNKNOWN, "json"
    ),
    "an unsigned not found": lies(Lie(status="F", code="ORDER_NOT_EXIST", signed=False), UNKNOWN, "json"),
    "an unsigned refusal as a whole": says(
        lambda t: Told(
            body=b"<alipay><is_success>F</is_success><error>TRADE_HAS_FINISHED</error></alipay>",
            headers={"Content-Type": "text/xml"},
        ),
        UNKNOWN,
        "xml",
    ),
}

OTHERS: Mapping[str, Harm] = {
    # The acquirer echoes no number.
    "the good news about another sale": lies(Lie(number=OTHER), UNKNOWN, "xml", "antom", "apo"),
    "an answer of an hour ago": lies(Lie(age=timedelta(hours=1)), UNKNOWN, "acqp"),
    "a success with another code": lies(Lie(code="PROCESS_FAIL"), UNKNOWN, "xml", "acqp"),
    "a status that is none": lies(Lie(status="X"), UNKNOWN, "json"),
    "unknown with the code of success": lies(Lie(status="U"), UNKNOWN, "json"),
    "unknown with the code of a set-up": lies(Lie(status="U", code="KEY_NOT_FOUND"), UNKNOWN, "json"),
}

DOCUMENTS: Mapping[str, Harm] = {
    "a doctype": rewrites(_inside("?>", "?><!DOCTYPE alipay>"), UNKNOWN, "xml"),
    "an external entity": rewrites(_inside("?>", "?>" + DOCTYPE), UNKNOWN, "xml"),
    "an external entity in use": rewrites(
        lambda text: text.replace("?>", "?>" + DOCTYPE, 1).replace(">refund<", ">&x;<", 1), UNKNOWN, "xml"
    ),
    "a billion laughs": rewrites(
        lambda text: text.replace("?>", "?>" + BOMB, 1).replace(">refund<", ">&l9;<", 1), UNKNOWN, "xml"
    ),
    "nesting": rewrites(_nested, UNKNOWN, "xml"),
    "a name twice": rewrites(
        _inside("<result_code>", "<result_code>FAIL</result_code><result_code>"), UNKNOWN, "xml"
    ),
    "two responses": rewrites(_inside("</response>", "</response><response></response>"), UNKNOWN, "xml"),
    "two roots": rewrites(lambda text: text + "<alipay/>", UNKNOWN, "xml"),
    "text behind the end": rewrites(lambda text: text + "refund", UNKNOWN, "xml"),
    "another root": rewrites(
        lambda text: text.replace("<alipay><is", "<pay><is").replace("e></alipay>", "e></pay>"),
        UNKNOWN,
        "xml",
    ),
    "an element in a value": rewrites(_inside(">refund<", "><b>refund</b><"), UNKNOWN, "xml"),
    "an entity without a name": rewrites(_inside(">refund<", ">&refund;<"), UNKNOWN, "xml"),
    "a NUL": rewrites(_inside(">refund<", ">refund\0<"), UNKNOWN, "xml"),
    "a charset that is none": rewrites(_inside("UTF-8", "KLINGON"), UNKNOWN, "xml"),
    "bytes of another charset": lies(Lie(text=_inside(">refund<", ">退款<"), encoding="gbk"), UNKNOWN, "xml"),
    "UTF-16 under a UTF-8 label": lies(Lie(encoding="utf-16"), UNKNOWN, "xml", "json"),
    "a key twice": rewrites(_inside("{", '{"result": {"resultStatus": "F"}, '), UNKNOWN, "json"),
    "a key twice by escapes": rewrites(
        _inside("{", '{"r\\u0065sult": {"resultStatus": "F"}, '), UNKNOWN, "json"
    ),
    "a key twice inside": rewrites(
        _inside('"resultStatus"', '"resultStatus": "F", "resultStatus"'), UNKNOWN, "json"
    ),
    "deep nesting": rewrites(_inside("{", '{"a": ' + "[" * 20_000 + "]" * 20_000 + ", "), UNKNOWN, "json"),
    "NaN": rewrites(_inside("{", '{"a": NaN, '), UNKNOWN, "json"),
    "Infinity": rewrites(_inside("{", '{"a": -Infinity, '), UNKNOWN, "json"),
    "a number beyond all": rewrites(_inside("{", '{"a": 1e999, '), UNKNOWN, "json"),
    "a number of 20,000 digits": rewrites(_inside("{", '{"a": ' + "9" * 20_000 + ", "), UNKNOWN, "json"),
    "half a character": rewrites(_inside("in words", "\\ud800"), UNKNOWN, "json"),
    "Latin-1": lies(Lie(text=_inside("in words", "süß"), encoding="latin-1"), UNKNOWN, "json"),
    "a list": rewrites(lambda text: f"[{text}]", UNKNOWN, "json"),
    "two documents": rewrites(lambda text: text + text, UNKNOWN, "json"),
    "a comma too many": rewrites(lambda text: text[:-1] + ",}", UNKNOWN, "json"),
    "a comment": rewrites(lambda text: text + "// done", UNKNOWN, "json"),
    "no result": rewrites(_inside('"result"', '"outcome"'), UNKNOWN, "json"),
    "a result that is a text": rewrites(lambda text: '{"result": "S"}', UNKNOWN, "json"),
    "a status that is a list": rewrites(_inside('"S"', '["S"]'), UNKNOWN, "json"),
}


HARMS: Mapping[str, Harm] = {
    **HARMLESS,
    **SIGNATURES,
    **OTHERS,
    **DOCUMENTS,
    **PAGES,
    **STATUS_LINES,
    **LINES,
}
