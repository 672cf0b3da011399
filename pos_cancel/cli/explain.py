"""pos-cancel explain: what a saved reply says, whether it can be believed, and what it leads to."""

from argparse import ArgumentParser, Namespace
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from urllib.parse import urlsplit

from pos_cancel import bootstrap
from pos_cancel.adapters.profile_files import parse_profile
from pos_cancel.cli.saved_paper import Paper, read_paper
from pos_cancel.cli.saved_reply import read_saved
from pos_cancel.cli.till import Till
from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.events import Answered, Sent
from pos_cancel.domain.identifiers import SaleNumber, parse
from pos_cancel.domain.outcome import Found, Progress, Reading, Signature
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.domain.step import step
from pos_cancel.engine.lookup import CancelRequest, Lookup
from pos_cancel.engine.opening import new_case
from pos_cancel.gateways import Question
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.signing import Keys
from pos_cancel.presenters.card import present
from pos_cancel.presenters.lookup_card import present_lookup

LARGEST = 1024 * 1024
CALLS = {"cancel": Ask.CANCEL, "inquiry": Ask.INQUIRY}
# The last part of a request's path, and which gateway's call it is.
PATHS = {
    "cancel": (Ask.CANCEL, "antom"),
    "cancelPayment": (Ask.CANCEL, "acqp"),
    "inquiryPayment": (Ask.INQUIRY, ""),
}
ALIPAYPLUS = "/aps/"
MIDDLE = "payments"


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a reply, with or without its header lines")
    parser.add_argument(
        "--gateway", choices=bootstrap.GATEWAY_NAMES, metavar="NAME", help="else the profile's or the reply's"
    )
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--profile", metavar="NAME", help="check with the keys of this account")
    keys.add_argument("--public-key", type=Path, metavar="FILE", help="check with this key of the gateway")
    keys.add_argument("--md5-key-stdin", action="store_true", help="check with the MD5 key on stdin")
    parser.add_argument("--call", choices=tuple(CALLS), help="what was asked; else seen from path or reply")
    parser.add_argument("--path", metavar="P", help="the path of the request, which JSON gateways sign too")
    parser.add_argument("--number", metavar="N", help="the number that was asked about; else the reply's own")
    parser.add_argument("--sign-type", choices=tuple(SignType), metavar="T", help="else the reply's own")
    parser.epilog = "Without a key the signature is unchecked, and such a reply is not believed."


def run(args: Namespace, till: Till) -> int:
    """Explain one file; 0 whatever it says, 2 where it cannot be read at all."""
    from pos_cancel.cli.signature_reasons import is_checkable, reason

    paper = read_paper(read_saved(_content(args.file)))
    keys, profile = _keys(args, till, paper)
    ask = _ask(args, paper)
    profile = _at_path(profile, args.path)
    number = parse(args.number or paper.number or "unknown", gateway=profile.gateway)
    question = Question(profile=profile, number=number, query=profile.query)
    reading = _read(question, keys, paper, ask)
    why = reason(paper, reading.signature, profile, keys)
    if reading.signature not in {Signature.NONE, Signature.VERIFIED} and not is_checkable(paper, keys):
        reading = replace(reading, signature=Signature.UNCHECKED)
    value = _facts(paper, profile, reading, ask) | {"why": why} | _words(profile, number, reading, ask, till)
    till.answer(_text(paper, value), value)
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


def _keys(args: Namespace, till: Till, paper: Paper) -> tuple[Keys, Profile]:
    from pos_cancel.gateways.keys import read_md5, read_public

    if args.profile:
        return _own_keys(till, args)
    profile = _stand_in(args, paper)
    if args.public_key is not None:
        return Keys(gateway_public=read_public(_content(args.public_key))), profile
    if args.md5_key_stdin:
        from pos_cancel.cli.key_access import line

        return Keys(md5=read_md5(line("MD5 key"))), replace(profile, sign_type=SignType.MD5)
    return Keys(), profile


def _own_keys(till: Till, args: Namespace) -> tuple[Keys, Profile]:
    from pos_cancel.adapters.account_care import fetched
    from pos_cancel.cli.key_access import store_of

    profile = till.profile(args.profile)
    if args.gateway not in {None, profile.gateway}:
        raise InvalidInput(
            f"The account {profile.name} is one of {profile.gateway}, not of {args.gateway}.",
            "Leave --gateway out, or name another --profile.",
        )
    sign_type = SignType(args.sign_type) if args.sign_type else profile.sign_type
    return fetched(store_of(till), profile), replace(profile, sign_type=sign_type)


