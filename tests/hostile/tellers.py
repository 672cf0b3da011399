"""Gateways that could tell the truth: each writes and signs a success about the sale that it was asked for.

The hostile ones begin with that and spoil it, so that a class of harm is one change and not a strawman.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from cryptography.hazmat.primitives.asymmetric import rsa

from pos_cancel.adapters import resources
from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.identifiers import NumberKind, SaleNumber
from pos_cancel.domain.money import Money
from pos_cancel.domain.profile import Profile, ProfileKind, SignType, Timeouts, Timestamp
from pos_cancel.domain.sale import PaymentStatus
from pos_cancel.gateways import Gateway, Question, signature_header
from pos_cancel.gateways.acqp import Acqp
from pos_cancel.gateways.acquire import Acquire
from pos_cancel.gateways.antom import Antom
from pos_cancel.gateways.apo import Apo
from pos_cancel.gateways.json_envelope import content
from pos_cancel.gateways.signing import Keys, canonical, sign

NUMBER, OTHER = "SHOP-0001-4821", "SHOP-0001-4822"
CLIENT, OTHER_CLIENT = "5X00000000000001", "5X00000000000002"
TIMEOUTS = Timeouts(connect_s=0.3, read_s=0.3, total_s=0.6)
BEIJING = timedelta(hours=8)


def _pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


SHOP, GATEWAY, STRANGER = _pair(), _pair(), _pair()
KEYS = Keys(private=SHOP, gateway_public=GATEWAY.public_key())


@dataclass(frozen=True, kw_only=True)
class Told:
    """A reply before it is put on the wire."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    status: str = "200 OK"

    def wire(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status}", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


@dataclass(frozen=True, kw_only=True)
class Lie:
    """What differs from the truth before it is signed. `text` rewrites the document."""

    number: str = NUMBER
    client: str = CLIENT
    key: rsa.RSAPrivateKey = GATEWAY
    code: str = "SUCCESS"
    status: str = "S"
    age: timedelta = timedelta(0)
    call: str = ""
    text: Callable[[str], str] = str
    encoding: str = "utf-8"
    signed: bool = True


TRUTH = Lie()


@dataclass(frozen=True)
class Teller:
    """One gateway: how it is asked, and how it answers a cancel."""

    gateway: Gateway
    path: str
    family: str

    @property
    def name(self) -> str:
        return self.gateway.name

    def profile(self, url: str, ca_file: str = "") -> Profile:
        is_form = self.family == "xml"
        return Profile(
            name="till",
            kind=ProfileKind.TRAINING,
            gateway=self.name,
            endpoint=f"{url}/gateway.do" if is_form else url,
            merchant_id=CLIENT,
            sign_type=SignType.RSA2 if is_form else SignType.RSA256,
            timestamp={"acquire": Timestamp.DATETIME, "acqp": Timestamp.ISO}.get(self.name, Timestamp.MS),
            ca_file=ca_file,
            timeouts=TIMEOUTS,
        )

    def question(self, profile: Profile, now: datetime) -> Question:
        kind = NumberKind.OUT_TRADE_NO if self.family == "xml" else NumberKind.PAYMENT_REQUEST_ID
        number = SaleNumber(NUMBER, kind)
        params = self.gateway.freeze(profile, number, now)
        return Question(profile=profile, number=number, params=params, asked_at=now)

    def case(self, question: Question, now: datetime) -> Case:
        """A case of a sale that was seen as paid."""
        return Case(
            id="case-1",
            ref="K7-204",
            gateway=self.name,
            profile="till",
            number=NUMBER,
            number_kind=question.number.kind,
            opened_at=now,
            updated_at=now,
            params=question.params,
            params_at=now,
            sale_known=True,
            looked_up=PaymentStatus.PAID,
            looked_up_at=now,
            seen_paid=True,
            amount_minor=Money(12_800, "CNY").minor,
            currency="CNY",
            stop_at=now + timedelta(hours=24),
            foreground_from=now,
            next_ask=Ask.CANCEL,
            next_try_at=now,
        )

    def tell(self, lie: Lie = TRUTH) -> Told:
        """A reply that is true but for the lie."""
        return self._xml(lie) if self.family == "xml" else self._json(lie)

    def _xml(self, lie: Lie) -> Told:
        done = lie.status == "S"
        fields = {"out_trade_no": lie.number, "result_code": lie.code if done else "FAIL"}
        fields |= {"action": "refund"} if done else {"detail_error_code": lie.code}
        inside = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
        keys = Keys(private=lie.key)
        seal = sign(canonical(fields).encode(), SignType.RSA2, keys)
        tail = f"<sign>{seal}</sign><sign_type>RSA2</sign_type>" if lie.signed else ""
        body = f"<is_success>T</is_success><response><alipay>{inside}</alipay></response>{tail}"
        text = lie.text(f'<?xml version="1.0" encoding="UTF-8"?><alipay>{body}</alipay>')
        return Told(
            body=text.encode(lie.encoding, "surrogatepass"),
            headers={"Content-Type": "text/xml;charset=UTF-8"},
        )

    def _json(self, lie: Lie) -> Told:
        result = {"resultStatus": lie.status, "resultCode": lie.code, "resultMessage": "in words"}
        ids = (
            {} if self.name == "acqp" else {"paymentRequestId": lie.number, "paymentId": "20190612184010800"}
        )
        text = lie.text(json.dumps({"result": result, **ids}))
        body = text.encode(lie.encoding, "surrogatepass")
        at = datetime.now(UTC) - lie.age + BEIJING
        time = at.replace(tzinfo=None).isoformat(timespec="seconds") + "+08:00"
        path = self.path if not lie.call else self.path.rpartition("/")[0] + f"/{lie.call}"
        seal = sign(content(path, lie.client, time, body), SignType.RSA256, Keys(private=lie.key))
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        if lie.signed:
            headers |= {"client-id": lie.client, "response-time": time}
            headers |= {"signature": signature_header.write("1", seal).replace(" ", "")}
        return Told(body=body, headers=headers)


TELLERS = (
    Teller(Acquire(resources.gateway_table("acquire")), "/gateway.do", "xml"),
    Teller(Antom(resources.gateway_table("antom")), "/ams/api/v1/payments/cancel", "json"),
    Teller(Apo(resources.gateway_table("apo")), "/ams/api/v1/payments/cancel", "json"),
    Teller(Acqp(resources.gateway_table("acqp")), "/aps/api/v1/payments/cancelPayment", "json"),
)


def with_headers(told: Told, **changes: str | None) -> Told:
    """The reply with some headers changed (`_` for `-`), or without those that are None."""
    named = {name.replace("_", "-"): value for name, value in changes.items()}
    lower = {name.lower() for name in named}
    kept = {name: value for name, value in told.headers.items() if name.lower() not in lower}
    return replace(told, headers=kept | {name: value for name, value in named.items() if value is not None})
