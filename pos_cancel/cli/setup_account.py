"""The first steps of a set-up at the command line: gateway, address, and whose account it is."""

from functools import partial

from pos_cancel.adapters.profile_files import GATEWAYS
from pos_cancel.cli.setup_person import Talk

OTHER = "other"
CURRENCY = "CNY"


def say_account(talk: Talk) -> None:
    """Ask for gateway, region and id, each until it is right."""
    args, words = talk.args, talk.words
    rows = [
        (name, f"{words.text(f'setup.gateway.{name}')} · {words.text(f'setup.gateway.{name}_line')}")
        for name in GATEWAYS
    ]
    ask = partial(talk.person.choice, words.text("setup.gateway.title"), rows)
    given = (lambda: args.gateway) if args.gateway else None
    talk.person.settle(given, "--gateway", ask, talk.setup.choose_gateway)
    if args.name is not None:
        talk.setup.call_it(args.name)
    if args.endpoint is not None:
        _write_address(talk)
    else:
        given = (lambda: args.region) if args.region else None
        talk.person.settle(given, "--region", partial(_ask_place, talk), partial(_use_place, talk))
    _say_whose(talk)


def _ask_place(talk: Talk) -> str:
    words, gateway = talk.words, talk.setup.draft.gateway
    rows = [
        (place.name, f"{words.text(f'setup.place.{gateway}.{place.name}')} · {place.endpoint}")
        for place in talk.setup.choose_gateway(gateway)
    ]
    other = (OTHER, f"{words.text('setup.place.other')} · {words.text('setup.place.other_line')}")
    return talk.person.choice(words.text("setup.place.title"), [*rows, other])


def _use_place(talk: Talk, name: str) -> None:
    if name == OTHER:
        _write_address(talk)
    else:
        talk.setup.choose_place(name)


def _write_address(talk: Talk) -> None:
    args = talk.args
    given = (lambda: args.endpoint) if args.endpoint else None
    ask = partial(talk.person.line, talk.words.text("setup.address.label"))
    use = partial(talk.setup.write_address, ca_file=args.ca_file)
    talk.person.settle(given, "--endpoint", ask, use)


def _say_whose(talk: Talk) -> None:
    args, words, is_form = talk.args, talk.words, talk.setup.draft.gateway == "acquire"
    label = words.text(f"setup.account.{'partner' if is_form else 'client'}")

    def ask() -> tuple[str, str]:
        said = talk.person.line(label, args.id or "")
        if not is_form:
            return said, ""
        return said, talk.person.line(words.text("setup.account.currency"), args.currency or CURRENCY)

    def use(said: tuple[str, str]) -> None:
        talk.setup.say_account(said[0], currency=said[1], key_version=args.key_version, label=args.account)

    is_given = args.id is not None and (args.currency is not None or not is_form)
    given = (lambda: (args.id, args.currency or "")) if is_given else None
    talk.person.settle(given, "--id and --currency" if is_form else "--id", ask, use)
