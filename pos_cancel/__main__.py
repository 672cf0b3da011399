"""The program: the window without arguments, else one command. Imports nothing heavy by itself."""

import sys


def main() -> int:
    """Run the program on its own arguments; gives the exit code of the contract (design.md §3)."""
    from pos_cancel.adapters.process_guard import guard

    guard()
    from pos_cancel.adapters.last_words import install

    install()
    from pos_cancel.cli.main import run
    from pos_cancel.gui.entrance import Entrance

    return run(sys.argv[1:], Entrance())


if __name__ == "__main__":
    sys.exit(main())
