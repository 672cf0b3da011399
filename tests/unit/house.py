"""The house as data: which room has which files, and which room may know which library.

A new file is entered here when it is made. That moment is for asking whether its name says what is in it.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "pos_cancel"

# The modules at the top, then one row per room; `__init__` belongs to every room and is not listed.
ROOMS: Mapping[str, frozenset[str]] = {
    ".": frozenset({"__main__", "bootstrap"}),
    "domain": frozenset(
        {
            "case",
            "errors",
            "events",
            "identifiers",
            "judge",
            "money",
            "moves",
            "outcome",
            "profile",
            "receipt",
            "record",
            "sale",
            "schedule",
            "settle",
            "shape",
            "slips",
            "step",
        }
    ),
    "gateways": frozenset(
        {
            "acqp",
            "acquire",
            "acquire_reply",
            "antom",
            "apo",
            "http",
            "http_status",
            "json_envelope",
            "json_gateway",
            "json_judge",
            "json_reply",
            "json_sale",
            "keys",
            "signature_header",
            "signing",
            "times",
            "xml_reply",
        }
    ),
    "engine": frozenset(
        {
            "acts",
            "clock_check",
            "engine",
            "entries",
            "looker",
            "lookup",
            "opening",
            "outgoing",
            "ports",
            "suggest",
            "watching",
            "worklist",
        }
    ),
    "adapters": frozenset(
        {
            "audit",
            "case_rows",
            "chain",
            "clock",
            "database",
            "exchanges",
            "journal",
            "journal_folder",
            "key_forms",
            "key_store",
            "key_troubles",
            "keyring_backend",
            "keyring_entries",
            "late_desk",
            "lease",
            "listeners",
            "live_profiles",
            "logs",
            "looks",
            "mailbox",
            "memory_keys",
            "name_lookup",
            "number_forms",
            "one_call",
            "orders",
            "profile_entries",
            "profile_files",
            "pruning",
            "resources",
            "route",
            "runner",
            "sales_files",
            "schema",
            "sealed_store",
            "sender_pool",
            "settings",
            "system_credential",
            "transport",
            "transport_fault",
            "watched_folder",
            "wire",
            "wire_connection",
        }
    ),
    "sandbox": frozenset(
        {
            "acquire_answers",
            "acquire_desk",
            "acquire_reply",
            "acquire_request",
            "exchange",
            "faults",
            "harms",
            "json_answers",
            "json_desk",
            "json_faults",
            "json_reply",
            "json_request",
            "json_stories",
            "json_troubles",
            "keys",
            "ledger",
            "ledger_view",
            "listener",
            "profiles",
            "server",
            "stories",
            "story_trades",
            "tls",
        }
    ),
    "presenters": frozenset(
        {
            "card",
            "case_json",
            "fine_print",
            "lookup_card",
            "lookup_warnings",
            "moments",
            "nearby",
            "spoken",
            "terminal",
            "wording",
        }
    ),
    "cli": frozenset(
        {
            "acts",
            "arguments",
            "cancel",
            "cases",
            "confirming",
            "demo",
            "desk",
            "doctor",
            "explain",
            "faults",
            "handover",
            "history",
            "journal",
            "key_seal",
            "keys",
            "lookup",
            "main",
            "output",
            "profiles",
            "resume",
            "sales",
            "sandbox",
            "saved_paper",
            "saved_reply",
            "screen",
            "signature_reasons",
            "till",
            "unlocking",
            "window",
        }
    ),
    "gui": frozenset(
        {
            "answers",
            "application",
            "board",
            "card_view",
            "entrance",
            "faces",
            "flow",
            "header_view",
            "hold_button",
            "labels",
            "languages",
            "main_window",
            "offer_view",
            "open_cases_model",
            "open_cases_view",
            "pictures",
            "question_view",
            "sale_view",
            "scan_field",
            "screen",
            "screens",
            "stages",
            "theme",
            "till",
            "till_button",
            "wedge",
            "worker",
        }
    ),
}

# Names that say nothing about what is inside.
NAMELESS = frozenset(
    {"common", "helper", "helpers", "manager", "managers", "misc", "mixins", "util", "utils"}
)

# Who may import what: a room, or a single file of one.
OWNERS: Mapping[str, tuple[str, ...]] = {
    "PySide6": ("gui/",),
    "cryptography": ("adapters/", "cli/keys.py", "gateways/keys.py", "gateways/signing.py", "sandbox/"),
    "importlinter": (),
    "keyring": ("adapters/",),
    "requests": ("adapters/transport.py",),
    "sqlite3": ("adapters/",),
    "urllib3": ("adapters/transport.py", "adapters/transport_fault.py", "adapters/wire_connection.py"),
}

# The engine decides the order of effects; waiting and threads belong to the runner.
NOT_IN_THE_ENGINE = frozenset({"asyncio", "multiprocessing", "socket", "subprocess", "threading", "time"})


def product_files() -> list[Path]:
    """Every Python file of the product."""
    return sorted(PACKAGE.rglob("*.py"))


def written_files() -> list[Path]:
    """Every Python file that people write here: product, tests and packaging."""
    return sorted(
        file for folder in ("pos_cancel", "tests", "packaging") for file in (ROOT / folder).rglob("*.py")
    )


def name_of(file: Path) -> str:
    """How a file is called in a message: its path inside the checkout."""
    return file.relative_to(ROOT).as_posix()


def tree_of(file: Path) -> ast.Module:
    """The file as a syntax tree."""
    return ast.parse(file.read_text(encoding="utf-8"), filename=str(file))


def imported_packages(file: Path) -> Iterator[str]:
    """Top-level names of the packages that the file imports, wherever in the file it does."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            yield node.module.partition(".")[0]


def functions_of(file: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method of the file."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length_of(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the function without its docstring: explaining more must not cost anything."""
    last = function.end_lineno or function.lineno
    length = last - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        length -= (first.end_lineno or first.lineno) - first.lineno + 1
    return length
