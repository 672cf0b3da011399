"""What lies in resources/ is found and read, and what is missing or broken is said plainly."""

from pathlib import Path

import pytest

from pos_cancel.adapters import resources
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.outcome import Advice


def test_every_code_of_the_specification_has_its_advice() -> None:
    table = resources.gateway_table("acquire")
    told = {advice: {code for code, row in table.rows.items() if row.advice is advice} for advice in Advice}
    assert {advice: codes for advice, codes in told.items() if codes} == {
        Advice.SYSTEM: {"SYSTEM_ERROR"},
        Advice.SETUP: {
            "ACCESS_FORBIDDEN",
            "HAS_NO_PRIVILEGE",
            "ILLEGAL_EXTERFACE",
            "ILLEGAL_PARTNER",
            "ILLEGAL_PARTNER_EXTERFACE",
            "ILLEGAL_SIGN",
            "ILLEGAL_SIGN_TYPE",
            "SELLER_ERROR",
        },
        Advice.PARAMETER: {"ILLEGAL_ARGUMENT", "INVALID_PARAMETER"},
        Advice.NOT_FOUND: {"TRADE_NOT_EXIST"},
        Advice.STATUS: {"TRADE_STATUS_ERROR"},
        Advice.BLOCKED: {"BUYER_ENABLE_STATUS_FORBID", "BUYER_ERROR", "REASON_TRADE_BEEN_FREEZEN"},
        Advice.WINDOW: {"TRADE_CANCEL_TIME_OUT", "TRADE_HAS_FINISHED"},
        Advice.REFUND_FEE: {"REASON_TRADE_REFUND_FEE_ERR"},
        Advice.FUNDS: {"MERCHANT_BALANCE_NOT_ENOUGH", "SELLER_BALANCE_NOT_ENOUGH"},
        Advice.IN_PROGRESS: {"REFUND_CHARGE_ERROR"},
        Advice.BUSY: {"FREQUENCY_LIMITED"},
    }


def test_every_fault_of_the_set_up_has_a_code_for_the_telephone() -> None:
    rows = resources.gateway_table("acquire").rows.values()
    for row in rows:
        assert bool(row.setup_code) == (row.advice in {Advice.SETUP, Advice.PARAMETER})


def test_aliases_and_unlisted_codes() -> None:
    table = resources.gateway_table("acquire")
    assert table.row("AQC.SYSTEM_ERROR") == table.row("SYSTEM_ERROR")
    assert table.row("NEVER_HEARD_OF").advice is Advice.UNLISTED


def test_the_addresses_are_those_of_the_specification() -> None:
    assert dict(resources.endpoints("acquire")) == {
        "global": "https://globalmapi.alipay.com/gateway.do",
        "intl": "https://intlmapi.alipay.com/gateway.do",
        "sea": "https://api-sea-global.alipayplus.com/gateway.do",
        "eu": "https://api-eu-global.alipayplus.com/gateway.do",
        "na": "https://api-na-global.alipayplus.com/gateway.do",
        "test": "https://mapi.alipaydev.com/gateway.do",
    }


def test_the_fonts_are_there() -> None:
    fonts = resources.font_paths()
    assert fonts
    assert all(path.is_file() and path.suffix in resources.FONTS for path in fonts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An installed package's resources, as a wheel has them, with something of each kind."""
    package = tmp_path / "pos_cancel"
    for name, text in {
        "gateways/broken.toml": "not toml",
        "gateways/empty.toml": "",
        "gateways/strange.toml": "endpoints = {}\naliases = {}\n[codes]\nX = { advice = 'pray' }\n",
        "gateways/numbers.toml": "endpoints = { a = 1 }\naliases = {}\n[codes]\n",
        "gateways/listed.toml": "endpoints = {}\naliases = {}\ncodes = []\n",
        "wording/en.toml": "[closed]\nheadline = 'Sale closed.'\n",
        "wording/zh-CN.toml": "[closed]\nheadline = '订单已关闭'\n",
        "styles/light.qss": "QLabel { }",
        "icons/done.svg": "<svg/>",
    }.items():
        path = package / "resources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return resources.found(package)


def test_in_a_wheel_the_resources_lie_inside_the_package(folder: Path) -> None:
    assert folder.parent.name == "pos_cancel"
    assert resources.found(folder.parent / "engine") == folder
    assert (resources.FOLDER / "gateways" / "acquire.toml").is_file()


def test_words_styles_and_icons_are_read(folder: Path) -> None:
    assert resources.languages(folder) == ("en", "zh-CN")
    assert resources.wording("zh-CN", folder) == {"closed": {"headline": "订单已关闭"}}
    assert resources.style("light", folder) == "QLabel { }"
    assert resources.icon_path("done", folder).read_text() == "<svg/>"
    assert resources.font_paths(folder) == ()


@pytest.mark.parametrize("name", ["broken", "empty", "strange", "numbers", "listed"])
def test_a_broken_table_is_one_sentence(name: str, folder: Path) -> None:
    with pytest.raises(LocalError, match="is broken") as told:
        resources.gateway_table(name, folder)
    assert told.value.way_on


def test_what_is_missing_is_said(folder: Path) -> None:
    for reader in (resources.gateway_table, resources.wording, resources.style, resources.icon_path):
        with pytest.raises(LocalError, match="missing"):
            reader("none", folder)


@pytest.mark.parametrize("name", ["../acquire", "", "a/b", "a.b", "-a"])
def test_a_name_is_no_path(name: str, folder: Path) -> None:
    with pytest.raises(LocalError, match="not the name of a resource"):
        resources.wording(name, folder)
