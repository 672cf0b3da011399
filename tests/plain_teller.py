"""Tells what the training gateway answered in a word, so that tests of its stories read like the table."""

import http.client
from dataclasses import dataclass
from datetime import datetime

from pos_cancel.sandbox import Sandbox
from tests.plain_client import (
    CANCEL,
    NOON,
    OVERSEAS_QUERY,
    GatewayReply,
    HttpReply,
    connected,
    post,
    read_xml,
    request_params,
    signed,
    training_keys,
)

PACE = 0.01


@dataclass
class TrainersClock:
    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


def quick(repeat: str = "success") -> Sandbox:
    return Sandbox(keys=training_keys(), tls=False, pace=PACE, now=TrainersClock(), repeat=repeat)


def send(sandbox: Sandbox, number: str, service: str = CANCEL) -> HttpReply:
    name = "partner_trans_id" if service == OVERSEAS_QUERY else "out_trade_no"
    params = signed(sandbox.keys, request_params(sandbox.keys, service, **{name: number}), "RSA2")
    with connected(sandbox) as connection:
        return post(connection, params)


def told(sandbox: Sandbox, number: str, service: str = CANCEL) -> str:
    """What an answer says, in a word: an action, a code, or how it was no answer."""
    try:
        reply = send(sandbox, number, service)
        if reply.status != 200 or not reply.content_type.startswith("text/xml"):
            return f"{reply.status} {reply.content_type.partition(';')[0]}"
        return in_a_word(read_xml(sandbox.keys, reply), number)
    except (http.client.HTTPException, ConnectionError) as error:
        return type(error).__name__
    except SyntaxError:
        return "unreadable"


def in_a_word(reply: GatewayReply, number: str) -> str:
    if reply.error:
        return f"F {reply.error}"
    fields = reply.fields
    if fields.get("result_code") != "SUCCESS":
        code = fields.get("detail_error_code", fields.get("error", ""))
        return f"{fields['result_code']} {code} {fields.get('retry_flag', '')}".strip()
    sign = {True: "", False: " badly signed", None: " unsigned"}[reply.valid]
    other = "" if fields["out_trade_no"] == number else " of another sale"
    charset = "" if reply.encoding == "UTF-8" else f" in {reply.encoding}"
    return f"{fields.get('action', fields.get('trade_status', 'success'))}{sign}{other}{charset}"
