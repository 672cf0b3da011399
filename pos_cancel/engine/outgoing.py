"""What leaves next for a case: which question, to which host, with which parameters (R1, R3, R6)."""

from dataclasses import dataclass
from datetime import datetime

from pos_cancel.domain.case import Ask, Case
from pos_cancel.domain.events import Sent
from pos_cancel.domain.profile import Profile
from pos_cancel.domain.schedule import TIMESTAMP_LIFE
from pos_cancel.engine.clock_check import ClockCheck
from pos_cancel.gateways import Gateway, Question
from pos_cancel.gateways.http import HttpRequest
from pos_cancel.gateways.signing import Keys


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """One exchange to do: the bytes, where, and for which case ("" for a look without one).

    `refused_key` names the key of ours that a look was refused with before this one.
    """

    case_id: str
    ask: Ask
    request: HttpRequest
    question: Question
    keys: Keys
    refused_key: str = ""


def signed(
    case: Case, profile: Profile, gateway: Gateway, keys: Keys, now: datetime, check: ClockCheck
) -> tuple[Sent, Question, HttpRequest]:
    """Sign what comes next; nothing is written yet.

    The parameters are the frozen ones, their timestamp renewed after ten minutes; after two exchanges
    without an answer the backup host is asked, then the first one again. Raises `SignatureError` where a
    key is missing, another `PosCancelError` where the profile cannot say it any more.
    """
    ask = case.next_ask or Ask.INQUIRY
    params, params_at = case.params, case.params_at
    if ask is Ask.CANCEL and now - params_at > TIMESTAMP_LIFE:
        params, params_at = gateway.renew(params, profile, now), now
    question = Question(
        profile=profile,
        number=case.sale_number,
        params=params,
        query=case.query or profile.query,
        asked_at=check.by_gateway(now),
        host=(case.no_answers // 2) % 2 if gateway.has_backup and profile.backup_endpoint else 0,
    )
    build = gateway.cancel if ask is Ask.CANCEL else gateway.inquiry
    request = build(question, keys, now)
    return Sent(at=now, ask=ask, params=params, params_at=params_at), question, request
