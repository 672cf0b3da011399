"""10,000 planted secrets, put in through every door of the program: none is found anywhere afterwards."""

import logging
import os
import random
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest
import tomlkit

from pos_cancel.adapters import logs
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.profile_files import parse_profile
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import InvalidInput, KeyStoreError, KeyTextError
from pos_cancel.gateways import keys
from pos_cancel.gateways.http import Exchange
from pos_cancel.gateways.signing import Keys
from tests.fake_keyring import FakeKeyring
from tests.integration.scripted_till import running
from tests.key_store_contract import TRAINING, settled
from tests.planting import COUNT, Secret, found_in, secrets_from
from tests.unit.gateway_answers import answered, shows, turned_away
from tests.unit.key_forms import locked
from tests.unit.spoken_cases import ROOT
from tests.unit.till_stories import document

# What a profile is without the secret that somebody pastes into it.
PROFILE: Mapping[str, object] = {
    "name": "shop",
    "kind": "live",
    "gateway": "acquire",
    "endpoint": "https://globalmapi.alipay.com/gateway.do",
    "partner": "2088000000000001",
}
PLACES = ("gateway", "endpoint", "partner", "sign_type", "time_zone", "private_key", "account")
# So many at once, so that the log is read before it is turned.
BATCH = 200


@pytest.fixture(scope="module")
def planted(request: pytest.FixtureRequest) -> list[Secret]:
    found = secrets_from(random.Random(f"{os.environ['POS_CANCEL_TEST_SEED']} planted"))
    assert len(found) == COUNT
    return found


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """The product's own log; gives what was written since it was read last."""
    root, before = logging.getLogger("pos_cancel"), logging.getLogger("pos_cancel").propagate
    handler = logs.setup(tmp_path)
    root.addHandler(handler)
    root.propagate = False

    def taken() -> str:
        files = sorted(tmp_path.glob(f"{logs.NAME}*"))
        text = "".join(file.read_text("utf-8") for file in files)
        for file in files:
            file.write_text("")
        return text

    yield taken
    root.removeHandler(handler)
    root.propagate = before
    logs.stop(handler)


def told(error: BaseException) -> str:
    """Give all that can be shown of an exception, with what stands behind it."""
    return "".join(traceback.format_exception(error)) + repr(error)


def frames_of(error: BaseException) -> str:
    """Give what a crash reporter would find in the frames that an exception keeps alive."""
    trace = error.__traceback__
    # The first frame is the test's own, which knows what it planted.
    behind = trace.tb_next if trace is not None else None
    frames = (frame.f_locals for frame, _ in traceback.walk_tb(behind))
    return " ".join(str(value) for values in frames for value in values.values())


def broken(text: str) -> str:
    """Spoil a key without changing how it looks."""
    middle = len(text) // 2
    return text[:middle] + text[middle + 3 :]


def readers(text: str) -> Iterator[Callable[[], object]]:
    wrong = broken(text)
    yield partial(keys.read_private, wrong)
    yield partial(keys.read_private, wrong.encode(), b"a password")
    yield partial(keys.read_public, text)
    yield partial(keys.read_md5, wrong)
    yield partial(keys.expand, text)


@pytest.mark.timeout(300)
def test_no_error_about_a_key_shows_it_or_keeps_it(planted: list[Secret]) -> None:
    for secret in planted:
        for reader in readers(secret.text):
            with pytest.raises(KeyTextError) as caught:
                reader()
            error = caught.value
            assert not found_in(told(error) + error.sentence + error.way_on, [secret])
            assert error.__context__ is None
            assert not found_in(frames_of(error), [secret, Secret("key", broken(secret.text))])


def test_a_wrong_password_is_not_shown(planted: list[Secret]) -> None:
    text = locked("the right one")
    passwords = [secret for secret in planted if secret.kind == "password"][:150]
    for secret in passwords:
        with pytest.raises(KeyTextError) as caught:
            keys.read_private(text, secret.text.encode())
        assert not found_in(told(caught.value), [secret])


@pytest.mark.timeout(300)
def test_a_keyring_that_speaks_of_what_it_was_given(planted: list[Secret], log: Callable[[], str]) -> None:
    for start in range(0, COUNT, BATCH):
        batch = planted[start : start + BATCH]
        said = [line for secret in batch for line in _from_a_speaking_keyring(secret)]
        assert not found_in("".join(said) + log(), batch)


def _from_a_speaking_keyring(secret: Secret) -> Iterator[str]:
    backend = FakeKeyring()
    backend.raises = ValueError(secret.text)
    backend.raises.__cause__ = OSError(secret.text)
    store = KeyringStore(backend=backend)
    for work in (partial(store.describe, TRAINING), partial(store.store, TRAINING, md5=b"0" * 32)):
        with pytest.raises(KeyStoreError) as caught:
            work()
        yield told(caught.value)


