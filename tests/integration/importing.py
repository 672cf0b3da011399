"""The program, kept alive after its command: what a window is that has just taken a key.

`python importing.py COMMAND…` runs the command, says `done CODE` and waits until its standard input ends.
"""

import sys

from pos_cancel.adapters.process_guard import guard


def main() -> None:
    guard()
    from pos_cancel.cli.main import run
    from pos_cancel.gui.entrance import Entrance

    code = run(sys.argv[1:], Entrance())
    print(f"done {code}", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
