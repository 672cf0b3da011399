"""Choosing a file, in the language of the window. The dialog blocks nothing and is gone with its page."""

from collections.abc import Callable

from PySide6.QtWidgets import QFileDialog, QWidget

from pos_cancel.presenters.wording import Wording

# The form that each kind of file usually has; everything else can be chosen all the same.
ENDINGS = {
    "private": "*.pem *.txt *.key *.der",
    "own": "*.pem *.txt *.key *.der",
    "theirs": "*.pem *.txt *.key *.der",
    "profile": "*.toml",
    "certificate": "*.pem *.crt *.cer",
    "save_file": "*.txt *.pem",
    "save_handover": "*.pdf",
}
SUGGESTED = {"save_file": "public-key.txt", "save_handover": "handover.pdf"}


def choose_file(parent: QWidget, words: Wording, purpose: str, chosen: Callable[[str], None]) -> QFileDialog:
    """Ask for a file; `chosen` is called with its path, unless the person thinks better of it."""
    dialog = QFileDialog(parent, words.text(f"setup.file.{purpose}"))
    dialog.setObjectName("fileDialog")
    saves = purpose in SUGGESTED
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave if saves else QFileDialog.AcceptMode.AcceptOpen)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile if saves else QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([f"{words.text(f'setup.file.{purpose}')} ({ENDINGS[purpose]})", "* (*)"])
    if saves:
        dialog.selectFile(SUGGESTED[purpose])
    label = words.text("setup.button.save_file" if saves else "setup.button.choose")
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, label)
    dialog.setLabelText(QFileDialog.DialogLabel.Reject, words.text("setup.button.back"))
    dialog.fileSelected.connect(chosen)
    dialog.finished.connect(dialog.deleteLater)
    # A kiosk has nobody else who would give the keys back.
    dialog.finished.connect(parent.window().activateWindow)
    dialog.open()
    return dialog
