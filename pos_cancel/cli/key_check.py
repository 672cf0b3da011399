"""pos-cancel key check: which account can sign and verify, how old its keys are, and do they fit."""

from argparse import ArgumentParser, Namespace
from dataclasses import dataclass, field

from pos_cancel.adapters.account_care import fetched
from pos_cancel.adapters.key_troubles import KeyringTrouble
from pos_cancel.adapters.keyring_contents import KeySummary
from pos_cancel.cli.key_access import store_of
from pos_cancel.cli.key_words import age, json_of, lines_of
from pos_cancel.cli.till import Till
from pos_cancel.domain.errors import SignatureError
from pos_cancel.domain.profile import Profile, SignType
from pos_cancel.engine.ports import KeyTrouble
from pos_cancel.gateways.signing import Keys, sign, verify
from pos_cancel.presenters.fingerprints import grouped

SIGNS_NOT = "The shop's key does not sign."
NEXT_WAITS = "A new key waits; perhaps the portal has it already: pos-cancel key rotate --finish"
PROBE = b"pos-cancel key check"
OF_ONE_ACCOUNT = frozenset(
    {KeyTrouble.UNREADABLE, KeyTrouble.ALTERED, KeyTrouble.MISSING, KeyTrouble.REFUSED}
)
# So much of a fingerprint stands in a list.
SHORT = 16


def check_arguments(parser: ArgumentParser) -> None:
    """Declare the arguments of check."""
    parser.add_argument("--online", action="store_true", help="ask the gateway about a number that is none")
    parser.add_argument("--all", action="store_true", help="all accounts, one line each")


def check(args: Namespace, till: Till) -> int:
    """Say what is missing or does not fit; exit code 5 where something does.

    One account is told in full; without one, all of them in a line each.
    """
    profiles = list(till.shop.profiles.values())
    if args.profile or (len(profiles) <= 1 and not args.all):
        profile = till.profile(args.profile)
        found = _checked(args, till, profile)
        lines = [*lines_of(till, profile, found.summary), *found.findings]
        till.answer("\n".join(lines), _check_json(till, profile, found))
        return 5 if found.findings else 0
    checked = [(profile, _checked(args, till, profile)) for profile in profiles]
    lines = [line for profile, found in checked for line in _short(till, profile, found)]
    till.answer("\n".join(lines), [_check_json(till, profile, found) for profile, found in checked])
    return 5 if any(found.findings for _, found in checked) else 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What is known of an account's keys; `findings` says what is wrong, one sentence each.

    `told` is what the gateway's answer proved, for scripts.
    """

    summary: KeySummary
    findings: list[str]
    told: dict[str, object] = field(default_factory=dict)

    def can_sign(self, profile: Profile) -> bool:
        """Tell whether requests can be signed."""
        there = self.summary.has_md5 if profile.sign_type is SignType.MD5 else self.summary.private_bits
        return bool(there) and SIGNS_NOT not in self.findings

    def can_verify(self, profile: Profile) -> bool:
        """Tell whether answers can be checked."""
        if profile.sign_type is SignType.MD5:
            return self.summary.has_md5
        own, gateway = self.summary.private_fingerprint, self.summary.gateway_fingerprint
        return bool(gateway) and gateway != own


def _checked(args: Namespace, till: Till, profile: Profile) -> Checked:
    store = store_of(till)
    told: dict[str, object] = {}
    try:
        summary = store.describe(profile)
        findings = findings_of(profile, summary)
        if not findings:
            keys = fetched(store, profile)
            findings = _signed(profile, keys)
            if args.online and not findings:
                findings, told = probed(till, profile, keys)
            if findings and keys.next_private is not None:
                findings.append(NEXT_WAITS)
    except KeyringTrouble as trouble:
        # What one account has may be damaged; a keyring that does not answer is the same for all.
        if trouble.trouble not in OF_ONE_ACCOUNT:
            raise
        return Checked(KeySummary(), [f"{trouble.sentence} {trouble.way_on}"])
    return Checked(summary, findings, told)


def findings_of(profile: Profile, summary: KeySummary) -> list[str]:
    """Say what is missing or in the wrong place, as far as one can see without the gateway."""
    if profile.sign_type is SignType.MD5:
        return [] if summary.has_md5 else ["The MD5 key is missing."]
    findings = []
    if not summary.private_fingerprint:
        findings.append("The shop's private key is missing.")
    if not summary.gateway_fingerprint:
        findings.append("The gateway's public key is missing.")
    if summary.private_fingerprint and summary.private_fingerprint == summary.gateway_fingerprint:
        findings.append("The gateway's public key is our own.")
    if summary.next_damaged:
        findings.append("The key that waits is damaged; make another: pos-cancel key rotate --replace.")
    return findings


def _signed(profile: Profile, keys: Keys) -> list[str]:
    """Sign a probe with our key and check it with the other half of that key."""
    own = keys.private.public_key() if keys.private is not None else None
    try:
        signature = sign(PROBE, profile.sign_type, keys)
        verify(PROBE, signature, profile.sign_type, Keys(gateway_public=own, md5=keys.md5))
    except SignatureError:
        return [SIGNS_NOT]
    return []


def probed(till: Till, profile: Profile, keys: Keys) -> tuple[list[str], dict[str, object]]:
    """Ask about a number that no sale has: gives what is wrong, and the verdict for scripts."""
    from pos_cancel.adapters import probing
    from pos_cancel.adapters.transport import RequestsTransport
    from pos_cancel.bootstrap import make_gateways
    from pos_cancel.presenters.setup_words import present_proof

    transport = RequestsTransport()
    try:
        proof = probing.probed(profile, keys, make_gateways()[profile.gateway], transport, till.now)
    finally:
        transport.close()
    told: dict[str, object] = {"verdict": proof.verdict.value, "gateway_code": proof.code or None}
    if proof.passed:
        return [], told
    card = present_proof(proof, profile, till.words)
    return [f"{card.sentence} {card.way_on}", *([card.detail] if card.detail else [])], told


def _short(till: Till, profile: Profile, found: Checked) -> list[str]:
    """Give one line for an account in a list, and its findings below."""
    summary = found.summary
    since = summary.md5_since if profile.sign_type is SignType.MD5 else summary.private_since
    able = [
        "signs" if found.can_sign(profile) else "cannot sign",
        "verifies" if found.can_verify(profile) else "cannot verify",
        profile.sign_type.value,
        *([f"here {age(till, since)}"] if found.can_sign(profile) else []),
        *([f"sha256 {grouped(summary.private_fingerprint[:SHORT])} …"] if summary.private_bits else []),
        *(["a new key waits"] if summary.next_bits else []),
    ]
    return [f"{profile.name}  {', '.join(able)}", *(f"    {finding}" for finding in found.findings)]


def _check_json(till: Till, profile: Profile, found: Checked) -> dict[str, object]:
    checked = {
        "ok": not found.findings,
        "findings": found.findings,
        "can_sign": found.can_sign(profile),
        "can_verify": found.can_verify(profile),
    }
    return json_of(till, profile, found.summary) | checked | found.told
