"""pos-cancel explain: what a saved reply says, whether it can be believed, and what it leads to."""

import sys
from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

from pos_cancel.adapters import resources
from pos_cancel.adapters.profile_files import parse_profile
from pos_cancel.cli.saved_reply import read_saved
from pos_cancel.cli.till import Till
from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.errors import InvalidInput, ReplyError
from pos_cancel.domain.events import Answered, Sent
from pos_cancel.domain.identifiers import SaleNumber, parse
from pos_cancel.domain.outcome import Found, Progress, Reading, Signature
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.domain.step import step
from pos_cancel.engine.lookup import CancelRequest
from pos_cancel.engine.opening import new_case
from pos_cancel.gateways import Question
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.signing import Keys
from pos_cancel.presenters.card import present

if TYPE_CHECKING:
    from pos_cancel.gateways.xml_reply import XmlReply

LARGEST = 1024 * 1024
CALLS = {"cancel": Ask.CANCEL, "inquiry": Ask.INQUIRY}
QUERY_FIELDS = frozenset({"trade_status", "alipay_trans_status"})
ECHOES = ("out_trade_no", "partner_trans_id", "trade_no", "alipay_trans_id")
NO_KEY = "no key was given to check the signature with"


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a reply, with or without its header lines")
    parser.add_argument("--gateway", choices=("acquire",), default="acquire", metavar="NAME")
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--profile", metavar="NAME", help="check with the keys of this account")
    keys.add_argument("--public-key", type=Path, metavar="FILE", help="check with this key of the gateway")
    keys.add_argument("--md5-key-stdin", action="store_true", help="check with the MD5 key on stdin")
    parser.add_argument("--call", choices=tuple(CALLS), help="what was asked; else seen from the reply")
    parser.add_argument("--number", metavar="N", help="the number that was asked about; else the reply's own")
    parser.add_argument(
        "--sign-type", choices=("MD5", "RSA", "RSA2"), metavar="T", help="else the reply's own"
    )
    parser.epilog = "Without a key the signature is unchecked, and such a reply is not believed."


def run(args: Namespace, till: Till) -> int:
    """Explain one file; 0 whatever it says, 2 where it cannot be read at all."""
    reply = read_saved(_content(args.file))
    document = _document(reply)
    keys, profile = _keys(args, till, document)
    number = _number(args, document)
    ask = CALLS[args.call] if args.call else _seen(document)
    question = Question(profile=profile, number=number, query=profile.query)
    reading = _read(question, keys, reply, ask)
    case = _case(profile, number, reading, ask, till)
    value = _json(document, reading, case, ask, till) | {"why": _why(document, reading, keys)}
    till.answer(_text(value), value)
    return 0


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.", "Name a file with a reply.") from None
    if not content.strip() or len(content) > LARGEST:
        raise InvalidInput(f"{path} is empty, or too large for a reply.", "Name a file with a reply.")
    return content


def _document(reply: HttpReply) -> "XmlReply | None":
    from pos_cancel.gateways import xml_reply

    try:
        return xml_reply.read(reply.body, reply.header("content-type"))
    except ReplyError:
        return None


def _keys(args: Namespace, till: Till, document: "XmlReply | None") -> tuple[Keys, Profile]:
    from pos_cancel.gateways.keys import read_md5, read_public

    told = (document.sign_type or "").strip().upper() if document else ""
    if args.profile:
        return _own_keys(till, args.profile)
    sign_type = args.sign_type or (told if told in tuple(SignType) else SignType.RSA2.value)
    profile = _stand_in(sign_type)
    if args.public_key is not None:
        return Keys(gateway_public=read_public(_content(args.public_key))), profile
    if args.md5_key_stdin:
        return Keys(md5=read_md5(sys.stdin.readline())), replace(profile, sign_type=SignType.MD5)
    return Keys(), profile


def _own_keys(till: Till, name: str) -> tuple[Keys, Profile]:
    from pos_cancel.cli.keys import fetched, store_of

    profile = till.profile(name)
    return fetched(store_of(till), profile), profile


