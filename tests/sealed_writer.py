"""A program that changes sealed keys: each turn writes every service anew, together, as the turn's number.

`python -m tests.sealed_writer FOLDER CREDENTIALS PROFILE TURNS SERVICE...`
"""

import sys
from pathlib import Path

from pos_cancel.adapters.sealed_store import SealedVault


def main(folder: str, credentials: str, profile: str, turns: str, *services: str) -> None:
    for turn in range(int(turns)):
        with SealedVault(Path(folder), profile, Path(credentials)) as vault:
            for service in services:
                vault.set_password(service, "", str(turn))


if __name__ == "__main__":
    main(*sys.argv[1:])
