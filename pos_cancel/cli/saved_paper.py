"""What a saved reply says on its face: its fields, the number it names, the call it seems to answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pos_cancel.domain.case import Ask
from pos_cancel.domain.errors import ReplyError
from pos_cancel.gateways.http import HttpReply

if TYPE_CHECKING:
    from pos_cancel.gateways.json_reply import JsonReply
    from pos_cancel.gateways.xml_reply import XmlReply

# Fields that only an inquiry's answer has.
QUERY_FIELDS = frozenset({"trade_status", "alipay_trans_status", "paymentStatus", "paymentResult"})
ECHOES = (
    *("out_trade_no", "partner_trans_id", "trade_no", "alipay_trans_id"),
    *("paymentRequestId", "paymentId"),
)
XML_TYPE = ("Content-Type", "text/xml")
JSON_TYPE = ("Content-Type", "application/json")


@dataclass(frozen=True, slots=True)
class Paper:
    """A saved reply, read as whichever of the two forms it has; neither where it has none.

    `has_headers` is False where only the body was saved: what stood in the headers is then not known.
    """

    reply: HttpReply
    has_headers: bool
    xml: "XmlReply | None" = None
    json: "JsonReply | None" = None

    @property
    def is_json(self) -> bool:
        """Whether it was meant as JSON, well-formed or not."""
        return self.json is not None or _begins_with(self.reply, b"{")

    @property
    def fields(self) -> Mapping[str, object]:
        """The fields as they came."""
        if self.json is not None:
            return self.json.fields
        return dict(self.xml.response) if self.xml is not None else {}

    @property
    def number(self) -> str:
        """The number that the reply names, the shop's own first; "" where it names none."""
        told = (self.fields.get(name) for name in ECHOES)
        return next((text for text in told if isinstance(text, str) and text), "")

    @property
    def ask(self) -> Ask:
        """The question that it seems to answer."""
        return Ask.INQUIRY if QUERY_FIELDS.intersection(self.fields) else Ask.CANCEL

    def lines(self) -> Iterator[str]:
        """Give the fields one by one, those inside others with the path to them."""
        for name, value in flat(self.fields):
            yield f"{name} = {value}"


def read_paper(reply: HttpReply) -> Paper:
    """Read a reply. A body alone is taken for what it looks like, as if its header had said so."""
    from pos_cancel.gateways import json_reply, xml_reply

    has_headers = bool(reply.headers)
    if not has_headers and _begins_with(reply, b"{"):
        reply = replace(reply, headers=(JSON_TYPE,))
    elif not has_headers and _begins_with(reply, b"<?xml", b"<alipay"):
        reply = replace(reply, headers=(XML_TYPE,))
    paper = Paper(reply, has_headers)
    try:
        if paper.is_json:
            return replace(paper, json=json_reply.read(reply.body))
        return replace(paper, xml=xml_reply.read(reply.body, reply.header("content-type")))
    except ReplyError:
        return paper


def flat(fields: Mapping[str, object], path: str = "") -> Iterator[tuple[str, object]]:
    """Give every plain value with its path, such as `result.resultCode`."""
    for name, value in fields.items():
        yield from _flat(value, f"{path}{name}")


def _flat(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        yield from flat(value, f"{path}.")
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _flat(item, f"{path}[{place}]")
    else:
        yield path, "null" if value is None else value


def _begins_with(reply: HttpReply, *beginnings: bytes) -> bool:
    return reply.body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(beginnings)
