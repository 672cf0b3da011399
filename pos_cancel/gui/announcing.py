"""Says a sentence to screen readers without taking the focus."""

from PySide6 import QtGui
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, sentence: str) -> None:
    """Have a screen reader say the sentence; `widget` is where it belongs.

    Qt has announcements from 6.8 on; where the binding lacks them, an alert makes the reader say the
    widget's name.
    """
    if not QAccessible.isActive():
        return
    QAccessible.updateAccessibility(announcement(widget, sentence))


def announcement(widget: QWidget, sentence: str) -> QAccessibleEvent:
    """Give the event that says the sentence."""
    made = getattr(QtGui, "QAccessibleAnnouncementEvent", None)
    if made is None:
        return QAccessibleEvent(widget, QAccessible.Event.Alert)
    event: QAccessibleEvent = made(widget, sentence)
    return event
