"""A gateway that misbehaves, class by class, on all four systems, over real sockets.

Whatever it does: no success is believed but a true one, the total deadline holds, memory stays small, and the
case is left where the next try or a person goes on.
"""

import socket
import ssl
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from pos_cancel.adapters.transport import RequestsTransport
from pos_cancel.domain.case import Ask, Case, State, Tone
from pos_cancel.domain.events import Answered, Sent
from pos_cancel.domain.outcome import Cancelled, NotSent, Progress, Reading, Refused, Signature, Unknown
from pos_cancel.domain.profile import ProfileKind, Schedule
from pos_cancel.domain.step import step
from pos_cancel.gateways.http import Exchange, HttpReply
from tests.exchanges import server_context
from tests.hostile.harm_kinds import REFUSED, TRUE, UNKNOWN, Harm
from tests.hostile.harms import HARMS
from tests.hostile.tellers import KEYS, TELLERS, TIMEOUTS, Teller
from tests.raw_server import Peer, RawServer

# Half a second is promised; the machine is shared.
LATE_S = 0.5 * 3
MOST_BYTES = 10 * 1024 * 1024
CLASSES = [
    pytest.param(teller, harm, id=f"{teller.name}: {name}")
    for name, harm in HARMS.items()
    for teller in TELLERS
    if teller.family in harm.families or teller.name in harm.families
]
NAMES = [teller.name for teller in TELLERS]
Door = Callable[[trustme.CA], Iterator[str]]

pytestmark = pytest.mark.programme("classes of a hostile gateway, on all four systems")


@pytest.fixture(scope="module")
def transport() -> Iterator[RequestsTransport]:
    made = RequestsTransport()
    yield made
    made.close()


def asked(
    transport: RequestsTransport, teller: Teller, url: str, ca_file: str = "", kind: ProfileKind | None = None
) -> tuple[Reading, Case]:
    """One cancel, from the case that leaves to the case that has its answer."""
    now = datetime.now(UTC)
    profile = teller.profile(url, ca_file)
    profile = profile if kind is None else replace(profile, kind=kind)
    question = teller.question(profile, now)
    exchange = transport.send(teller.gateway.cancel(question, KEYS, now), profile, TIMEOUTS)
    reading = teller.gateway.read_cancel(question, KEYS, exchange)
    case = step(teller.case(question, now), Sent(at=now, ask=Ask.CANCEL), Schedule())
    return reading, step(case, Answered(at=now, reading=reading), Schedule())


def believed(reading: Reading) -> bool:
    return isinstance(reading.outcome, Cancelled) and reading.signature is Signature.VERIFIED


def assert_honest(teller: Teller, reading: Reading, case: Case, wanted: str) -> None:
    """What may be told after this class of harm."""
    assert believed(reading) == (wanted == TRUE)
    if wanted == TRUE:
        # The acquirer's success names no sale, so one inquiry still has to agree.
        assert case.state is (State.RETRY_PENDING if teller.name == "acqp" else State.REFUNDED)
        return
    assert case.state.tone is not Tone.DONE
    if wanted == UNKNOWN:
        assert isinstance(reading.outcome, Unknown | Refused)
        assert (case.state, case.in_doubt, case.next_ask is None) == (State.RETRY_PENDING, True, False)
    else:
        assert wanted == REFUSED
        assert (case.state, case.in_doubt) == (State.SETUP_PROBLEM, False)


@pytest.mark.parametrize(("teller", "harm"), CLASSES)
def test_no_harm_is_taken_for_an_answer(transport: RequestsTransport, teller: Teller, harm: Harm) -> None:
    def script(peer: Peer) -> None:
        harm.script(teller, peer)

    with RawServer(script) as server:
        tracemalloc.start()
        try:
            began = time.monotonic()
            reading, case = asked(transport, teller, server.url(""))
            took_s = time.monotonic() - began
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert_honest(teller, reading, case, harm.wanted)
    assert took_s < TIMEOUTS.total_s + LATE_S
    assert peak < MOST_BYTES


def _refused(_: trustme.CA) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"https://127.0.0.1:{port}"


def _no_name(_: trustme.CA) -> Iterator[str]:
    yield "https://gateway.invalid"


def _no_tls(_: trustme.CA) -> Iterator[str]:
    def script(peer: Peer) -> None:
        peer.connection.recv(1000)
        peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(script) as server:
        yield server.url("").replace("http:", "https:")


