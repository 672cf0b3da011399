"""pos-cancel setup: an account onto this till, by questions at a terminal or all by flags and stdin."""

from argparse import ArgumentParser, Namespace
from functools import partial
from pathlib import Path

from pos_cancel import bootstrap
from pos_cancel.adapters.key_forms import BITS
from pos_cancel.adapters.new_account import profile_of
from pos_cancel.adapters.profile_files import GATEWAYS
from pos_cancel.adapters.setup import PublicHalf
from pos_cancel.cli.setup_account import say_account
from pos_cancel.cli.setup_keys import bring_keys
from pos_cancel.cli.setup_person import Person, Talk
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import LocalError
from pos_cancel.domain.profile import Profile
from pos_cancel.engine.probe import Proof
from pos_cancel.presenters.setup_words import ProofCard, present_proof


class TestFailed(LocalError):
    """The gateway's answer says that something of the account is wrong; `code` tells which part."""

    __test__ = False

    def __init__(self, proof: Proof, card: ProofCard) -> None:
        super().__init__(card.sentence, card.way_on)
        self.code = f"test_{proof.verdict.value}"


def arguments(parser: ArgumentParser, _: str) -> None:
    """Declare the arguments; whatever is not given is asked for at a terminal."""
    account = parser.add_argument_group("the account")
    account.add_argument("--profile-file", type=Path, metavar="FILE", help="a profile that came as a file")
    account.add_argument("--gateway", metavar="NAME", help=", ".join(GATEWAYS))
    account.add_argument("--region", metavar="NAME", help="a known address: global, sea, eu, na, us, test …")
    account.add_argument("--endpoint", metavar="URL", help="another address, as it stands in the contract")
    account.add_argument("--ca-file", default="", metavar="FILE", help="certificates for that address alone")
    account.add_argument(
        "--id", metavar="ID", help="the partner id, 16 digits from 2088 on, or the client id"
    )
    account.add_argument("--currency", metavar="CODE", help="acquire: the currency of its receipts")
    account.add_argument("--key-version", default="", metavar="N", help="the JSON gateways: 1 if not said")
    account.add_argument("--account", default="", metavar="TEXT", help="what people call it")
    account.add_argument("--name", metavar="NAME", help="of the profile; made up if not said")
    keys = parser.add_argument_group("its keys; secrets come by stdin")
    keys.add_argument("--sign-type", metavar="T", help="acquire: RSA2, RSA or MD5")
    keys.add_argument("--make", action="store_true", help="make a key pair here")
    keys.add_argument("--bits", type=int, choices=BITS, default=BITS[0])
    keys.add_argument("--public-out", type=Path, metavar="FILE", help="write our public key to a file too")
    keys.add_argument("--qr", action="store_true", help="draw our public key as a QR code on stderr too")
    keys.add_argument("--private", metavar="FILE", help="our private key; - reads it from stdin")
    keys.add_argument("--password-stdin", action="store_true", help="its password: the first line of stdin")
    keys.add_argument(
        "--uploaded-public", type=Path, metavar="FILE", help="our public key as the portal has it"
    )
    keys.add_argument("--gateway-public", type=Path, metavar="FILE", help="the gateway's public key")
    keys.add_argument("--md5-key-stdin", action="store_true", help="the MD5 key: the first line of stdin")
    parser.add_argument("--no-test", action="store_true", help="ask the gateway nothing")
    parser.add_argument("--keep-anyway", action="store_true", help="keep the account though the test fails")


def run(args: Namespace, till: Till) -> int:
    """Go through the steps; nothing is kept before all of it is known to be good."""
    talk = Talk(args, till, bootstrap.make_setup(till.shop), Person(till))
    if talk.person.is_there:
        talk.person.note(talk.words.text("cli.setup.intro"))
    if args.profile_file is not None:
        talk.setup.import_profile(args.profile_file)
    else:
        say_account(talk)
    half = bring_keys(talk)
    # A key that was made a moment ago stands in no portal yet, where there is nobody to wait for.
    untried = args.no_test or (args.make and not talk.person.is_there)
    proof = None if untried else tested(talk)
    return _tell(till, _kept(talk), half, proof)


def tested(talk: Talk) -> Proof:
    """Test until it passes, or the person keeps the account untested. Raises `LocalError`."""
    words, person = talk.words, talk.person
    while True:
        person.note(words.text("setup.test.asking"))
        proof = talk.setup.test()
        card = present_proof(proof, profile_of(talk.setup.draft), words)
        if proof.passed:
            person.note(card.sentence)
            return proof
        if not person.is_there and not talk.args.keep_anyway:
            person.note(card.detail)
            raise TestFailed(proof, card)
        person.note("\n".join(part for part in (card.sentence, card.way_on, card.detail) if part))
        if talk.args.keep_anyway or not _goes_on(talk):
            return proof


def _goes_on(talk: Talk) -> bool:
    """Ask whether to test again; False keeps the account untested. Raises `LocalError` for the end."""
    words = talk.words
    said = talk.person.line(words.text("cli.setup.again"), words.text("cli.setup.test_key")).casefold()
    if said == words.text("cli.setup.end_key"):
        raise LocalError(words.text("cli.setup.ended"))
    return said != words.text("cli.setup.save_key")


def _kept(talk: Talk) -> Profile:
    """Keep the account; a keyring that is locked is asked again, so that no key is lost over it."""
    ask = partial(talk.person.line, talk.words.text("cli.setup.keep_again"))
    return talk.person.settle(str, "", ask, lambda _: talk.setup.keep())


def _tell(till: Till, profile: Profile, half: PublicHalf | None, proof: Proof | None) -> int:
    value: dict[str, object] = {
        "profile": profile.name,
        "kind": profile.kind.value,
        "gateway": profile.gateway,
        "tested": bool(proof and proof.passed),
        "verdict": proof.verdict.value if proof else None,
        "public_key": half.text if half else None,
        "fingerprint": half.key.fingerprint if half else None,
    }
    till.answer(till.words.text("cli.setup.kept", name=profile.label), value)
    return 0
