"""The strict reader of acquire's XML replies (gateways.md A1.3, T18, T32; facts.md, XML).

The bytes are decoded here by the document's own declaration, because no parser of the standard library
reads GBK; expat then sees UTF-8 only. Nothing is trimmed: blanks inside a value are signed.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from xml.parsers import expat
from xml.sax.saxutils import escape

from pos_cancel.domain.errors import ReplyError

LARGEST_BYTES = 64 * 1024
DEEPEST = 16
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
    return _reply(_Tree(text.encode("utf-8")).root(), charset)


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


class _Element:
    # Made some twenty times per reply, so it is no dataclass: those take three times as long to make.
    __slots__ = ("attributes", "children", "name", "source", "start", "text")

    def __init__(self, name: str, attributes: dict[str, str], start: int) -> None:
        self.name = name
        self.attributes = attributes
        self.start = start
        self.text = ""
        self.source = ""
        self.children: list[_Element] = []


class _Tree:
    """Builds the elements and remembers the exact source of each, which expat tells by byte offsets."""

    def __init__(self, document: bytes) -> None:
        self._document = document
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._open
        self._parser.EndElementHandler = self._close
        self._parser.CharacterDataHandler = self._take
        self._outside = _Element("", {}, 0)
        self._path = [self._outside]

    def root(self) -> _Element:
        try:
            self._parser.Parse(self._document, True)
        except expat.ExpatError:
            raise ReplyError("The reply is not well-formed XML.") from None
        return self._outside.children[0]

    def _open(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._path) > DEEPEST:
            raise ReplyError("The reply is nested deeper than any real one.")
        element = _Element(name, attributes, self._parser.CurrentByteIndex)
        self._path[-1].children.append(element)
        self._path.append(element)

    def _close(self, _name: str) -> None:
        element = self._path.pop()
        # Only an element with others inside is ever signed as it stands; here expat is in front of `</a>`.
        if element.children:
            end = self._document.index(b">", self._parser.CurrentByteIndex) + 1
            element.source = self._document[element.start : end].decode("utf-8")

    def _take(self, text: str) -> None:
        self._path[-1].text += text


def _reply(root: _Element, charset: str) -> XmlReply:
    if root.name != "alipay":
        raise ReplyError("The reply is not an Alipay document.")
    parts = _by_name(_parts(root))
    if "is_success" not in parts:
        raise ReplyError("The reply does not say whether the request was taken.")
    inner = _single(parts.get("response"))
    fields = _by_name(_parts(inner)) if inner and inner.children else {}
    return XmlReply(
        is_success=_text(parts["is_success"]),
        error=_optional(parts, "error"),
        request=_request(parts.get("request")),
        response={name: child.text for name, child in fields.items() if not child.children},
        nested={name: _nested(child) for name, child in fields.items() if child.children},
        response_root=inner.name if inner else "",
        response_text=inner.text if inner and not inner.children else None,
        sign=_optional(parts, "sign"),
        sign_type=_optional(parts, "sign_type"),
        charset=charset,
    )


def _parts(element: _Element) -> list[_Element]:
    """Give the elements inside one that may hold nothing but elements."""
    if element.text.strip(BLANKS):
        raise ReplyError(f"The reply has stray text in <{element.name[:40]}>.")
    return element.children


def _by_name(elements: Iterable[_Element]) -> dict[str, _Element]:
    named: dict[str, _Element] = {}
    for element in elements:
        if element.name in named:
            raise _twice(element.name)
        named[element.name] = element
    return named


def _twice(name: str) -> ReplyError:
    return ReplyError(f"The reply has a duplicate element: {name[:40]}.")


def _text(element: _Element) -> str:
    if element.children:
        raise ReplyError(f"The reply has elements where <{element.name[:40]}> is a plain value.")
    return element.text


def _optional(parts: Mapping[str, _Element], name: str) -> str | None:
    return _text(parts[name]) if name in parts else None


def _single(response: _Element | None) -> _Element | None:
    inside = _parts(response) if response else []
    if len(inside) > 1:
        raise ReplyError("The reply has more than one element inside <response>.")
    return inside[0] if inside else None


def _request(request: _Element | None) -> dict[str, str]:
    params: dict[str, str] = {}
    for param in _parts(request) if request else []:
        name = param.attributes.get("name", "")
        if name in params:
            raise _twice(f"param {name}")
        params[name] = _text(param)
    return params


def _nested(element: _Element) -> Nested:
    return Nested(element.source, _compact(element), tuple(_node(child) for child in _parts(element)))


def _node(element: _Element) -> Node:
    if element.children:
        return element.name, tuple(_node(child) for child in _parts(element))
    return element.name, element.text


def _compact(element: _Element) -> str:
    inside = "".join(map(_compact, element.children)) if element.children else escape(element.text)
    return f"<{element.name}>{inside}</{element.name}>"
