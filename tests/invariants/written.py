"""What is written: nothing lost, nothing open forgotten, a whole chain, no secret, nothing left for ever."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from pos_cancel.adapters.journal import Journal
from pos_cancel.domain.case import WORKED, Case, State, Tone
from pos_cancel.domain.record import dump
from pos_cancel.domain.schedule import AFTER_DEADLINE
from pos_cancel.presenters.card import Card
from tests.invariants.departures import Written
from tests.invariants.facts import Violation, need

TWO_HOURS = timedelta(hours=2)
# Where the contract's window is not known the till's own clock ends nothing for years (R4).
YEARS = timedelta(days=300)
# A checked clock may be two minutes off, and be set by as much as the check lasts before it is checked again.
CLOCK_LEEWAY = timedelta(minutes=15)


def check_acknowledged(journal: Written, case: Case) -> None:
    """Hold what was told of a case against what a second program reads."""
    written = journal.get(case.id)
    if written is not case and written != case:
        raise Violation("acknowledged", f"{case.ref} was told as {dump(case)}, written is {written}")


def check_kept(journal: Journal, case_ids: Iterable[str]) -> None:
    """Every case that was ever acknowledged is there, and what is open of it is on the list."""
    listed = {case.id for case in journal.open_cases()}
    wanted = set(case_ids)
    found = journal.cases_of(wanted)
    gone = sorted(wanted - {case.id for case in found})
    need(not gone, "acknowledged", f"acknowledged and gone: {', '.join(gone)}")
    for case in found:
        need(case.is_open == (case.id in listed), "listed", f"{case.ref} is {case.state.value}")


def check_one_case(journal: Journal) -> None:
    """A sale of an account has one open case."""
    seen: dict[tuple[str, str], str] = {}
    for case in journal.open_cases():
        key = (case.profile, case.number)
        need(key not in seen, "one case", f"{case.ref} and {seen.get(key)} are both open")
        seen[key] = case.ref


def check_opened(case: Case, earlier: Sequence[Case]) -> None:
    """Hold a new case against those of the same sale and account, as they stood when the person pressed."""
    answers = WORKED | {State.NOT_SENT}
    open_ones = [old.ref for old in earlier if old.is_open and old.state in answers]
    need(not open_ones, "one case", f"{case.ref} was opened beside {open_ones}")
    doubts = [old.ref for old in earlier if old.unanswered or old.doubtful]
    told = f"{case.ref} knows nothing of {doubts}"
    need(not doubts or case.unanswered or case.doubtful, "doubt", told)
    need(case.unanswered or not any(old.unanswered for old in earlier), "doubt", told)


def check_window(case: Case, now: datetime) -> None:
    """Hold the end of the cancels that the till's clock brought against the true time."""
    told = f"{case.ref}: cancels ended at {now}, which they should at {case.stop_at}"
    need(now >= case.stop_at + AFTER_DEADLINE - CLOCK_LEEWAY, "clock", told)


def check_chain(journal: Journal) -> None:
    """The journal verifies from end to end."""
    findings = journal.verify()
    need(not findings, "chain", "; ".join(findings[:3]))


def check_secrets(folder: Path, texts: Iterable[str], secrets: Iterable[bytes]) -> None:
    """No secret stands in any file of the folder but the journal's own key, nor in any of the texts."""
    contents = {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
    contents["the log"] = "\n".join(texts).encode("utf-8", "replace")
    for secret in secrets:
        for name, content in contents.items():
            need(secret not in content, "secrets", f"{name} holds {secret[:4]!r}…")


def check_in_time(case: Case, card: Card, now: datetime, cancels_end: datetime) -> None:
    """Two hours after its deadline a case is settled or calls for a person.

    Where nobody knows the contract's window the cancels go on (R4), and the card calls for the manager.
    """
    if case.state not in WORKED or now < cancels_end + TWO_HOURS:
        return
    calls = card.tone is Tone.CALL or (not ends_by_clock(case) and "call the manager" in card.status_line)
    told = f"{case.ref} is {case.state.value} {case.variant} at {now}; cancels ended {cancels_end}"
    need(calls, "in time", told)


def ends_by_clock(case: Case) -> bool:
    """Tell whether the till's clock ever ends the cancels of a case."""
    return case.stop_at - case.opened_at < YEARS
