"""Says a sentence to screen readers without taking the focus."""

from PySide6 import QtGui
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QWidget

from pos_cancel.gui.sale_view import KEYS
from pos_cancel.gui.screen import Screen

SENTENCE_ENDS = tuple(".?!…。？！")


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


def gist(screen: Screen) -> str:
    """Give in one breath what a glance at the screen tells: how it stands, what to do, what not to do."""
    face, buttons = screen.face, screen.buttons
    told = [face.word, face.headline, face.status, *face.cautions, face.notice]
    told += [
        f"{label}: {text}" for label, text in ((face.do_label, face.do), (face.dont_label, face.dont)) if text
    ]
    if "confirm" in buttons:
        told.append(f"{buttons['confirm']} ({KEYS['confirm']})")
    return " ".join(each if each.endswith(SENTENCE_ENDS) else f"{each}." for each in told if each)