def _stand_in(args: Namespace, paper: Paper) -> Profile:
    """Give an account that nothing is sent to, for a reply that comes from nowhere in particular."""
    gateway = args.gateway or _seen_gateway(args.path, paper)
    told = (paper.xml.sign_type or "").strip().upper() if paper.xml else ""
    default = SignType.RSA2 if gateway == "acquire" else SignType.RSA256
    sign_type = args.sign_type or (told if told in tuple(SignType) else default.value)
    owner = 'partner = "2088000000000000"' if gateway == "acquire" else 'client_id = "unknown"'
    text = (
        f'name = "explain"\nkind = "live"\ngateway = "{gateway}"\n{owner}\n'
        f'endpoint = "https://gateway.invalid"\nsign_type = "{sign_type}"\n'
    )
    client_id = paper.reply.header("client-id").strip()
    profile = parse_profile(text, "explain")
    return replace(profile, merchant_id=client_id) if client_id else profile


def _seen_gateway(path: str | None, paper: Paper) -> str:
    """Tell whose reply it seems to be; APO's cannot be told from Antom's."""
    if not paper.is_json:
        return "acquire"
    last = (path or "").rpartition("/")[2]
    plus = ALIPAYPLUS in (path or "") or PATHS.get(last, (None, ""))[1] == "acqp"
    return "acqp" if plus or "paymentResult" in paper.fields else "antom"


def _ask(args: Namespace, paper: Paper) -> Ask:
    if args.call:
        return CALLS[args.call]
    last = (args.path or "").rpartition("/")[2]
    return PATHS[last][0] if last in PATHS else paper.ask


def _at_path(profile: Profile, path: str | None) -> Profile:
    """Give the profile whose requests go to this path; the path is signed with the body."""
    if path is None or profile.gateway == "acquire":
        return profile
    parts = urlsplit(path).path.strip("/").split("/")
    if len(parts) <= 2 or parts[-2] != MIDDLE or parts[-1] not in PATHS:  # noqa: PLR2004 - prefix, middle, call
        raise InvalidInput(
            f"{path[:60]!r} is not the path of a cancel or an inquiry.",
            "Write it as it was sent, for example /ams/api/v1/payments/cancel.",
        )
    return replace(profile, path_prefix="/" + "/".join(parts[:-2]))


def _read(question: Question, keys: Keys, paper: Paper, ask: Ask) -> Reading:
    gateway = bootstrap.make_gateways()[question.profile.gateway]
    exchange = Exchange(progress=Progress.ANSWERED, reply=paper.reply)
    read = gateway.read_cancel if ask is Ask.CANCEL else gateway.read_inquiry
    reading = read(question, keys, exchange)
    shorter = paper.reply.body.rstrip(b"\r\n")
    if reading.signature is not Signature.FAILED or shorter == paper.reply.body:
        return reading
    # Editors end a file with a line break that never came over the wire, and every byte is signed.
    again = read(question, keys, replace(exchange, reply=replace(paper.reply, body=shorter)))
    return again if again.signature is Signature.VERIFIED else reading


def _facts(paper: Paper, profile: Profile, reading: Reading, ask: Ask) -> dict[str, object]:
    sale = reading.outcome.sale if isinstance(reading.outcome, Found) else None
    return {
        "gateway": profile.gateway,
        "call": ask.value,
        "fields": dict(paper.fields),
        "is_success": paper.xml.is_success if paper.xml else None,
        "sign_type": paper.xml.sign_type if paper.xml else profile.sign_type.value if paper.json else None,
        "signature": reading.signature.value,
        "outcome": type(reading.outcome).__name__,
        "code": reading.code or None,
        "http_status": reading.http_status,
        "payment": sale.status.value if sale else None,
    }


def _words(profile: Profile, number: SaleNumber, reading: Reading, ask: Ask, till: Till) -> dict[str, object]:
    """Give the state that a first cancel with this answer comes to, or what a look with it shows."""
    now = till.now()
    if ask is Ask.CANCEL:
        case = _case(profile, number, reading, till)
        card = present(case, now, till.words, UTC)
        return {
            "state": case.state.value,
            "headline": card.headline,
            "do": card.do,
            "dont": card.dont,
            "manager": card.manager_line or None,
        }
    look = Lookup(profile=profile.name, number=number, at=now, reading=reading)
    shown = present_lookup(look, now, till.words, UTC, profile=profile, scanned=True)
    return {
        "state": None,
        "headline": shown.headline,
        "do": shown.effect,
        "dont": None,
        "manager": None,
    }


def _case(profile: Profile, number: SaleNumber, reading: Reading, till: Till) -> Case:
    now = till.now()
    request = CancelRequest(profile=profile.name, number=number)
    case = new_case(request, profile, (), case_id="explain", ref="–", at=now)
    sent = step(case, Sent(at=now, ask=Ask.CANCEL), profile.schedule)
    return step(sent, Answered(at=now, reading=reading), profile.schedule)


def _text(paper: Paper, value: dict[str, object]) -> str:
    plain = {name: text for name, text in value.items() if name != "fields" and text not in (None, "")}
    return "\n".join(
        [*(f"  {line}" for line in paper.lines()), *(f"{name}: {text}" for name, text in plain.items())]
    )
