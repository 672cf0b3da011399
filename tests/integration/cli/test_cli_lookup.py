"""Looking before cancelling: the right account without naming it, odd numbers, and what was meant."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.integration.cli.command_line import Gateway, Till

pytestmark = pytest.mark.daemon

MakeTill = Callable[[], Till]
GATEWAYS = ("acquire", "antom", "apo", "acqp")


def with_all_accounts(till: Till, sandbox: Gateway) -> dict[str, dict[str, str]]:
    """Set up four accounts and hand the sales over; gives the orders that were paid, by account."""
    sandbox.set_up(till)
    for name in GATEWAYS[1:]:
        assert till.run("profile", "import", str(sandbox.folder / f"{name}.toml")).code == 0
        private, public = (sandbox.folder / f"{name}.{half}.pem" for half in ("private", "gateway-public"))
        keys = ("--private", str(private), "--gateway-public", str(public))
        assert till.run("key", "import", "--profile", f"training-{name}", *keys).code == 0
    assert till.run("sale", "import", str(sandbox.folder / "sales.csv")).code == 0
    with (sandbox.folder / "sales.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {
        row["profile"]: row for row in rows if row["number"].endswith("-REFUND") and row["status"] == "paid"
    }


def test_the_account_that_knows_the_number_is_asked_without_naming_it(
    new_till: MakeTill, sandbox: Gateway
) -> None:
    till = new_till()
    paid = with_all_accounts(till, sandbox)
    for gateway in GATEWAYS:
        row = paid[f"training-{gateway}"]
        found = till.run("lookup", row["number"], "--json")
        assert (found.code, found.json["profile"], found.json["status"]) == (0, row["profile"], "paid")
    antom = paid["training-antom"]["number"]
    case = till.json("cancel", antom, "--yes", "--amount", "128")
    assert (case["gateway"], case["state"]) == ("antom", "refunded")
    assert till.run("lookup", "NEVER-HEARD-OF").code == 2, "nothing speaks for any of the four"
    there = till.run("lookup", "NEVER-NOSCAN", "--profile", "training-acquire", "--json")
    assert (there.code, there.json["found"]) == (4, False)
    assert set(there.json["other_profiles"]) <= {f"training-{name}" for name in GATEWAYS[1:]}
    text = till.run("lookup", "NEVER-NOSCAN", "--profile", "training-acquire").out
    assert not there.json["other_profiles"] or "--profile training-" in text


def test_an_odd_number_is_marked_before_and_the_meant_one_offered_after(
    new_till: MakeTill, sandbox: Gateway, tmp_path: Path
) -> None:
    till = new_till()
    sandbox.set_up(till)
    sales = tmp_path / "sales.csv"
    lines = [
        f"20261121{count:06d},{count}.00,CNY,2026-11-21T10:00:00+08:00,training-acquire,paid"
        for count in range(300)
    ]
    sales.write_text("number,amount,currency,time,profile,status\n" + "\n".join(lines))
    assert till.run("sale", "import", str(sales)).code == 0
    slip = "2026112100123"  # a zero is missing
    done = till.run("cancel", slip, "--yes")
    assert "does not look like" in done.err
    assert "Meant one of these?" in done.out
    assert "20261121000123" in done.out
    look = till.run("lookup", slip, "--json")
    assert (look.code, look.json["odd"]) == (4, True)
    (first, *_) = look.json["nearest"]
    assert (first["number"], first["amount"], first["currency"]) == ("20261121000123", "123.00", "CNY")
    again = till.run("cancel", slip + "-NOSCAN", "--yes", "--json")
    assert again.json["state"] == "no_payment_found"
    assert "nearest" not in again.json, "there is nothing to offer"
    json_slip = till.run("cancel", "2026112100124-NOSCAN"[:13], "--yes", "--json")
    assert json_slip.json["nearest"][0]["number"] == "20261121000124"
