"""The least a window can do with a scan: a line, and a label that turns green. Argument: the log file."""

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

PLAIN, SCANNED = "background: white", "background: green"


def main() -> int:
    """Show four widgets until the process is ended; F9 makes the label plain again."""
    app = QApplication(sys.argv)
    window = QWidget()
    window.setWindowTitle("Cancel a payment")
    line, label, button = QLineEdit(), QLabel(), QPushButton("Next", shortcut="F9")  # type: ignore[call-overload]
    label.setStyleSheet(PLAIN)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    column = QVBoxLayout(window)
    for part in (line, label, button):
        column.addWidget(part)

    def entered() -> None:
        label.setText(line.text())
        label.setStyleSheet(SCANNED)
        line.clear()

    line.returnPressed.connect(entered)
    button.clicked.connect(lambda: label.setStyleSheet(PLAIN))
    window.resize(1024, 600)
    window.show()
    Path(sys.argv[1]).write_text("painted\n", encoding="utf-8")
    return app.exec()


if __name__ == "__main__":
    sys.exit(main())
