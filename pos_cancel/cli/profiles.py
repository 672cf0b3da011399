"""pos-cancel profile: the accounts of this till."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from pos_cancel.adapters import profile_files
from pos_cancel.adapters.account_care import remove_account
from pos_cancel.adapters.account_entries import checked_merchant_id
from pos_cancel.adapters.new_account import Draft, check_free, places, profile_of
from pos_cancel.adapters.settings import change_settings
from pos_cancel.cli.arguments import add_common_to
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput
from pos_cancel.domain.profile import Profile, ProfileKind

# The words of `profile add`, as they stand in the file.
TEXTS = (
    "endpoint",
    "backup_endpoint",
    "sign_type",
    "timestamp",
    "query",
    "charset",
    "currency",
    "account",
    "support",
    "till",
    "key_store",
    "time_zone",
    "key_version",
    "window",
    "network",
    "merchant_account_id",
    "path_prefix",
    "proxy",
    "ca_file",
)


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help="all accounts of this till")
    acts.add_parser("show", help="one account").add_argument("name", metavar="NAME")
    _add(acts.add_parser("add", help="a new account"))
    importing = acts.add_parser("import", help="take over a profile file")
    importing.add_argument("file", type=Path, metavar="FILE")
    importing.add_argument("--replace", action="store_true", help="take the place of one of the same name")
    acts.add_parser("export", help="print a profile file; keys never stand in it").add_argument(
        "name", metavar="NAME"
    )
    acts.add_parser("remove", help="forget an account and its keys").add_argument("name", metavar="NAME")
    acts.add_parser("default", help="the account to use when none is named").add_argument(
        "name", metavar="NAME"
    )
    add_common_to(acts.choices.values())


def _add(parser: ArgumentParser) -> None:
    parser.add_argument("--name", required=True, metavar="NAME")
    parser.add_argument("--gateway", choices=profile_files.GATEWAYS, default="acquire")
    owner = parser.add_mutually_exclusive_group(required=True)
    owner.add_argument("--partner", metavar="ID", help="acquire: 16 digits that begin with 2088")
    owner.add_argument("--client-id", metavar="ID", help="the other gateways: from the developer page")
    parser.add_argument("--kind", choices=tuple(ProfileKind), default="live")
    presets = ", ".join(place.name for place in places("acquire"))
    others = ", ".join(place.name for place in places("antom"))
    parser.add_argument("--preset", metavar="NAME", help=f"a known address: {presets}; for Antom {others}")
    for text in TEXTS:
        parser.add_argument(f"--{text.replace('_', '-')}", metavar="TEXT")


def run(args: Namespace, till: Till) -> int:
    """Do one of the acts."""
    return ACTS[args.act](args, till)


def _list(_: Namespace, till: Till) -> int:
    profiles = till.shop.profiles.values()
    lines = [f"{profile.name}  {profile.kind}  {profile.gateway}  {profile.label}" for profile in profiles]
    till.answer("\n".join(lines), [_json(profile) for profile in profiles])
    return 0


def _show(args: Namespace, till: Till) -> int:
    profile = _named(args, till)
    till.answer(profile_files.export_profile(profile).rstrip(), _json(profile))
    return 0


def _export(args: Namespace, till: Till) -> int:
    profile = _named(args, till)
    text = profile_files.export_profile(profile).rstrip()
    till.answer(text, {"name": profile.name, "toml": text})
    return 0


def _import(args: Namespace, till: Till) -> int:
    profile = profile_files.import_profile(till.shop.home, args.file, overwrite=args.replace)
    return _kept(profile, till)


def _new(args: Namespace, till: Till) -> int:
    is_form = args.gateway == "acquire"
    merchant_id = args.partner if is_form else args.client_id
    if merchant_id is None:
        flag = "--partner" if is_form else "--client-id"
        raise InvalidInput(f"{args.gateway} knows its accounts by another id.", f"Give it with {flag}.")
    draft = Draft(
        gateway=args.gateway,
        name=args.name,
        kind=args.kind,
        merchant_id=checked_merchant_id(args.gateway, merchant_id),
        place=_preset(args),
        more=tuple((name, getattr(args, name)) for name in TEXTS if getattr(args, name) is not None),
    )
    profile = profile_of(draft)
    check_free(till.shop.home, profile.name)
    profile_files.write_profile(till.shop.home, profile)
    return _kept(profile, till)


def _preset(args: Namespace) -> str:
    """Give the name of the address; only acquire has one that is right for most, and one for tests."""
    if args.preset or args.endpoint:
        return str(args.preset or "")
    if args.gateway == "acquire":
        return "test" if args.kind == ProfileKind.TEST else "global"
    known = ", ".join(place.name for place in places(args.gateway))
    raise InvalidInput(f"{args.gateway} has an address for each region.", f"Name one with --preset: {known}.")


def _kept(profile: Profile, till: Till) -> int:
    till.answer(f"{profile.name}  {profile.kind}  {profile.gateway}  {profile.label}", _json(profile))
    return 0


def _remove(args: Namespace, till: Till) -> int:
    """Forget an account; one with open cases stays, for they could never be asked about again."""
    profile = _named(args, till)
    remove_account(till.shop.home, till.shop.keys, profile)
    till.answer(profile.name, {"removed": profile.name})
    return 0


def _default(args: Namespace, till: Till) -> int:
    profile = _named(args, till)
    change_settings(till.shop.home, {"default_profile": profile.name})
    return _kept(profile, till)


def _named(args: Namespace, till: Till) -> Profile:
    if args.name not in till.shop.profiles:
        raise InvalidInput(f"There is no profile {args.name!r} on this till.", "See: pos-cancel profile list")
    return till.shop.profiles[args.name]


def _json(profile: Profile) -> dict[str, object]:
    import tomllib

    values: Mapping[str, object] = tomllib.loads(profile_files.export_profile(profile))
    return dict(values)


ACTS = {
    "list": _list,
    "show": _show,
    "add": _new,
    "import": _import,
    "export": _export,
    "remove": _remove,
    "default": _default,
}
