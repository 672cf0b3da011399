"""Makes the credential that opens the sealed keys: random bytes that only this machine's systemd can open."""

import secrets
import shutil
import subprocess
from pathlib import Path

from pos_cancel.adapters.sealed_store import CREDENTIAL
from pos_cancel.domain.errors import LocalError

PROGRAM = "systemd-creds"
WITH_KEYS = ("auto", "host", "tpm2")
CREDENTIAL_BYTES = 64
LONGEST_S = 60.0


def seal_credential(file: Path, with_key: str) -> None:
    """Write a new credential, which replaces what lies there; its bytes go through a pipe and nowhere else.

    `with_key` is one of `WITH_KEYS`: what of this machine seals it. Raises `LocalError`.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise LocalError(
            f"{PROGRAM} is not on this machine.", "Sealed keys need Linux with systemd 250 or newer."
        )
    command = [program, "encrypt", f"--with-key={with_key}", f"--name={CREDENTIAL}", "-", str(file)]
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        done = subprocess.run(  # noqa: S603 - a program of the system, with arguments of our own
            command,
            input=secrets.token_bytes(CREDENTIAL_BYTES),
            capture_output=True,
            timeout=LONGEST_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        told = getattr(error, "strerror", None) or "no answer"
        raise LocalError(f"{file} cannot be written: {told}.", "Run it as root.") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip().rpartition("\n")[2] or "no reason given"
        raise LocalError(f"{PROGRAM} made no credential: {told[:200]}.", "Run it as root.")
