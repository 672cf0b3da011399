"""pos-cancel key rotate: a new pair beside the old one, until the gateway accepts it."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pos_cancel.adapters.account_care import fetched
from pos_cancel.adapters.key_forms import BITS, FORMS, generate, public_text
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.adapters.settings import replace_file
from pos_cancel.cli.arguments import key_version
from pos_cancel.cli.key_access import content, go_on, line, store_of
from pos_cancel.cli.key_check import probed
from pos_cancel.cli.key_words import json_of, lines_of, version_of
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput, KeyStoreError
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.gateways.keys import fingerprint, read_private, warnings_for
from pos_cancel.presenters.fingerprints import grouped

WHAT_NEXT = """\
Other tills of the shop first: pos-cancel key receive there, pos-cancel key send here.
Then upload the new public key to the portal; the tills go over to it by themselves, or with
pos-cancel key rotate --finish."""
TRY_LATER = "It waits on; try again when the portal has taken its public half."


def rotate_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of rotate."""
    parser.add_argument("--bits", type=int, choices=BITS, default=BITS[0])
    parser.add_argument(
        "--key-version",
        type=key_version,
        metavar="N",
        help="what its signatures announce (default: one more)",
    )
    parser.add_argument("--private", type=Path, metavar="FILE", help="a new key that was made elsewhere")
    parser.add_argument(
        "--password-stdin", action="store_true", help="its password is the first line of stdin"
    )
    parser.add_argument("--form", choices=FORMS, default=FORMS[0])
    parser.add_argument("--public-out", type=Path, metavar="FILE", help="write the public half to a file too")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--replace", action="store_true", help="take the place of the key that waits")
    what.add_argument("--finish", action="store_true", help="use it from now on, if the gateway accepts it")
    what.add_argument("--abort", action="store_true", help="drop the key that waits")


def rotate(args: Namespace, till: Till, profile: Profile) -> int:
    """Make the next pair, show the one that waits, let it take over, or drop it."""
    if profile.sign_type is SignType.MD5:
        raise InvalidInput(
            f"The account {profile.name!r} signs with an MD5 key, which the portal makes.",
            "Ask for a new one there, then: pos-cancel key import --md5-key-stdin",
        )
    store = store_of(till)
    summary = store.describe(profile)
    if args.finish:
        return _finish(till, profile, store, summary)
    if args.abort:
        store.drop_next(profile)
        dropped = bool(summary.next_fingerprint or summary.next_damaged)
        till.answer(profile.name, {"profile": profile.name, "dropped": dropped})
        return 0
    if summary.next_damaged and not args.replace:
        raise InvalidInput("The key that waits is damaged.", "Make another with --replace.")
    is_new = args.replace or not summary.next_fingerprint
    if is_new:
        _make_next(args, till, profile, summary)
        summary = store.describe(profile)
    return _show_next(args, till, profile, summary, is_new=is_new)


def _make_next(args: Namespace, till: Till, profile: Profile, summary: KeySummary) -> None:
    if not summary.private_fingerprint:
        raise InvalidInput(
            f"The account {profile.name!r} has no private key that another could follow.",
            "Make the first one: pos-cancel key generate",
        )
    version = _next_version(args, profile, summary)
    password = line("password").encode() if args.password_stdin else None
    private = read_private(content(args.private), password) if args.private else generate(args.bits)
    mark = fingerprint(private.public_key())
    if mark in {summary.private_fingerprint, summary.gateway_fingerprint}:
        raise InvalidInput("This key is in use for the account already.", "Name a new one, or none.")
    for warning in warnings_for(private, profile.sign_type):
        till.out.note(warning)
    store_of(till).store_next(profile, private, version)


def _next_version(args: Namespace, profile: Profile, summary: KeySummary) -> str:
    """Give the version to announce: the one that is named, else one more; acquire has none."""
    current = version_of(profile, summary)
    if args.key_version is not None and not current:
        raise InvalidInput("This gateway knows no key versions.", "Leave --key-version out.")
    if args.key_version is not None or not current:
        return args.key_version or ""
    if not (current.isascii() and current.isdigit()):
        raise InvalidInput(
            f"The key version {current!r} has no next one.", "Name it as the portal does: --key-version"
        )
    return str(int(current) + 1)


def _show_next(args: Namespace, till: Till, profile: Profile, summary: KeySummary, *, is_new: bool) -> int:
    if summary.next_public is None:
        raise KeyStoreError("The keyring did not keep the new key.", "Try again.")
    text = public_text(summary.next_public, args.form)
    if args.public_out is not None:
        replace_file(args.public_out, text + "\n")
    for told in lines_of(till, profile, summary):
        till.out.note(told)
    till.out.note(WHAT_NEXT)
    till.answer(
        text,
        json_of(till, profile, summary)
        | {
            "public_key": text,
            "fingerprint": summary.next_fingerprint,
            "fingerprint_grouped": grouped(summary.next_fingerprint),
            "new": is_new,
        },
    )
    return 0


def _finish(till: Till, profile: Profile, store: KeyringStore, summary: KeySummary) -> int:
    """Let the waiting key take over once a signed question of it was answered; exit code 5 where not."""
    if not summary.next_fingerprint:
        raise InvalidInput("No key is waiting to take over.", "Make one: pos-cancel key rotate")
    findings, _ = probed(till, profile, fetched(store, profile).with_next())
    if findings:
        findings.append(TRY_LATER)
    else:
        store.promote(profile, summary.next_fingerprint)
        go_on(till, profile, store)
        summary = store.describe(profile)
    told = json_of(till, profile, summary) | {"finished": not findings, "findings": findings}
    till.answer("\n".join([*lines_of(till, profile, summary), *findings]), told)
    return 5 if findings else 0
