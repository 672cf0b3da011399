"""Hands and eyes on an X server: real key events in the rhythm that is asked for, and single pixels.

The server itself waits between the keys and stamps them, so that the rhythm is a scanner's however busy the
machine is; the libraries are those that xdotool brings.
"""

import ctypes
import ctypes.util
import time
from types import TracebackType
from typing import Self

SHIFT, CONTROL = "Shift_L", "Control_L"
# How a scanner may end what it types.
ENDS: dict[str, tuple[str, ...]] = {
    "CR": ("Return",),
    "keypad": ("KP_Enter",),
    "CR LF": ("Return", "^j"),
    "doubled": ("Return", "Return"),
    "tripled": ("Return", "KP_Enter", "Return"),
    "doubled CR LF": ("Return", "^j", "Return", "^j"),
}
# The same key twice within one millisecond would be a key that is held down, to Qt.
FINGERS_MS = 20
NAMES = {"-": "minus"}
ALL_PLANES = 0xFFFFFFFF
Z_PIXMAP = 2


class _Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""

    _fields_ = [
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("offset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_ubyte)),
    ]


def _libraries() -> tuple[ctypes.CDLL, ctypes.CDLL]:
    x11, tests = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXtst.so.6")
    x11.XOpenDisplay.restype = ctypes.c_void_p
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XStringToKeysym.restype = ctypes.c_ulong
    x11.XStringToKeysym.argtypes = [ctypes.c_char_p]
    x11.XKeysymToKeycode.restype = ctypes.c_ubyte
    x11.XKeysymToKeycode.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
    x11.XDefaultRootWindow.restype = ctypes.c_ulong
    x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
    x11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
    x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
    x11.XSetInputFocus.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_ulong]
    x11.XGetImage.restype = ctypes.POINTER(_Image)
    x11.XGetImage.argtypes = [
        ctypes.c_void_p,
        ctypes.c_ulong,
        *(ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint),
        ctypes.c_ulong,
        ctypes.c_int,
    ]
    x11.XDestroyImage.argtypes = [ctypes.c_void_p]
    tests.XTestFakeKeyEvent.argtypes = [ctypes.c_void_p, ctypes.c_uint, ctypes.c_int, ctypes.c_ulong]
    return x11, tests


class XHands:
    """Presses keys on a display and looks at it."""

    def __init__(self, display: str) -> None:
        self._x11, self._tests = _libraries()
        self._display = self._x11.XOpenDisplay(display.encode())
        assert self._display, display
        self._root = self._x11.XDefaultRootWindow(self._display)
        self._codes: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._x11.XCloseDisplay(self._display)

    def focus(self, window: int) -> None:
        """Give a window the keys; there is no window manager that would."""
        self._x11.XSetInputFocus(self._display, window, 1, 0)
        self._x11.XSync(self._display, 0)

    def scan(self, number: str, gap_ms: int = 0, end: tuple[str, ...] = ("Return",)) -> None:
        """Type as a scanner does, with so many milliseconds before each key but the first."""
        for place, key in enumerate((*number, *end)):
            self._press(key, gap_ms if place else 0)
        self._x11.XSync(self._display, 0)

    def press(self, *keys: str) -> None:
        """Press keys by their names, as fingers do; "^" before a name holds Control."""
        for place, key in enumerate(keys):
            self._press(key, FINGERS_MS if place else 0)
        self._x11.XSync(self._display, 0)

    def pixels(self, x: int, y: int, width: int = 1, height: int = 1) -> bytes:
        """Give what is on the screen there, four bytes to a pixel."""
        image = self._x11.XGetImage(self._display, self._root, x, y, width, height, ALL_PLANES, Z_PIXMAP)
        found = bytes(image.contents.data[: 4 * width * height])
        self._x11.XDestroyImage(image)
        return found

    def sees(self, x: int, y: int, colour: bytes, patience_s: float) -> bool:
        """Wait until a pixel has a colour."""
        ends_at = time.perf_counter() + patience_s
        while self.pixels(x, y) != colour:
            if time.perf_counter() > ends_at:
                return False
            # The other process needs the core more than this look at the clock.
            time.sleep(0.0001)
        return True

    def _press(self, key: str, delay_ms: int) -> None:
        held = SHIFT if len(key) == 1 and key.isupper() else CONTROL if key[0] == "^" else ""
        name = key.removeprefix("^")
        if held:
            self._event(held, down=True, delay_ms=delay_ms)
        self._event(name, down=True, delay_ms=0 if held else delay_ms)
        self._event(name, down=False, delay_ms=0)
        if held:
            self._event(held, down=False, delay_ms=0)

    def _event(self, name: str, *, down: bool, delay_ms: int) -> None:
        if name not in self._codes:
            keysym = self._x11.XStringToKeysym(NAMES.get(name, name).encode())
            self._codes[name] = self._x11.XKeysymToKeycode(self._display, keysym)
            assert self._codes[name], name
        self._tests.XTestFakeKeyEvent(self._display, self._codes[name], down, delay_ms)