def _no_handshake(_: trustme.CA) -> Iterator[str]:
    with RawServer(lambda peer: peer.wait()) as server:
        yield server.url("").replace("http:", "https:")


def _served(context: ssl.SSLContext) -> Iterator[str]:
    with RawServer(lambda peer: _never(peer.read_request()), context) as server:
        yield server.url("")


def _never(request: bytes) -> None:
    assert not request, "a request was sent to somebody who is not the gateway"


def _another_host(authority: trustme.CA) -> Iterator[str]:
    yield from _served(server_context(authority.issue_cert("other.example")))


def _another_authority(_: trustme.CA) -> Iterator[str]:
    yield from _served(server_context(trustme.CA().issue_cert("127.0.0.1")))


def _expired(authority: trustme.CA) -> Iterator[str]:
    past = datetime.now(UTC) - timedelta(days=1)
    yield from _served(server_context(authority.issue_cert("127.0.0.1", not_after=past)))


def _old_protocol(authority: trustme.CA) -> Iterator[str]:
    context = server_context(authority.issue_cert("127.0.0.1"))
    with warnings.catch_warnings():
        # The oldest version has no newer way to be written down than the one that warns.
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    yield from _served(context)


DOORS: dict[str, Door] = {
    "refused": _refused,
    "no such name": _no_name,
    "no TLS": _no_tls,
    "a handshake that hangs": _no_handshake,
    "another host's certificate": _another_host,
    "an unknown authority": _another_authority,
    "an expired certificate": _expired,
    "TLS 1.1": _old_protocol,
}


@pytest.mark.parametrize("teller", TELLERS, ids=NAMES)
@pytest.mark.parametrize("door", DOORS)
def test_nothing_leaves_through_a_door_that_is_not_the_gateways(
    transport: RequestsTransport, teller: Teller, door: str, tmp_path: Path
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    # The name of a real host is for real accounts.
    kind = ProfileKind.LIVE if door == "no such name" else None
    ca_file = "" if kind else str(tmp_path / "ca.pem")
    with contextmanager(DOORS[door])(authority) as url:
        began = time.monotonic()
        reading, case = asked(transport, teller, url, ca_file, kind)
        took_s = time.monotonic() - began
    assert isinstance(reading.outcome, NotSent)
    assert (case.state, case.in_doubt, case.tries) == (State.SENDING, False, 0)
    assert took_s < TIMEOUTS.total_s + LATE_S


def judged(teller: Teller, reply: HttpReply) -> Reading:
    profile = teller.profile("https://127.0.0.1")
    question = teller.question(profile, datetime.now(UTC) - timedelta(minutes=1))
    return teller.gateway.read_cancel(question, KEYS, Exchange(progress=Progress.ANSWERED, reply=reply))


@pytest.mark.parametrize("teller", TELLERS, ids=NAMES)
def test_no_truncation_of_a_good_answer_is_believed(teller: Teller) -> None:
    told = teller.tell()
    headers = tuple(told.headers.items())
    assert believed(judged(teller, HttpReply(200, headers, told.body)))
    for length in range(len(told.body)):
        assert not believed(judged(teller, HttpReply(200, headers, told.body[:length]))), length


@pytest.mark.parametrize("teller", TELLERS, ids=NAMES)
def test_no_flipped_bit_changes_what_is_believed(teller: Teller) -> None:
    """It makes the answer unbelievable, or it changes nothing that was signed and says the same."""
    told = teller.tell()
    headers = tuple(told.headers.items())
    truth = judged(teller, HttpReply(200, headers, told.body)).outcome
    for place in range(len(told.body) * 8):
        body = bytearray(told.body)
        body[place // 8] ^= 1 << place % 8
        reading = judged(teller, HttpReply(200, headers, bytes(body)))
        assert not believed(reading) or (reading.outcome == truth and teller.family == "xml"), place
    for at, (name, value) in enumerate(headers):
        for place in range(len(value) * 8):
            raw = bytearray(value.encode("latin-1"))
            raw[place // 8] ^= 1 << place % 8
            changed = (*headers[:at], (name, raw.decode("latin-1")), *headers[at + 1 :])
            reading = judged(teller, HttpReply(200, changed, told.body))
            assert not believed(reading) or reading.outcome == truth, (name, place)


def test_there_are_enough_classes() -> None:
    for teller in TELLERS:
        assert sum(1 for each in CLASSES if each.values[0] is teller) + len(DOORS) + 2 >= 60
