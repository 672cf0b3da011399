"""pos-cancel profile: the accounts of this till."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pos_cancel.adapters import profile_files, resources
from pos_cancel.adapters.settings import save_settings
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
    parser.add_argument("--partner", required=True, metavar="ID", help="16 digits that begin with 2088")
    parser.add_argument("--kind", choices=tuple(ProfileKind), default="live")
    presets = ", ".join(sorted(resources.endpoints("acquire")))
    parser.add_argument("--preset", metavar="NAME", help=f"a known address: {presets}")
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
    import tomlkit

    values = {name: getattr(args, name) for name in TEXTS if getattr(args, name) is not None}
    text = tomlkit.dumps(
        {"name": args.name, "kind": args.kind, "gateway": "acquire", "partner": args.partner}
        | _addresses(args)
        | values
    )
    profile = profile_files.parse_profile(text, args.name)
    if profile.name in till.shop.profiles:
        raise InvalidInput(
            f"There is a profile {profile.name!r} on this till already.", "Choose another name, or remove it."
        )
    profile_files.write_profile(till.shop.home, profile)
    return _kept(profile, till)


def _addresses(args: Namespace) -> dict[str, str]:
    presets = resources.endpoints("acquire")
    if args.preset is not None and args.preset not in presets:
        raise InvalidInput(
            f"There is no address called {args.preset[:20]!r}.", f"There are: {', '.join(sorted(presets))}."
        )
    chosen = args.preset or (None if args.endpoint else ("test" if args.kind == "test" else "global"))
    if chosen is None:
        return {}
    backup = {"backup_endpoint": presets["intl"]} if chosen == "global" else {}
    return {"endpoint": presets[chosen]} | backup


def _kept(profile: Profile, till: Till) -> int:
    till.answer(f"{profile.name}  {profile.kind}  {profile.gateway}  {profile.label}", _json(profile))
    return 0


def _remove(args: Namespace, till: Till) -> int:
    """Forget an account; one with open cases stays, for they could never be asked about again."""
    profile = _named(args, till)
    with till.journal() as journal:
        held = [case.ref for case in journal.open_cases() if case.profile == profile.name]
    if held:
        raise InvalidInput(
            f"The profile {profile.name!r} has open cases: {', '.join(held[:5])}.", "See: pos-cancel pending"
        )
    remove = getattr(till.shop.keys, "remove", None)
    if remove is not None:
        remove(profile)
    profile_files.remove_profile(till.shop.home, profile.name)
    till.answer(profile.name, {"removed": profile.name})
    return 0


def _default(args: Namespace, till: Till) -> int:
    profile = _named(args, till)
    save_settings(till.shop.home, replace(till.shop.settings, default_profile=profile.name))
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
