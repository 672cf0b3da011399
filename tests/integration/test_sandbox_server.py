"""The training gateway as a server: TLS, HTTP, the ledger's addresses, the files it writes, its end."""

import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography import x509

from pos_cancel.sandbox import Sandbox, SandboxKeys
from pos_cancel.sandbox.tls import make_authority
from tests.plain_client import (
    NOON,
    ask,
    connected,
    exchange,
    form,
    post,
    read_xml,
    request_params,
    signed,
    training_keys,
)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(keys=training_keys()) as running:
        yield running


def place(sandbox: Sandbox) -> tuple[str, int]:
    parts = urlsplit(sandbox.urls["acquire"])
    assert parts.hostname is not None
    assert parts.port is not None
    return parts.hostname, parts.port


def ledger_rows(sandbox: Sandbox, view: str = "") -> list[dict[str, Any]]:
    with closing(http.client.HTTPConnection(*place(sandbox), timeout=5)) as connection:
        reply = exchange(connection, "GET", f"/ledger{view}")
    assert (reply.status, reply.content_type) == (200, "application/json")
    rows: list[dict[str, Any]] = json.loads(reply.body)
    return rows


def gateway_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread is not threading.main_thread()]


def test_the_gateway_is_met_over_tls_with_its_own_authority(sandbox: Sandbox) -> None:
    assert sandbox.urls["acquire"].startswith("https://127.0.0.1:")

    assert ask(sandbox, out_trade_no="1-REFUND").fields["action"] == "refund"


def test_its_certificate_satisfies_a_strict_reader_for_both_loopback_names(sandbox: Sandbox) -> None:
    context = ssl.create_default_context(cadata=sandbox.ca_pem.decode())
    context.verify_flags |= ssl.VERIFY_X509_STRICT

    for name in ("127.0.0.1", "localhost"):
        with (
            socket.create_connection(place(sandbox), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname=name) as secured,
        ):
            assert secured.version() in ("TLSv1.2", "TLSv1.3")


def test_nobody_else_trusts_it_and_another_gateways_authority_does_not_fit(sandbox: Sandbox) -> None:
    stranger = Sandbox(keys=training_keys())
    for context in (
        ssl.create_default_context(),
        ssl.create_default_context(cadata=stranger.ca_pem.decode()),
    ):
        with (
            closing(http.client.HTTPSConnection(*place(sandbox), timeout=5, context=context)) as connection,
            pytest.raises(ssl.SSLCertVerificationError),
        ):
            connection.request("GET", "/ledger")
    assert sandbox.requests == ()


def test_old_tls_is_not_spoken() -> None:
    assert make_authority(NOON).context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_authority_may_sign_for_servers_and_nothing_below(sandbox: Sandbox) -> None:
    ca = x509.load_pem_x509_certificate(sandbox.ca_pem)

    limits = ca.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = ca.extensions.get_extension_for_class(x509.KeyUsage).value
    assert (limits.ca, limits.path_length) == (True, 0)
    assert (usage.key_cert_sign, usage.digital_signature) == (True, False)
    assert ca.not_valid_before_utc < datetime.now(UTC) < ca.not_valid_after_utc


def test_one_connection_serves_many_requests(sandbox: Sandbox) -> None:
    with connected(sandbox) as connection:
        for number in ("1", "2", "3"):
            params = signed(sandbox.keys, request_params(sandbox.keys, out_trade_no=number))
            assert read_xml(sandbox.keys, post(connection, params)).fields["out_trade_no"] == number
            assert connection.sock is not None
    assert len(sandbox.requests) == 3


