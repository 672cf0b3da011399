"""`pos-cancel cancel` against the training gateway: states, exit codes, and at most one refund per sale."""

import signal

import pytest

from tests.integration.cli.command_line import Gateway, Till, eventually

pytestmark = pytest.mark.daemon

# The end of a number tells the story; state and exit code as outcomes.md has them.
STORIES = [
    ("CLOSE", "closed", 0, 0),
    ("REFUND", "refunded", 0, 1),
    ("NOSCAN", "no_payment_found", 4, 0),
    ("GONE", "wrong_number", 4, 0),
    ("BUSY", "refunded", 0, 1),
    ("LOST", "refunded", 0, 1),
    ("LOSTSTATUS", "refunded", 0, 1),
    ("LOSTGONE", "refunded", 0, 1),
    ("LOSTCLOSE", "cancelled", 0, 0),
    ("WINDOW", "use_refund", 4, 0),
    ("FROZEN", "call_support", 4, 0),
    ("CLOSED", "already_closed", 4, 0),
    ("SETUP", "setup_problem", 5, 0),
    ("WRONGKEY", "setup_problem", 5, 0),
]
CASE_KEYS = [
    *("case", "id", "gateway", "profile", "number", "number_kind", "state", "tone", "headline", "do", "dont"),
    *("tries", "next_try_at", "deadline", "gateway_code", "retry_reason", "trade_no", "amount", "currency"),
    *("sale_time", "operator", "approver", "reason", "variant", "stopped", "linked_case", "refunded_amount"),
    *("progress", "signature", "training", "watching_until", "opened_at", "updated_at", "clock_off_s"),
]


@pytest.mark.parametrize(("ending", "state", "code", "refunds"), STORIES)
def test_each_story_ends_as_it_must(
    shop: Till, sandbox: Gateway, ending: str, state: str, code: int, refunds: int
) -> None:
    number = f"S-{ending}"
    done = shop.run("cancel", number, "--yes", "--json")
    assert (done.json["state"], done.code, sandbox.refunds(number)) == (state, code, refunds)
    assert list(done.json) == CASE_KEYS
    assert done.json["training"] is True


def test_a_known_order_that_nobody_scanned_is_closed(shop: Till) -> None:
    done = shop.run("cancel", "K-NOSCAN", "--yes", "--known-order", "--json")
    assert (done.json["state"], done.code) == ("closed_unscanned", 0)


def test_a_second_cancel_shows_the_first_case_and_sends_nothing(shop: Till, sandbox: Gateway) -> None:
    first = shop.json("cancel", "T-REFUND", "--yes")
    requests = len(sandbox.read("/requests"))
    second = shop.run("cancel", "T-REFUND", "--yes", "--json")
    assert (second.json["id"], second.code) == (first["id"], 0)
    assert len(sandbox.read("/requests")) == requests
    again = shop.run("cancel", "T-REFUND", "--yes", "--again", "--json")
    assert again.json["id"] != first["id"]
    assert again.code in {0, 4}
    assert sandbox.refunds("T-REFUND") == 1


def test_without_a_terminal_and_without_yes_nothing_is_opened(shop: Till, sandbox: Gateway) -> None:
    done = shop.run("cancel", "NOYES-REFUND")
    assert (done.code, done.out) == (2, "")
    assert "--yes" in done.err
    assert shop.json("history", "--number", "NOYES-REFUND") == []
    assert sandbox.cancels("NOYES-REFUND") == []


def test_an_amount_that_is_not_the_sales_sends_nothing(shop: Till, sandbox: Gateway) -> None:
    done = shop.run("cancel", "AMOUNT-REFUND", "--yes", "--amount", "127.00", "--json")
    assert (done.code, done.json["error"]["code"]) == (2, "invalid_input")
    assert sandbox.cancels("AMOUNT-REFUND") == []
    assert shop.run("cancel", "AMOUNT-REFUND", "--yes", "--amount", "128").code == 0


def test_a_dry_run_shows_the_parameters_and_sends_nothing(shop: Till, sandbox: Gateway) -> None:
    requests = len(sandbox.read("/requests"))
    done = shop.run("cancel", "DRY-REFUND", "--dry-run", "--json")
    assert done.code == 0
    assert done.json["params"]["out_trade_no"] == "DRY-REFUND"
    assert "sign" not in done.json["params"]
    assert len(sandbox.read("/requests")) == requests
    assert shop.json("history", "--number", "DRY-REFUND") == []


