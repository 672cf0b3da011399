"""The strict reader of acquire's XML replies (gateways.md A1.3, T18, T32; facts.md, XML).

The bytes are decoded here by the document's own declaration, because no parser of the standard library
reads GBK; the parser then sees text. Nothing is trimmed: blanks inside a value are signed. A name in an XML
namespace, which no reply has, comes out as `{address}name` and so is none that anything looks for.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, XMLParser
from xml.parsers import expat
from xml.sax.saxutils import escape

from pos_cancel.domain.errors import ReplyError

LARGEST_BYTES = 64 * 1024
DEEPEST = 16
# A field lies inside <alipay>, <response> and that one's single element.
FIELD_LEVEL = 3
BLANKS = " \t\r\n"
BOM = b"\xef\xbb\xbf"
# GB18030 holds all of GBK and GB2312 at the same codes.
CODECS: Mapping[str, str] = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
}
DECLARED = re.compile(rb"<\?xml\s[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"'>]{1,40})[\"']", re.IGNORECASE)
TRANSPORT = re.compile(r"\bcharset\s*=\s*\"?([^\s\";]{1,40})", re.IGNORECASE)
DOCTYPE = re.compile(r"<!DOCTYPE", re.IGNORECASE)

Node = tuple[str, "str | tuple[Node, ...]"]


@dataclass(frozen=True, slots=True)
class Nested:
    """A field that has elements inside: its exact source text, the same without blanks between, its tree."""

    source: str
    compact: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlReply:
    """One well-formed `<alipay>` document; None is an element that was not there.

    `response` are the plain fields of the single element inside `<response>`, `nested` those that have
    elements of their own, `response_root` that element's name and `response_text` its text where it has
    no fields. `charset` is the codec of the document, in which its signature is checked.
    """

    is_success: str
    error: str | None
    request: Mapping[str, str]
    response: Mapping[str, str]
    nested: Mapping[str, Nested]
    response_root: str
    response_text: str | None
    sign: str | None
    sign_type: str | None
    charset: str


def read(body: bytes, content_type: str = "") -> XmlReply:
    """Read a reply's body; `content_type` tells the charset only where the document itself does not.

    Raises `ReplyError` for anything but one `<alipay>` document in a known encoding without DOCTYPE,
    without anything twice, of at most 64 KiB and 16 levels.
    """
    if len(body) > LARGEST_BYTES:
        raise ReplyError("The reply is larger than any real one.")
    text, charset = _decode(body, content_type)
    if DOCTYPE.search(text):
        raise ReplyError("The reply holds a DOCTYPE, which is refused.")
    root = _parsed(text)
    if _is_too_deep(root):
        raise ReplyError("The reply is nested deeper than any real one.")
    return _reply(root, text, charset)


def _decode(body: bytes, content_type: str) -> tuple[str, str]:
    marked = body.startswith(BOM)
    document = body.removeprefix(BOM).lstrip(BLANKS.encode("ascii"))
    declaration = DECLARED.match(document)
    named = declaration[1].decode("latin-1") if declaration else "utf-8" if marked else _charset(content_type)
    codec = CODECS.get(named.lower())
    if codec is None:
        raise ReplyError("The reply is in an encoding that this gateway does not use.")
    if marked and codec != "utf-8":
        raise ReplyError("The reply's byte order mark contradicts its declaration.")
    try:
        return document.decode(codec), codec
    except UnicodeDecodeError:
        raise ReplyError("The reply's bytes are not in the encoding that it names.") from None


def _charset(content_type: str) -> str:
    match = TRANSPORT.search(content_type)
    return match[1] if match else "utf-8"


def _parsed(document: str) -> Element:
    parser = XMLParser(encoding="utf-8")
    try:
        parser.feed(document)
        root: Element = parser.close()
    except ParseError:
        raise ReplyError("The reply is not well-formed XML.") from None
    return root


def _is_too_deep(root: Element) -> bool:
    # Level by level those that have elements inside; on the last one none may.
    outers = [root]
    for _ in range(1, DEEPEST):
        outers = [inner for outer in outers for inner in outer if len(inner)]
    return bool(outers)


def _reply(root: Element, document: str, charset: str) -> XmlReply:
    if root.tag != "alipay":
        raise ReplyError("The reply is not an Alipay document.")
    parts = _by_name(_parts(root))
    if "is_success" not in parts:
        raise ReplyError("The reply does not say whether the request was taken.")
    inner = _single(parts.get("response"))
    fields = _by_name(_parts(inner)) if inner is not None and len(inner) else {}
    return XmlReply(
        is_success=_text(parts["is_success"]),
        error=_optional(parts, "error"),
        request=_request(parts.get("request")),
        response={name: field.text or "" for name, field in fields.items() if not len(field)},
        nested=_nested(fields.values(), document) if any(map(len, fields.values())) else {},
        response_root=inner.tag if inner is not None else "",
        response_text=inner.text or "" if inner is not None and not len(inner) else None,
        sign=_optional(parts, "sign"),
        sign_type=_optional(parts, "sign_type"),
        charset=charset,
    )


def _parts(element: Element) -> list[Element]:
    """Give the elements inside one that may hold nothing but elements."""
    inside = list(element)
    texts = [element.text or "", *[inner.tail or "" for inner in inside]]
    if "".join(texts).strip(BLANKS):
        raise ReplyError(f"The reply has stray text in <{element.tag[:40]}>.")
    return inside


def _by_name(elements: Sequence[Element]) -> dict[str, Element]:
    named = {element.tag: element for element in elements}
    if len(named) != len(elements):
        raise _twice([element.tag for element in elements])
    return named


def _twice(names: Sequence[str]) -> ReplyError:
    name = next(name for name in names if names.count(name) > 1)
    return ReplyError(f"The reply has a duplicate element: {name[:40]}.")


def _text(element: Element) -> str:
    if len(element):
        raise ReplyError(f"The reply has elements where <{element.tag[:40]}> is a plain value.")
    return element.text or ""


def _optional(parts: Mapping[str, Element], name: str) -> str | None:
    return _text(parts[name]) if name in parts else None


def _single(response: Element | None) -> Element | None:
    inside = _parts(response) if response is not None else []
    if len(inside) > 1:
        raise ReplyError("The reply has more than one element inside <response>.")
    return inside[0] if inside else None


def _request(request: Element | None) -> dict[str, str]:
    params = _parts(request) if request is not None else []
    named = {param.get("name", ""): _text(param) for param in params}
    if len(named) != len(params):
        raise _twice([f"param {param.get('name', '')}" for param in params])
    return named


def _nested(fields: Iterable[Element], document: str) -> dict[str, Nested]:
    return {
        field.tag: Nested(source, _compact(field), tuple(map(_node, _parts(field))))
        for field, source in zip(fields, _sources(document.encode("utf-8")), strict=True)
        if len(field)
    }


def _sources(document: bytes) -> list[str]:
    """Give the exact text of each field, in their order; right for those with elements inside alone."""
    parser = expat.ParserCreate("utf-8")
    path: list[tuple[str, int]] = []
    sources: list[str] = []

    def opened(name: str, _: dict[str, str]) -> None:
        path.append((name, parser.CurrentByteIndex))

    def closed(_: str) -> None:
        start = path.pop()[1]
        if len(path) == FIELD_LEVEL and path[1][0] == "response":
            # Here expat is in front of `</a>`.
            end = document.index(b">", parser.CurrentByteIndex) + 1
            sources.append(document[start:end].decode("utf-8"))

    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.Parse(document, True)
    return sources


def _node(element: Element) -> Node:
    if len(element):
        return element.tag, tuple(map(_node, _parts(element)))
    return element.tag, element.text or ""


def _compact(element: Element) -> str:
    inside = "".join(map(_compact, element)) if len(element) else escape(element.text or "")
    return f"<{element.tag}>{inside}</{element.tag}>"
