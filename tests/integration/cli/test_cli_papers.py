"""Lists, exports, sales, hand-over, journal and the demo."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.cli.command_line import Gateway, Till

pytestmark = pytest.mark.daemon

MakeTill = Callable[[], Till]


def test_a_sale_is_looked_up_and_nothing_is_cancelled(shop: Till, sandbox: Gateway) -> None:
    found = shop.run("lookup", "LOOK-REFUND", "--json")
    assert (found.code, found.json["status"], found.json["amount"]) == (0, "paid", "128.00")
    unknown = shop.run("lookup", "LOOK-NOSCAN", "--json")
    assert (unknown.code, unknown.json["found"]) == (4, False)
    by_trade_no = shop.run("lookup", found.json["trade_no"], "--json")
    assert by_trade_no.json["number_kind"] == "trade_no"
    assert by_trade_no.json["out_trade_no"] == "LOOK-REFUND"
    assert sandbox.cancels("LOOK-REFUND") == []


def test_sales_of_the_pos_are_taken_over_once(new_till: MakeTill, sandbox: Gateway, tmp_path: Path) -> None:
    till = new_till()
    sales = sandbox.folder / "sales.csv"
    first = till.json("sale", "import", str(sales))
    assert first["new"] == first["read"] > 0
    assert till.json("sale", "import", str(sales))["new"] == 0
    bad = tmp_path / "bad.csv"
    bad.write_text("number,profile,status\n,x,open\nR-77,x,open\nR-78,x,sold\n")
    done = till.run("sale", "import", str(bad))
    assert (done.code, done.err.count("skipped")) == (0, 2)
    assert [row["number"] for row in till.json("lookup", "--last", "R-77")] == ["R-77"]
    assert till.run("lookup", "--last", "NOTHING").code == 4
    day = till.json("lookup", "--last", "REFUND")[0]["time"][:10]
    till.run("profile", "import", str(sandbox.folder / "acquire.toml"))
    assert till.run("lookup", "--amount", "128", "--on", day).code == 0


def test_history_can_be_read_by_a_spreadsheet(shop: Till, tmp_path: Path) -> None:
    shop.run("cancel", "=1+2-CLOSE", "--yes", "--operator", "@SUM(A1)")
    file = tmp_path / "history.csv"
    assert shop.run("history", "--csv", str(file), "--number", "=1+2-CLOSE").code == 0
    (row,) = csv.DictReader(io.StringIO(file.read_text("utf-8-sig")))
    assert (row["number"], row["operator"], row["state"]) == ("'=1+2-CLOSE", "'@SUM(A1)", "closed")
    assert row["training"] == "true"
    assert shop.json("history", "--since", "2100-01-01") == []


def test_a_case_is_shown_with_its_events(shop: Till) -> None:
    case = shop.json("cancel", "EVENTS-REFUND", "--yes", "--operator", "Chen", "--reason", "wrong basket")
    shown = shop.json("show", case["case"].lower())
    assert [event["name"] for event in shown["events"]] == ["prepared", "sent", "answered"]
    assert (shown["operator"], shown["reason"]) == ("Chen", "wrong basket")
    assert case["case"] in shop.run("show", case["id"]).out


def test_the_hand_over_lists_what_is_open(new_till: MakeTill, sandbox: Gateway, tmp_path: Path) -> None:
    till = new_till()
    sandbox.set_up(till)
    assert till.json("handover") == {"operator": "", "stay_on_until": None, "open": []}
    case = till.json("cancel", "OVER-BADSIGN", "--yes", "--wait", "0.5")
    handed = till.json("handover", "--operator", "Wang")
    assert [row["case"] for row in handed["open"]] == [case["case"]]
    assert handed["stay_on_until"] is not None
    assert till.json("show", case["case"])["events"][-1] == {
        "name": "handover",
        "at": till.json("show", case["case"])["events"][-1]["at"],
        "fields": {"by": "Wang"},
    }
    file = tmp_path / "list.pdf"
    assert till.json("handover", "--pdf", str(file))["pdf"] == str(file)
    assert file.read_bytes().startswith(b"%PDF-")
    assert till.run("handover", "--pdf", str(tmp_path / "nowhere" / "list.pdf")).code == 5


def test_the_journal_is_checked_copied_and_pruned(
    new_till: MakeTill, sandbox: Gateway, tmp_path: Path
) -> None:
    till = new_till()
    sandbox.set_up(till)
    till.run("cancel", "PRUNE-REFUND", "--yes")
    assert till.json("journal", "verify") == {"ok": True, "findings": []}
    copy = tmp_path / "copy"
    assert till.run("journal", "backup", str(copy)).code == 0
    assert till.run("journal", "backup", str(copy)).code == 5
    assert till.json("journal", "prune")["pruned"] == 0
    assert till.json("journal", "verify")["ok"] is True
    file = till.home / "journal" / "journal.key"
    file.write_bytes(bytes(32))
    damaged = till.run("journal", "verify", "--json")
    assert (damaged.code, damaged.json["ok"]) == (5, False)


def test_profiles_are_added_exported_and_removed(new_till: MakeTill, tmp_path: Path) -> None:
    till = new_till()
    added = till.json(
        "profile", "add", "--name", "shop-1", "--partner", "2088123412341234", "--currency", "HKD"
    )
    assert added["backup_endpoint"] == "https://intlmapi.alipay.com/gateway.do"
    text = till.run("profile", "export", "shop-1").out
    file = tmp_path / "shop-1.toml"
    file.write_text(text)
    other = new_till()
    assert other.run("profile", "import", str(file)).code == 0
    assert other.run("profile", "export", "shop-1").out == text
    assert till.run("profile", "default", "shop-1").code == 0
    assert till.run("profile", "remove", "shop-1").code == 0
    assert till.json("profile", "list") == []


def test_accounts_of_every_gateway_are_added(new_till: MakeTill) -> None:
    till, client = new_till(), ("--client-id", "5Y119Y2ZBZ0U00001234")
    for name, preset, host in (
        ("antom", "sea", "https://open-sea-global.alipay.com"),
        ("apo", "eu", "https://open-de-global.alipay.com"),
        ("acqp", "sea", "https://open-sea.alipayplus.com"),
    ):
        gateway = ("--gateway", name, "--name", name)
        added = till.json("profile", "add", *gateway, *client, "--preset", preset, "--key-version", "2")
        assert (added["endpoint"], added["key_version"], added["kind"]) == (host, "2", "live")
        assert till.run("profile", "add", *gateway, *client, "--preset", preset).code == 2
    for wrong, word in (
        (("--gateway", "antom", *client), "--preset"),
        (("--gateway", "antom", "--partner", "2088123412341234"), "--client-id"),
        (("--gateway", "antom", "--client-id", "2088123412341234", "--preset", "sea"), "partner id"),
        (("--gateway", "acquire", *client), "--partner"),
        (("--gateway", "acquire", "--partner", "2088123412341234", "--preset", "mars"), "mars"),
    ):
        done = till.run("profile", "add", "--name", "x", *wrong)
        assert (done.code, done.err.count("\n")) == (2, 1)
        assert word in done.err
    test = till.json("profile", "add", "--name", "t", "--partner", "2088123412341234", "--kind", "test")
    assert test["endpoint"] == "https://mapi.alipaydev.com/gateway.do"


def test_a_key_pair_is_made_on_the_till(new_till: MakeTill, tmp_path: Path) -> None:
    till = new_till()
    till.run("profile", "add", "--name", "made-here", "--partner", "2088123412341234")
    out = tmp_path / "public.txt"
    made = till.json("key", "generate", "--profile", "made-here", "--public-out", str(out))
    assert out.read_text().strip() == made["public_key"]
    checked = till.run("key", "check", "--profile", "made-here", "--json")
    assert (checked.code, checked.json["findings"]) == (5, ["The gateway's public key is missing."])
    assert till.run("key", "remove", "--profile", "made-here").code == 0
    assert till.json("key", "show", "--profile", "made-here")["private_fingerprint"] is None


def test_the_demo_tells_the_main_job(new_till: MakeTill, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    done = new_till().run("demo", "--folder", str(folder), "--json", env={"QT_QPA_PLATFORM": "offscreen"})
    assert done.code == 0, done.err
    states = [case["state"] for case in done.json["cases"]]
    assert states == ["closed", "refunded", "closed_unscanned", "no_payment_found", "refunded", "use_refund"]
    assert len(list(folder.glob("*.png"))) == len(states)


def test_help_is_there_for_every_command(new_till: MakeTill) -> None:
    from pos_cancel.cli.main import COMMANDS

    till = new_till()
    top = till.run("--help").out
    for name in COMMANDS:
        assert name in top
        done = till.run(name, "--help")
        assert (done.code, done.err) == (0, ""), name
    assert not till.home.exists()