def test_a_person_at_the_terminal_types_the_amount_and_yes(shop: Till, sandbox: Gateway) -> None:
    done = shop.at_terminal("cancel", "TTY-REFUND", "--json", typed="128.00\nyes\n")
    assert (done.code, done.json["state"]) == (0, "refunded")
    assert "¥128.00" in done.err


@pytest.mark.parametrize("typed", ["\n\n\n\n", "128.00\n\n", "128.00\nno\n"])
def test_enter_alone_confirms_nothing(shop: Till, sandbox: Gateway, typed: str) -> None:
    done = shop.at_terminal("cancel", "ENTER-REFUND", typed=typed)
    assert (done.code, done.out) == (0, "")
    assert sandbox.cancels("ENTER-REFUND") == []
    assert shop.json("history", "--number", "ENTER-REFUND") == []


def test_a_wrong_amount_at_the_terminal_sends_nothing(shop: Till, sandbox: Gateway) -> None:
    done = shop.at_terminal("cancel", "WRONG-REFUND", typed="12.80\nyes\n")
    assert done.code == 2
    assert sandbox.cancels("WRONG-REFUND") == []


def test_a_signal_while_waiting_prints_the_case_as_it_stands(shop: Till, sandbox: Gateway) -> None:
    process = shop.start("cancel", "SIG-BADSIGN", "--yes", "--json")
    with process:
        eventually(lambda: sandbox.cancels("SIG-BADSIGN"))
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=20)
    assert process.returncode == 3
    assert '"state": "' in out
    (case,) = shop.json("history", "--number", "SIG-BADSIGN")
    assert case["state"] in {"sending", "retry_pending"}


def test_two_commands_at_once_both_come_to_an_end(shop: Till, sandbox: Gateway) -> None:
    numbers = ("PAIR1-LOST", "PAIR2-REFUND", "PAIR3-BUSY")
    processes = [shop.start("cancel", number, "--yes", "--json") for number in numbers]
    outs = [process.communicate(timeout=60) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], outs
    assert [sandbox.refunds(number) for number in numbers] == [1, 1, 1]


def test_a_command_beside_one_that_sends_hands_its_case_over(shop: Till, sandbox: Gateway) -> None:
    holder = shop.start("cancel", "HOLD-BADSIGN", "--yes", "--wait", "30")
    with holder:
        eventually(lambda: sandbox.cancels("HOLD-BADSIGN"))
        done = shop.run("cancel", "GUEST-REFUND", "--yes", "--json")
        assert (done.json["state"], done.code) == ("refunded", 0)
        assert "Another program" in shop.run("resume", "--wait", "0.2").err
        assert holder.poll() is None
        holder.send_signal(signal.SIGINT)
        holder.communicate(timeout=20)
    assert holder.returncode == 3


def test_words_come_in_the_language_that_is_asked_for(shop: Till) -> None:
    done = shop.run("cancel", "LANG-CLOSE", "--yes", "--language", "zh_CN")
    assert "订单已关闭，顾客没有付款。" in done.out
    english = shop.run("cancel", "LANG-CLOSE", "--yes", env={"LANG": "de_DE.UTF-8"})
    assert "Sale closed. The customer had not paid." in english.out
    chinese = shop.run(
        "show", shop.json("history", "--number", "LANG-CLOSE")[0]["case"], env={"LANG": "zh_TW"}
    )
    assert "訂單已關閉，顧客沒有付款。" in chinese.out


def test_an_interrupted_question_keeps_the_sale(shop: Till, sandbox: Gateway) -> None:
    done = shop.at_terminal("cancel", "CTRLC-REFUND", typed="", interrupted=True)
    assert (done.code, done.out) == (130, "")
    assert "Nothing was sent" in done.err
    assert sandbox.cancels("CTRLC-REFUND") == []


def test_an_unknown_amount_asks_for_the_number_twice_and_a_manager(shop: Till, sandbox: Gateway) -> None:
    done = shop.at_terminal("cancel", "TTY-NOSCAN", "--json", typed="TTY-NOSCAN\nManager Ho\nyes\n")
    assert (done.code, done.json["state"], done.json["approver"]) == (4, "no_payment_found", "Manager Ho")
    other = shop.at_terminal("cancel", "TTX-NOSCAN", typed="TTY-NOSCAN\nManager Ho\nyes\n")
    assert other.code == 2
    nobody = shop.at_terminal("cancel", "TTX-NOSCAN", typed="TTX-NOSCAN\n\n")
    assert (nobody.code, nobody.out) == (0, "")
    assert sandbox.cancels("TTX-NOSCAN") == []
