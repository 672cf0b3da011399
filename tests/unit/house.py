"""The house as data: which room has which files, and which room may know which library.

A new file is entered here when it is made. That moment is for asking whether its name says what is in it.
"""

from collections.abc import Mapping


def _room(names: str) -> frozenset[str]:
    return frozenset(names.split())


# The modules at the top, then one row per room; `__init__` belongs to every room and is not listed.
ROOMS: Mapping[str, frozenset[str]] = {
    ".": _room("__main__ bootstrap"),
    "domain": _room(
        "case errors events finding identifiers judge languages listing money moves outcome profile "
        "receipt record sale schedule settle shape sheet slips step transitions"
    ),
    "gateways": _room(
        "acqp acquire acquire_reply antom apo http http_status json_envelope json_gateway json_judge "
        "json_reply json_sale key_mistakes key_numbers key_text keys signature_header signing times "
        "xml_reply"
    ),
    "engine": _room(
        "acts clock_check engine entries key_change life looker lookup opening outgoing ports probe "
        "suggest watching window worklist"
    ),
    "adapters": _room(
        "account_care account_entries audit back_office case_rows chain check_up clock database durable "
        "exchanges journal journal_folder key_dropping key_errands key_files key_forms key_places "
        "key_stamp key_store key_troubles keyring_backend keyring_contents keyring_entries keyring_lock "
        "last_words late_desk lease listeners live_profiles live_settings log_check logs looks mailbox "
        "memory_keys move_parcel moving name_lookup new_account number_forms one_call orders paper "
        "probing process_guard profile_entries profile_files pruning qr_code resources reviving route "
        "runner sales_files schema sealed_move sealed_store sender_pool settings setup setup_desk shop "
        "shop_zone system_credential till_keys training_numbers transport transport_fault watched_folder "
        "wire wire_connection work_queue"
    ),
    "sandbox": _room(
        "acquire_answers acquire_desk acquire_reply acquire_request exchange faults harms json_answers "
        "json_desk json_faults json_reply json_request json_stories json_troubles keys ledger "
        "ledger_view listener portal profiles server stories story_book story_trades tls"
    ),
    "presenters": _room(
        "card case_json closing connection drill drill_stories faults findings fine_print fingerprints "
        "handover handover_sheet lookup_card lookup_warnings moments nearby news notices setup_words "
        "spoken steps terminal wording"
    ),
    "cli": _room(
        "acts arguments cancel cases confirming demo desk doctor explain faults handover hidden_input "
        "history journal key_access key_check key_move key_rotate key_seal key_words keys lookup main "
        "output profiles resume sales sandbox saved_paper saved_reply screen setup setup_account "
        "setup_keys setup_person signature_reasons till unlocking window"
    ),
    "gui": _room(
        "accounts_page act_panel announcing answer_view answers application board card_view check_page "
        "chime choice_view clipboard cues doorbell dresser drill_board drill_host drill_screens "
        "drill_view entrance faces file_choice flow handover_page handover_paper handover_row "
        "header_view hold_button key_taker keys labels languages main_window menu_flow menu_host "
        "menu_page menu_view message_box name_line notice_view offer_view open_cases_model "
        "open_cases_view option_row pictures public_paper question_view rubbish sale_view scan_field "
        "screen screens settings_pages setup_board setup_endings setup_errands setup_flow setup_form "
        "setup_hand setup_host setup_jobs setup_key_flow setup_key_pages setup_page setup_screen "
        "setup_screens setup_state setup_view setup_worker stages theme till till_button toast touch "
        "wedge worker"
    ),
}

# Names that say nothing about what is inside.
NAMELESS = frozenset(
    {"common", "helper", "helpers", "manager", "managers", "misc", "mixins", "util", "utils"}
)

# Who may import what: a room, or a single file of one.
OWNERS: Mapping[str, tuple[str, ...]] = {
    "PySide6": ("gui/",),
    "cryptography": ("adapters/", "cli/keys.py", "gateways/key", "gateways/signing.py", "sandbox/"),
    "fpdf": ("adapters/paper.py",),
    "importlinter": (),
    "keyring": ("adapters/",),
    "requests": ("adapters/transport.py",),
    "sqlite3": ("adapters/",),
    "urllib3": ("adapters/transport.py", "adapters/transport_fault.py", "adapters/wire_connection.py"),
}

# The engine decides the order of effects; waiting and threads belong to the runner.
NOT_IN_THE_ENGINE = frozenset({"asyncio", "multiprocessing", "socket", "subprocess", "threading", "time"})
