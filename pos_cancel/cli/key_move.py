"""pos-cancel key receive, send and shop: an account or a shop key goes from one till of a shop to another."""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.adapters.move_parcel import Parcel
from pos_cancel.adapters.moving import Place, clashes, opened, sealed_for, take_over
from pos_cancel.adapters.qr_code import squares_of
from pos_cancel.adapters.sealed_move import check_number
from pos_cancel.adapters.settings import replace_file
from pos_cancel.adapters.till_keys import ShopKey, TillKeys, load_shop_key
from pos_cancel.cli.key_access import LARGEST, content, go_on, store_of
from pos_cancel.cli.key_words import age, json_of, lines_of, moment
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile
from pos_cancel.presenters.fingerprints import grouped
from pos_cancel.presenters.terminal import squares_text

STDIN = Path("-")
# Letters and digits in the largest QR code.
LARGEST_CODE = 4296
COMPARE = "Check number {check}: compare it with the one on the {other} till."


def send_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of send."""
    parser.add_argument("--profile", metavar="NAME", help="the account to send, with its keys")
    parser.add_argument("--shop", action="store_true", help="send the shop key, with or without an account")
    parser.add_argument("--to", required=True, metavar="FILE|TEXT", help="the one-time key of the other till")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it to a file instead of printing it")
    parser.add_argument("--qr", action="store_true", help="draw it as a QR code too")


def receive_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of receive."""
    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        metavar="FILE",
        help="what the other till sent; - for stdin or a scanner",
    )
    parser.add_argument("--yes", action="store_true", help="the check number was compared; do not ask")
    parser.add_argument("--replace", action="store_true", help="take the place of what this till has")
    parser.add_argument("--abort", action="store_true", help="forget the one-time key; nothing can come then")


