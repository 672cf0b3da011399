"""Writing and signing the answers of the JSON gateways, and putting a story's harm onto them."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from urllib.parse import quote_plus

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from pos_cancel.sandbox.exchange import Ending, RawReply
from pos_cancel.sandbox.faults import Fault, Harm
from pos_cancel.sandbox.harms import OTHER_NUMBER, page
from pos_cancel.sandbox.json_answers import Body, gateway_time
from pos_cancel.sandbox.keys import Account

CONTENT_TYPE = "application/json; charset=UTF-8"
# Antom's samples are written in one line, those of the others over several.
INDENTS: Mapping[str, int | None] = MappingProxyType({"antom": None, "apo": 2, "acqp": 2})
OTHER_PAYMENT_ID = "20200101108010022001000000000000001"
STALE_AGE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Writer:
    """What is needed to write an answer: whose it is, the path that was signed, the time."""

    account: Account
    path: str
    at: datetime

    def write(self, content: Body, harm: Harm) -> RawReply:
        """Write and sign an answer with what the harm does to its text and its headers."""
        text = _harmed(json.dumps(_changed(content, harm), ensure_ascii=False, indent=self._indent), harm)
        body = text.encode()
        at = self.at - STALE_AGE if harm is Harm.STALE else self.at
        headers = self._headers(body, gateway_time(at), harm)
        if harm is Harm.CUT_SHORT:
            body = body[: len(body) * 3 // 5]
        return RawReply(200, CONTENT_TYPE, body, headers)

    @property
    def _indent(self) -> int | None:
        return INDENTS[self.account.gateway_name]

    def _headers(self, body: bytes, time: str, harm: Harm) -> Mapping[str, str]:
        if harm is Harm.NO_SIGN:
            return {}
        head = f"POST {self.path}\n{self.account.client_id}.{time}."
        spoiled = b" " if harm is Harm.WRONG_SIGN else b""
        sign = signature_of(self.account.gateway, head.encode() + body + spoiled)
        pairs = f"algorithm=RSA256,keyVersion=1,signature={sign}"
        if harm is Harm.EXTRA_PAIRS:
            pairs = f"signature={sign} , clientId={self.account.client_id}, keyVersion=0,algorithm=RSA256"
        headers = {"client-id": self.account.client_id, "response-time": time, "signature": pairs}
        if harm is Harm.HALF_SIGN:
            del headers["response-time"]
        return headers


def signature_of(key: rsa.RSAPrivateKey, content: bytes) -> str:
    """Sign as gateways.md A2.3 says: SHA256withRSA, base64, url-encoded."""
    return quote_plus(base64.b64encode(key.sign(content, padding.PKCS1v15(), hashes.SHA256())))


def unsigned_reply(content: Body) -> RawReply:
    """Refuse a caller who could not be verified, without any of the three signature headers."""
    return RawReply(200, CONTENT_TYPE, json.dumps(content, ensure_ascii=False).encode())


def reply_to(content: Body, fault: Fault, writer: Writer, pace: float) -> RawReply:
    """Write the reply with the fault's harm on it; every delay is multiplied by `pace`."""
    if fault.page:
        return page(fault.page)
    return replace(
        writer.write(content, fault.harm),
        delay_s=fault.delay_s * pace,
        ending={Harm.SILENCE: Ending.SILENCE, Harm.DROP: Ending.HALF}.get(fault.harm, Ending.WHOLE),
    )


def _changed(content: Body, harm: Harm) -> Body:
    if harm is Harm.OTHER_SALE:
        return content | {"paymentRequestId": OTHER_NUMBER, "paymentId": OTHER_PAYMENT_ID}
    if harm is Harm.NO_RESULT:
        return {name: value for name, value in content.items() if name != "result"}
    if harm is Harm.MIXED_CASE and "paymentStatus" in content:
        return content | {"paymentStatus": str(content["paymentStatus"]).capitalize()}
    return content


def _harmed(text: str, harm: Harm) -> str:
    """Write what no JSON writer writes; it is signed all the same, so only a reader can find it."""
    if harm is Harm.DUPLICATE:
        failed = '{"resultCode":"PROCESS_FAIL","resultStatus":"F","resultMessage":"Process fail."}'
        return f'{{"result":{failed},{text[1:]}'
    if harm is Harm.NOT_A_NUMBER:
        return f'{{"cancelFee":NaN,{text[1:]}'
    return text
