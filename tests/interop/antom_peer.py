"""Drives Antom's own client, in a process of its own: it is told what to do on stdin, in JSON.

Nothing of the client is changed but where it connects: its port is fixed, and this machine has
another one. Certificate, signature and reply are judged by the client itself.
"""

import http.client
import importlib
import json
import sys
from types import SimpleNamespace
from typing import Any

CLIENT = "com.alipay.ams.api"
REQUESTS = {"cancel": "AlipayPayCancelRequest", "inquiryPayment": "AlipayPayQueryRequest"}
MODULES = {"cancel": "alipay_pay_cancel_request", "inquiryPayment": "alipay_pay_query_request"}


def redirect(port: int) -> None:
    """Let the client connect to this port in place of 443."""

    class Redirected(http.client.HTTPSConnection):
        def connect(self) -> None:
            assert self.port == 443
            self.port = port
            super().connect()

    transport = importlib.import_module(f"{CLIENT}.net.default_http_rpc")
    transport.http_client = SimpleNamespace(HTTPSConnection=Redirected)  # type: ignore[attr-defined]


def call(order: dict[str, Any]) -> str:
    """Make one call with the client; gives the body it accepted, or the words of its refusal."""
    redirect(order["port"])
    client = importlib.import_module(f"{CLIENT}.default_alipay_client")
    module = importlib.import_module(f"{CLIENT}.request.pay.{MODULES[order['call']]}")
    request = getattr(module, REQUESTS[order["call"]])()
    for name, value in order["ids"].items():
        assert hasattr(request, name)
        setattr(request, name, value)
    if order.get("key_version"):
        request.key_version = order["key_version"]
    made = client.DefaultAlipayClient(
        order["url"], order["client_id"], order["private_key"], order["public_key"]
    )
    return str(made.execute(request))


def check(order: dict[str, Any]) -> bool:
    """Let the client judge a request that somebody else signed."""
    tool = importlib.import_module(f"{CLIENT}.tools.webhook_tool")
    names = ("method", "path", "client_id", "time", "body", "signature", "public_key")
    return bool(tool.check_signature(*(order[name] for name in names)))


def main() -> None:
    """Do what stdin says and tell the result, or what the client refused with."""
    order = json.load(sys.stdin)
    try:
        done: object = check(order) if order["do"] == "check" else call(order)
        told = {"done": done}
    except Exception as error:  # noqa: BLE001 - whatever the client refuses with is its answer
        told = {"refused": f"{type(error).__name__}: {error}"}
    json.dump(told, sys.stdout)


main()
