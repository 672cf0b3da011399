"""Every row of the table of codes of outcomes.md §2, written down by hand as what a till is to make of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.integration import outcome_tellings as told

AMS = ("antom", "apo")
JSON = (*AMS, "acqp")
ALL = ("acquire", *JSON)
# What the command line exits with (outcomes.md §1).
EXITS: Mapping[str, int] = MappingProxyType(
    {
        "cancelled": 0,
        "refunded": 0,
        "already_closed": 4,
        "already_refunded": 4,
        "use_refund": 4,
        "wrong_number": 4,
        "call_support": 4,
        "retry_pending": 3,
        "waiting": 3,
        "setup_problem": 5,
    }
)


@dataclass(frozen=True)
class Line:
    """One line of the table: its gateways, its codes, and what is told of each of them."""

    gateways: tuple[str, ...]
    codes: tuple[str, ...]
    tellings: told.Tellings


@dataclass(frozen=True)
class Row:
    """One telling at one gateway: where the case has to come, and by which exchanges."""

    line: str
    gateway: str
    code: str
    ending: str
    state: str
    variant: str
    asked: str

    @property
    def number(self) -> str:
        """The receipt number that tells it."""
        return f"{self.gateway}-{self.ending}"

    @property
    def is_after_unanswered(self) -> bool:
        """Whether it stands in the column U."""
        return not self.ending.startswith("CODE.")

    @property
    def is_lost(self) -> bool:
        """Whether the unanswered try was carried out."""
        return self.ending.startswith("LOST.")

    @property
    def words(self) -> set[str]:
        """What is told of sale and answer beside the code."""
        return set(self.ending.partition(self.code)[2].split("."))

    @property
    def is_a_code(self) -> bool:
        """Whether the gateway itself answers, about this sale."""
        return self.code not in {"OTHER", *NOT_THE_GATEWAY, *COME_BACK_LATER}

    @property
    def asks_for_time(self) -> bool:
        """Whether the answer is that it is to be tried later."""
        return self.line in LATER and "UNSIGNED" not in self.words


# What the manager is told of a page in the gateway's place: check the address, a login is wanted, or no more.
NOT_THE_GATEWAY: Mapping[str, str] = MappingProxyType(
    {"404": "not_found_address"}
    | dict.fromkeys(("301", "302", "307", "403", "511", "HTML"), "login_page")
    | dict.fromkeys(("400", "401", "408", "500", "502", "504"), "http_status")
    | {"TEXT": "unreadable"}
)
COME_BACK_LATER = ("429", "503")
LATER = frozenset(
    {
        "acquire: funds",
        "acquire: in progress",
        "acquire: busy",
        "JSON: funds",
        "JSON: too many",
        "HTTP: come back later",
    }
)
JSON_SETUP = (
    "CLIENT_INVALID",
    "INVALID_CLIENT",
    "KEY_NOT_FOUND",
    "ACCESS_DENIED",
    "NO_INTERFACE_DEF",
    "METHOD_NOT_SUPPORTED",
    "MEDIA_TYPE_NOT_ACCEPTABLE",
    "SIGNATURE_INVALID",
    "INVALID_SIGNATURE",
)
ACQUIRE_LINES: Mapping[str, Line] = MappingProxyType(
    {
        "acquire: out of order": Line(("acquire",), ("SYSTEM_ERROR", "AQC.SYSTEM_ERROR"), told.OUT_OF_ORDER),
        "acquire: set-up": Line(
            ("acquire",),
            (
                "ILLEGAL_SIGN",
                "ILLEGAL_SIGN_TYPE",
                "ILLEGAL_PARTNER",
                "ILLEGAL_EXTERFACE",
                "ILLEGAL_PARTNER_EXTERFACE",
                "HAS_NO_PRIVILEGE",
                "SELLER_ERROR",
                "ACCESS_FORBIDDEN",
            ),
            told.OWN_FAULT,
        ),
        "acquire: parameter": Line(("acquire",), ("INVALID_PARAMETER", "ILLEGAL_ARGUMENT"), told.OWN_FAULT),
        "acquire: not found": Line(("acquire",), ("TRADE_NOT_EXIST",), told.NOT_FOUND),
        "acquire: status": Line(("acquire",), ("TRADE_STATUS_ERROR",), told.STATUS),
        "acquire: blocked": Line(
            ("acquire",),
            ("REASON_TRADE_BEEN_FREEZEN", "BUYER_ERROR", "BUYER_ENABLE_STATUS_FORBID"),
            told.BLOCKED,
        ),
        "acquire: window": Line(
            ("acquire",), ("TRADE_CANCEL_TIME_OUT", "TRADE_HAS_FINISHED"), told.ACQUIRE_WINDOW
        ),
        "acquire: refunded before": Line(("acquire",), ("REASON_TRADE_REFUND_FEE_ERR",), told.REFUND_FEE),
        "acquire: funds": Line(
            ("acquire",),
            ("MERCHANT_BALANCE_NOT_ENOUGH", "SELLER_BALANCE_NOT_ENOUGH"),
            (("CODE.{}", "waiting/funds", "C~"), *told.LATER),
        ),
        "acquire: in progress": Line(
            ("acquire",), ("REFUND_CHARGE_ERROR",), (("CODE.{}", "waiting/in_progress", "C~"), *told.LATER)
        ),
        "acquire: busy": Line(
            ("acquire",), ("FREQUENCY_LIMITED",), (("CODE.{}", "waiting/busy", "C~"), *told.LATER)
        ),
        "acquire: unlisted": Line(
            ("acquire",),
            ("TRAINING_UNLISTED",),
            (*told.UNLISTED, ("CODE.{}.Y", "call_support/refused", "CCCCI")),
        ),
    }
)
JSON_LINES: Mapping[str, Line] = MappingProxyType(
    {
        "JSON: set-up under F": Line(AMS, (*JSON_SETUP, "INVALID_API"), told.OWN_FAULT),
        "JSON: set-up under U": Line(AMS, (*JSON_SETUP, "INVALID_API"), told.UNDER_U),
        "JSON: parameter": Line(AMS, ("PARAM_ILLEGAL",), told.OWN_FAULT),
        "JSON: not found": Line(AMS, ("ORDER_NOT_EXIST",), told.NOT_FOUND),
        "JSON: status": Line(AMS, ("ORDER_STATUS_INVALID",), told.JSON_STATUS),
        "JSON: window": Line(AMS, ("CANCEL_WINDOW_EXCEED", "PAYMENT_METHOD_NOT_SUPPORTED"), told.JSON_WINDOW),
        "JSON: funds": Line(
            AMS, ("MERCHANT_BALANCE_NOT_ENOUGH",), (("CODE.{}", "waiting/funds", "C~"), *told.LATER)
        ),
        "JSON: refunded before": Line(AMS, ("PROCESS_FAIL",), told.PROCESS_FAIL),
        "JSON: out of order under F": Line(AMS, ("SYSTEM_ERROR",), told.FINAL_ERROR),
        "JSON: customer": Line(AMS, ("USER_NOT_EXIST", "USER_STATUS_ABNORMAL"), told.BLOCKED),
        "JSON: unknown": Line(AMS, ("UNKNOWN_EXCEPTION", "PAYMENT_IN_PROCESS"), told.UNDER_U),
        "JSON: too many": Line(JSON, ("REQUEST_TRAFFIC_EXCEED_LIMIT",), told.TOO_MANY),
        "JSON: unlisted": Line(JSON, ("TRAINING_UNLISTED",), told.UNLISTED),
        "ACQP: set-up under F": Line(("acqp",), JSON_SETUP, told.OWN_FAULT),
        "ACQP: set-up under U": Line(("acqp",), JSON_SETUP, told.UNDER_U),
        "ACQP: parameter": Line(("acqp",), ("PARAM_ILLEGAL",), told.OWN_FAULT),
        "ACQP: not found": Line(("acqp",), ("ORDER_NOT_EXIST",), told.NOT_FOUND),
        "ACQP: window": Line(("acqp",), ("CANCEL_WINDOW_EXCEED",), told.JSON_WINDOW),
        "ACQP: refunded before": Line(("acqp",), ("PROCESS_FAIL",), told.PROCESS_FAIL),
        "ACQP: unknown": Line(("acqp",), ("UNKNOWN_EXCEPTION",), told.UNDER_U),
        "ACQP: S with another code": Line(("acqp",), ("PROCESS_FAIL", "ACCEPTED"), told.ODD_SUCCESS),
    }
)
OTHER_LINES: Mapping[str, Line] = MappingProxyType(
    {
        "another sale, 4 times": Line(
            ("acquire", *AMS),
            ("OTHER",),
            (("CODE.{}", "call_support/unknown", "CCCC"), ("MISS.{}", "call_support/unknown", "CC~")),
        ),
        "HTTP: no answer of the gateway's": Line(ALL, tuple(NOT_THE_GATEWAY), told.NO_ANSWER),
        "HTTP: come back later": Line(
            ALL,
            COME_BACK_LATER,
            (
                ("CODE.{}", "retry_pending", "C~"),
                ("LOST.{}", "refunded", "CC+I"),
                ("MISS.{}", "retry_pending", "CC~"),
            ),
        ),
    }
)
LINES: Mapping[str, Line] = MappingProxyType({**ACQUIRE_LINES, **JSON_LINES, **OTHER_LINES})


def rows() -> Iterator[Row]:
    """Give every row once for each gateway and code of its line."""
    for name, line in LINES.items():
        for gateway in line.gateways:
            for code in line.codes:
                for ending, end, asked in line.tellings:
                    state, _, variant = end.partition("/")
                    yield Row(name, gateway, code, ending.format(code), state, variant, asked)
