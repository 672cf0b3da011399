"""pos-cancel key: keys go into the keyring and never come out of it; only public halves are shown."""

import contextlib
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path

from pos_cancel.adapters.key_files import content_of
from pos_cancel.adapters.key_forms import BITS, FORMS, generate, public_text
from pos_cancel.adapters.key_store import KeyringStore, KeyringTrouble, KeySummary
from pos_cancel.adapters.settings import replace_file
from pos_cancel.cli.arguments import add_common_to
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput, KeyStoreError
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.engine.probe import Verdict, judge, probe_number
from pos_cancel.gateways.keys import (
    check_pair,
    fingerprint,
    read_md5,
    read_private,
    read_public,
    warnings_for,
)
from pos_cancel.gateways.signing import Keys
from pos_cancel.presenters.setup_words import present_proof

PEEK_S = 10.0


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    importing = acts.add_parser("import", help="put keys into the keyring, all or none")
    importing.add_argument("--private", type=Path, metavar="FILE", help="the shop's private key")
    importing.add_argument(
        "--password-stdin", action="store_true", help="its password is the first line of stdin"
    )
    importing.add_argument("--gateway-public", type=Path, metavar="FILE", help="the gateway's public key")
    importing.add_argument(
        "--md5-key-stdin", action="store_true", help="the MD5 key is the next line of stdin"
    )
    making = acts.add_parser("generate", help="make a key pair and print its public half for the portal")
    making.add_argument("--bits", type=int, choices=BITS, default=BITS[0])
    making.add_argument("--public-out", type=Path, metavar="FILE", help="write the public half to a file too")
    making.add_argument(
        "--replace", action="store_true", help="take the place of the private key that is there"
    )
    showing = acts.add_parser("show", help="our public key and the fingerprints")
    showing.add_argument("--form", choices=FORMS, default=FORMS[0])
    checking = acts.add_parser("check", help="are the keys there, and do they fit")
    checking.add_argument("--online", action="store_true", help="ask the gateway about a number that is none")
    acts.add_parser("remove", help="drop all keys of the account")
    for each in acts.choices.values():
        each.add_argument("--profile", metavar="NAME")
    add_common_to(acts.choices.values())


def run(args: Namespace, till: Till) -> int:
    """Do one of the acts."""
    profile = till.profile(args.profile)
    return ACTS[args.act](args, till, profile)


def _import(args: Namespace, till: Till, profile: Profile) -> int:
    """Read and check everything first: nothing is stored before all of it is known to be good."""
    if not (args.private or args.gateway_public or args.md5_key_stdin):
        raise InvalidInput(
            "No key was named.", "Name one with --private, --gateway-public or --md5-key-stdin."
        )
    password = _line("password").encode() if args.password_stdin else None
    private = read_private(content_of(args.private), password) if args.private else None
    public = read_public(content_of(args.gateway_public)) if args.gateway_public else None
    md5 = read_md5(_line("MD5 key")) if args.md5_key_stdin else None
    store = store_of(till)
    _check_against_stored(store, profile, Keys(private=private, gateway_public=public))
    for key in (private, public):
        for warning in warnings_for(key, profile.sign_type) if key is not None else ():
            till.out.note(warning)
    store.store(profile, private=private, gateway_public=public, md5=md5)
    _go_on(till, profile, store)
    return _tell(till, profile, store.describe(profile))


def _check_against_stored(store: KeyringStore, profile: Profile, new: Keys) -> None:
    """Refuse our own public key in the place of the gateway's, also when the other half is stored already."""
    if new.private is not None and new.gateway_public is not None:
        check_pair(new.private, new.gateway_public)
        return
    stored = store.describe(profile)
    if new.private is not None:
        clashes = stored.gateway_fingerprint == fingerprint(new.private.public_key())
    elif new.gateway_public is not None:
        clashes = stored.private_fingerprint == fingerprint(new.gateway_public)
    else:
        clashes = False
    if clashes:
        raise InvalidInput(
            "Our own public key and the gateway's are the same.",
            "Upload our own to the portal, then copy the one that the portal shows as the gateway's.",
        )


def _go_on(till: Till, profile: Profile, store: KeyringStore) -> None:
    """Let the cases go on that were stopped for want of a key; who sends next finds them due."""
    with till.journal() as journal:
        stopped = [case.ref for case in journal.open_cases() if case.stopped and case.profile == profile.name]
    if not stopped:
        return
    with contextlib.suppress(KeyStoreError), till.desk() as desk:
        # The engine asks for the key without waiting, so it is fetched before.
        fetched(store, profile)
        desk.ask(lambda engine: engine.setup_changed(profile.name))
        till.out.note(f"{', '.join(stopped)}: {till.words.text('cli.leave')}")


