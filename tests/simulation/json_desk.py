"""The simulated JSON gateways: Antom, APO and the Alipay+ acquirer. They share no code with the product."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from pos_cancel.gateways.http import HttpReply, HttpRequest
from pos_cancel.gateways.keys import expand
from tests.simulation.acquire_desk import Answer, Asked
from tests.simulation.books import BEIJING, JSON_WINDOW, Refusal, Sale, Status

# Keys of 1024 bits, for speed; they guard nothing.
SHOP_PRIMES = (
    "65537./iARN0H/J5ApdiTx4Dum0sqOK7Oos09txCqNEYeMakRrXsdWbFG0OcuGpfZpuFWyWy0LzkETTGfOVd5omgmHl/l6DWSv"
    "ACxrsceWx7MwanVGvrggfYCkYBGwerJx+Qtmuniv29Rr/o51Y9D5iNI1gllca/JHe6555uqVA4amFU8="
)
GATEWAY_PRIMES = (
    "65537.6zZ1X8BlDV28CWSs0S8KJ1oNl1l3OPNgNtL6zbTV3BFj9SU6Evf8b8ImGa7SDOqb7t/CWmf6v4n3xXeOqX3q599qXiSR"
    "peCKd2cknPWschPLCG5on2SllbUgHz2+isv1QEb8yxbaHi8fHIV9l7c0/aD0tPqx2tW6VQ80Uvt3fM0="
)
CLIENT = "CID_5X00000000000000"
CODES: Mapping[Refusal, str] = {
    Refusal.REFUNDED: "PROCESS_FAIL",
    Refusal.CLOSED: "ORDER_STATUS_INVALID",
    Refusal.FROZEN: "USER_STATUS_ABNORMAL",
    Refusal.FINISHED: "PAYMENT_METHOD_NOT_SUPPORTED",
    Refusal.WINDOW: "CANCEL_WINDOW_EXCEED",
    Refusal.FUNDS: "MERCHANT_BALANCE_NOT_ENOUGH",
}
# cancelPayment has thirteen codes and no others.
ACQP_CODES = {
    "ORDER_STATUS_INVALID",
    "USER_STATUS_ABNORMAL",
    "PAYMENT_METHOD_NOT_SUPPORTED",
    "ORDER_NOT_EXIST",
}
ACQP_CODES |= {"MERCHANT_BALANCE_NOT_ENOUGH"}
PAYMENT_RESULTS = {
    "SUCCESS": ("S", "SUCCESS"),
    "PROCESSING": ("U", "PAYMENT_IN_PROCESS"),
    "CANCELLED": ("F", "ORDER_IS_CLOSED"),
    "FAIL": ("F", "ORDER_IS_CLOSED"),
}


@lru_cache
def private_key(primes: str) -> RSAPrivateKey:
    """Rebuild a key, once for a process."""
    return expand(primes)


def content(path: str, client: str, time: str, body: bytes) -> bytes:
    """Give what both sides sign."""
    return f"POST {path}\n{client}.{time}.".encode() + body


def result(status: str, code: str) -> dict[str, str]:
    """Write a result object."""
    return {"resultCode": code, "resultStatus": status, "resultMessage": "in words"}


def gateway_time(at: datetime) -> str:
    """Write a time as the gateways do."""
    return at.astimezone(BEIJING).isoformat(timespec="seconds")


class JsonDesk:
    """Answers requests about sales of one of the three."""

    def __init__(self, gateway: str) -> None:
        self.gateway = gateway

    def is_valid(self, request: HttpRequest) -> bool:
        """Tell whether the request is signed by this shop."""
        headers = {name.lower(): value for name, value in request.headers}
        path = "/" + request.url.split("/", 3)[3]
        told = headers["signature"].rpartition("signature=")[2]
        raw = base64.b64decode(told.replace("%2B", "+").replace("%2F", "/").replace("%3D", "="))
        signed = content(path, headers["client-id"], headers["request-time"], request.body)
        try:
            private_key(SHOP_PRIMES).public_key().verify(raw, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            return False
        return headers["client-id"] == CLIENT

    def path(self, *, is_cancel: bool) -> str:
        """Give the path of a call."""
        if self.gateway == "acqp":
            return f"/aps/api/v1/payments/{'cancelPayment' if is_cancel else 'inquiryPayment'}"
        return f"/ams/api/v1/payments/{'cancel' if is_cancel else 'inquiryPayment'}"

    def answer(self, asked: Asked, mood: str) -> Answer:
        """Answer in a mood: "" for the truth, or a status and code to say instead of doing anything."""
        if mood.startswith("F "):
            body = json.dumps({"result": result("F", mood[2:])}).encode()
            headers = (("Content-Type", "application/json; charset=UTF-8"),)
            return Answer(reply=HttpReply(200, headers, body), is_signed=False, tells=mood)
        if mood:
            status, code = mood.split(" ")[:2]
            fields: dict[str, object] = {"result": result(status[-1], code)}
        else:
            fields = self._cancel(asked) if asked.is_cancel else self._inquiry(asked.sale)
        reply = self.written(fields, asked.at, is_cancel=asked.is_cancel)
        told = f"{fields['result']} {fields.get('paymentStatus', '')} {fields.get('paymentResult', '')}"
        success = asked.is_cancel and "'S'" in told
        return Answer(reply=reply, success=success, tells=told)

    def written(self, fields: Mapping[str, object], at: datetime, *, is_cancel: bool) -> HttpReply:
        """Write and sign a reply."""
        body = json.dumps(fields, separators=(",", ":")).encode()
        time = gateway_time(at)
        signed = content(self.path(is_cancel=is_cancel), CLIENT, time, body)
        raw = base64.b64encode(private_key(GATEWAY_PRIMES).sign(signed, PKCS1v15(), SHA256())).decode()
        header = f"algorithm=RSA256,keyVersion=1,signature={quote(raw, safe='')}"
        return HttpReply(
            200,
            (
                ("content-type", "application/json; charset=UTF-8"),
                ("client-id", CLIENT),
                ("response-time", time),
                ("signature", header),
            ),
            body,
        )

    def _refused(self, code: str) -> dict[str, object]:
        spelled = "PROCESS_FAIL" if self.gateway == "acqp" and code in ACQP_CODES else code
        return {"result": result("F", spelled)}

    def _cancel(self, asked: Asked) -> dict[str, object]:
        sale = asked.sale
        if not sale.is_known:
            silent = self.gateway == "acqp" and sale.missing == "silent"
            return {"result": result("S", "SUCCESS")} if silent else self._refused("ORDER_NOT_EXIST")
        was_done = sale.action if sale.status is Status.CLOSED else ""
        refusal = sale.cancel(asked.at, asked.case_id, JSON_WINDOW)
        if refusal is Refusal.CHARGING:
            return {"result": result("U", "UNKNOWN_EXCEPTION")}
        if refusal is not None and not (was_done and sale.repeat in {"same", "close"}):
            return self._refused(CODES[refusal])
        done: dict[str, object] = {"result": result("S", "SUCCESS")}
        if self.gateway == "acqp":
            return done | {"acquirerId": "1111088000000000000", "pspId": "1022172000000000000"}
        ids = {"paymentRequestId": sale.number, "paymentId": sale.trade_no}
        return done | ids | {"cancelTime": gateway_time(asked.at)}

    def _inquiry(self, sale: Sale) -> dict[str, object]:
        if not sale.is_known:
            return {"result": result("F", "ORDER_NOT_EXIST")}
        amount = {"value": str(sale.minor), "currency": sale.currency}
        shown: dict[str, object] = {
            "result": result("S", "SUCCESS"),
            "paymentRequestId": sale.number,
            "paymentId": sale.trade_no,
            "paymentAmount": amount,
            "paymentCreateTime": gateway_time(sale.created_at),
        }
        if sale.paid_at is not None:
            shown["paymentTime"] = gateway_time(sale.paid_at)
        if sale.by_portal:
            refund = {"transactionType": "REFUND", "transactionStatus": "SUCCESS"}
            shown["transactions"] = [
                refund | {"transactionAmount": {"value": str(sale.by_portal), "currency": sale.currency}}
            ]
        status = self._status(sale)
        if self.gateway == "acqp":
            return shown | {"paymentResult": result(*PAYMENT_RESULTS[status])}
        return shown | {"paymentStatus": status}

    def _status(self, sale: Sale) -> str:
        if sale.status is Status.UNPAID:
            return "PROCESSING"
        if sale.status is Status.CLOSED and sale.action:
            return "CANCELLED"
        return "SUCCESS" if sale.paid else "FAIL"
