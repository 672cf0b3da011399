"""Bad input: one clear sentence on stderr, the exit code of the contract, and nothing is lost."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.cli.command_line import PROFILE, Gateway, Till

pytestmark = pytest.mark.daemon

MakeTill = Callable[[], Till]


@pytest.mark.parametrize("number", ["", "   ", "1" * 65, "12\x0734", "AB\u202eCD"])
def test_what_no_receipt_has_is_refused(shop: Till, number: str) -> None:
    before = len(shop.json("history"))
    done = shop.run("cancel", number, "--yes")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
    assert len(shop.json("history")) == before


def test_another_shops_barcode_is_sent_and_found_nowhere(shop: Till, sandbox: Gateway) -> None:
    done = shop.run("cancel", "6901234567892", "--yes", "--json")
    assert (done.json["state"], done.code) == ("no_payment_found", 4)
    assert done.json["number_kind"] == "out_trade_no"


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("cancel",),
        ("cancel", "1", "--wait", "-1"),
        ("cancel", "1", "--wait", "soon"),
        ("cancel", "1", "--trade-no", "--out-trade-no"),
        ("cancel", "1", "--yes", "--profile", "nobody"),
        ("cancel", "1", "--yes", "--amount", "cheap"),
        ("--language", "xx", "pending"),
        ("lookup",),
        ("lookup", "--amount", "1"),
        ("lookup", "--last", "12"),
        ("show", "Z9-999"),
        ("history", "--since", "yesterday"),
        ("history", "--since", "0001-01-01"),
        ("lookup", "--amount", "1", "--on", "9999-12-31"),
        ("cancel", "1", "--yes", "--operator", "two\nlines"),
        ("cancel", "1", "--yes", "--reason", "bytes \udcff"),
        ("profile", "show", "nobody"),
        ("profile", "add", "--name", "x", "--partner", "1234"),
        ("key", "import", "--profile", PROFILE),
        ("sale", "import", "/nowhere.csv"),
        ("explain", "/nowhere.xml"),
        ("sandbox", "--port", "70000"),
    ],
)
def test_bad_arguments_are_told_in_one_sentence(shop: Till, arguments: tuple[str, ...]) -> None:
    done = shop.run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1


def test_as_json_an_error_is_an_object(shop: Till) -> None:
    told = shop.run("cancel", "1", "--wait", "soon", "--json")
    assert (told.code, told.err) == (2, "")
    assert set(told.json["error"]) == {"code", "sentence", "way_on"}


def test_a_text_that_is_no_key_is_not_stored(shop: Till, sandbox: Gateway, tmp_path: Path) -> None:
    before = shop.json("key", "show", "--profile", PROFILE)
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("-----BEGIN PRIVATE KEY-----\nnot a key\n-----END PRIVATE KEY-----\n")
    private, public = (sandbox.folder / f"acquire.{name}.pem" for name in ("private", "gateway-public"))
    for arguments in (
        ("--private", wrong),
        ("--private", public),
        ("--gateway-public", private),
        ("--gateway-public", public, "--private", wrong),
        ("--private", tmp_path / "missing.pem"),
    ):
        done = shop.run("key", "import", "--profile", PROFILE, *map(str, arguments))
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), arguments
    assert shop.json("key", "show", "--profile", PROFILE) == before


def test_our_own_public_key_is_not_taken_for_the_gateways(shop: Till, tmp_path: Path) -> None:
    own = tmp_path / "own.pem"
    own.write_text(
        shop.run("key", "show", "--profile", PROFILE, "--form", "pem").out.split("-----END")[0]
        + "-----END PUBLIC KEY-----\n"
    )
    done = shop.run("key", "import", "--profile", PROFILE, "--gateway-public", str(own))
    assert done.code == 2
    assert "own" in done.err


def test_no_private_key_is_ever_printed(shop: Till, sandbox: Gateway) -> None:
    lines = (sandbox.folder / "acquire.private.pem").read_text().split("\n")[1:4]
    for arguments in (
        ("key", "show"),
        ("key", "check", "--online"),
        ("doctor",),
        ("profile", "show", PROFILE),
    ):
        done = shop.run(*arguments)
        assert done.code in {0, 5}, done.err
        assert not any(line in done.out + done.err for line in lines)
    for file in (shop.home / "logs").iterdir():
        assert not any(line in file.read_text() for line in lines)


def test_a_broken_profile_file_changes_nothing(shop: Till, new_till: MakeTill, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    for text in ("name = ", "name = 'x'\n", "\xff\xfe", 'private_key = "MII"\n'):
        broken.write_text(text, encoding="latin-1")
        done = shop.run("profile", "import", str(broken))
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), text
    assert [profile["name"] for profile in shop.json("profile", "list")] == [PROFILE]
    other = new_till()
    shutil.copytree(shop.home / "profiles", other.home / "profiles")
    (other.home / "profiles" / "zz.toml").write_text("name = ")
    assert other.run("pending").code == 5
    assert [found["code"] for found in other.json("doctor")["findings"]] == ["invalid_input"]


def test_a_live_profile_may_not_name_this_machine(shop: Till, sandbox: Gateway, tmp_path: Path) -> None:
    live = tmp_path / "live.toml"
    text = (sandbox.folder / "acquire.toml").read_text()
    live.write_text(text.replace('kind = "training"', 'kind = "live"').replace("pace", "# pace"))
    done = shop.run("profile", "import", str(live))
    assert done.code == 2
    assert "loopback" in done.err


def test_a_home_that_cannot_be_written_is_told(new_till: MakeTill) -> None:
    till = new_till()
    till.home.parent.mkdir(parents=True, exist_ok=True)
    till.home.write_text("a file where the folder should be")
    done = till.run("cancel", "1", "--yes")
    assert (done.code, done.out, done.err.count("\n")) == (5, "", 1)
    assert till.run("doctor").code == 5
    assert till.home.read_text() == "a file where the folder should be"


def test_a_till_without_a_profile_names_the_way(new_till: MakeTill) -> None:
    done = new_till().run("cancel", "1", "--yes", "--json")
    assert (done.code, set(done.json["error"])) == (5, {"code", "sentence", "way_on"})


def test_without_a_display_the_window_says_so(new_till: MakeTill) -> None:
    done = new_till().run(env={"QT_QPA_PLATFORM": ""})
    assert done.code == 5
    assert "display" in done.err


def test_an_ascii_terminal_gets_json_that_can_be_read(shop: Till) -> None:
    done = shop.run(
        "cancel", "ASCII-CLOSE", "--yes", "--json", "--language", "zh_CN", env={"PYTHONIOENCODING": "ascii"}
    )
    assert json.loads(done.out)["headline"].startswith("订单")
