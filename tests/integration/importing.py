"""The program, kept alive after its command: what a window is that has just taken a key.

`python importing.py COMMAND…` runs the command, says `done CODE` and waits until its standard input ends.
"""

import os
import sys

from pos_cancel.adapters.process_guard import guard


def main() -> None:
    guard()
    from pos_cancel.cli.main import run
    from pos_cancel.gui.entrance import Entrance

    code = run(sys.argv[1:], Entrance())
    print(f"done {code}", flush=True)
    # Past the library's buffer, which may hold what the command read, and is to be seen as it is.
    os.read(sys.stdin.fileno(), 1)


if __name__ == "__main__":
    main()
