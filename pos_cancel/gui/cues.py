"""Tells what happens beside the case in hand: sounds, the strip over the header, the strip over the card."""

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer, Slot

from pos_cancel.domain.case import Case
from pos_cancel.domain.errors import InvalidNumber, PosCancelError
from pos_cancel.domain.listing import Listing
from pos_cancel.engine.lookup import Lookup
from pos_cancel.gui.announcing import announce, gist
from pos_cancel.gui.chime import Chime
from pos_cancel.gui.stages import Asking, Deciding, Showing, Submitting
from pos_cancel.gui.till import Till
from pos_cancel.gui.toast import Toast
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.closing import closing_notice
from pos_cancel.presenters.connection import Connection, connection_notice, of_case, of_look
from pos_cancel.presenters.news import Cue, News, cue_of, is_news, news_of, weightiest
from pos_cancel.presenters.notices import Notice

if TYPE_CHECKING:
    from pos_cancel.gui.main_window import MainWindow

# Seconds that the strip stays, once it can be seen; longer where a person did not get what was pressed.
TOAST_S = 8
DROPPED_S = 15
LONG_LIST = 1_000
DIGITS = re.compile(r"\d+")


class Cues(QObject):
    """Hears what the engine tells and what the window shows; it never takes the focus.

    A countdown that can be taken back ends where nobody can see it any more: when the window is left, put
    away or closed. Then nothing is opened and nothing sent.
    """

    def __init__(self, window: "MainWindow", worker: Worker, till: Till) -> None:
        """Listen from the start."""
        super().__init__(window)
        self._window = window
        self._worker = worker
        self._till = till
        self.chime = Chime(till.sound_files, on=till.sounds, parent=self)
        self.toast = Toast(window.board)
        self.connection = Connection()
        self._open: dict[str, Case] = {}
        self._late: set[str] = set()
        self._ended: list[Case] = []
        self._dropped: Deciding | None = None
        self._put_away: set[str] = set()
        self._noticed: tuple[Notice | None, str] = (None, "")
        self._closing: Notice | None = None
        self._asked: tuple[int, str] = (0, "")
        self._fault: PosCancelError | None = None
        self._said: tuple[str, str] = ("", "")
        self._left_s = 0
        self._seconds = QTimer(self)
        self._seconds.setInterval(1_000)
        self._seconds.timeout.connect(self.count)
        self._connect()

    def _connect(self) -> None:
        window, worker = self._window, self._worker
        worker.cases_listed.connect(self._take_all)
        worker.case_changed.connect(self._take)
        worker.looked_up.connect(self._looked_up)
        window.flow.changed.connect(self._look_around)
        window.flow.taken_back.connect(self._taken_back)
        window.dressed.connect(self._dress)
        window.board.notice.pressed.connect(self._press)
        self.toast.clicked.connect(self._show_ended)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a countdown back when the window is left or closed; keep the strip in its place."""
        if event.type() in {QEvent.Type.WindowDeactivate, QEvent.Type.Hide, QEvent.Type.Close}:
            self._window.flow.take_back()
        if event.type() is QEvent.Type.Resize:
            self.toast.place(self._window.board.toast_room())
        return super().eventFilter(watched, event)

    @Slot(object)
    def _take_all(self, listing: Listing) -> None:
        self._open = {case.id: case for case in listing.cases} | self._open
        self._show_notice()

    @Slot(object)
    def _take(self, case: Case) -> None:
        before = self._open.pop(case.id, None)
        heard = None if before is None else of_case(before, case)
        if heard is not None:
            self.connection = self.connection.after(heard, self._till.clock())
        if case.is_open:
            self._open[case.id] = case
        if is_news(before, case) and case.id not in self._late:
            self._tell(case, is_late=before is None)
        self._show_notice()

    def _tell(self, case: Case, *, is_late: bool) -> None:
        if is_late:
            # A payment after the cancel is news at its first sight only.
            self._late.add(case.id)
        if self._is_shown(case):
            self.chime.play(cue_of(case))
            return
        self.chime.play(Cue.BACKGROUND)
        self._ended = [each for each in self._ended if each.id != case.id] + [case]
        self._dropped = None
        self._show_toast(news_of(self._ended, self._window.words), TOAST_S)

    def _is_shown(self, case: Case) -> bool:
        stage = self._window.flow.stage
        in_hand = isinstance(stage, Showing | Asking) and stage.case.id == case.id
        return in_hand and not self._window.board.isHidden()

    def _say_moment(self) -> None:
        """Have a moment said that is new or has other words; a number that counts is no news."""
        screen = self._window.screen_shown
        # While a decision is taken over it is shown as it was.
        is_news = not isinstance(self._window.flow.stage, Submitting)
        if screen is None or self._window.board.isHidden() or not is_news:
            return
        sentence = gist(screen)
        said = screen.topic, DIGITS.sub("", sentence)
        if said != self._said:
            self._said = said
            announce(self._window.board.card, sentence)

    @Slot(object)
    def _looked_up(self, look: Lookup) -> None:
        heard = of_look(look)
        if heard is not None:
            self.connection = self.connection.after(heard, self._till.clock())
        self._show_notice()

    @Slot()
    def _look_around(self) -> None:
        """Hear what went wrong, and let the strips tell the truth of this second."""
        flow = self._window.flow
        if flow.fault is not None and flow.fault is not self._fault:
            self.chime.play(Cue.NOT_TAKEN if isinstance(flow.fault, InvalidNumber) else Cue.ACT)
        self._fault = flow.fault
        stage = flow.stage
        if isinstance(stage, Showing) and self._ended and stage.case.id == weightiest(self._ended).id:
            self._put_toast_away()
        self._say_moment()
        self._show_notice()

    @Slot(object)
    def _taken_back(self, decision: Deciding) -> None:
        """Say what was not sent: whoever went on to something else may believe that it was."""
        self.chime.play(Cue.ACT)
        words, tail = self._window.words, decision.lookup.number.tail
        self._ended, self._dropped = [], decision
        news = News(
            tone="act",
            icon="hand",
            word=words.text("tone.not_sent"),
            title=words.text("news.taken_back", tail=tail),
            sentence=words.text("news.taken_back_line"),
        )
        self._show_toast(news, DROPPED_S)

    def _show_toast(self, news: News, seconds: int) -> None:
        self._left_s = seconds
        self._seconds.start()
        self.toast.place(self._window.board.toast_room())
        self.toast.show_news(news)

    @Slot()
    def count(self) -> None:
        """Let a second pass for the strip over the header; it waits while it cannot be seen."""
        if self.toast.isVisible():
            self._left_s -= 1
        if self._left_s <= 0:
            self._put_toast_away()
        else:
            # The header moves its parts as its words change.
            self.toast.place(self._window.board.toast_room())

    def _put_toast_away(self) -> None:
        self._ended, self._dropped = [], None
        self._seconds.stop()
        self.toast.hide()

    @Slot()
    def _show_ended(self) -> None:
        ended, dropped = self._ended, self._dropped
        self._put_toast_away()
        if dropped is not None:
            self._window.flow.decide_again(dropped)
        elif ended:
            self._window.show_case(weightiest(ended))

    def _show_notice(self) -> None:
        now, words = self._till.clock(), self._window.words
        notice = connection_notice(self.connection, now, words)
        if notice is None:
            notice = self._closing_notice()
        if notice is not None and notice.key in self._put_away:
            notice = None
        topic = self._window.screen_shown.topic if self._window.screen_shown else ""
        if (notice, topic) != self._noticed:
            self._noticed = notice, topic
            self._window.board.show_notice(notice)

    def _closing_notice(self) -> Notice | None:
        now, words, cases = self._till.clock(), self._window.words, self._window.cases
        # Counting goes through the whole list: once a second, of a very long one once a minute.
        every_s = 1 if cases.rowCount() < LONG_LIST else 60
        asked = (int(now.timestamp()) // every_s, words.language)
        if asked != self._asked:
            self._asked = asked
            self._closing = closing_notice(self._worker.profiles, cases.cases, now, words, self._till.zone)
        return self._closing

    @Slot(str)
    def _press(self, name: str) -> None:
        notice = self._window.board.notice.notice
        if name == "seen" and notice is not None:
            self._put_away.add(notice.key)
            self._show_notice()
        elif name == "way":
            self._window.show_list()

    @Slot()
    def _dress(self) -> None:
        self.toast.dress(self._window.theme)
        self.toast.place(self._window.board.toast_room())
        if self._ended and not self.toast.isHidden():
            self.toast.show_news(news_of(self._ended, self._window.words))
        self._show_notice()
