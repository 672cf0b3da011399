"""pos-cancel key seal: what an installer does once for a till that keeps its keys without a keyring."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from pos_cancel.adapters.sealed_store import CREDENTIAL
from pos_cancel.adapters.system_credential import WITH_KEYS, seal_credential
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import InvalidInput

FILE = Path("/etc/credstore.encrypted") / CREDENTIAL
STEPS = """\
{file} is there; a copy of it opens on no other machine. What is left to do:

1. In the till's system unit, under [Service]:
     LoadCredentialEncrypted={name}:{file}
2. In settings.toml in the till's home folder, or in a profile:
     key_store = "sealed"
3. Import the keys as the till's user, with the same credential:
     systemd-run --pipe --wait --collect --uid=USER --setenv=POS_CANCEL_HOME=HOME \\
         --property=LoadCredentialEncrypted={name}:{file} \\
         pos-cancel key import --profile NAME --private FILE --gateway-public FILE
"""
ABOUT = """\
A till that logs in by itself has no password to unlock a keyring with. It can keep its keys in sealed files
instead. This makes the credential that opens them, as root and once: random bytes that systemd seals with a
key of this machine and hands to the till's service alone. Then it tells what is left to do. Keys that were
sealed with an earlier credential have to be imported again. Only with a TPM (tpm2) is a whole disk that was
carried away of no use; the host's key lies on that disk.
"""


def seal_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments."""
    parser.description = ABOUT
    parser.add_argument(
        "--with-key", choices=WITH_KEYS, default=WITH_KEYS[0], help="what seals it; auto takes the TPM if any"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", default=FILE, help=f"default {FILE}")
    parser.add_argument(
        "--replace", action="store_true", help="take the place of the credential that is there"
    )


def seal(args: Namespace, till: Till) -> int:
    """Make the credential and say what is left to do."""
    file = args.out.absolute()
    if file.exists() and not args.replace:
        raise InvalidInput(
            f"{file} is there already; keys that were sealed with it could no longer be opened.",
            "Add --replace to make a new one, and import the keys again.",
        )
    seal_credential(file, args.with_key)
    unit = f"LoadCredentialEncrypted={CREDENTIAL}:{file}"
    value = {"credential": str(file), "name": CREDENTIAL, "with_key": args.with_key, "unit": unit}
    till.answer(STEPS.format(file=file, name=CREDENTIAL).rstrip(), value)
    return 0
