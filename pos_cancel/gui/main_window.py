"""The window: puts the views together, hands keys to them, and paints the moment in hand."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QMainWindow, QVBoxLayout, QWidget

from pos_cancel.domain.case import Case
from pos_cancel.gui.announcing import announce
from pos_cancel.gui.answers import complaints_at
from pos_cancel.gui.board import Board
from pos_cancel.gui.cues import Cues
from pos_cancel.gui.flow import Flow
from pos_cancel.gui.keys import take_key
from pos_cancel.gui.open_cases_model import OpenCasesModel
from pos_cancel.gui.sale_view import HOW
from pos_cancel.gui.screen import Screen
from pos_cancel.gui.screens import View, look_card, screen_of
from pos_cancel.gui.stages import Deciding, Leaving, Showing
from pos_cancel.gui.theme import Theme, scale_for
from pos_cancel.gui.till import Till
from pos_cancel.gui.touch import px_per_mm
from pos_cancel.gui.worker import Worker
from pos_cancel.presenters.wording import Wording

SMALLEST = (800, 560)
TICK_MS = 1_000


class MainWindow(QMainWindow):
    """The one window. `painted` is emitted once, after the first paint; `dressed` with every change of looks.

    `room` is where the board stands, or what stands in its place.
    Wishes that the window cannot grant itself are `theme_wished` and `setup_wished`.
    """

    painted = Signal()
    dressed = Signal()
    theme_wished = Signal()
    setup_wished = Signal()

    def __init__(self, worker: Worker, till: Till, theme: Theme) -> None:
        """Build all views and show the invitation."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumSize(*SMALLEST)
        self.till = till
        self._worker = worker
        self._words = till.words[till.language]
        self._theme = theme
        self._screen: Screen | None = None
        self._topic, self._hint = "", HOW
        self._may_close = self._leaves = False
        self.flow = Flow(worker, till.clock, till.operator, till.take_back_s)
        self.cases = OpenCasesModel(self._words, till.clock, till.zone, self)
        self.board = Board(till, self.cases)
        middle = QWidget()
        self.setCentralWidget(middle)
        self.room = QVBoxLayout(middle)
        self.room.setContentsMargins(0, 0, 0, 0)
        self.room.addWidget(self.board)
        self._connect()
        self.cues = Cues(self, worker, till)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.tick)
        self.dress(theme)
        self._show_words()

    @property
    def screen_shown(self) -> Screen | None:
        """What is painted now."""
        return self._screen

    def _connect(self) -> None:
        flow, confirm = self.flow, self.board.sale.confirm
        self.board.scan.entered.connect(flow.enter)
        self.board.questions.scanned.connect(flow.enter)
        self.board.offers.scanned.connect(flow.enter)
        for source in (self.board.scan, self.board.questions):
            source.touched.connect(confirm.disarm)
        self.board.questions.changed.connect(self._judge)
        self.board.questions.entered.connect(self.check_aloud)
        self.board.sale.pressed.connect(self.press)
        self.board.sale.confirmed.connect(self._confirm)
        self.board.sale.hinted.connect(self._show_hint)
        self.board.header.pressed.connect(self.press)
        self.board.open_cases.chosen.connect(self.show_case)
        flow.changed.connect(self.render_moment)
        flow.left.connect(self._hand_over)
        self._worker.handed_over.connect(self._leave)
        self.cases.follow(self._worker)
        for change in (self.cases.rowsInserted, self.cases.rowsRemoved, self.cases.modelReset):
            change.connect(self._count_cases)

    @Slot()
    def render_moment(self) -> None:
        """Paint the moment in hand, if it differs from what is painted."""
        screen = screen_of(self.flow.stage, self.view())
        if screen == self._screen:
            return
        is_new = screen.topic != self._topic
        if is_new or self._screen is None or screen.buttons != self._screen.buttons:
            self.board.sale.confirm.disarm()
        self._screen, self._topic = screen, screen.topic
        self.board.questions.ask(screen.questions, anew=is_new)
        self.board.offers.show_offers(screen.offers, as_scan=screen.offers_scan)
        self._mark()
        self.board.card.show_screen(screen)
        self.board.sale.show_sale(screen.amount, screen.sale_line, screen.buttons)
        self.board.header.show_until(screen.until)
        self.board.header.show_setup(screen.buttons.get("setup", ""))
        self.board.header.show_online(self._words, online=self.flow.online)
        self._show_hint(HOW if is_new else self._hint)
        if is_new:
            self._rest_focus()

    def view(self) -> View:
        """Give how things are looked at now."""
        return self.till.view(self._words, self._worker.profiles, self.flow.fault)

    def dress(self, theme: Theme) -> None:
        """Put on a theme, at the scale of the window."""
        scale = scale_for(self.size(), theme.zoom)
        self._theme = theme.resized(scale, px_per_mm(self))
        self.setStyleSheet(self._theme.style())
        self.board.dress(self._theme)
        self.dressed.emit()

    @property
    def theme(self) -> Theme:
        """The theme that is worn."""
        return self._theme

    @property
    def words(self) -> Wording:
        """The words of the language that is spoken."""
        return self._words

    def know_till(self, till: Till) -> None:
        """Take over what has changed about the till: its name, and who stands at it."""
        self.till, self.flow.operator = till, till.operator
        self._show_words()

    def show_theme(self, theme: Theme) -> None:
        """Change the theme at once."""
        self.dress(theme)
        self._show_words()

    def show_language(self, language: str) -> None:
        """Change the language at once; nothing in hand is lost."""
        self._words = self.till.words[language]
        self._show_words()

    @Slot()
    def tick(self) -> None:
        """Let a second pass: clock, countdowns, list."""
        self.board.header.tick()
        self.cases.tick()
        self.flow.tick()

    def _show_words(self) -> None:
        words, profile = self._words, self.flow.profile
        self.setWindowTitle(words.text("gui.title"))
        switchable = len(self._worker.profiles) > 1
        self.board.header.show_account(self.till.named(profile, words), switchable=switchable)
        self.board.show_words(words, self.till.kind_of(profile).value, self._theme.name)
        self.cases.show_words(words)
        self._count_cases()
        self._screen = None
        self.dressed.emit()
        self.render_moment()

    @Slot()
    def _count_cases(self) -> None:
        self.board.open_cases.show_words(self._words)
        self.board.header.show_badge(self._words.text("gui.open.badge", count=self.cases.rowCount()))

    @Slot(str)
    def press(self, name: str) -> None:
        """Take a button or its key; one that is not shown does nothing."""
        match name:
            case "language":
                self.show_language(self.till.language_after(self._words.language))
            case "theme":
                self.theme_wished.emit()
            case "setup" if self._screen is not None and name in self._screen.buttons:
                self.setup_wished.emit()
            case "account":
                self.flow.switch_account()
                self._show_words()
            case "open_cases":
                self.board.turn_list()
            case "next":
                self.flow.next_customer()
            case _ if self._screen is not None and name in self._screen.buttons:
                self.flow.press(name)
        self._rest_focus()

    @Slot()
    def _confirm(self) -> None:
        screen = self._screen
        if screen is None or "confirm" not in screen.buttons or self._complaints():
            return
        stage = self.flow.stage
        card = look_card(stage, self.view()) if isinstance(stage, Deciding) else None
        self.flow.confirm(card, self.board.questions.answers())

    @Slot(object)
    def show_case(self, case: Case) -> None:
        """Show a case that a person chose."""
        self.board.put_list_away()
        self.flow.show_case(case)
        self._rest_focus()

    @Slot(str)
    def _hand_over(self, name: str) -> None:
        self._leaves = True
        self._worker.hand_over(name)

    @Slot()
    def _leave(self) -> None:
        # A late answer to an earlier act closes nothing.
        if self._leaves and isinstance(self.flow.stage, Leaving):
            self.end_at_once()

    @Slot()
    def _judge(self) -> None:
        self._mark()
        self.board.card.fit()

    def _mark(self) -> None:
        wrong = self._complaints()
        self.board.questions.judge(wrong, aloud=False)
        self.board.sale.confirm.setEnabled(not wrong)

    @Slot()
    def check_aloud(self) -> None:
        """Say what is wrong with the answers and go to the next question."""
        self.board.questions.judge(self._complaints(), aloud=True)
        self.board.questions.next_field()
        self.board.card.fit()

    def _complaints(self) -> dict[str, str]:
        return complaints_at(self.flow.stage, self.board.questions.answers(), self.view())

    @Slot(str)
    def _show_hint(self, key: str) -> None:
        before, self._hint = self._hint, key
        asked = self._screen is not None and "confirm" in self._screen.buttons
        if asked and key not in {HOW, before}:
            announce(self.board.sale.confirm, self._words.text(key))
        self.board.sale.show_hint(self._words.text(key) if asked else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the named keys; whatever else is typed belongs to the scan field."""
        take_key(self, event)

    def show_list(self) -> None:
        """Lead to the open cases: unfold their list, or show the one that ends first."""
        if self.board.is_folded:
            self.board.turn_list()
        else:
            shown = self.flow.stage
            self.board.open_cases.choose_after(shown.case.id if isinstance(shown, Showing) else "")
        self._rest_focus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Grow with the window."""
        super().resizeEvent(event)
        if scale_for(self.size(), self._theme.zoom) != self._theme.scale:
            self.dress(self._theme)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tell of the first paint: what is heavy may load now."""
        super().paintEvent(event)
        if not self._timer.isActive():
            self._timer.start()
            self.painted.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask first while cases are open."""
        if self._may_close or not self.cases.rowCount():
            event.accept()
            return
        event.ignore()
        if not isinstance(self.flow.stage, Leaving):
            self._leaves = False
        self.flow.leave(self.cases.left_behind())

    def end_at_once(self) -> None:
        """Close without asking; the journal has every case."""
        self._may_close = True
        self.close()

    def _rest_focus(self) -> None:
        # What stands in the place of the board has the keys to itself.
        if not self.board.isHidden() and not self.board.questions.take_focus():
            self.board.scan.take_focus()
