"""The people of a simulated shop: cashiers who scan and press, managers who act on what they read."""

from typing import TYPE_CHECKING

from pos_cancel.adapters.database import ONE_OPEN
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.engine.lookup import CancelRequest, Lookup, Submitted
from pos_cancel.presenters.card import present
from tests.simulation.books import Sale, Status
from tests.simulation.customers import Customer
from tests.simulation.process import Process

if TYPE_CHECKING:
    from tests.simulation.world import World

PRESSES = ("send_again", "keep", "end", "withdraw")
PATIENCE = 5


class People:
    """Comes, scans, presses, reads and acts."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def arrive(self, customer: Customer) -> None:
        """Come to the till: somebody scans the receipt, in the window or with a command."""
        world = self._world
        commands = world.is_faulty and customer.rng.random() < world.climate.rate("command") * 0.2
        process = world.start_command() if commands else world.window
        if process is None or not process.alive:
            self._come_back(customer)
            return
        self._scan(process, customer)
        if commands:
            world.agenda.after(customer.rng.uniform(1, 5), lambda: self._start_sending(process))
            world.agenda.after(customer.rng.uniform(6, 70), lambda: self._leave(process, customer))

    def _come_back(self, customer: Customer) -> None:
        customer.tries += 1
        if customer.tries < PATIENCE:
            self._world.agenda.after(customer.rng.uniform(5, 60), lambda: self.arrive(customer))

    def _scan(self, process: Process, customer: Customer) -> None:
        if customer.rng.random() < 0.25:
            self._wish(process, customer, None)
            return
        process.do(
            lambda runner: runner.look_up(
                customer.number,
                customer.profile,
                lambda look: self._world.agenda.after(
                    customer.rng.uniform(0.5, 8), lambda: self._wish(process, customer, look)
                ),
            )
        )

    def _wish(self, process: Process, customer: Customer, look: Lookup | None) -> None:
        request = CancelRequest(
            profile=customer.profile,
            number=customer.number,
            lookup=look,
            known_order=customer.known_order,
            again=customer.tries > 0 and customer.rng.random() < 0.5,
            operator="Mei",
            approver="Lin" if customer.tries else "",
        )
        self._world.note("wish", customer.sale.number, customer.profile, customer.number.text)
        if not process.do(
            lambda runner: runner.submit(request, lambda got: self._opened(process, customer, look, got))
        ):
            self._come_back(customer)

    def _opened(
        self,
        process: Process,
        customer: Customer,
        look: Lookup | None,
        got: Submitted | PosCancelError,
    ) -> None:
        if isinstance(got, PosCancelError):
            self._world.note("refused", customer.sale.number, got.sentence)
            self._world.need(got.sentence != ONE_OPEN[0], f"{customer.sale.number}: {got.sentence}")
            self._come_back(customer)
            return
        self._world.opened(got, customer, look)
        self._world.witness.told(process, got.case)
        if customer.rng.random() < self._world.climate.rate("people"):
            self._plan_presses(customer, got.case.id)

    def _plan_presses(self, customer: Customer, case_id: str) -> None:
        for _ in range(customer.rng.randint(1, 3)):
            delay_s = customer.rng.expovariate(1 / customer.rng.choice((3, 60, 1200)))
            self._world.agenda.after(delay_s, lambda: self._press(customer, case_id))
        if customer.rng.random() < 0.4:
            customer.tries += 1
            delay_s = customer.rng.expovariate(1 / customer.rng.choice((1, 30, 900)))
            self._world.agenda.after(delay_s, lambda: self.arrive(customer))

    def _press(self, customer: Customer, case_id: str) -> None:
        """Press something the card offers; now and then something that it does not."""
        world, case = self._world, self._world.witness.cases.get(case_id)
        window = world.window
        if case is None or window is None or not world.is_faulty:
            return
        card = present(case, world.clock.now(), world.words, world.zone)
        offered = card.actions if customer.rng.random() < 0.8 else PRESSES
        if offered:
            self.act(window, case_id, customer.rng.choice(offered))

    def act(self, process: Process, case_id: str, action: str) -> None:
        """Press a button."""
        world = self._world

        def done(got: Case | PosCancelError) -> None:
            if isinstance(got, PosCancelError):
                world.note("cannot", case_id, action)

        world.note("press", case_id, action)
        world.witness.pressed(case_id)
        process.do(lambda runner: runner.act(case_id, action, "Lin", "asked to", done))

    # --- a command -----------------------------------------------------------------------------------

    def _start_sending(self, process: Process) -> None:
        process.do(lambda runner: runner.start_sending())

    def _leave(self, process: Process, customer: Customer) -> None:
        """End a command as the product does: what is proved unsent is given up first."""
        for case in self._world.witness.open_cases():
            mine = case.number == customer.number.text and case.profile == customer.profile
            waits = case.state is State.SENDING and case.in_flight is None and not case.may_have_left
            if mine and waits:
                self.act(process, case.id, "gave_up")
        process.end("stops", cleanly=True)

    # --- managers ------------------------------------------------------------------------------------

    def read(self, process: Process, case: Case) -> None:
        """Act on what a card says a while later: give back what it says is to be given back."""
        world, sale = self._world, self._world.sale_of(case)
        if case.state in {State.USE_REFUND, State.PAID_LATE}:
            rng = world.rng
            in_cash = rng.random() < 0.5
            world.agenda.after(rng.uniform(60, 1800), lambda: self._refund(sale, in_cash=in_cash))

    def _refund(self, sale: Sale, *, in_cash: bool) -> None:
        rest = sale.minor - sale.by_portal - sale.by_hand
        now = self._world.agenda.now
        if rest <= 0:
            return
        if in_cash or sale.status is not Status.PAID:
            sale.hand_out(rest, now)
        else:
            sale.refund(rest, now)
