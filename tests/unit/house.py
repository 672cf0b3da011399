"""The house as data: which room has which files, and which room may know which library.

A new file is entered here when it is made. That moment is for asking whether its name says what is in it.
"""

from collections.abc import Mapping
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
            "probe",
            "suggest",
            "watching",
            "worklist",
        }
    ),
    "adapters": frozenset(
        {
            "account_entries",
            "audit",
            "case_rows",
            "chain",
            "clock",
            "database",
            "exchanges",
            "journal",
            "journal_folder",
            "key_files",
            "key_forms",
            "key_store",
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
            "new_account",
            "number_forms",
            "one_call",
            "orders",
            "probing",
            "profile_entries",
            "profile_files",
            "pruning",
            "qr_code",
            "resources",
            "route",
            "runner",
            "sales_files",
            "schema",
            "sender_pool",
            "settings",
            "setup",
            "setup_desk",
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
            "faults",
            "fine_print",
            "lookup_card",
            "lookup_warnings",
            "moments",
            "nearby",
            "setup_words",
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
            "hidden_input",
            "history",
            "journal",
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
            "setup",
            "setup_account",
            "setup_keys",
            "setup_person",
            "signature_reasons",
            "till",
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
    "qrcode": ("adapters/qr_code.py",),
    "requests": ("adapters/transport.py",),
    "sqlite3": ("adapters/",),
    "urllib3": ("adapters/transport.py", "adapters/transport_fault.py", "adapters/wire_connection.py"),
}

# The engine decides the order of effects; waiting and threads belong to the runner.
NOT_IN_THE_ENGINE = frozenset({"asyncio", "multiprocessing", "socket", "subprocess", "threading", "time"})
