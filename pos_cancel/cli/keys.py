"""pos-cancel key: keys go into the till's key store and never come out; only public halves are shown."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pos_cancel.adapters.key_forms import BITS, FORMS, generate, public_text
from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.adapters.process_guard import overwrite_freed
from pos_cancel.adapters.settings import replace_file
from pos_cancel.adapters.till_keys import TILL
from pos_cancel.cli.arguments import add_common_to, add_wait, key_version
from pos_cancel.cli.key_access import content, go_on, line, store_of
from pos_cancel.cli.key_check import check, check_arguments
from pos_cancel.cli.key_move import (
    receive,
    receive_arguments,
    send,
    send_arguments,
    shop,
    shop_arguments,
)
from pos_cancel.cli.key_rotate import rotate, rotate_arguments
from pos_cancel.cli.key_seal import seal, seal_arguments
from pos_cancel.cli.key_words import json_of, lines_of
from pos_cancel.cli.till import Till
from pos_cancel.cli.unlocking import UNLOCK_S, await_unlocked
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.gateways.keys import (
    check_halves,
    check_pair,
    fingerprint,
    read_md5,
    read_private,
    read_public,
    warnings_for,
)
from pos_cancel.gateways.signing import Keys
from pos_cancel.presenters.fingerprints import grouped


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    importing = acts.add_parser("import", help="put keys into the key store, all or none")
    importing.add_argument("--private", type=Path, metavar="FILE", help="the shop's private key")
    importing.add_argument(
        "--password-stdin", action="store_true", help="its password is the first line of stdin"
    )
    importing.add_argument(
        "--public", type=Path, metavar="FILE", help="its public half: checked against it, not stored"
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
    check_arguments(acts.add_parser("check", help="are the keys there, do they fit, how old are they"))
    rotate_arguments(acts.add_parser("rotate", help="make the next pair, which waits until it is accepted"))
    acts.add_parser("remove", help="drop all keys of the account")
    for each in (importing, making):
        each.add_argument("--key-version", type=key_version, metavar="N", help="what its signatures announce")
    for each in acts.choices.values():
        each.add_argument("--profile", metavar="NAME")
    send_arguments(acts.add_parser("send", help="seal an account to the one-time key of another till"))
    receive_arguments(
        acts.add_parser("receive", help="show a one-time key, or take over what was sent to it")
    )
    shop_arguments(acts.add_parser("shop", help="the key that the tills of the shop share"))
    for each in acts.choices.values():
        add_wait(each, UNLOCK_S, "how long to wait for a locked keyring")
    seal_arguments(acts.add_parser("seal", help="make the credential for a till without a keyring"))
    add_common_to(acts.choices.values())


def run(args: Namespace, till: Till) -> int:
    """Do one of the acts."""
    if args.act == "seal":
        return seal(args, till)
    if args.act == "check":
        await_unlocked(till, till.shop.profiles.values(), args.wait)
        return check(args, till)
    if args.act in TILL_ACTS:
        await_unlocked(till, [TILL], args.wait)
        return TILL_ACTS[args.act](args, till)
    profile = till.profile(args.profile)
    await_unlocked(till, [profile], args.wait)
    return ACTS[args.act](args, till, profile)


def _import(args: Namespace, till: Till, profile: Profile) -> int:
    """Read and check everything first: nothing is stored before all of it is known to be good."""
    if args.public and not args.private:
        raise InvalidInput("--public is checked against a private key.", "Name that with --private too.")
    if not (args.private or args.gateway_public or args.md5_key_stdin):
        raise InvalidInput(
            "No key was named.", "Name one with --private, --gateway-public or --md5-key-stdin."
        )
    new = _given(args)
    overwrite_freed()
    store = store_of(till)
    _check_against_stored(store, profile, new)
    for key in (new.private, new.gateway_public):
        for warning in warnings_for(key, profile.sign_type) if key is not None else ():
            till.out.note(warning)
    version = args.key_version or ""
    store.store(
        profile, private=new.private, key_version=version, gateway_public=new.gateway_public, md5=new.md5
    )
    go_on(till, profile, store)
    return _tell(till, profile, store.describe(profile))


def _given(args: Namespace) -> Keys:
    """Read the keys; their texts and the password are gone when this is done."""
    password = line("password").encode() if args.password_stdin else None
    private = read_private(content(args.private), password) if args.private else None
    if private is not None and args.public:
        check_halves(private, read_public(content(args.public)))
    public = read_public(content(args.gateway_public)) if args.gateway_public else None
    md5 = read_md5(line("MD5 key")) if args.md5_key_stdin else None
    return Keys(private=private, gateway_public=public, md5=md5)


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


def _generate(args: Namespace, till: Till, profile: Profile) -> int:
    store = store_of(till)
    if store.describe(profile).private_fingerprint and not args.replace:
        raise InvalidInput(
            f"The account {profile.name!r} has a private key already.", "Add --replace to make a new one."
        )
    private = generate(args.bits)
    store.store(profile, private=private, key_version=args.key_version or "")
    text = public_text(private.public_key(), FORMS[0])
    if args.public_out is not None:
        replace_file(args.public_out, text + "\n")
    mark = fingerprint(private.public_key())
    marks: dict[str, object] = {"fingerprint": mark, "fingerprint_grouped": grouped(mark)}
    till.answer(text, {"profile": profile.name, "public_key": text} | marks)
    return 0


def _show(args: Namespace, till: Till, profile: Profile) -> int:
    summary = store_of(till).describe(profile)
    is_signing = summary.public is not None and profile.sign_type is not SignType.MD5
    text = public_text(summary.public, args.form) if summary.public is not None and is_signing else ""
    till.answer(
        "\n".join(line for line in (text, *lines_of(till, profile, summary)) if line),
        json_of(till, profile, summary) | {"public_key": text or None},
    )
    return 0


def _remove(_: Namespace, till: Till, profile: Profile) -> int:
    store_of(till).remove(profile)
    till.answer(profile.name, {"removed": profile.name})
    return 0


def _tell(till: Till, profile: Profile, summary: KeySummary) -> int:
    till.answer("\n".join(lines_of(till, profile, summary)), json_of(till, profile, summary))
    return 0


# These need the till's own keys, and an account only if one is named.
TILL_ACTS = {"send": send, "receive": receive, "shop": shop}
ACTS = {
    "import": _import,
    "generate": _generate,
    "show": _show,
    "rotate": rotate,
    "remove": _remove,
}
