"""Processes that die, networks that are gone, tills without keys: nothing is lost or told wrongly."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.cli.command_line import PROFILE, Gateway, Till, eventually, gateway
from tests.integration.keyring_session import keyring_session

pytestmark = pytest.mark.daemon


MakeTill = Callable[[], Till]


@pytest.fixture(scope="module")
def keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """A keyring apart from the other tests': keys are found by the name of their profile alone."""
    with keyring_session(tmp_path_factory.mktemp("keyring")) as environment:
        yield environment


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory, keyring: Mapping[str, str]) -> Iterator[Gateway]:
    """A gateway that holds a lost answer for three seconds."""
    with gateway(tmp_path_factory.mktemp("slow"), keyring, "--pace", "0.2") as running:
        yield running


@pytest.fixture
def new_till(tmp_path: Path, keyring: Mapping[str, str]) -> MakeTill:
    """Make tills with nothing on them."""
    return lambda: Till(tmp_path / "till", keyring)


def without_signature(params: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in params.items() if name not in {"sign", "sign_type"}}


def test_a_command_killed_while_the_request_is_on_the_wire_is_resumed(
    slow: Gateway, new_till: MakeTill
) -> None:
    till = new_till()
    slow.set_up(till)
    process = till.start("cancel", "KILL-LOST", "--yes")
    with process:
        eventually(lambda: slow.cancels("KILL-LOST"))
        process.kill()
    (case,) = till.json("pending")
    assert (case["state"], case["tries"]) == ("sending", 1)
    (resumed,) = till.json("resume")
    assert (resumed["id"], resumed["state"]) == (case["id"], "refunded")
    assert slow.refunds("KILL-LOST") == 1
    assert till.run("journal", "verify").code == 0


def test_every_try_after_a_kill_has_the_same_parameters(slow: Gateway, new_till: MakeTill) -> None:
    till = new_till()
    slow.set_up(till)
    process = till.start("cancel", "TWICE-BUSY", "--yes")
    with process:
        eventually(lambda: slow.cancels("TWICE-BUSY"))
        process.kill()
    (resumed,) = till.json("resume")
    assert resumed["state"] == "refunded"
    tries = slow.cancels("TWICE-BUSY")
    assert len(tries) >= 3
    assert all(without_signature(params) == without_signature(tries[0]) for params in tries)
    assert slow.refunds("TWICE-BUSY") == 1


def test_nothing_left_this_till_and_the_case_says_so(
    tmp_path: Path, keyring: Mapping[str, str], new_till: MakeTill
) -> None:
    till = new_till()
    with gateway(tmp_path / "gone", keyring, "--pace", "0.05") as gone:
        gone.set_up(till)
    done = till.run("cancel", "OFF-REFUND", "--yes", "--wait", "0.5", "--json")
    assert (done.json["state"], done.code, done.json["tries"]) == ("not_sent", 6, 0)
    assert till.json("resume") == []
    assert till.json("show", done.json["case"])["state"] == "not_sent"
    sent = till.run("send", done.json["case"], "--wait", "0.5", "--json")
    assert (sent.json["state"], sent.code) == ("not_sent", 6)
    withdrawn = till.run("withdraw", done.json["case"], "--json")
    assert (withdrawn.json["state"], withdrawn.code) == ("withdrawn", 6)
    assert till.run("withdraw", done.json["case"]).code == 2


def test_a_case_is_sent_again_and_a_pending_one_is_kept_or_ended(slow: Gateway, new_till: MakeTill) -> None:
    till = new_till()
    slow.set_up(till)
    pending = till.json("cancel", "BAD-BADSIGN", "--yes", "--wait", "2")
    assert pending["state"] == "retry_pending"
    kept = till.run("keep", pending["case"], "--operator", "Li", "--wait", "0", "--json")
    assert (kept.json["state"], kept.code) == ("retry_pending", 3)
    assert till.run("end", pending["case"]).code == 2
    ended = till.run("end", pending["case"], "--reason", "support confirmed", "--json")
    assert (ended.json["state"], ended.code, ended.json["reason"]) == ("call_support", 4, "support confirmed")
    assert till.json("pending") == []


def test_without_keys_or_keyring_the_till_says_so(slow: Gateway, new_till: MakeTill) -> None:
    till = new_till()
    assert till.run("profile", "import", str(slow.folder / "acquire.toml")).code == 0
    assert till.run("key", "remove", "--profile", PROFILE).code == 0
    missing = till.run("cancel", "NOKEY-REFUND", "--yes", "--json")
    assert (missing.json["state"], missing.code) == ("setup_problem", 5)
    assert slow.cancels("NOKEY-REFUND") == []
    bare = {"DBUS_SESSION_BUS_ADDRESS": "disabled:"}
    private = str(slow.folder / "acquire.private.pem")
    refused = till.run("key", "import", "--profile", PROFILE, "--private", private, "--json", env=bare)
    assert (refused.code, refused.json["error"]["code"]) == (5, "key_store")
    found = till.run("doctor", "--json", env=bare)
    assert (found.code, found.json["ok"]) == (5, False)


def test_a_journal_of_a_newer_version_is_left_as_it_is(new_till: MakeTill) -> None:
    till = new_till()
    assert till.run("pending").code == 0
    file = till.home / "journal" / "journal.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA user_version = 99")
    before = file.read_bytes()
    done = till.run("pending", "--json")
    assert (done.code, done.json["error"]["code"]) == (5, "journal")
    assert "newer" in done.json["error"]["sentence"]
    assert file.read_bytes() == before


def test_a_case_that_stopped_for_want_of_a_key_goes_on_with_it(slow: Gateway, new_till: MakeTill) -> None:
    till = new_till()
    slow.set_up(till)
    process = till.start("cancel", "STOP-LOST", "--yes")
    with process:
        eventually(lambda: slow.cancels("STOP-LOST"))
        process.kill()
    assert till.run("key", "remove", "--profile", PROFILE).code == 0
    (stopped,) = till.json("resume")
    assert (stopped["state"], stopped["stopped"], stopped["tone"]) == ("retry_pending", "S-01", "call")
    assert [found["code"] for found in till.json("doctor")["findings"]] == ["key_missing", "stopped"]
    slow.set_up(till)
    (resumed,) = till.json("resume")
    assert (resumed["state"], resumed["stopped"]) == ("refunded", None)
    assert slow.refunds("STOP-LOST") == 1
