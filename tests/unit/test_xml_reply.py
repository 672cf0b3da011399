"""The strict reader of XML replies."""

from contextlib import suppress
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pos_cancel.domain.errors import ReplyError
from pos_cancel.gateways.xml_reply import DEEPEST, LARGEST_BYTES, read

PLAIN = "<alipay><is_success>T</is_success>{}</alipay>"
# What XML can hold: no control characters, no half characters; a carriage return is read as a line end.
XML_TEXT = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
)


def with_fields(fields: str) -> bytes:
    return PLAIN.format(f"<response><alipay>{fields}</alipay></response>").encode()


def test_values_are_decoded_and_not_trimmed() -> None:
    reply = read(
        with_fields("<a> x\t</a><b>A&amp;B&#x6536;&lt;</b><c><![CDATA[<!-- & -->]]></c><d>1<!-- no -->2</d>")
    )
    assert reply.response == {"a": " x\t", "b": "A&B收<", "c": "<!-- & -->", "d": "12"}
    assert (reply.response_root, reply.response_text, reply.nested) == ("alipay", None, {})


def test_attributes_instructions_and_unknown_elements_change_nothing() -> None:
    body = PLAIN.format("<?x y?><new a='1'/><response b='2'><alipay><a c='3'>1</a></alipay></response>")
    assert read(body.encode()).response == {"a": "1"}


def test_nested_elements_are_kept_as_they_were_written() -> None:
    source = "<list>\n <B x='1'><k>a&amp;b</k><e/><f></f ></B>\n <B><k/></B>\n</list>"
    nested = read(with_fields(f"<a/>{source}<z>1</z>")).nested["list"]
    assert nested.source == source
    assert nested.compact == "<list><B><k>a&amp;b</k><e></e><f></f></B><B><k></k></B></list>"
    assert nested.items == (("B", (("k", "a&b"), ("e", ""), ("f", ""))), ("B", (("k", ""),)))


def test_the_source_of_hollow_elements_ends_where_they_do() -> None:
    for inside in ("<a/>", "<a></a>", "<a>/></a>", "<a/><a/>", "<a><b/></a>", "<a b='/>'></a>"):
        reply = read(with_fields(f"<list>{inside}</list>"))
        assert reply.nested["list"].source == f"<list>{inside}</list>"


def test_only_fields_of_the_response_are_kept_as_they_were_written() -> None:
    inside = "<x><list><no/></list></x>"
    response = "<response><alipay><e n='>'/><list><k/></list></alipay></response>"
    body = PLAIN.format(f"<new>{inside}</new>{response}<other>{inside}</other>")
    reply = read(body.encode())
    assert reply.response == {"e": ""}
    assert {name: nested.source for name, nested in reply.nested.items()} == {"list": "<list><k/></list>"}


def test_a_comment_or_an_instruction_does_not_split_a_value() -> None:
    reply = read(with_fields("<a>1<!-- no -->2<?no?>3</a><b><!-- no --></b><c><!-- no --><k/></c>"))
    assert reply.response == {"a": "123", "b": ""}
    assert reply.nested["c"].items == (("k", ""),)


def test_a_name_in_a_namespace_is_no_name_that_is_looked_for() -> None:
    reply = read(with_fields("<x:result_code xmlns:x='urn:x'>SUCCESS</x:result_code>"))
    assert reply.response == {"{urn:x}result_code": "SUCCESS"}


def test_a_document_without_a_response() -> None:
    for body in ("", "<response/>", "<response> \n</response>"):
        reply = read(PLAIN.format(body).encode())
        assert (reply.response, reply.response_root, reply.response_text) == ({}, "", None)


@pytest.mark.parametrize(
    ("declared", "codec", "charset"),
    [
        ("UTF-8", "utf-8", "utf-8"),
        ("utf8", "utf-8", "utf-8"),
        ("GBK", "gbk", "gb18030"),
        ("gb2312", "gb2312", "gb18030"),
        ("GB18030", "gb18030", "gb18030"),
    ],
)
@pytest.mark.parametrize("quote", ["'", '"'])
def test_the_document_tells_its_encoding(declared: str, codec: str, charset: str, quote: str) -> None:
    text = f"<?xml version={quote}1.0{quote} encoding={quote}{declared}{quote} ?>" + PLAIN.format(
        "<error>收据</error>"
    )
    for lead in (b"", b"\n", b" \r\n\t "):
        reply = read(lead + text.encode(codec), "text/xml; charset=ISO-8859-1")
        assert (reply.error, reply.charset) == ("收据", charset)


def test_the_content_type_tells_it_where_the_document_does_not() -> None:
    body = PLAIN.format("<error>收据</error>")
    assert read(body.encode("gbk"), 'text/xml; Charset="GBK"').charset == "gb18030"
    assert read(body.encode(), "text/xml").charset == "utf-8"
    assert read(b"\xef\xbb\xbf" + body.encode(), "text/xml; charset=GBK").error == "收据"