def test_requests_with_a_kept_session_is_served(sandbox: Sandbox, tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.write_bytes(sandbox.ca_pem)
    params = signed(sandbox.keys, request_params(sandbox.keys, out_trade_no="1-CLOSE"), "RSA2")
    charset = params.pop("_input_charset")

    with requests.Session() as session:
        session.trust_env = False
        for _ in range(2):
            reply = session.post(
                f"{sandbox.urls['acquire']}?_input_charset={charset}",
                data=params,
                verify=str(ca),
                timeout=5,
            )
            assert "<action>close</action>" in reply.text


def test_reply_headers_are_in_lower_case_and_the_date_is_the_gateways() -> None:
    with (
        Sandbox(keys=training_keys(), tls=False, now=lambda: NOON) as sandbox,
        connected(sandbox) as connection,
    ):
        reply = exchange(connection, "GET", "/ledger")

    names = [name for name, _ in reply.headers]
    assert names == [name.lower() for name in names]
    assert parsedate_to_datetime(dict(reply.headers)["date"]) == NOON


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"GET /other HTTP/1.1\r\n\r\n", b"404"),
        (b"POST /ledger HTTP/1.1\r\nContent-Length: 0\r\n\r\n", b"404"),
        (b"POST /gateway.do HTTP/1.1\r\n\r\n", b"411"),
        (b"POST /gateway.do HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"411"),
        (b"POST /gateway.do HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"411"),
        (b"POST /gateway.do HTTP/1.1\r\nContent-Length: 65537\r\n\r\n", b"413"),
        (b"DELETE /gateway.do HTTP/1.1\r\n\r\n", b"501"),
        (b"nonsense\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_gets_its_status(sandbox: Sandbox, head: bytes, status: bytes) -> None:
    with socket.create_connection(place(sandbox), timeout=5) as line:
        line.sendall(head)
        answer = line.recv(4096)

    assert status in answer.partition(b"\r\n")[0]
    assert sandbox.requests == ()


def test_the_ledger_is_read_without_tls_one_row_per_movement(sandbox: Sandbox) -> None:
    assert sandbox.urls["ledger"].startswith("http://127.0.0.1:")
    ask(sandbox, out_trade_no="1-REFUND")
    ask(sandbox, out_trade_no="2-CLOSE")

    rows = ledger_rows(sandbox)

    assert [(row["kind"], row["number"], row["amount"], row["currency"]) for row in rows] == [
        ("pay", "1-REFUND", "128.00", "CNY"),
        ("refund", "1-REFUND", "128.00", "CNY"),
    ]
    assert all(len(row["trade_no"]) == 28 and datetime.fromisoformat(row["at"]).tzinfo for row in rows)
    trades = {row["number"]: (row["state"], row["cancel_action"]) for row in ledger_rows(sandbox, "/trades")}
    assert trades == {"1-REFUND": ("TRADE_CLOSED", "refund"), "2-CLOSE": ("TRADE_CLOSED", "close")}


def test_the_requests_are_listed_with_what_was_done_and_without_secrets(sandbox: Sandbox) -> None:
    ask(sandbox, out_trade_no="收据-REFUND")
    with connected(sandbox) as connection:
        exchange(connection, "POST", "/gateway.do?a=1&a=2")

    rows = ledger_rows(sandbox, "/requests")

    assert [(row["service"], row["story"], row["did"]) for row in rows] == [
        ("alipay.acquire.cancel", "REFUND", "refund"),
        ("", "", "refused INVALID_PARAMETER"),
    ]
    assert rows[0]["params"]["out_trade_no"] == "收据-REFUND"
    text = json.dumps(rows)
    assert sandbox.keys.md5_secret() not in text
    assert "PRIVATE" not in text


def test_keys_show_nothing_of_themselves(sandbox: Sandbox) -> None:
    shown = f"{sandbox.keys!r} {sandbox.keys} {sandbox!r}"

    assert sandbox.keys.md5_secret() not in shown
    assert "PRIVATE" not in shown
    assert len(sandbox.keys.md5_secret()) == 32


def test_a_key_that_is_no_rsa_key_is_refused() -> None:
    with pytest.raises(ValueError, match=r"."):
        SandboxKeys.from_text(merchant_private_pem="", gateway_private_pem="", md5_secret="0" * 32)


def test_stop_ends_held_silent_and_half_shaken_connections_at_once() -> None:
    before = set(gateway_threads())
    sandbox = Sandbox(keys=training_keys(), pace=100.0)
    sandbox.start()
    params = signed(sandbox.keys, request_params(sandbox.keys, out_trade_no="1-LOST"))
    with (
        connected(sandbox) as held,
        connected(sandbox) as idle,
        socket.create_connection(place(sandbox)) as silent,
        socket.create_connection(place(sandbox)) as half_shaken,
    ):
        exchange(idle, "GET", "/ledger")
        half_shaken.sendall(b"\x16\x03\x01")
        held.request("POST", "/gateway.do?" + form(params).decode(), b"")
        while not sandbox.ledger.refunds("1-LOST"):
            time.sleep(0.01)
        began = time.monotonic()

        sandbox.stop()

        assert time.monotonic() - began < 2
        assert set(gateway_threads()) <= before
        with pytest.raises((http.client.HTTPException, ConnectionError)):
            held.getresponse()
        silent.settimeout(2)
        assert silent.recv(1) == b""
    sandbox.stop()


def test_a_port_can_be_chosen_and_is_free_again_after_stop() -> None:
    with Sandbox(keys=training_keys(), tls=False) as first:
        port = place(first)[1]
        with pytest.raises(OSError, match=r"in use"):
            Sandbox(keys=training_keys(), tls=False, port=port).start()
    with Sandbox(keys=training_keys(), tls=False, port=port) as second:
        assert place(second)[1] == port
        second.start()
        assert ledger_rows(second) == []


def test_only_loopback_listens(sandbox: Sandbox) -> None:
    assert {urlsplit(url).hostname for url in sandbox.urls.values()} == {"127.0.0.1"}


@pytest.mark.parametrize(
    "settings", [{"repeat": "maybe"}, {"nested": "maybe"}, {"pace": -1.0}, {"pace": float("nan")}]
)
def test_settings_outside_their_range_are_refused(settings: Mapping[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        Sandbox(keys=training_keys(), tls=False, **settings)


def test_a_gateway_that_has_not_been_started_has_no_addresses() -> None:
    with pytest.raises(RuntimeError):
        _ = Sandbox(keys=training_keys(), tls=False).urls
