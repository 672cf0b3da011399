"""pos-cancel doctor: what is wrong with this till, one sentence and a way on for each finding."""

from argparse import ArgumentParser, Namespace

from pos_cancel import bootstrap
from pos_cancel.adapters.check_up import check_up
from pos_cancel.cli.faults import TILL
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.finding import Report
from pos_cancel.presenters.findings import finding_of_case


def arguments(_: ArgumentParser, __: str) -> None:
    """Declare no arguments of its own."""


def run(_: Namespace, till: Till) -> int:
    """Look at everything that does not need the network; exit code 5 where something is wrong."""
    report = check_up(till.open_home, bootstrap.open_keys, asks_sender=True)
    _add_cases(report, till)
    lines = [f"{name}: {_shown(value)}" for name, value in report.facts.items()]
    lines += [f"! {finding.sentence} {finding.way_on}".rstrip() for finding in report.findings]
    till.answer("\n".join(lines), _json(report))
    return TILL if report.findings else 0


def _add_cases(report: Report, till: Till) -> None:
    try:
        for case in report.cases:
            found = finding_of_case(case, till.now(), till.words, till.zone)
            if found is not None:
                report.findings.append(found)
    except PosCancelError as error:
        # A profile that cannot be read hides the shop's clock, and with it the cases' times.
        report.add(error)


def _shown(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(_shown, value)) or "–"
    if isinstance(value, dict):
        return f"{value['profile']} {value['store']} ({'opens' if value['opens'] else 'does not open'})"
    return "–" if value is None else str(value)


def _json(report: Report) -> dict[str, object]:
    findings = [
        {"code": found.code, "sentence": found.sentence, "way_on": found.way_on} for found in report.findings
    ]
    return {"ok": not report.findings, "findings": findings, **report.facts}