def shop_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of shop."""
    parser.add_argument("deed", choices=SHOP_DEEDS, metavar="make|show|remove")
    parser.add_argument(
        "--replace", action="store_true", help="make: take the place of the one that is there"
    )


def send(args: Namespace, till: Till) -> int:
    """Seal an account, the shop key or both to the one-time key of another till."""
    profile = till.profile(args.profile) if args.profile or not args.shop else None
    sealed = sealed_for(_place(till), _invitation(args.to), profile, with_shop=args.shop)
    if args.qr and len(sealed) > LARGEST_CODE:
        raise InvalidInput("This is too much for one QR code.", "Send it as a file: --out FILE")
    check = check_number(sealed)
    if args.out is not None:
        replace_file(args.out, sealed + "\n")
    if args.qr and not till.out.wants_json:
        till.out.note(squares_text(squares_of(sealed)))
    till.out.note(COMPARE.format(check=grouped(check), other="receiving"))
    told: dict[str, object] = {
        "profile": profile.name if profile is not None else None,
        "shop": args.shop,
        "check_number": check,
        "check_number_grouped": grouped(check),
        "sealed": sealed,
        "file": str(args.out) if args.out is not None else None,
    }
    till.answer(str(args.out) if args.out is not None else sealed, told)
    return 0


def receive(args: Namespace, till: Till) -> int:
    """Show a one-time key, or take over what was sealed to it, or forget it."""
    place = _place(till)
    if args.abort:
        forgot = place.till_keys.forget_one_time()
        till.answer("", {"forgotten": forgot})
        return 0
    return _invite(till, place) if args.file is None else _take(args, till, place)


def _invite(till: Till, place: Place) -> int:
    one_time = place.till_keys.await_move(till.now())
    check = check_number(one_time.invitation)
    if not till.out.wants_json:
        till.out.note(squares_text(squares_of(one_time.invitation)))
    till.out.note(COMPARE.format(check=grouped(check), other="sending"))
    end = one_time.expires_at.astimezone(till.zone)
    till.out.note(f"It holds for one account and until {end:%H:%M}; then it is forgotten.")
    told: dict[str, object] = {
        "one_time_key": one_time.invitation,
        "check_number": check,
        "check_number_grouped": grouped(check),
        "expires_at": moment(one_time.expires_at),
    }
    till.answer(one_time.invitation, told)
    return 0


def _take(args: Namespace, till: Till, place: Place) -> int:
    if not (args.yes or till.out.has_terminal):
        raise InvalidInput(till.words.text("cli.needs_yes"))
    sealed = _sealed(args.file, till)
    parcel = opened(place, sealed, till.now())
    found = clashes(place, parcel)
    if found and not args.replace:
        raise InvalidInput(" ".join(found), "Add --replace to have what was sent in its place.")
    check = check_number(sealed)
    for line in (*_about(parcel), COMPARE.format(check=grouped(check), other="sending")):
        till.out.note(line)
    if not args.yes and not _confirmed(till):
        till.answer("", {"profile": None, "shop": False, "taken": False})
        return 0
    take_over(place, parcel, replaces=args.replace)
    return _tell(till, place, parcel, check)


def _confirmed(till: Till) -> bool:
    said = till.out.ask(till.words.text("cli.take_over"))
    return said.casefold() in {"yes", till.words.text("cli.yes").casefold()}


def _tell(till: Till, place: Place, parcel: Parcel, check: str) -> int:
    told: dict[str, object] = {
        "taken": True,
        "shop": bool(parcel.shop),
        "profile": None,
        "check_number": check,
        "check_number_grouped": grouped(check),
    }
    lines: Sequence[str] = []
    if parcel.profile is not None:
        summary = place.store.describe(parcel.profile)
        go_on(till, parcel.profile, place.store)
        told |= json_of(till, parcel.profile, summary)
        lines = [parcel.profile.name, *lines_of(till, parcel.profile, summary)]
        _warn(till, parcel.profile, summary)
    if parcel.shop:
        key = load_shop_key(parcel.shop)
        told |= {"shop_fingerprint": key.fingerprint}
        lines = [*lines, _shop_line(key)]
    till.answer("\n".join(lines), told)
    return 0


def _warn(till: Till, profile: Profile, summary: KeySummary) -> None:
    """Say what could not come along."""
    if profile.ca_file and not Path(profile.ca_file).exists():
        till.out.note(f"The account needs the file {profile.ca_file}, which is not on this till.")
    if summary.next_fingerprint:
        till.out.note("A new key waits beside the one in use, as on the sending till.")


def _about(parcel: Parcel) -> list[str]:
    """Say what has come, before it is taken over."""
    profile = parcel.profile
    lines = []
    if profile is not None:
        lines.append(f"{profile.name}  {profile.kind}  {profile.gateway}  {profile.merchant_id}")
        lines.append(profile.endpoint)
    if parcel.shop:
        lines.append(_shop_line(load_shop_key(parcel.shop)))
    return lines


def shop(args: Namespace, till: Till) -> int:
    """Make, show or remove the key that the tills of the shop share."""
    return SHOP_DEEDS[args.deed](args, till, TillKeys(store_of(till)))


def _shop_make(args: Namespace, till: Till, keys: TillKeys) -> int:
    if not args.replace and keys.shop() is not None:
        raise InvalidInput("This till has a shop key already.", "Add --replace to make a new one.")
    return _shop_told(till, keys.make_shop(till.now()))


def _shop_show(_: Namespace, till: Till, keys: TillKeys) -> int:
    key = keys.shop()
    if key is None:
        raise InvalidInput("This till has no shop key.", "Make one: pos-cancel key shop make")
    return _shop_told(till, key)


def _shop_remove(_: Namespace, till: Till, keys: TillKeys) -> int:
    till.answer("", {"removed": keys.remove_shop()})
    return 0


def _shop_told(till: Till, key: ShopKey) -> int:
    told: dict[str, object] = {
        "public_key": key.public_text,
        "fingerprint": key.fingerprint,
        "fingerprint_grouped": grouped(key.fingerprint),
        "since": moment(key.since),
    }
    till.answer(f"{key.public_text}\n{_shop_line(key)}\n{' ' * 19}here {age(till, key.since)}", told)
    return 0


def _shop_line(key: ShopKey) -> str:
    return f"the shop key       Ed25519  sha256 {grouped(key.fingerprint)}"


def _place(till: Till) -> Place:
    store = store_of(till)
    return Place(till.shop.home, till.shop.profiles, store, TillKeys(store))


def _invitation(given: str) -> str:
    """Give the text itself, or what a file of this name holds."""
    path = Path(given)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    return content(path, "a one-time key").decode("utf-8", "replace") if is_file else given


def _sealed(path: Path, till: Till) -> str:
    if path != STDIN:
        return content(path, "what the other till sent").decode("utf-8", "replace")
    if till.out.has_terminal:
        # A scanner types one line and Enter; the answer to the question comes after it.
        return till.out.ask("Scan or paste what the sending till shows, then Enter: ")
    return sys.stdin.read(LARGEST)


SHOP_DEEDS = {"make": _shop_make, "show": _shop_show, "remove": _shop_remove}
