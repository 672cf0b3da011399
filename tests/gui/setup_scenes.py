"""Every page of the assistant and every mistake, as states: for looking at them and for measuring them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from pos_cancel.adapters.key_forms import generate, public_text
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.new_account import Draft, places, profile_of
from pos_cancel.adapters.qr_code import squares_of
from pos_cancel.adapters.setup import KeySeen, PublicHalf
from pos_cancel.domain.errors import InvalidInput, KeyTextError, PosCancelError
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.probe import Proof, Verdict
from pos_cancel.gateways.keys import fingerprint, read_public
from pos_cancel.gui.setup_state import Busy, Notice, Page, State
from tests.unit.spoken_cases import ROOT

PORTAL_KEY = json.loads((ROOT / "tests/vectors/key-doc-public-rsa2-bare.json").read_text())["input"]["text"]
IDS = {"acquire": "2088621887001234", "antom": "T_385V35a1hj00000123", "apo": "5Y119Y2ZBZ0U00001234"}
CODES = {
    Verdict.OUR_KEY: "ILLEGAL_SIGN",
    Verdict.ACCOUNT: "ILLEGAL_PARTNER",
    Verdict.NOT_ENTITLED: "HAS_NO_PRIVILEGE",
    Verdict.CLOCK: "ILLEGAL_ARGUMENT",
    Verdict.FORM: "INVALID_PARAMETER",
    Verdict.BUSY: "SYSTEM_ERROR",
}
REASONS = {
    Verdict.CERTIFICATE: "certificate",
    Verdict.ADDRESS: "not_found_address",
    Verdict.LOGIN: "login_page",
    Verdict.NETWORK: "dns",
    Verdict.UNCLEAR: "unsigned",
    Verdict.LOCAL: "local",
}
KEY_MISTAKES: Mapping[str, tuple[Page, Mapping[str, object]]] = {
    "key_is_public": (Page.BRING, {}),
    "key_short": (Page.BRING, {"bits": 512}),
    "key_password": (Page.BRING, {}),
    "key_encrypted": (Page.BRING, {}),
    "key_certificate": (Page.BRING, {}),
    "key_damaged": (Page.BRING, {}),
    "key_not_private": (Page.BRING, {}),
    "key_not_rsa": (Page.BRING, {}),
    "key_too_large": (Page.BRING, {}),
    "key_nothing": (Page.BRING, {}),
    "file": (Page.BRING, {}),
    "key_halves": (Page.COMPARE, {}),
    "key_is_private": (Page.THEIRS, {}),
    "key_own": (Page.THEIRS, {}),
    "key_not_public": (Page.THEIRS, {}),
    "md5_length": (Page.MD5, {"count": 31}),
    "md5_characters": (Page.MD5, {}),
    "keys_missing": (Page.TEST, {}),
}
ENTRY_MISTAKES: Mapping[str, tuple[Page, Mapping[str, object]]] = {
    "address": (Page.ADDRESS, {}),
    "id_partner": (Page.ACCOUNT, {}),
    "id_length": (Page.ACCOUNT, {"count": 15}),
    "currency": (Page.ACCOUNT, {}),
    "label": (Page.ACCOUNT, {}),
    "profile_taken": (Page.TEST, {"name": "acquire"}),
    "profile_file": (
        Page.WELCOME,
        {"reason": "office.toml: partner is 16 digits that begin with 2088"},
    ),
}


@cache
def profile(gateway: str = "acquire") -> Profile:
    place = places(gateway)[0].name
    return profile_of(Draft(gateway=gateway, place=place, merchant_id=IDS[gateway], name=gateway))


@cache
def half(bits: int = 2048) -> PublicHalf:
    public = read_public(PORTAL_KEY) if bits == 2048 else generate(bits).public_key()
    text = public_text(public, "bare")
    seen = KeySeen(public.key_size, fingerprint(public), weak=bits < 2048)
    return PublicHalf(seen, text, public_text(public, "pem"), squares_of(text))


def blank() -> State:
    """A till at its first start, with the in-store gateway chosen."""
    return State(first=True, gateway="acquire", places=places("acquire"), profile=profile())


def mistake(topic: str, known: Mapping[str, object] | None = None) -> Notice:
    kind: type[PosCancelError] = KeyTextError if topic.startswith(("key", "md5")) else InvalidInput
    error = kind("", topic=topic)
    error.known = dict(known or {})
    return Notice(error)


def pages() -> Iterator[tuple[str, State]]:
    """Every page as it is met when all goes well."""
    state = blank()
    yield "01-welcome", replace(state, page=Page.WELCOME)
    yield "02-gateway", replace(state, page=Page.GATEWAY)
    yield "03-region", replace(state, page=Page.PLACE)
    antom = replace(state, gateway="antom", places=places("antom"), profile=profile("antom"))
    yield "03-region-antom", replace(antom, page=Page.PLACE)
    said = {"address": "https://127.0.0.1:8443/gateway.do"}
    yield "04-address", replace(state, page=Page.ADDRESS, said=said, certificate="/home/till/training/ca.pem")
    yield "05-account", replace(state, page=Page.ACCOUNT, said={"id": IDS["acquire"], "currency": "HKD"})
    yield "05-account-antom", replace(antom, page=Page.ACCOUNT)
    yield "06-keys", replace(state, page=Page.KEYS)
    yield "06-keys-making", replace(state, page=Page.KEYS, busy=Busy.MAKING, waited_s=2)
    yield "07-our-public-key", replace(state, page=Page.OWN, half=half(), made=True)
    yield (
        "07-our-public-key-copied",
        replace(state, page=Page.OWN, half=half(), made=True, notice=Notice(key="setup.own.copied")),
    )
    yield "07-our-public-key-4096", replace(state, page=Page.OWN, half=half(4096), made=True)
    yield "07-qr-code", replace(state, page=Page.OWN, half=half(), made=True, large=True)
    yield "07-qr-code-4096", replace(state, page=Page.OWN, half=half(4096), made=True, large=True)
    yield "08-bring", replace(state, page=Page.BRING)
    yield "08-bring-seen", replace(state, page=Page.BRING, half=half())
    yield "08-bring-weak", replace(state, page=Page.BRING, half=half(1024))
    yield "09-compare", replace(state, page=Page.COMPARE, half=half())
    yield "09-compare-same", replace(state, page=Page.COMPARE, half=half(), compared=True)
    yield "10-md5", replace(state, page=Page.MD5)
    yield "11-alipays-key", replace(state, page=Page.THEIRS)
    yield "11-alipays-key-seen", replace(state, page=Page.THEIRS, theirs=half().key)
    test = replace(state, page=Page.TEST)
    yield "12-test", test
    yield "12-testing", replace(test, busy=Busy.TESTING, waited_s=3)
    yield "12-passed", replace(test, proof=Proof(Verdict.PASSED))
    yield "13-storing", replace(test, proof=Proof(Verdict.PASSED), busy=Busy.STORING, waited_s=2)
    done = replace(state, page=Page.DONE, kept=profile())
    yield "14-done", replace(done, proof=Proof(Verdict.PASSED))
    yield "14-done-untested", replace(done, proof=Proof(Verdict.NETWORK, reason="dns"))
    yield "15-leave", replace(state, page=Page.LEAVE, first=False)


def mistakes() -> Iterator[tuple[str, State]]:
    """Every mistake a person can make, and everything that can be wrong with the account or the key ring."""
    state = replace(blank(), half=half())
    for topic, (page, known) in [*KEY_MISTAKES.items(), *ENTRY_MISTAKES.items()]:
        locked = topic in {"key_encrypted", "key_password"}
        shown = replace(state, page=page, locked=locked, half=half() if page is Page.COMPARE else None)
        yield f"wrong-{topic}", replace(shown, notice=mistake(topic, known))
    antom = replace(state, gateway="antom", places=places("antom"), profile=profile("antom"))
    for topic in ("id_client", "id_is_partner", "key_version"):
        yield f"wrong-{topic}", replace(antom, page=Page.ACCOUNT, notice=mistake(topic))
    for verdict in Verdict:
        if verdict is not Verdict.PASSED:
            proof = Proof(verdict, CODES.get(verdict, ""), REASONS.get(verdict, ""))
            yield f"test-{verdict.value}", replace(state, page=Page.TEST, proof=proof)
    passed = replace(state, page=Page.TEST, proof=Proof(Verdict.PASSED))
    for trouble in (KeyTrouble.LOCKED, KeyTrouble.HUNG, KeyTrouble.NO_KEYRING, KeyTrouble.REFUSED):
        yield f"keyring-{trouble.value}", replace(passed, notice=Notice(KeyringTrouble(trouble)))


def scenes() -> dict[str, State]:
    """All of them by name."""
    return dict([*pages(), *mistakes()])
