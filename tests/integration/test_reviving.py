"""Very many stopped cases go on when there is a key; the next customer comes between."""

from pathlib import Path

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import Case, State
from pos_cancel.engine.worklist import REVIVED
from tests.integration.journal_cases import keep, make_case
from tests.integration.scripted_till import running, until

STOPPED = 2 * REVIVED + 5


def stopped_case(count: int) -> Case:
    number = f"R-{count}"
    params = (("_input_charset", "UTF-8"), ("service", "alipay.acquire.cancel"), ("out_trade_no", number))
    return make_case(
        count,
        profile="till",
        number=number,
        params=params,
        state=State.RETRY_PENDING,
        stopped="S-01",
        setup_code="S-01",
        next_ask=None,
    )


def test_stopped_cases_go_on_part_by_part(tmp_path: Path) -> None:
    home = tmp_path / "till"
    home.mkdir()
    with Journal.open(home) as journal:
        keep(journal, *map(stopped_case, range(STOPPED)))
    with running(home) as till:
        case = till.submit("R-NEW")
        till.hear_state(case, State.REFUNDED)
        until(lambda: not till.ask(lambda engine: engine.journal.undue("till")))
        known = till.ask(lambda engine: engine.journal.history())
        assert sum(not case.stopped for case in known) == STOPPED + 1
