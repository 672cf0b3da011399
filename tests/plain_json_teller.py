"""Tells what a JSON gateway answered in a word, so that tests of its stories read like the table."""

import http.client
import json

from pos_cancel.sandbox import Sandbox
from tests.plain_json_client import CANCEL, JsonReply, path_of, post, read_json


def told(sandbox: Sandbox, gateway: str, number: str, call: str = CANCEL) -> str:
    """What an answer says, in a word: cancelled, a status, a code, or how it was no answer."""
    account = sandbox.keys.accounts[gateway]
    body = json.dumps({"paymentRequestId": number}).encode()
    try:
        reply = post(sandbox, gateway, call, body)
        if reply.status != 200 or not reply.content_type.startswith("application/json"):
            return f"{reply.status} {reply.content_type.partition(';')[0]}"
        return in_a_word(read_json(account, path_of(account, call), reply), number, call)
    except (http.client.HTTPException, ConnectionError) as error:
        return type(error).__name__
    except ValueError:
        return "unreadable"


def in_a_word(reply: JsonReply, number: str, call: str) -> str:
    if "result" not in reply.content:
        return "no result"
    sign = {True: "", False: " badly signed", None: " unsigned"}[reply.valid]
    other = "" if reply.content.get("paymentRequestId", number) == number else " of another sale"
    if (reply.status, reply.code) != ("S", "SUCCESS"):
        return f"{reply.status} {reply.code}{sign}"
    return f"{said(reply, call)}{sign}{other}"


def said(reply: JsonReply, call: str) -> str:
    if call == CANCEL:
        return "cancelled"
    payment = reply.content.get("paymentResult")
    refunds = "+".join(row["transactionAmount"]["value"] for row in reply.content.get("transactions") or ())
    status = payment["resultCode"] if payment else reply.content["paymentStatus"]
    return f"{status} refunded {refunds}" if refunds else str(status)
