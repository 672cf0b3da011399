"""Two tills of one shop, each with a keyring of its own: an account goes from one to the other."""

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.integration.cli.command_line import PROFILE, Gateway, Till
from tests.integration.keyring_session import keyring_session

pytestmark = pytest.mark.daemon

OF = ("--profile", PROFILE)


@pytest.fixture(scope="module")
def other_keyring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    with keyring_session(tmp_path_factory.mktemp("other")) as environment:
        yield environment


@pytest.fixture
def other(tmp_path: Path, other_keyring: Mapping[str, str]) -> Iterator[Till]:
    """A till with nothing on it."""
    till = Till(tmp_path / "other", other_keyring)
    yield till
    # The next one has the same keyring.
    till.run("key", "receive", "--abort")
    till.run("key", "shop", "remove")
    till.run("key", "remove", *OF)


def sent(sender: Till, receiver: Till, folder: Path, *arguments: str) -> Path:
    """Have the receiver show a key, and the sender seal something to it."""
    shown = receiver.json("key", "receive")
    file = folder / f"{shown['check_number']}.txt"
    done = sender.run("key", "send", *arguments, "--to", shown["one_time_key"], "--out", str(file))
    assert (done.code, done.out) == (0, f"{file}\n"), done.err
    return file


def refused(till: Till, *arguments: str) -> str:
    """Be told in one sentence; nothing is stored."""
    done = till.run(*arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1), done.err
    return done.err


def test_an_account_goes_to_another_till_and_works_there(
    shop: Till, other: Till, sandbox: Gateway, tmp_path: Path
) -> None:
    shown = other.run("key", "receive")
    assert shown.out.startswith("PCR1")
    assert shown.out.count("\n") == 1
    assert "█" in shown.err
    # Asked again it shows the same; a photograph may have been taken already.
    again = other.json("key", "receive")
    assert again["one_time_key"] == shown.out.strip()
    assert again["check_number_grouped"] in shown.err

    (tmp_path / "invitation.txt").write_text(shown.out)
    file = tmp_path / "sealed.txt"
    done = shop.run(
        *("key", "send", *OF, "--to", str(tmp_path / "invitation.txt"), "--out", str(file), "--qr")
    )
    assert (done.code, done.out) == (0, f"{file}\n")
    assert "█" in done.err

    taken = other.run("key", "receive", str(file), "--yes")
    assert taken.code == 0, taken.err
    number = done.err.partition("Check number ")[2].partition(":")[0]
    assert f"Check number {number}" in taken.err
    assert PROFILE in taken.out
    here, there = (till.json("key", "check", *OF) for till in (shop, other))
    assert there["ok"] is True
    for name in ("private_fingerprint", "gateway_fingerprint", "since"):
        assert here[name] == there[name]
    assert other.run("key", "check", *OF, "--online").code == 0
    cancelled = other.run("cancel", "MOVED-REFUND", "--yes", "--json")
    assert (cancelled.json["state"], cancelled.code) == ("refunded", 0)
    # The one-time key is forgotten: the same file opens nothing any more.
    assert "waits for nothing" in refused(other, "key", "receive", str(file), "--yes")


def test_a_scanner_types_what_was_sealed(shop: Till, other: Till) -> None:
    shown = other.json("key", "receive")
    told = shop.json("key", "send", *OF, "--to", shown["one_time_key"].lower())
    assert (told["profile"], told["shop"], told["file"]) == (PROFILE, False, None)
    assert "no terminal" in other.run("key", "receive", "-", typed=told["sealed"]).err
    done = other.run("key", "receive", "-", "--yes", "--json", typed=told["sealed"] + "\n")
    assert done.code == 0, done.err
    assert (done.json["taken"], done.json["profile"]) == (True, PROFILE)
    assert done.json["check_number"] == told["check_number"]


def test_a_person_compares_and_says_yes_or_no(shop: Till, other: Till, tmp_path: Path) -> None:
    file = sent(shop, other, tmp_path, *OF)
    kept = other.at_terminal("key", "receive", str(file), typed="\n")
    assert (kept.code, kept.out) == (0, "")
    assert "Check number" in kept.err
    assert other.json("profile", "list") == []
    done = other.at_terminal("key", "receive", str(file), typed="yes\n")
    assert (done.code, PROFILE in done.out) == (0, True)
    # The same with a scanner that types into the terminal.
    other.json("key", "receive")
    sealed = sent(shop, other, tmp_path, *OF).read_text()
    done = other.at_terminal("key", "receive", "-", typed=f"{sealed.strip()}\nyes\n")
    assert (done.code, PROFILE in done.out) == (0, True), done.err


