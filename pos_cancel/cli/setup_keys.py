"""The keys of a set-up at the command line: made or brought, compared, and shown as far as they may be."""

from functools import partial
from pathlib import Path

from pos_cancel.adapters.key_files import content_of
from pos_cancel.adapters.settings import replace_file
from pos_cancel.adapters.setup import PublicHalf
from pos_cancel.cli.setup_person import Talk, line_of_input, rest_of_input
from pos_cancel.domain.errors import KeyTextError
from pos_cancel.domain.profile import SignType
from pos_cancel.presenters.setup_words import short_fingerprint
from pos_cancel.presenters.terminal import squares_text

RSA, MD5 = SignType.RSA.value, SignType.MD5.value
STDIN = "-"


def bring_keys(talk: Talk) -> PublicHalf | None:
    """Make or bring the keys; gives our public half, None with the MD5 key."""
    args, setup, person = talk.args, talk.setup, talk.person
    way = _way(talk)
    if way == "md5":
        setup.sign_with(MD5)
        given = partial(line_of_input, "MD5 key") if args.md5_key_stdin else None
        person.settle(given, "--md5-key-stdin", partial(person.secret, "md5"), setup.take_md5)
        return None
    setup.sign_with(RSA if way == "rsa" else args.sign_type or "")
    half = setup.make(args.bits) if way == "make" else _brought(talk)
    _show(talk, half, is_new=way == "make")
    network = talk.words.text(f"setup.network.{setup.draft.gateway}")
    ask = partial(person.key, talk.words.text("cli.setup.file_theirs", network=network), hidden=False)
    given_key = partial(content_of, args.gateway_public) if args.gateway_public else None
    person.settle(given_key, "--gateway-public", ask, setup.take_gateway_key)
    return half


def _way(talk: Talk) -> str:
    args, draft = talk.args, talk.setup.draft
    if draft.uses_md5 or args.md5_key_stdin or args.sign_type == MD5:
        return "md5"
    if args.make or args.private is not None:
        return "make" if args.make else "bring"
    is_open = draft.gateway == "acquire" and args.sign_type is None and draft.base is None
    ways = ("make", "bring", "rsa", "md5") if is_open else ("make", "bring")
    words = talk.words
    rows = [
        (way, f"{words.text(f'setup.keys.{way}')} · {words.text(f'setup.keys.{way}_line')}") for way in ways
    ]
    ask = partial(talk.person.choice, words.text("setup.keys.title"), rows)
    flag = "--make, --private or --md5-key-stdin"
    return talk.person.settle(None, flag, ask, lambda way: way if way in ways else ways[0])


def _brought(talk: Talk) -> PublicHalf:
    args, person, setup = talk.args, talk.person, talk.setup
    password = line_of_input("password") if args.password_stdin else ""

    def use(data: bytes) -> PublicHalf:
        try:
            return setup.take_private(data, password)
        except KeyTextError as error:
            if error.topic != "key_encrypted" or not person.is_there:
                raise
        ask = partial(person.secret, "password")
        return person.settle(None, "--password-stdin", ask, partial(setup.take_private, data))

    given = None
    if args.private is not None:
        given = rest_of_input if args.private == STDIN else partial(content_of, Path(args.private))
    ask = partial(person.key, talk.words.text("cli.setup.file_private"), hidden=True)
    half = person.settle(given, "--private", ask, use)
    _compare(talk)
    return half


def _compare(talk: Talk) -> None:
    """Compare our public half with what the portal has, where the person can say what it has."""
    person, file = talk.person, talk.args.uploaded_public

    def use(said: str) -> None:
        if said:
            talk.setup.compare(content_of(Path(said)))
            person.note(talk.words.text("setup.compare.same"))

    if file is not None or person.is_there:
        ask = partial(person.line, talk.words.text("cli.setup.file_uploaded"))
        person.settle(partial(str, file) if file else None, "--uploaded-public", ask, use)


def _show(talk: Talk, half: PublicHalf, *, is_new: bool) -> None:
    words, person, key = talk.words, talk.person, half.key
    if key.weak:
        person.note(words.text("setup.weak.sentence", bits=key.bits))
    if talk.args.public_out is not None:
        replace_file(talk.args.public_out, half.pem + "\n")
    if talk.args.qr:
        person.note(squares_text(half.squares))
    if not person.is_there:
        return
    size = words.text("setup.own.size", bits=key.bits, digits=short_fingerprint(key.fingerprint))
    person.note("\n".join(["", words.text("setup.own.name"), half.text, size]))
    if is_new:
        _wait_for_portal(talk, half)


def _wait_for_portal(talk: Talk, half: PublicHalf) -> None:
    words, person = talk.words, talk.person

    def save(said: str) -> None:
        if said:
            replace_file(Path(said).expanduser(), half.pem + "\n")

    if talk.args.public_out is None:
        person.settle(None, "--public-out", partial(person.line, words.text("cli.setup.saved_file")), save)
    person.note(words.text("setup.own.sentence"))
    person.line(words.text("cli.setup.uploaded"))
