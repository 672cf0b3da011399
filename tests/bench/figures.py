"""Figures 1 to 3 of the scoreboard."""

import shutil
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pos_cancel.domain.identifiers import parse
from pos_cancel.domain.outcome import Cancelled, Progress
from pos_cancel.gateways import Question
from pos_cancel.gateways.http import Exchange, HttpReply
from pos_cancel.gateways.signing import Keys
from tests.bench.bare_client import BareClient
from tests.bench.till import Till, open_till

ROUNDS = 400
CANCELS = 300
WARM = 20
FLUSHES = "flushes per cancel / before acknowledged"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the scoreboard."""

    number: str
    what: str
    measured: str
    reference: str
    goal: str


def micros(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Give the median time of one call in microseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter_ns()
        act()
        times.append(time.perf_counter_ns() - start)
    return statistics.median(times) / 1000


def signing_figures() -> Iterator[Figure]:
    """1: build, sign, parse and verify one cancel, against OpenSSL's bare sign and verify."""
    for name, what in (("acquire", "RSA2"), ("antom", "AMS")):
        with open_till(name) as till:
            product, bare = _both(till)
        ratios = [ours / theirs for ours, theirs in zip(product, bare, strict=True)]
        told = f"{statistics.median(ratios):.2f} ({statistics.median(product):.0f} µs)"
        reference = f"OpenSSL sign + verify 1.00 ({statistics.median(bare):.0f} µs)"
        yield Figure("1", f"build + sign + parse + verify one cancel, {what}", told, reference, "≤ 1.17")


def _both(till: Till) -> tuple[list[float], list[float]]:
    """Measure in turn, so that both see the same weather on a shared machine."""
    profile = till.shop.profile()
    gateway = till.parts.engine.gateway(profile)
    number = parse("BENCH-REFUND", gateway=profile.gateway)
    now = datetime.now(UTC)
    keys = till.shop.keys.peek(profile)
    assert isinstance(keys, Keys)
    question = Question(profile=profile, number=number, params=gateway.freeze(profile, number, now))
    reply = till.transport.send(gateway.cancel(question, keys, now), profile, profile.timeouts).reply
    assert isinstance(reply, HttpReply)
    exchange = Exchange(progress=Progress.ANSWERED, reply=reply)

    def ours() -> None:
        gateway.cancel(question, keys, now)
        assert isinstance(gateway.read_cancel(question, keys, exchange).outcome, Cancelled)

    bare = _bare(keys)
    pairs = [(micros(ours, 50), micros(bare, 50)) for _ in range(12)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def _bare(keys: Keys) -> Callable[[], None]:
    signer = keys.private
    assert signer is not None
    text = b"x" * 250
    signature = signer.sign(text, padding.PKCS1v15(), hashes.SHA256())
    public = signer.public_key()

    def bare() -> None:
        signer.sign(text, padding.PKCS1v15(), hashes.SHA256())
        public.verify(signature, text, padding.PKCS1v15(), hashes.SHA256())

    return bare


def exchange_figures() -> Iterator[Figure]:
    """2: one cancel over TLS with its three durable commits: all of it, and what the gateway took of it.

    Between two cancels the till rests and moves its log into the file, as `Runner` lets it. What the gateway
    and the wire take is measured in turn with it, by a client that writes ready bytes and reads the answer.
    """
    with open_till() as till, BareClient(till) as client:
        for number in range(WARM):
            till.cancel(f"WARM-{number}-REFUND")
            client.ready(f"BARE-WARM-{number}-REFUND")()
        whole, remote = [], []
        for number in range(CANCELS):
            whole.append(micros(partial(till.cancel, f"B-{number}-REFUND"), 1) / 1000)
            till.parts.idle()
            remote.append(micros(client.ready(f"BARE-{number}-REFUND"), 1) / 1000)
        slow = statistics.median(_slow_way(till) for _ in range(10))
    whole.sort()
    p50, p99 = whole[len(whole) // 2], whole[int(len(whole) * 0.99)]
    reference = f"key and context loaded anew each time, as SDKs do: {slow + p50:.0f} ms"
    what = "one cancel over TLS, 3 durable commits, p50 / p99"
    yield Figure("2", what, f"{p50:.1f} / {p99:.1f} ms", reference, "≤ 2 / ≤ 10 ms")
    apart = statistics.median(remote)
    yield Figure(
        "2l", "the till's own part of it, p50", f"{p50 - apart:.1f} ms", f"gateway, wire {apart:.1f} ms", ""
    )


def _slow_way(till: Till) -> float:
    """What a client pays that loads PEM and trust store for every call."""
    start = time.perf_counter()
    load_pem_private_key(till.private_pem, None)
    ssl.create_default_context()
    return (time.perf_counter() - start) * 1000


def flush_figure() -> Figure:
    """3: flushes to disk per cancel, counted by the kernel's own trace."""
    if shutil.which("strace") is None:
        return Figure("3", FLUSHES, "not measured: no strace", "", "≤ 3 / 1")
    few, many = 5, 25
    per_cancel = (_flushes("cancels", many) - _flushes("cancels", few)) / (many - few)
    per_submit = (_flushes("submits", many) - _flushes("submits", few)) / (many - few)
    default = (_flushes("default", many) - _flushes("default", few)) / (many - few)
    return Figure(
        "3",
        FLUSHES,
        f"{per_cancel:.1f} / {per_submit:.1f}",
        f"SQLite's default: {default:.1f} per commit",
        "≤ 3 / 1",
    )


def _flushes(what: str, times: int) -> int:
    with tempfile.NamedTemporaryFile() as trace:
        command = ["strace", "-f", "-qq", "-o", trace.name, "-e", "trace=fsync,fdatasync,sync_file_range"]
        work = [sys.executable, "-m", "tests.bench.work", what, str(times)]
        subprocess.run([*command, *work], check=True, stdout=subprocess.DEVNULL)
        return sum("sync" in line for line in Path(trace.name).read_text().splitlines())


def default_commits(times: int) -> None:
    """Commit rows the way sqlite3 does when nobody asks for more."""
    with tempfile.TemporaryDirectory() as folder:
        connection = sqlite3.connect(Path(folder) / "default.sqlite3")
        connection.execute("CREATE TABLE t (x)")
        for number in range(times):
            connection.execute("INSERT INTO t VALUES (?)", (number,))
            connection.commit()
        connection.close()