def test_a_keyring_that_holds_something_else(planted: list[Secret], log: Callable[[], str]) -> None:
    """Whatever lies where the key should be, it is only said that it is none."""
    some = planted[::20]
    for secret in some:
        backend = FakeKeyring()
        backend.values.update(
            {
                (f"pos-cancel/training/{entry}", "pos-cancel"): secret.text[:1200]
                for entry in ("private", "md5")
            }
        )
        backend.values["pos-cancel/training/gateway-public", "pos-cancel"] = secret.text[:1200]
        store = KeyringStore(backend=backend)
        assert not isinstance(settled(store, TRAINING), Keys)
        with pytest.raises(KeyStoreError) as caught:
            store.describe(TRAINING)
        assert not found_in(told(caught.value), [secret])
    assert not found_in(log(), some)


def test_a_secret_pasted_into_a_profile_is_not_repeated(planted: list[Secret]) -> None:
    # An MD5 key looks like any name, and a list of short numbers like anything.
    pasted = [secret for secret in planted if secret.kind in {"key", "md5"} and ", " not in secret.text]
    for number, secret in enumerate(pasted):
        place = PLACES[number % (len(PLACES) - (secret.kind == "md5"))]
        table = tomlkit.dumps({**PROFILE, place: secret.text})
        lines = [table, f"{tomlkit.dumps(PROFILE)}\n{secret.text}\n", f"{secret.text} = 1\n{table}"]
        for text in lines:
            with pytest.raises(InvalidInput) as caught:
                parse_profile(text, "shop.toml")
            error = caught.value
            assert not found_in(f"{error.sentence} {error.way_on} {error!r}", [secret])


@pytest.mark.timeout(300)
def test_a_gateway_that_shows_the_shared_secret(
    tmp_path: Path, planted: list[Secret], log: Callable[[], str]
) -> None:
    """It knows the secret and may explain a wrong signature with it; nobody writes that down."""
    used = [secret for secret in planted if secret.kind == "md5"][:40]
    told_cases: list[str] = []
    for turn, secret in enumerate(used):
        with running(tmp_path / f"till-{turn}", partial(_answer, secret)) as till:
            till.keys.found["till"] = Keys(md5=secret.text.encode())
            for kind in range(len(ANSWERS)):
                case = till.submit(f"R-{kind}")
                told_cases.append(repr(till.hear(partial(_has_moved, case))))
    files = [file for file in tmp_path.rglob("*") if file.is_file() and logs.NAME not in file.name]
    assert b"[removed]" in b"".join(file.read_bytes() for file in files)
    for file in files:
        assert not found_in(file.read_bytes(), used), file.name
    assert not found_in(log() + "".join(told_cases), used)


def _has_moved(case: Case, each: Case) -> bool:
    return each.id == case.id and each.state is not State.SENDING


ANSWERS: tuple[Callable[[str, bytes], Exchange], ...] = (
    lambda text, _: turned_away(text),
    lambda text, _: turned_away(f"ILLEGAL_SIGN: a=1&amp;b=2{text}"),
    lambda text, key: answered(document({"result_code": "FAIL", "detail_error_code": text}, signed_with=key)),
    lambda text, key: answered(document({"result_code": text, "out_trade_no": text}, signed_with=key)),
    lambda text, _: answered(f"<html>{text}</html>".encode(), status=500),
    lambda text, _: shows(detail_error_des=text, trade_no=text),
)


def _answer(secret: Secret, _: str, number: str) -> Exchange:
    return ANSWERS[int(number.split("-")[1])](secret.text, secret.text.encode())


def test_a_crash_shows_nothing(planted: list[Secret], tmp_path: Path) -> None:
    """A process that dies with keys and passwords in hand, once of each cause."""
    causes = {
        "an exception": "raise ValueError(secret)",
        "a thread": "import threading; t = threading.Thread(target=int, args=(secret,)); t.start(); t.join()",
        "a wrong memory access": "import faulthandler, ctypes; faulthandler.enable(); ctypes.string_at(0)",
        "an abort": "import faulthandler, os; faulthandler.enable(); os.abort()",
    }
    batch = planted[:: COUNT // 100]
    place = tmp_path / "empty"
    place.mkdir()
    start = (
        "import sys\n"
        "from pos_cancel.adapters import last_words, process_guard\n"
        "process_guard.guard(); last_words.install()\n"
        "def work(secret):\n    {cause}\n"
        "work(sys.stdin.read())\n"
    )
    for name, cause in causes.items():
        done = subprocess.run(
            [sys.executable, "-c", start.format(cause=cause)],
            input="\0".join(secret.text for secret in batch),
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode != 0 or name == "a thread"
        assert "work" in done.stderr or "Thread" in done.stderr or name == "a thread"
        assert not found_in(done.stdout + done.stderr, batch)
        assert list(place.iterdir()) == []
