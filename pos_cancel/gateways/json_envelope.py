"""What the JSON gateways put around a body: path, headers, the RSA256 signature (gateways.md A2.2, A2.3).

Requests and replies are signed alike, over the very bytes of the body and the path of the request.
"""

from datetime import datetime
from urllib.parse import quote, urlsplit

from pos_cancel.domain.errors import RemoteError, ReplyError
from pos_cancel.domain.outcome import Signature
from pos_cancel.domain.profile import Profile, SignType, Timestamp
from pos_cancel.gateways import Question, signature_header
from pos_cancel.gateways.http import HttpReply, HttpRequest
from pos_cancel.gateways.signing import Keys, sign, verify
from pos_cancel.gateways.times import BEIJING, milliseconds, parse_time

CLIENT_ID = "client-id"
REQUEST_TIME = "request-time"
RESPONSE_TIME = "response-time"
SIGNATURE = "signature"
SANDBOX = "SANDBOX_"
CONTENT_TYPE = ("Content-Type", "application/json; charset=UTF-8")


def path_of(profile: Profile, call: str, prefix: str, sandbox_prefix: str) -> str:
    """Give the path that is sent and signed: the profile's own prefix, or the one for its client id."""
    if profile.path_prefix:
        # Escaped here, so that no transport has a reason to touch what was signed.
        own = quote(profile.path_prefix.strip("/"), safe="/%")
        return f"/{own}/payments/{call}"
    start = sandbox_prefix if profile.merchant_id.startswith(SANDBOX) else prefix
    return f"{start}/payments/{call}"


def request_time(profile: Profile, default: Timestamp, now: datetime) -> str:
    """Give the request time in the profile's form; a form that only acquire has falls to the default."""
    chosen = profile.timestamp if profile.timestamp in {Timestamp.MS, Timestamp.ISO} else default
    if chosen is Timestamp.MS:
        return milliseconds(now)
    return now.astimezone(BEIJING).isoformat(timespec="seconds")


def content(path: str, client_id: str, time: str, body: bytes) -> bytes:
    """Give the bytes that are signed; `path` is the request's in both directions."""
    return f"POST {path}\n{client_id}.{time}.".encode("utf-8", "replace") + body


def request(profile: Profile, path: str, time: str, body: bytes, keys: Keys) -> HttpRequest:
    """Sign a body and give the POST. Raises `SignatureError` when the key is missing."""
    signature = sign(content(path, profile.merchant_id, time, body), SignType.RSA256, keys)
    # The version that lies beside the key is right at every moment; the profile's may be of an older one.
    version = keys.key_version or profile.key_version
    parts = urlsplit(profile.endpoint)
    return HttpRequest(
        url=f"{parts.scheme}://{parts.netloc}{path}",
        headers=(
            CONTENT_TYPE,
            (CLIENT_ID, profile.merchant_id),
            (REQUEST_TIME, time),
            (SIGNATURE, signature_header.write(version, signature)),
        ),
        body=body,
    )


def check(reply: HttpReply, path: str, profile: Profile, keys: Keys) -> Signature:
    """Tell what the reply's signature is worth; `path` is that of the request.

    A reply without any of the three headers is unsigned; one with some of them is no better than forged,
    as is one for another client, since other shops have the same gateway and the same key of it.
    """
    told = [reply.header(name).strip() for name in (SIGNATURE, CLIENT_ID, RESPONSE_TIME)]
    if not any(told):
        return Signature.UNSIGNED
    signature, client_id, time = told
    if not all(told) or client_id != profile.merchant_id:
        return Signature.FAILED
    return _checked(signature, content(path, client_id, time, reply.body), keys)


def is_stale(reply: HttpReply, question: Question) -> bool:
    """Tell whether a reply was written before the request that it would answer (R8).

    Both times have a second's resolution. The reply's own Date has no say: an old reply has an old one.
    A reply that does not say when it was written is stale.
    """
    if question.asked_at is None:
        return False
    try:
        return parse_time(reply.header(RESPONSE_TIME)) < question.asked_at.replace(microsecond=0)
    except ReplyError:
        return True


def _checked(header: str, signed: bytes, keys: Keys) -> Signature:
    try:
        parsed = signature_header.parse(header)
        verify(signed, parsed.signature, SignType.RSA256, keys)
    except RemoteError:
        return Signature.FAILED
    is_ours = parsed.algorithm.upper() == signature_header.ALGORITHM
    return Signature.VERIFIED if is_ours else Signature.FAILED
