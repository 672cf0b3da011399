"""Files that people bring keys in."""

from pathlib import Path

from pos_cancel.domain.errors import InvalidInput

LARGEST = 64 * 1024


def content_of(path: Path) -> bytes:
    """Read a file that should hold a key. Raises `InvalidInput`."""
    try:
        with path.expanduser().open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, RuntimeError, ValueError):
        raise InvalidInput(f"{path} cannot be read.", "Name a file with a key.", topic="file") from None
    return sized(content)


def sized(content: bytes) -> bytes:
    """Give what can be a key by its size. Raises `InvalidInput`."""
    if len(content) > LARGEST:
        raise InvalidInput("This is too large for a key.", "Give the key alone.", topic="key_too_large")
    return content
