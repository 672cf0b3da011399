"""Putting a story's harm onto an answer: into its XML, its HTTP reply, or the line."""

from dataclasses import dataclass, replace
from http import HTTPStatus

from pos_cancel.sandbox.acquire_reply import CODEC_NAMES, Answer, Seal, write_answer, write_error
from pos_cancel.sandbox.acquire_request import FormRequest
from pos_cancel.sandbox.exchange import Ending, RawReply
from pos_cancel.sandbox.faults import Fault, Harm
from pos_cancel.sandbox.keys import SandboxKeys

OTHER_NUMBER = "ANOTHER-TILLS-SALE"
OTHER_TRADE_NO = "2020010122001400000000000001"
# Longer than a client waits by itself, so that it shows who has listened.
RETRY_AFTER_S = 45
HTML = "text/html; charset=utf-8"
TEXT = "text/plain"
BUSY = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
AS_HTML = frozenset(
    {
        HTTPStatus.FORBIDDEN,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.NETWORK_AUTHENTICATION_REQUIRED,
    }
)
LOGIN_PAGE = (
    b"<!DOCTYPE html><html><head><title>Guest network</title></head>"
    b"<body><h1>Welcome</h1><form>Please accept the terms to go online.</form></body></html>"
)
# A loopback port that nothing serves: a client that follows the redirect gets nowhere.
NOWHERE = "http://127.0.0.1:9/login"


@dataclass(frozen=True, slots=True)
class Writer:
    """What is needed to write an answer: the request it echoes, the keys, nested signing."""

    request: FormRequest
    keys: SandboxKeys
    nested_as_sent: bool

    def write(self, answer: Answer, harm: Harm) -> tuple[bytes, str]:
        """Write an answer; gives its bytes and the codec they are in."""
        seal = Seal(
            signs=harm is not Harm.NO_SIGN,
            spoils=harm is Harm.WRONG_SIGN,
            nested_as_sent=self.nested_as_sent,
        )
        codec = "gbk" if harm is Harm.GBK else self.request.codec
        try:
            return write_answer(answer, self.request, self.keys, seal, codec), codec
        except UnicodeEncodeError:
            # A number GBK has no characters for is answered in the request's charset.
            return write_answer(answer, self.request, self.keys, seal, "utf-8"), "utf-8"


def refused_reply(code: str, codec: str) -> RawReply:
    """Refuse a request as a whole, unsigned."""
    return _xml(write_error(code, codec), codec)


def reply_to(answer: Answer, fault: Fault, writer: Writer, pace: float) -> RawReply:
    """Write the reply with the fault's harm on it; every delay is multiplied by `pace`."""
    if fault.page:
        return page(fault.page)
    if answer.error is not None:
        return refused_reply(answer.error, writer.request.codec)
    body, codec = writer.write(_changed(answer, fault.harm), fault.harm)
    reply = _xml(_damaged(body, fault.harm, codec), codec)
    return replace(
        reply,
        delay_s=fault.delay_s * pace,
        ending={Harm.SILENCE: Ending.SILENCE, Harm.DROP: Ending.HALF}.get(fault.harm, Ending.WHOLE),
    )


def _xml(body: bytes, codec: str) -> RawReply:
    return RawReply(200, f"text/xml;charset={CODEC_NAMES[codec]}", body)


def _changed(answer: Answer, harm: Harm) -> Answer:
    fields = dict(answer.fields)
    if harm is Harm.OTHER_SALE:
        fields |= {"out_trade_no": OTHER_NUMBER, "trade_no": OTHER_TRADE_NO}
    if harm is Harm.NO_ACTION:
        fields.pop("action", None)
    return replace(answer, fields=fields)


def _damaged(body: bytes, harm: Harm, codec: str) -> bytes:
    if harm is Harm.CUT_SHORT:
        return body[: len(body) * 3 // 5]
    if harm is Harm.DUPLICATE:
        twice = b"<result_code>FAIL</result_code><result_code>"
        return body.replace(b"<result_code>", twice, 1)
    if harm is Harm.DOCTYPE:
        outside = '<!DOCTYPE alipay [<!ENTITY outside SYSTEM "file:///etc/hostname">]>'
        return body.replace(b"?>", b"?>" + outside.encode(codec), 1)
    return body


def page(word: str) -> RawReply:
    """Write what comes in place of an answer: an HTTP status, HTML or TEXT; the same on every gateway.

    How long to stay away is said in the gateway's own seconds; a client at a pace scales them itself.
    """
    if not word.isdigit():
        return RawReply(200, HTML, LOGIN_PAGE) if word == "HTML" else RawReply(200, TEXT, b"It works!\n")
    status = HTTPStatus(int(word))
    headers = {"retry-after": str(RETRY_AFTER_S)} if status in BUSY else {}
    if status < HTTPStatus.BAD_REQUEST:
        headers = {"location": NOWHERE}
    if status < HTTPStatus.BAD_REQUEST or status in AS_HTML:
        return RawReply(status, HTML, f"<html><body>{status.phrase}</body></html>".encode(), headers)
    return RawReply(status, TEXT, status.phrase.encode(), headers)
