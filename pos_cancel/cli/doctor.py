"""pos-cancel doctor: what is wrong with this till, one sentence and a way on for each finding."""

from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pos_cancel import bootstrap
from pos_cancel.adapters.profile_files import profile_paths, read_profile
from pos_cancel.adapters.sealed_store import FOLDER
from pos_cancel.adapters.settings import Home, Settings, load_settings
from pos_cancel.cli.faults import TILL
from pos_cancel.cli.till import Till
from pos_cancel.domain.case import Case, State
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.profile import SEALED, Profile, ProfileKind, SignType
from pos_cancel.presenters.spoken import is_stopped

if TYPE_CHECKING:
    from pos_cancel.adapters.journal import Journal
    from pos_cancel.adapters.key_store import KeyringStore
    from pos_cancel.adapters.keyring_contents import KeySummary

# Checking every event of a larger journal takes longer than a person waits.
LARGEST_CHECKED = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    code: str
    sentence: str
    way_on: str = ""


@dataclass(slots=True)
class Report:
    """What was looked at and what was found."""

    findings: list[Finding] = field(default_factory=list)
    facts: dict[str, object] = field(default_factory=dict)

    def add(self, error: PosCancelError) -> None:
        """Take an error as a finding."""
        self.findings.append(Finding(error.code, error.sentence, error.way_on))


def arguments(_: ArgumentParser, __: str) -> None:
    """Declare no arguments of its own."""


def run(_: Namespace, till: Till) -> int:
    """Look at everything that does not need the network; exit code 5 where something is wrong."""
    report = Report()
    opened = _home(till, report)
    if opened is not None:
        home, settings = opened
        profiles = _profiles(home, report)
        _keys(profiles, bootstrap.open_keys(home, settings), home, report)
        _sender(home, report)
        _journal(home, till, report)
    lines = [f"{name}: {_shown(value)}" for name, value in report.facts.items()]
    lines += [f"! {finding.sentence} {finding.way_on}".rstrip() for finding in report.findings]
    till.answer("\n".join(lines), _json(report))
    return TILL if report.findings else 0


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


def _home(till: Till, report: Report) -> tuple[Home, Settings] | None:
    try:
        home = till.open_home()
        report.facts["home"] = str(home.path)
        return home, load_settings(home)
    except PosCancelError as error:
        report.add(error)
        return None


def _profiles(home: Home, report: Report) -> list[Profile]:
    """Read each by itself, so that one broken file does not hide the next."""
    profiles: list[Profile] = []
    try:
        paths = profile_paths(home)
    except PosCancelError as error:
        report.add(error)
        return profiles
    for path in paths:
        try:
            profiles.append(read_profile(path))
        except PosCancelError as error:
            report.add(error)
    report.facts["profiles"] = [profile.name for profile in profiles]
    if not profiles and not report.findings:
        way_on = "Set one up: pos-cancel setup, or try: pos-cancel demo"
        report.findings.append(Finding("no_profile", "This till has no profile yet.", way_on))
    return profiles


def _keys(profiles: list[Profile], store: "KeyringStore", home: Home, report: Report) -> None:
    seen: list[dict[str, object]] = []
    for profile in profiles:
        place = store.place_of(profile)
        try:
            summary = store.describe(profile)
        except PosCancelError as error:
            where = f"{profile.name} ({home.path / FOLDER})" if place == SEALED else profile.name
            report.findings.append(Finding(error.code, f"{where}: {error.sentence}", error.way_on))
            seen.append({"profile": profile.name, "store": place, "opens": False})
            continue
        seen.append({"profile": profile.name, "store": place, "opens": True})
        _complete(profile, summary, report)
    report.facts["key_stores"] = seen


def _complete(profile: Profile, summary: "KeySummary", report: Report) -> None:
    needs_md5 = profile.sign_type is SignType.MD5
    if not (summary.has_md5 if needs_md5 else summary.private_bits and summary.gateway_bits):
        way_on = f"Import them: pos-cancel key import --profile {profile.name}"
        sentence = f"{profile.name}: not all keys are on this till."
        report.findings.append(Finding("key_missing", sentence, way_on))
    elif profile.kind is ProfileKind.LIVE and not needs_md5:
        _weak(profile, summary.private_bits, report)


def _weak(profile: Profile, bits: int, report: Report) -> None:
    if bits < 2048 and profile.sign_type is not SignType.RSA:  # noqa: PLR2004 - RSA2 asks for as much
        sentence = f"{profile.name}: the private key has only {bits} bits."
        report.findings.append(Finding("key_weak", sentence, "Make a new one: pos-cancel key generate"))


def _sender(home: Home, report: Report) -> None:
    from pos_cancel.adapters.lease import SenderLease

    lease = SenderLease(home.path)
    try:
        free = lease.acquire()
        report.facts["sender"] = None if free else lease.holder
    except PosCancelError as error:
        report.add(error)
    finally:
        lease.release()


def _journal(home: Home, till: Till, report: Report) -> None:
    from pos_cancel.adapters.journal import FOLDER, Journal

    try:
        with Journal.open(home.path) as journal:
            size = sum(file.stat().st_size for file in (home.path / FOLDER).glob("*"))
            if size <= LARGEST_CHECKED:
                report.findings += [Finding("journal", sentence) for sentence in journal.verify()]
            _cases(journal, till, report)
    except PosCancelError as error:
        report.add(error)


def _cases(journal: "Journal", till: Till, report: Report) -> None:
    cases = journal.open_cases()
    report.facts["open"] = [case.ref for case in cases]
    report.facts["watching"] = len(journal.watching())
    for case in cases:
        report.findings += _of_case(case, till)


def _of_case(case: Case, till: Till) -> Iterator[Finding]:
    words = till.words
    if is_stopped(case):
        code = case.stopped or case.setup_code
        what = words.find(f"s_code.{code}.what") or words.text("s_code.other.what")
        tell = words.find(f"s_code.{code}.tell") or words.text("s_code.other.tell")
        yield Finding("stopped", f"{case.ref}: {code}: {what}", tell)
    elif case.state is State.CALL_SUPPORT:
        yield Finding("call_support", f"{case.ref}: {till.card(case).headline}", till.card(case).do)
    elif case.state is State.NOT_SENT:
        yield Finding("not_sent", f"{case.ref}: {till.card(case).headline}", till.card(case).do)
    elif case.deadline is not None and case.deadline < till.now():
        yield Finding("late", f"{case.ref}: {till.card(case).status_line}", till.card(case).do)