def test_mistakes_are_told_and_nothing_is_taken_over(shop: Till, other: Till, tmp_path: Path) -> None:
    (tmp_path / "early").write_text("PCM1")
    assert "waits for nothing" in refused(other, "key", "receive", str(tmp_path / "early"), "--yes")
    first = sent(shop, other, tmp_path, *OF)
    text = first.read_text().strip()
    take = ("key", "receive", "--yes")

    assert "cannot be read" in refused(other, *take, str(tmp_path / "nowhere.txt"))
    for name, changed, words in (
        ("altered", text[:300] + ("A" if text[300] != "A" else "B") + text[301:], "altered or damaged"),
        ("cut", text[:404], "altered or damaged"),
        ("short", text[:20], "not a sealed move"),
        ("foreign", "hello", "not a sealed move"),
        ("invitation", other.json("key", "receive")["one_time_key"], "not a sealed move"),
    ):
        (tmp_path / name).write_text(changed)
        assert words in refused(other, *take, str(tmp_path / name))
    # Begun anew, the earlier text is of no use.
    assert other.json("key", "receive", "--abort") == {"forgotten": True}
    assert "waits for nothing" in refused(other, *take, str(first))
    other.json("key", "receive")
    assert "another till" in refused(other, *take, str(first))
    assert other.json("profile", "list") == []

    for to in ("hello", shop.json("key", "receive")["one_time_key"][:-1], text):
        assert "one-time key of a receiving till" in refused(shop, "key", "send", *OF, "--to", to)
    shop.run("key", "receive", "--abort")


def test_what_is_there_already_is_not_overwritten_unasked(shop: Till, other: Till, tmp_path: Path) -> None:
    file = sent(shop, other, tmp_path, *OF)
    assert other.run("key", "receive", str(file), "--yes").code == 0
    # The same once more is no harm; with other keys it is.
    assert other.run("key", "receive", str(sent(shop, other, tmp_path, *OF)), "--yes").code == 0
    made = other.json("key", "generate", "--replace", *OF)
    file = sent(shop, other, tmp_path, *OF)
    assert "--replace" in refused(other, "key", "receive", str(file), "--yes")
    assert other.json("key", "show", *OF)["private_fingerprint"] == made["fingerprint"]
    assert other.run("key", "receive", str(file), "--yes", "--replace").code == 0
    assert other.run("key", "check", *OF, "--online").code == 0


def test_the_shop_key_moves_in_the_same_way(shop: Till, other: Till, tmp_path: Path) -> None:
    assert "no shop key" in refused(shop, "key", "shop", "show")
    assert "no shop key" in refused(shop, "key", "send", "--shop", "--to", other_key(other))
    made = shop.json("key", "shop", "make")
    assert set(made) == {"public_key", "fingerprint", "fingerprint_grouped", "since"}
    assert "already" in refused(shop, "key", "shop", "make")
    assert shop.json("key", "shop", "show") == made

    done = other.run("key", "receive", str(sent(shop, other, tmp_path, "--shop")), "--yes", "--json")
    assert (done.json["profile"], done.json["shop_fingerprint"]) == (None, made["fingerprint"])
    assert other.json("key", "shop", "show") == made
    assert made["fingerprint_grouped"] in other.run("key", "shop", "show").out

    both = other.run("key", "receive", str(sent(shop, other, tmp_path, "--shop", *OF)), "--yes", "--json")
    assert (both.json["profile"], both.json["shop"]) == (PROFILE, True)
    renewed = shop.json("key", "shop", "make", "--replace")
    assert renewed["fingerprint"] != made["fingerprint"]
    file = sent(shop, other, tmp_path, "--shop")
    assert "another shop key" in refused(other, "key", "receive", str(file), "--yes")
    assert shop.json("key", "shop", "remove") == {"removed": True}
    assert shop.json("key", "shop", "remove") == {"removed": False}


def test_what_is_too_much_for_a_qr_code_goes_as_a_file(shop: Till, other: Till, tmp_path: Path) -> None:
    file = shop.home / "profiles" / f"{PROFILE}.toml"
    before = file.read_text()
    more = [f'p{number} = "{random.Random(number).randbytes(60).hex(" ", 4)}"' for number in range(50)]
    try:
        file.write_text("\n".join([before, "[extra]", *more]))
        arguments = ("key", "send", *OF, "--to", other_key(other))
        assert "--out" in refused(shop, *arguments, "--qr")
        assert shop.run(*arguments, "--out", str(tmp_path / "long.txt")).code == 0
    finally:
        file.write_text(before)
    done = other.run("key", "receive", str(tmp_path / "long.txt"), "--yes")
    assert done.code == 0, done.err


def other_key(till: Till) -> str:
    key: str = till.json("key", "receive")["one_time_key"]
    return key