def _stand_in(sign_type: str) -> Profile:
    """Give an account that nothing is sent to, for a reply that comes from nowhere in particular."""
    text = (
        'name = "explain"\nkind = "live"\ngateway = "acquire"\npartner = "2088000000000000"\n'
        f'endpoint = "https://globalmapi.alipay.com/gateway.do"\nsign_type = "{sign_type}"\n'
    )
    return parse_profile(text, "explain")


def _number(args: Namespace, document: "XmlReply | None") -> SaleNumber:
    if args.number is not None:
        return parse(args.number)
    fields = document.response if document else {}
    told = next((fields[name] for name in ECHOES if fields.get(name)), "")
    return parse(told or "unknown")


def _seen(document: "XmlReply | None") -> Ask:
    fields = document.response if document else {}
    return Ask.INQUIRY if QUERY_FIELDS.intersection(fields) else Ask.CANCEL


def _read(question: Question, keys: Keys, reply: HttpReply, ask: Ask) -> Reading:
    gateway = Acquire(resources.gateway_table(question.profile.gateway))
    exchange = Exchange(progress=Progress.ANSWERED, reply=reply)
    read = gateway.read_cancel if ask is Ask.CANCEL else gateway.read_inquiry
    reading = read(question, keys, exchange)
    has_key = keys.gateway_public is not None or keys.md5 is not None
    if reading.signature is Signature.FAILED and not has_key:
        return replace(reading, signature=Signature.UNCHECKED)
    return reading


def _case(profile: Profile, number: SaleNumber, reading: Reading, ask: Ask, till: Till) -> Case | None:
    """Give the case that a first cancel with this answer would be; an inquiry alone makes none."""
    if ask is not Ask.CANCEL:
        return None
    now = till.now()
    request = CancelRequest(profile=profile.name, number=number)
    case = new_case(request, profile, (), case_id="explain", ref="–", at=now)
    sent = step(case, Sent(at=now, ask=ask), profile.schedule)
    return step(sent, Answered(at=now, reading=reading), profile.schedule)


def _why(document: "XmlReply | None", reading: Reading, keys: Keys) -> str:
    if document is None:
        return "the reply is not one readable <alipay> document"
    if not (keys.gateway_public or keys.md5):
        return NO_KEY
    return {
        Signature.VERIFIED: "the signature fits the key",
        Signature.FAILED: "the signature does not fit the key, the sign type or the charset",
        Signature.UNSIGNED: "the reply is not signed, so nothing in it is proved",
        Signature.UNCHECKED: "nested elements are signed in a form that is not documented",
        Signature.NONE: "the reply could not be read",
    }[reading.signature]


def _json(
    document: "XmlReply | None", reading: Reading, case: Case | None, ask: Ask, till: Till
) -> dict[str, object]:
    sale = reading.outcome.sale if isinstance(reading.outcome, Found) else None
    card = present(case, till.now(), till.words, UTC) if case is not None else None
    return {
        "gateway": "acquire",
        "call": ask.value,
        "fields": dict(document.response) if document else {},
        "is_success": document.is_success if document else None,
        "sign_type": document.sign_type if document else None,
        "signature": reading.signature.value,
        "outcome": type(reading.outcome).__name__,
        "code": reading.code or None,
        "http_status": reading.http_status,
        "payment": sale.status.value if sale else None,
        "state": case.state.value if case else None,
        "headline": card.headline if card else None,
        "do": card.do if card else None,
        "dont": card.dont if card else None,
    }


def _text(value: dict[str, object]) -> str:
    plain = {name: text for name, text in value.items() if name != "fields" and text not in (None, "")}
    fields = value["fields"]
    lines = [f"  {name} = {text}" for name, text in fields.items()] if isinstance(fields, dict) else []
    return "\n".join([*lines, *(f"{name}: {text}" for name, text in plain.items())])