def _generate(args: Namespace, till: Till, profile: Profile) -> int:
    store = store_of(till)
    if store.describe(profile).private_fingerprint and not args.replace:
        raise InvalidInput(
            f"The account {profile.name!r} has a private key already.", "Add --replace to make a new one."
        )
    private = generate(args.bits)
    store.store(profile, private=private)
    text = public_text(private.public_key(), FORMS[0])
    if args.public_out is not None:
        replace_file(args.public_out, text + "\n")
    till.answer(
        text, {"profile": profile.name, "public_key": text, "fingerprint": fingerprint(private.public_key())}
    )
    return 0


def _show(args: Namespace, till: Till, profile: Profile) -> int:
    store = store_of(till)
    summary = store.describe(profile)
    text = ""
    if summary.private_fingerprint and profile.sign_type is not SignType.MD5:
        keys = fetched(store, profile)
        text = public_text(keys.private.public_key(), args.form) if keys.private is not None else ""
    till.answer(
        "\n".join(line for line in (text, *_lines(summary)) if line),
        _json(profile, summary) | {"public_key": text or None},
    )
    return 0


def _check(args: Namespace, till: Till, profile: Profile) -> int:
    """Say what is missing or does not fit; exit code 5 where something does."""
    store = store_of(till)
    summary = store.describe(profile)
    findings, told = _findings(profile, summary), dict[str, object]()
    if not findings:
        fetched(store, profile)
        if args.online:
            findings, told = _asked(till, profile)
    lines = [*_lines(summary), *findings]
    till.answer("\n".join(lines), _json(profile, summary) | {"ok": not findings, "findings": findings} | told)
    return 5 if findings else 0


def _findings(profile: Profile, summary: KeySummary) -> list[str]:
    if profile.sign_type is SignType.MD5:
        return [] if summary.has_md5 else ["The MD5 key is missing."]
    findings = []
    if not summary.private_fingerprint:
        findings.append("The shop's private key is missing.")
    if not summary.gateway_fingerprint:
        findings.append("The gateway's public key is missing.")
    if summary.private_fingerprint and summary.private_fingerprint == summary.gateway_fingerprint:
        findings.append("The gateway's public key is our own.")
    return findings


def _asked(till: Till, profile: Profile) -> tuple[list[str], dict[str, object]]:
    """Ask about a number that no sale has; only a verified answer proves both keys."""
    with till.desk() as desk:
        look = desk.look_up(probe_number(profile, till.now()), profile)
    if look.reading is None:
        return [f"The gateway could not be asked ({look.trouble})."], {"verdict": Verdict.LOCAL.value}
    proof = judge(look.reading, look.at)
    told: dict[str, object] = {"verdict": proof.verdict.value, "gateway_code": proof.code or None}
    if proof.passed:
        return [], told
    card = present_proof(proof, profile, till.words)
    return [f"{card.sentence} {card.way_on}", card.detail] if card.detail else [
        f"{card.sentence} {card.way_on}"
    ], told


def _remove(_: Namespace, till: Till, profile: Profile) -> int:
    store_of(till).remove(profile)
    till.answer(profile.name, {"removed": profile.name})
    return 0


def _tell(till: Till, profile: Profile, summary: KeySummary) -> int:
    till.answer("\n".join(_lines(summary)), _json(profile, summary))
    return 0


def _lines(summary: KeySummary) -> list[str]:
    lines = []
    if summary.private_fingerprint:
        lines.append(f"our key            {summary.private_bits} bits  sha256 {summary.private_fingerprint}")
    if summary.gateway_fingerprint:
        lines.append(f"the gateway's key  {summary.gateway_bits} bits  sha256 {summary.gateway_fingerprint}")
    return [*lines, "the MD5 key is there"] if summary.has_md5 else lines


def _json(profile: Profile, summary: KeySummary) -> dict[str, object]:
    return {
        "profile": profile.name,
        "sign_type": profile.sign_type.value,
        "private_fingerprint": summary.private_fingerprint or None,
        "private_bits": summary.private_bits or None,
        "gateway_fingerprint": summary.gateway_fingerprint or None,
        "gateway_bits": summary.gateway_bits or None,
        "has_md5": summary.has_md5,
    }


def store_of(till: Till) -> KeyringStore:
    """Give the keyring of this till. Raises `KeyStoreError` where keys live in memory only."""
    store = till.shop.keys
    if not isinstance(store, KeyringStore):
        raise KeyStoreError("This till keeps no keys of its own.", "Use a profile of a real account.")
    return store


def fetched(store: KeyringStore, profile: Profile) -> Keys:
    """Give the keys themselves, waiting for the keyring. Raises `KeyringTrouble`."""
    end = time.monotonic() + PEEK_S
    while (found := store.peek(profile)) is KeyTrouble.LOADING and time.monotonic() < end:
        time.sleep(0.02)
    if isinstance(found, KeyTrouble):
        raise KeyringTrouble(found)
    return found


def _line(what: str) -> str:
    line = sys.stdin.readline().rstrip("\r\n")
    if not line:
        raise InvalidInput(f"There is no {what} on stdin.", "Give it as one line.")
    return line


ACTS = {
    "import": _import,
    "generate": _generate,
    "show": _show,
    "check": _check,
    "remove": _remove,
}
