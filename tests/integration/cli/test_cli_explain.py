"""Saved replies of all four gateways, explained; the vectors say what each of them is worth."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.integration.cli.command_line import ROOT, Till

pytestmark = pytest.mark.daemon

MakeTill = Callable[[], Till]


def vector_of(name: str) -> Any:  # noqa: ANN401 - JSON is whatever it is
    return json.loads((ROOT / f"tests/vectors/{name}.json").read_text("utf-8"))


def saved_from(
    vector: Mapping[str, Any], folder: Path, *, leave_out: str = "", end: str = ""
) -> tuple[str, str]:
    """Save a vector's reply as it came over the wire, and its key; gives both files."""
    given = vector["input"]
    lines = [f"{name}: {value}" for name, value in given["headers"] if name.lower() != leave_out]
    reply, key = folder / "reply.txt", folder / "key.pem"
    text = "\r\n".join([f"HTTP/1.1 {given['status']} OK", *lines, "", given["body"]])
    reply.write_bytes((text + end).encode())
    key.write_text(vector["key"]["public_pem"])
    return str(reply), str(key)


def test_a_saved_reply_is_explained(new_till: MakeTill, tmp_path: Path) -> None:
    till = new_till()
    vector = json.loads((ROOT / "tests/vectors/real-2014-acquire-cancel-response-md5.json").read_text())
    saved = tmp_path / "reply.txt"
    saved.write_text("HTTP/1.1 200 OK\nContent-Type: text/xml\n\n" + vector["input"]["xml"])
    secret = vector["key"]["secret"]
    good = json.loads(till.run("explain", str(saved), "--md5-key-stdin", "--json", typed=secret).out)
    assert (good["signature"], good["state"]) == ("verified", "no_payment_found")
    bad = json.loads(till.run("explain", str(saved), "--md5-key-stdin", "--json", typed="a" * 32).out)
    assert (bad["signature"], bad["state"]) == ("failed", "retry_pending")
    none = till.json("explain", str(saved))
    assert (none["signature"], none["state"]) == ("unchecked", "retry_pending")
    page = tmp_path / "page.html"
    page.write_text("<html>please log in</html>")
    assert till.json("explain", str(page))["state"] == "retry_pending"
    assert not till.home.exists()


def test_a_refusal_of_antom_is_explained(new_till: MakeTill, tmp_path: Path) -> None:
    till = new_till()
    reply, key = saved_from(vector_of("run-resp-ams-cancel-f-unicode"), tmp_path)
    good = till.json("explain", reply, "--public-key", key, "--path", "/ams/api/v1/payments/cancel")
    assert (good["gateway"], good["call"], good["signature"]) == ("antom", "cancel", "verified")
    assert (good["state"], good["code"]) == ("wrong_number", "ORDER_NOT_EXIST")
    assert good["fields"]["result"]["resultStatus"] == "F"
    assert "Nothing was cancelled" in good["headline"]
    elsewhere = till.json("explain", reply, "--public-key", key, "--path", "/other/v1/payments/cancel")
    assert (elsewhere["signature"], elsewhere["state"]) == ("failed", "retry_pending")
    assert "does not fit the key" in elsewhere["why"]
    assert till.run("explain", reply, "--path", "/payments/refund").code == 2


def test_the_line_break_of_an_editor_does_not_spoil_the_signature(new_till: MakeTill, tmp_path: Path) -> None:
    reply, key = saved_from(vector_of("run-resp-acqp-cancel-s-pretty"), tmp_path, end="\n")
    told = new_till().json("explain", reply, "--gateway", "acqp", "--public-key", key)
    assert (told["gateway"], told["signature"], told["outcome"]) == ("acqp", "verified", "Cancelled")
    assert told["state"] == "retry_pending"


def test_why_a_signature_cannot_be_checked_is_said(new_till: MakeTill, tmp_path: Path) -> None:
    till = new_till()
    vector = vector_of("run-resp-acqp-cancel-s-pretty")
    path = ("--path", "/aps/api/v1/payments/cancelPayment")
    reply, key = saved_from(vector, tmp_path)
    no_key = till.json("explain", reply, *path)
    assert (no_key["gateway"], no_key["signature"]) == ("acqp", "unchecked")
    assert "no key was given" in no_key["why"]
    reply, key = saved_from(vector, tmp_path, leave_out="response-time")
    half = till.json("explain", reply, *path, "--public-key", key)
    assert (half["signature"], half["state"]) == ("failed", "retry_pending")
    assert "response-time is missing" in half["why"]
    body = tmp_path / "body.json"
    body.write_text(vector["input"]["body"])
    bare = till.json("explain", str(body), *path, "--public-key", key)
    assert (bare["signature"], bare["state"]) == ("unchecked", "retry_pending")
    assert "header lines were not saved" in bare["why"]


def test_an_inquiry_is_explained_by_what_a_look_would_show(new_till: MakeTill, tmp_path: Path) -> None:
    body = tmp_path / "inquiry.json"
    result = {"resultStatus": "S", "resultCode": "SUCCESS", "resultMessage": "success"}
    body.write_text(
        json.dumps(
            {"result": result, "paymentStatus": "SUCCESS", "paymentRequestId": "R-1", "transactions": None}
        )
    )
    till = new_till()
    told = till.json("explain", str(body), "--gateway", "apo")
    assert (told["gateway"], told["call"], told["state"]) == ("apo", "inquiry", None)
    assert told["headline"]
    text = till.run("explain", str(body)).out
    assert "result.resultCode = SUCCESS" in text
    assert "transactions = null" in text
