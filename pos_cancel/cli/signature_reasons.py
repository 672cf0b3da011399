"""Why the signature of a saved reply can be believed, cannot be believed, or cannot be checked."""

from pos_cancel.cli.saved_paper import Paper
from pos_cancel.domain.errors import ReplyError
from pos_cancel.domain.outcome import Signature
from pos_cancel.domain.profile import Profile
from pos_cancel.gateways import signature_header
from pos_cancel.gateways.json_envelope import CLIENT_ID, RESPONSE_TIME, SIGNATURE
from pos_cancel.gateways.signing import Keys

NO_KEY = "no key was given to check the signature with"
NO_HEADERS = "the header lines were not saved, and the signature stands in them"
XML_REASONS = {
    Signature.VERIFIED: "the signature fits the key",
    Signature.FAILED: "the signature does not fit the key, the sign type or the charset",
    Signature.UNSIGNED: "the reply is not signed, so nothing in it is proved",
    Signature.UNCHECKED: "nested elements are signed in a form that is not documented",
    Signature.NONE: "the reply could not be read",
}


def is_checkable(paper: Paper, keys: Keys) -> bool:
    """Tell whether there is something to check and something to check it with."""
    if paper.is_json:
        return paper.has_headers and keys.gateway_public is not None
    return keys.gateway_public is not None or keys.md5 is not None


def reason(paper: Paper, signature: Signature, profile: Profile, keys: Keys) -> str:
    """Give the reason in one line."""
    if paper.is_json:
        return _json_reason(paper, signature, profile, keys)
    if paper.xml is None:
        return "the reply is not one readable document of a gateway"
    return XML_REASONS[signature] if is_checkable(paper, keys) else NO_KEY


def _json_reason(paper: Paper, signature: Signature, profile: Profile, keys: Keys) -> str:
    if paper.json is None:
        return "the reply is not one readable JSON object with a result"
    if not paper.has_headers:
        return NO_HEADERS
    missing = [name for name in (SIGNATURE, CLIENT_ID, RESPONSE_TIME) if not paper.reply.header(name).strip()]
    if signature is Signature.UNSIGNED:
        return XML_REASONS[Signature.UNSIGNED]
    if missing:
        return f"the header {missing[0]} is missing, and without it the signature proves nothing"
    if paper.reply.header(CLIENT_ID).strip() != profile.merchant_id:
        return "the reply is for another client id than this account's"
    if not is_checkable(paper, keys):
        return NO_KEY
    if signature is Signature.FAILED:
        return _header_trouble(paper) or "the signature does not fit the key, the path or the saved bytes"
    return XML_REASONS[signature]


def _header_trouble(paper: Paper) -> str:
    try:
        parsed = signature_header.parse(paper.reply.header(SIGNATURE))
    except ReplyError as error:
        return str(error)
    if parsed.algorithm.upper() != signature_header.ALGORITHM:
        return f"the signature's algorithm is {parsed.algorithm[:20]!r} and not {signature_header.ALGORITHM}"
    return ""
