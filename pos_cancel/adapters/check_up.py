"""Looking over a till: home, accounts, keys, who sends, journal. Nothing is asked of the network."""

from collections.abc import Callable

from pos_cancel.adapters.key_store import KeyringStore
from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.adapters.profile_files import profile_paths, read_profile
from pos_cancel.adapters.sealed_store import FOLDER
from pos_cancel.adapters.settings import Home, Settings, load_settings
from pos_cancel.domain.errors import PosCancelError
from pos_cancel.domain.finding import Finding, Report
from pos_cancel.domain.profile import SEALED, Profile, ProfileKind, SignType

# Checking every event of a larger journal takes longer than a person waits.
LARGEST_CHECKED = 64 * 1024 * 1024
STRONG_BITS = 2048
KeysOf = Callable[[Home, Settings], KeyringStore]


def check_up(open_home: Callable[[], Home], keys_of: KeysOf, *, asks_sender: bool) -> Report:
    """Look at everything that does not need the network; an error is a finding and ends nothing else.

    `asks_sender` looks which program sends, which a program that sends itself has no need to.
    """
    report = Report()
    opened = _home(open_home, report)
    if opened is not None:
        home, settings = opened
        profiles = _profiles(home, report)
        _keys(profiles, keys_of(home, settings), home, report)
        if asks_sender:
            _sender(home, report)
        _journal(home, report)
    return report


def _home(open_home: Callable[[], Home], report: Report) -> tuple[Home, Settings] | None:
    try:
        home = open_home()
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
            found = Finding(error.code, error.sentence, error.way_on, about=path.stem, error=error)
            report.findings.append(found)
    report.facts["profiles"] = [profile.name for profile in profiles]
    if not profiles and not report.findings:
        way_on = "Set one up: pos-cancel setup, or try: pos-cancel demo"
        report.findings.append(Finding("no_profile", "This till has no profile yet.", way_on))
    return profiles


def _keys(profiles: list[Profile], store: KeyringStore, home: Home, report: Report) -> None:
    seen: list[dict[str, object]] = []
    for profile in profiles:
        place = store.place_of(profile)
        try:
            summary = store.describe(profile)
        except PosCancelError as error:
            where = f"{profile.name} ({home.path / FOLDER})" if place == SEALED else profile.name
            sentence = f"{where}: {error.sentence}"
            found = Finding(error.code, sentence, error.way_on, about=profile.label, error=error)
            report.findings.append(found)
            seen.append({"profile": profile.name, "store": place, "opens": False})
            continue
        seen.append({"profile": profile.name, "store": place, "opens": True})
        _complete(profile, summary, report)
    report.facts["key_stores"] = seen


def _complete(profile: Profile, summary: KeySummary, report: Report) -> None:
    needs_md5 = profile.sign_type is SignType.MD5
    if not (summary.has_md5 if needs_md5 else summary.private_bits and summary.gateway_bits):
        way_on = f"Import them: pos-cancel key import --profile {profile.name}"
        sentence = f"{profile.name}: not all keys are on this till."
        report.findings.append(Finding("key_missing", sentence, way_on, about=profile.label))
    elif profile.kind is ProfileKind.LIVE and not needs_md5:
        _weak(profile, summary.private_bits, report)


def _weak(profile: Profile, bits: int, report: Report) -> None:
    if bits < STRONG_BITS and profile.sign_type is not SignType.RSA:
        sentence = f"{profile.name}: the private key has only {bits} bits."
        way_on = "Make a new one: pos-cancel key generate"
        found = Finding("key_weak", sentence, way_on, about=profile.label, known={"bits": bits})
        report.findings.append(found)


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


def _journal(home: Home, report: Report) -> None:
    from pos_cancel.adapters.journal import FOLDER as JOURNAL
    from pos_cancel.adapters.journal import Journal

    try:
        with Journal.open(home.path) as journal:
            size = sum(file.stat().st_size for file in (home.path / JOURNAL).glob("*"))
            if size <= LARGEST_CHECKED:
                wrong = journal.verify()
                report.findings += [Finding("journal", each, known={"detail": each}) for each in wrong]
            report.cases = journal.open_cases()
            report.facts["open"] = [case.ref for case in report.cases]
            report.facts["watching"] = len(journal.watching())
    except PosCancelError as error:
        report.add(error)