GOOD = PLAIN.format("")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not well-formed"),
        (b"{}", "not well-formed"),
        (GOOD.encode() + b"x", "not well-formed"),
        (GOOD.encode()[:-3], "not well-formed"),
        (PLAIN.format("<error>\x00</error>").encode(), "not well-formed"),
        (PLAIN.format("<error>\x1b</error>").encode(), "not well-formed"),
        (PLAIN.format("<error>&#0;</error>").encode(), "not well-formed"),
        (PLAIN.format("<error>&e;</error>").encode(), "not well-formed"),
        (GOOD.encode() * 2, "not well-formed"),
        (f"<!DOCTYPE alipay>{GOOD}".encode(), "DOCTYPE"),
        (f"<!doctype html>{GOOD}".encode(), "DOCTYPE"),
        (b"<trade/>", "not an Alipay document"),
        (b"<x:alipay/>", "not well-formed"),
        (b"<x:alipay xmlns:x='urn:x'/>", "not an Alipay document"),
        (b"<alipay xmlns='urn:x'/>", "not an Alipay document"),
        (b"<alipay/>", "does not say"),
        (PLAIN.format("<is_success>F</is_success>").encode(), "duplicate element: is_success"),
        (PLAIN.format("<sign>a</sign><sign>b</sign>").encode(), "duplicate element: sign"),
        (PLAIN.format("<response/><response/>").encode(), "duplicate element: response"),
        (with_fields("<a>1</a><a>1</a>"), "duplicate element: a"),
        (with_fields("<a>1</a><a><b/></a>"), "duplicate element: a"),
        (PLAIN.format("<request><param name='a'/><param name='a'/></request>").encode(), "duplicate element"),
        (PLAIN.format("<response><a/><b/></response>").encode(), "more than one element"),
        (PLAIN.format("<sign><b/></sign>").encode(), "plain value"),
        (PLAIN.format("<request><param name='a'><b/></param></request>").encode(), "plain value"),
        (PLAIN.format("stray").encode(), "stray text"),
        (PLAIN.format("<response>stray<a/></response>").encode(), "stray text"),
        (with_fields("stray<a/>"), "stray text"),
        (with_fields("<a>stray<b/></a>"), "stray text"),
        (with_fields("<a><b>stray<c/></b></a>"), "stray text"),
        (with_fields("<a>" * DEEPEST + "</a>" * DEEPEST), "deeper"),
        (GOOD.ljust(LARGEST_BYTES + 1).encode(), "larger"),
        (
            f"<?xml version='1.0' encoding='UTF-16'?>{GOOD}".encode(),
            "encoding that this gateway does not use",
        ),
        (
            f"<?xml version='1.0' encoding='klingon'?>{GOOD}".encode(),
            "encoding that this gateway does not use",
        ),
        (GOOD.encode("utf-16"), "not in the encoding"),
        (PLAIN.format("<error>收</error>").encode("gbk"), "not in the encoding"),
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='GBK'?>" + GOOD.encode(), "byte order mark"),
    ],
)
def test_anything_else_is_refused_for_one_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ReplyError, match=reason):
        read(body)


def test_an_unknown_encoding_in_the_content_type_is_refused() -> None:
    with pytest.raises(ReplyError, match="encoding that this gateway does not use"):
        read(GOOD.encode(), "text/xml; charset=latin-1")


def test_the_largest_document_is_read() -> None:
    assert read(GOOD.ljust(LARGEST_BYTES).encode()).is_success == "T"


@given(st.dictionaries(st.from_regex(r"[a-z][a-z_]{0,8}", fullmatch=True), XML_TEXT, max_size=6))
def test_any_fields_come_back_as_they_were_written(fields: dict[str, str]) -> None:
    source = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in fields.items())
    for encoding, codec in (("UTF-8", "utf-8"), ("GBK", "gb18030")):
        body = f"<?xml version='1.0' encoding='{encoding}'?>{with_fields(source).decode()}".encode(codec)
        assert read(body).response == fields


PIECES = st.sampled_from(
    [
        "<alipay>",
        "</alipay>",
        "<is_success>",
        "</is_success>",
        "T",
        "<response>",
        "</response>",
        "<a/>",
        "<a>",
        "</a>",
        "<?xml version='1.0' encoding='GBK'?>",
        "<![CDATA[",
        "]]>",
        "<!--",
        "-->",
        "&amp;",
        "&#1;",
        "<!DOCTYPE",
        "收",
        " ",
    ]
)


@given(
    st.lists(PIECES, max_size=14).map("".join).map(str.encode) | st.binary(max_size=300), st.text(max_size=40)
)
def test_no_bytes_break_the_reader(body: bytes, content_type: str) -> None:
    with suppress(ReplyError):
        read(body, content_type)
