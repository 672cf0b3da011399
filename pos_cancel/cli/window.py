"""The window, with or without the training gateway behind it."""

import os
import sys
from argparse import Namespace

from pos_cancel import bootstrap
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import LocalError

HIDDEN = frozenset({"offscreen", "minimal", "vnc"})


def open_window(args: Namespace, till: Till) -> int:
    """Open the window and stay until it is closed. Raises `LocalError` where there is no display."""
    if not (shows_windows() or os.environ.get("QT_QPA_PLATFORM")):
        raise LocalError("There is no display to open a window on.", "See: pos-cancel --help")
    if not args.training:
        return till.screen.show(till.shop)
    with bootstrap.training_shop() as (shop, _):
        return till.screen.show(shop, training=True)


def shows_windows() -> bool:
    """Tell whether a person could see a window here."""
    platform = os.environ.get("QT_QPA_PLATFORM", "")
    if platform.partition(":")[0] in HIDDEN:
        return False
    if not sys.platform.startswith("linux") or platform:
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
