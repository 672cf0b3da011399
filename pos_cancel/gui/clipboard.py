"""Taking from the clipboard: what was pasted does not stay there for the next program to read."""

from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication

Brought = bytes | Path


def brought_by(data: QMimeData | None) -> Brought | None:
    """Give the file or the text that was dropped or copied, None where there is neither."""
    if data is None:
        return None
    files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    if files:
        return Path(files[0])
    return data.text().encode("utf-8", "replace") if data.text() else None


def pasted() -> Brought | None:
    """Take what lies in the clipboard; a text is cleared from it."""
    board = QGuiApplication.clipboard()
    brought = brought_by(board.mimeData())
    if isinstance(brought, bytes):
        forget(board.text())
    return brought


def forget(text: str) -> None:
    """Clear a text from the clipboard, and from the mouse's selection, where either still holds it."""
    board = QGuiApplication.clipboard()
    modes = [QClipboard.Mode.Clipboard]
    if board.supportsSelection():
        modes.append(QClipboard.Mode.Selection)
    for mode in modes:
        if text and board.text(mode) == text:
            board.clear(mode)


def copy(text: str) -> None:
    """Put a text into the clipboard."""
    QGuiApplication.clipboard().setText(text)
